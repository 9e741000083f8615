from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

import pytest

from backend.documents.application_form import (
    TEMPLATE,
    ApplicationForm,
    SubjectLine,
    application_form_data,
    read_scanned_text,
    scanned_text,
)
from backend.documents.barcodes import NARROWEST_MM, code128
from backend.documents.rendering import Renderer
from tests.documents import examples
from tests.documents.reading import codes_on, ink_box, pages_of, picture_of, place_of

LABELS = [
    "网报号",
    "验证码",
    "用户名",
    "确认考点",
    "姓名",
    "性别",
    "出生日期",
    "证件类型",
    "民族",
    "证件编号",
    "联系方式",
    "档案号",
    "上一年度报考专业及代码",
    "报考科目",
    "报考级别",
    "专业代码",
    "报考专业",
    "现有技术资格",
    "现有技术资格取得时间",
    "执业类别",
    "最高学历",
    "学位",
    "毕业时间",
    "学制",
    "毕业学校",
    "学校备注",
    "毕业专业",
    "毕业专业备注",
    "单位名称",
    "单位所属",
    "单位性质",
    "从事本专业年限",
    "申报人员签名",
    "现场审核人员签名",
    "单位人事部门或档案存放单位审查意见",
    "考点审查意见",
    "人事部门审查意见",
]
MARGIN_MM = 14.0
ROOM_FOR_A_STAMP_MM = 28.0


async def printed(renderer: Renderer, form: ApplicationForm) -> bytes:
    rendered = await renderer.render(TEMPLATE, application_form_data(form))
    assert rendered.missing == ()
    return rendered.pdf


async def words_on(renderer: Renderer, form: ApplicationForm) -> str:
    (page,) = pages_of(await printed(renderer, form))
    return page


def facts_of(form: ApplicationForm) -> list[str]:
    values = [getattr(form, field.name) for field in fields(form)]
    texts = [value for value in values if isinstance(value, str)]
    texts += [value.isoformat() for value in values if type(value) is date]
    return ["".join(text.split()) for text in texts]


@pytest.mark.parametrize("make", [examples.application_form, examples.longest_application_form])
async def test_every_answer_of_a_form_can_be_read_off_its_one_page(
    renderer: Renderer, make: Callable[[], ApplicationForm]
) -> None:
    words = (await words_on(renderer, make())).replace("\u200b", "").replace("示例数据", "")
    assert [fact for fact in facts_of(make()) if fact not in words] == []
    assert "第1页共1页" in words


async def test_the_form_has_the_labels_and_notes_of_the_published_one(renderer: Renderer) -> None:
    words = await words_on(renderer, examples.empty_application_form())
    assert [label for label in LABELS if label not in words] == []
    assert [mark for mark in "①②③" if mark not in words] == []


async def test_what_is_not_filled_in_is_left_blank(renderer: Renderer) -> None:
    form = examples.empty_application_form()
    pdf = await printed(renderer, form)
    (words,) = pages_of(pdf)
    assert "None" not in words
    assert "null" not in words
    assert codes_on(picture_of(pdf)) == {}
    assert "照片" in words
    blanks_between = "性别出生日期"
    assert blanks_between in words


@pytest.mark.parametrize("make", [examples.application_form, examples.longest_application_form])
async def test_the_barcode_says_registration_number_and_verification_code(
    renderer: Renderer, make: Callable[[], ApplicationForm]
) -> None:
    found = codes_on(picture_of(await printed(renderer, make()), dots_an_inch=150))
    (text,) = found.values()
    assert read_scanned_text(text) == ("2024010203000001", "7K2M9X")


async def test_nothing_of_the_longest_form_leaves_the_page(renderer: Renderer) -> None:
    left, top, right, bottom = ink_box(await printed(renderer, examples.longest_application_form()))
    assert left > MARGIN_MM
    assert right < 210 - MARGIN_MM
    assert 5 < top < bottom < 292


async def test_the_longest_form_leaves_room_for_the_offices_stamps(renderer: Renderer) -> None:
    pdf = await printed(renderer, examples.longest_application_form())
    above, below = place_of(pdf, "现场审核人员签名"), place_of(pdf, "考点负责人签章")
    assert below[3] - above[3] > ROOM_FOR_A_STAMP_MM


async def test_only_the_subjects_that_are_taken_are_ticked(renderer: Renderer) -> None:
    form = examples.application_form()
    assert (await words_on(renderer, form)).count("√") == 3
    nurse = replace(
        form, subjects=(SubjectLine(name="专业实务", taken=True), SubjectLine(name="实践能力", taken=False))
    )
    words = await words_on(renderer, nurse)
    assert words.count("√") == 1
    assert "专业实务" in words
    assert "实践能力" in words


async def test_made_up_data_says_so_and_real_data_does_not(renderer: Renderer) -> None:
    form = examples.application_form()
    assert "示例数据" in await words_on(renderer, form)
    assert "示例数据" not in await words_on(renderer, replace(form, sample=False))


def test_more_subjects_than_the_form_has_room_for_are_refused() -> None:
    five = tuple(SubjectLine(name=f"科目{number}", taken=True) for number in range(5))
    with pytest.raises(ValueError, match="room for 4 subjects"):
        application_form_data(replace(examples.application_form(), subjects=five))


def test_numbers_too_long_for_a_barcode_that_reads_are_refused() -> None:
    with pytest.raises(ValueError, match="Code128 of 49 characters"):
        application_form_data(replace(examples.application_form(), verification_code="X" * 32))


def test_a_barcode_is_never_drawn_thinner_than_scanners_read() -> None:
    barcode = code128("X" * 10, room_mm=60)
    modules = 11 * (1 + 10 + 1) + 13
    assert NARROWEST_MM <= barcode.width_mm / modules <= 60 / modules


@pytest.mark.parametrize("text", ["", "24010203010001", "2024010203000001-", "-7K2M9X"])
def test_a_scanned_text_that_is_no_forms_barcode_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="application form"):
        read_scanned_text(text)


def test_what_the_barcode_says_is_what_the_scanner_hands_back() -> None:
    assert read_scanned_text(scanned_text("2024010203000001", "7K2M9X") + "\n") == ("2024010203000001", "7K2M9X")
