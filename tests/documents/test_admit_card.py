from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from io import BytesIO

import pytest
from PIL import Image

from backend.documents.admit_card import (
    BARCODE_ROOM_MM,
    CARDS_A_PAPER,
    TEMPLATE,
    AdmitCard,
    ExamFormat,
    admit_card_data,
    admit_cards_data,
    rules_of,
)
from backend.documents.barcodes import NARROWEST_MM, code128
from backend.documents.rendering import Renderer
from tests.documents import examples
from tests.documents.reading import box_of, codes_on, ink_box, pages_of, picture_of

MARGIN_MM = 14.0


async def printed(renderer: Renderer, card: AdmitCard) -> bytes:
    rendered = await renderer.render(TEMPLATE, admit_card_data(card))
    assert rendered.missing == ()
    return rendered.pdf


async def words_on(renderer: Renderer, card: AdmitCard) -> str:
    (page,) = pages_of(await printed(renderer, card))
    return page


def facts_of(card: AdmitCard) -> list[str]:
    facts = [card.exam_name, card.admit_number, card.name, card.gender, card.id_type, card.id_number, card.level]
    facts += [card.speciality, card.speciality_code, card.area, card.site]
    for sitting in card.sittings:
        facts += [sitting.subject, sitting.venue, sitting.address, sitting.room, sitting.seat]
    return ["".join(fact.split()) for fact in facts]


@pytest.mark.parametrize("make", [examples.admit_card, examples.longest_admit_card])
async def test_every_fact_of_a_card_can_be_read_off_its_one_page(
    renderer: Renderer, make: Callable[[], AdmitCard]
) -> None:
    # The mark at the top stands beside the title, and is read in the middle of it.
    words = (await words_on(renderer, make())).replace("示例数据", "")
    assert [fact for fact in facts_of(make()) if fact not in words] == []


async def test_rare_characters_of_a_name_are_printed_as_they_are(renderer: Renderer) -> None:
    assert "测试䶮𬱖㛃𠅤" in await words_on(renderer, examples.admit_card())


async def test_a_long_ethnic_name_is_printed_whole_with_its_dots(renderer: Renderer) -> None:
    assert "阿卜杜热合曼·买买提吐尔逊江·依布拉音" in await words_on(renderer, examples.longest_admit_card())


async def test_nothing_of_the_longest_card_leaves_the_page(renderer: Renderer) -> None:
    left, top, right, bottom = ink_box(await printed(renderer, examples.longest_admit_card()))
    assert left > MARGIN_MM
    assert right < 210 - MARGIN_MM
    assert 5 < top < bottom < 292


async def test_times_are_those_of_shanghai_whatever_zone_they_come_in(renderer: Renderer) -> None:
    card = examples.admit_card()
    in_utc = tuple(
        replace(sitting, starts_at=sitting.starts_at.astimezone(UTC), ends_at=sitting.ends_at.astimezone(UTC))
        for sitting in card.sittings
    )
    words = await words_on(renderer, replace(card, sittings=in_utc))
    assert "2024年4月13日星期六09:00—10:30" in words
    assert "2024年4月14日星期日14:00—15:30" in words
    assert "打印时间：2024年4月1日09:30" in words


async def test_sittings_stand_in_the_order_of_time(renderer: Renderer) -> None:
    card = examples.admit_card()
    words = await words_on(renderer, replace(card, sittings=card.sittings[::-1]))
    places = [words.index(f"{sitting.subject}2024") for sitting in card.sittings]
    assert places == sorted(places)


async def test_a_venue_that_stays_the_same_stands_once_and_a_changed_one_again(renderer: Renderer) -> None:
    card = examples.admit_card()
    assert (await words_on(renderer, card)).count("测试卫生职业学院") == 1
    first, second, third, fourth = card.sittings
    elsewhere = replace(card, sittings=(first, replace(second, venue="另一测试学校"), third, fourth))
    words = await words_on(renderer, elsewhere)
    assert words.count("测试卫生职业学院") == 2
    assert words.count("另一测试学校") == 1


async def test_barcode_and_qr_code_read_at_150_dots_an_inch(renderer: Renderer) -> None:
    card = examples.admit_card()
    found = codes_on(picture_of(await printed(renderer, card), dots_an_inch=150))
    assert set(found.values()) == {card.admit_number, card.qr_text}


def test_the_barcodes_thinnest_bar_is_wide_enough_for_office_printers() -> None:
    barcode = code128(examples.admit_card().admit_number, BARCODE_ROOM_MM)
    modules = 11 * (1 + 7 + 1) + 13  # start, seven pairs of digits, check, stop
    assert barcode.width_mm / modules >= NARROWEST_MM


async def test_the_photo_is_25_by_35_mm_and_keeps_its_own_bytes(renderer: Renderer) -> None:
    file = BytesIO()
    Image.new("RGB", (295, 413), (200, 0, 0)).save(file, "JPEG", quality=95)
    pdf = await printed(renderer, replace(examples.admit_card(), photo=file.getvalue()))
    left, top, right, bottom = box_of(picture_of(pdf, dots_an_inch=300), (200, 0, 0))
    assert (right - left) / 300 * 25.4 == pytest.approx(25, abs=0.4)
    assert (bottom - top) / 300 * 25.4 == pytest.approx(35, abs=0.4)
    assert file.getvalue() in pdf


async def test_a_card_without_a_photo_leaves_the_frame_to_paste_one_in(renderer: Renderer) -> None:
    assert "照片" in await words_on(renderer, replace(examples.admit_card(), photo=None))


async def test_made_up_data_says_so_and_real_data_does_not(renderer: Renderer) -> None:
    card = replace(examples.admit_card(), photo=None, qr_text="ZK1")
    assert "示例数据" in await words_on(renderer, card)
    assert "示例数据" not in await words_on(renderer, replace(card, sample=False))


def test_only_the_military_must_show_a_resident_id_card_and_nothing_else() -> None:
    for exam_format in ExamFormat:
        theirs, everybodys = rules_of(exam_format, military=True), rules_of(exam_format)
        assert "有效期内的居民身份证或临时身份证" in theirs[0] and "军人证件不能代替" in theirs[0]
        assert "有效身份证件" in everybodys[0] and theirs[1:] == everybodys[1:]


async def test_the_rules_tell_when_the_door_closes_and_what_to_bring(renderer: Renderer) -> None:
    words = await words_on(renderer, examples.admit_card())
    assert "请携带本准考证和有效身份证件原件" in words
    assert "开考30分钟后不得入场" in words
    assert "手机等通讯工具" in words


async def test_only_a_paper_exam_asks_for_pencils(renderer: Renderer) -> None:
    on_paper = replace(examples.admit_card(), exam_format=ExamFormat.PAPER)
    assert "2B铅笔" in await words_on(renderer, on_paper)
    assert "2B铅笔" not in await words_on(renderer, examples.admit_card())


async def test_the_sites_telephone_stands_on_the_card_where_there_is_one(renderer: Renderer) -> None:
    assert "电话：0000-0000000" in await words_on(renderer, examples.admit_card())
    assert "电话" not in await words_on(renderer, replace(examples.admit_card(), site_phone=None))


async def test_several_cards_in_one_file_each_count_their_own_pages(renderer: Renderer) -> None:
    cards = [examples.admit_card(number) for number in (1, 2, 3)]
    pages = pages_of((await renderer.render(TEMPLATE, admit_cards_data(cards))).pdf)
    assert len(pages) == 3
    for card, page in zip(cards, pages, strict=True):
        assert card.admit_number in page
        assert "第1页共1页" in page


@pytest.mark.parametrize("count", [0, CARDS_A_PAPER + 1])
def test_a_file_of_no_cards_or_of_too_many_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        admit_cards_data([examples.admit_card()] * count)


@pytest.mark.parametrize(
    "number", ["", "2401020301000", "240102030100010", "2401020301000a", "２４０１０２０３０１０００１"]
)
def test_an_admit_number_that_is_not_14_digits_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="14 digits"):
        admit_card_data(replace(examples.admit_card(), admit_number=number))
