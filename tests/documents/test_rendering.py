import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
import typst

from backend.documents import admit_card, application_form
from backend.documents.admit_card import admit_card_data, admit_cards_data
from backend.documents.application_form import application_form_data
from backend.documents.fonts import FontSet
from backend.documents.rendering import SHARED, Renderer, template_names
from tests.documents import examples
from tests.documents.papers import PAPERS
from tests.documents.reading import ink_box, pages_of, picture_of

NO_FONT_HAS = "\U0002a6d6"
"""An ideograph outside Noto Sans SC."""
HOSTILE_NAMES = ["#panic()", "*粗* _斜_ $x$ `码` @引 <标>", '"] \\", \\u{41} \\\\', "</svg>&lt;", "{{name}} %s"]


def card_of(name: str) -> dict[str, object]:
    return admit_card_data(replace(examples.admit_card(), name=name))


async def words_on(renderer: Renderer, data: dict[str, object]) -> str:
    (page,) = pages_of((await renderer.render(admit_card.TEMPLATE, data)).pdf)
    return page


async def test_the_same_data_gives_the_same_bytes_whichever_thread_draws_it(fonts: FontSet) -> None:
    one, another = Renderer(fonts, threads=1), Renderer(fonts, threads=1)
    try:
        for template, make in TEMPLATES_AND_DATA:
            first = await one.render(template, make())
            await one.render(template, make())
            assert await one.render(template, make()) == first
            assert await another.render(template, make()) == first
    finally:
        one.close()
        another.close()


async def test_papers_drawn_at_once_are_those_drawn_one_after_another(renderer: Renderer) -> None:
    datas = [admit_card_data(examples.admit_card(number)) for number in range(1, 13)]
    one_by_one = [await renderer.render(admit_card.TEMPLATE, data) for data in datas]
    at_once = await asyncio.gather(*(renderer.render(admit_card.TEMPLATE, data) for data in datas))
    assert at_once == one_by_one
    assert len({paper.pdf for paper in at_once}) == len(datas)


async def test_the_loop_goes_on_while_a_paper_is_drawn(renderer: Renderer) -> None:
    drawing = asyncio.create_task(renderer.render(admit_card.TEMPLATE, card_of("测试甲")))
    turns = 0
    while not drawing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 1
    assert (await drawing).pdf.startswith(b"%PDF")


async def test_a_character_no_font_has_stands_as_a_mark_and_its_code_point_at_the_foot(renderer: Renderer) -> None:
    rendered = await renderer.render(admit_card.TEMPLATE, card_of(f"测{NO_FONT_HAS}试"))
    (words,) = pages_of(rendered.pdf)
    assert rendered.missing == (NO_FONT_HAS,)
    assert "测〓试" in words
    assert words.endswith("字库缺字：〓U+2A6D6")


async def test_a_paper_whose_characters_all_have_glyphs_has_no_word_of_missing_ones(renderer: Renderer) -> None:
    assert "字库缺字" not in await words_on(renderer, card_of("测试䶮𬱖㛃𠅤"))


async def test_a_mark_is_framed_so_that_nobody_takes_it_for_a_letter(renderer: Renderer) -> None:
    marked = await renderer.render(admit_card.TEMPLATE, card_of(NO_FONT_HAS))
    typed = await renderer.render(admit_card.TEMPLATE, card_of("〓"))
    assert typed.missing == ()
    assert _ink(marked.pdf) > _ink(typed.pdf)


async def test_of_several_missing_characters_each_has_its_number(renderer: Renderer) -> None:
    (words,) = pages_of((await renderer.render(admit_card.TEMPLATE, card_of(f"{NO_FONT_HAS}甲\U0002a6d5"))).pdf)
    assert "〓①甲〓②" in words
    assert words.endswith("字库缺字：〓①U+2A6D6〓②U+2A6D5")


async def test_what_looks_like_a_mark_and_was_typed_stays_as_it_was_typed(renderer: Renderer) -> None:
    assert "〔U+2A6D6〕" in await words_on(renderer, card_of("〔U+2A6D6〕"))


async def test_missing_characters_are_told_before_anything_is_drawn(renderer: Renderer) -> None:
    assert renderer.missing_characters(card_of(f"测{NO_FONT_HAS}")) == (NO_FONT_HAS,)
    assert renderer.missing_characters(card_of("测试甲")) == ()


async def test_only_the_page_that_a_missing_character_stands_on_tells_of_it(renderer: Renderer) -> None:
    cards = [replace(examples.admit_card(number), name=name) for number, name in ((1, NO_FONT_HAS), (2, "测试甲"))]
    first, second = pages_of((await renderer.render(admit_card.TEMPLATE, admit_cards_data(cards))).pdf)
    assert "字库缺字" in first
    assert "字库缺字" not in second


async def test_every_missing_character_is_told_once_in_the_order_it_comes(renderer: Renderer) -> None:
    rendered = await renderer.render(admit_card.TEMPLATE, card_of("\U0002a6d6甲\U0002a6d5\U0002a6d6"))
    assert rendered.missing == ("\U0002a6d6", "\U0002a6d5")


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x7f", "\t", "\ud842", "\u200d", "\ufe0f", "\U000e0100", "\ue863", "\U0010ffff", "😀"],
)
async def test_what_has_no_shape_of_its_own_is_marked_and_never_drawn_as_a_box(
    renderer: Renderer, character: str
) -> None:
    rendered = await renderer.render(admit_card.TEMPLATE, card_of(f"甲{character}乙"))
    (words,) = pages_of(rendered.pdf)
    assert rendered.missing == (character,)
    assert "甲〓乙" in words
    assert f"〓U+{ord(character):04X}" in words


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_what_a_person_typed_is_text_and_never_markup(renderer: Renderer, name: str) -> None:
    assert "".join(name.split()) in await words_on(renderer, card_of(name))


async def test_a_word_without_end_breaks_inside_its_cell(renderer: Renderer) -> None:
    rendered = await renderer.render(admit_card.TEMPLATE, card_of("W" * 60))
    (words,) = pages_of(rendered.pdf)
    assert words.replace("\u200b", "").count("W" * 60) == 1
    assert rendered.missing == ()
    _, _, right, _ = ink_box(rendered.pdf)
    assert right < 196


@pytest.mark.parametrize(
    "template", ["no_such_paper", "paper", "sheet", "../admit_card", 'admit_card.typ": draw\n#panic() //']
)
async def test_a_template_that_is_none_is_refused(renderer: Renderer, template: str) -> None:
    with pytest.raises(FileNotFoundError, match="no template"):
        await renderer.render(template, card_of("测试甲"))


async def test_data_that_is_not_the_templates_fails_and_the_next_paper_is_drawn(renderer: Renderer) -> None:
    with pytest.raises(typst.TypstError):
        await renderer.render(admit_card.TEMPLATE, {"title": "准考证", "sample": True, "printed_at": ""})
    assert "测试甲" in await words_on(renderer, card_of("测试甲"))


async def test_the_templates_give_the_compiler_nothing_to_warn_of(renderer: Renderer) -> None:
    with structlog.testing.capture_logs() as said:
        for template, paper in PAPERS.items():
            await renderer.render(template, paper.data(paper.plain()))
    assert said == []


async def test_what_the_compiler_warns_of_is_logged(fonts: FontSet) -> None:
    renderer = Renderer(replace(fonts, families=("No Such Font", *fonts.families)), threads=1)
    try:
        with structlog.testing.capture_logs() as said:
            await renderer.render(admit_card.TEMPLATE, card_of("测试甲"))
    finally:
        renderer.close()
    assert {entry["event"] for entry in said} == {"document.template_warning"}


async def test_a_closed_renderer_drops_what_waits_and_takes_nothing_more(fonts: FontSet) -> None:
    renderer = Renderer(fonts, threads=1)
    waiting = [asyncio.create_task(renderer.render(admit_card.TEMPLATE, card_of("测试甲"))) for _ in range(20)]
    await asyncio.sleep(0)
    await asyncio.to_thread(renderer.close)
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert any(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
    with pytest.raises(RuntimeError):
        await renderer.render(admit_card.TEMPLATE, card_of("测试甲"))


def test_what_templates_share_is_there_and_no_template() -> None:
    for shared in SHARED:
        assert Path(admit_card.__file__).parent.joinpath(f"templates/{shared}.typ").is_file()
    assert not template_names() & SHARED


def _ink(pdf: bytes) -> int:
    """How many dots of the first page are black."""
    return picture_of(pdf).convert("L").point(lambda value: value < 128 and 255).histogram()[255]


TEMPLATES_AND_DATA: list[tuple[str, Callable[[], dict[str, object]]]] = [
    (admit_card.TEMPLATE, lambda: admit_card_data(examples.admit_card())),
    (application_form.TEMPLATE, lambda: application_form_data(examples.application_form())),
]
