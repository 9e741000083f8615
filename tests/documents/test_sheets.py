"""What holds for every paper; each one's own is in the other modules."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from backend.documents import rendering
from backend.documents.fonts import FontSet
from backend.documents.rendering import Renderer, template_names
from tests.documents.papers import PAPERS, SHEETS, facts_of
from tests.documents.reading import collisions_of, edges_of, pages_of

NO_FONT_HAS, NEITHER = "\U0002a6d6", "\U0002a6d5"
CUT_APART = {"seat_labels"}
"""Without title and heading: what is printed leaves the page in pieces."""
NOT_PRINTED = {
    "seat_labels": frozenset(("exam_name", "area", "site", "venue", "place", "sittings", "gender", "id_number")),
    "seat_chart": frozenset(("gender", "id_number", "speciality")),
    "recovery_confirmation": frozenset(("gender", "id_number", "speciality")),
    "door_list": frozenset(("id_number",)),
}
"""What some papers leave out; document numbers stand masked, or not at all, where all can read them."""
LONG_TABLES = {
    "room_list": ("试室编排表", "起始准考证号", "人数"),
    "door_list": ("试室考生名单", "准考证号", "报考专业"),
    "sign_in_sheet": ("考生签到表", "考生信息", "4月14日"),
    "recovery_confirmation": ("试卷和答题卡回收确认单", "答题卡", "考生签名"),
    "violation_list": ("违纪违规人员花名册", "证件号码", "处理意见"),
    "material_handover": ("考试专用物品交接单", "封签号或箱号", "密封情况"),
    "material_destruction": ("考试物品销毁记录单", "物品名称", "数量"),
    "computer_exam_return": ("机考物品回收清单（考区）", "USBKEY", "实交"),
    "office_list": ("考区办公室设置一览表", "办公室名称", "电子邮箱"),
}
pytestmark = pytest.mark.xdist_group("papers")
every_paper = pytest.mark.parametrize("name", PAPERS)
both_lengths = pytest.mark.parametrize("length", ["plain", "longest"])


PRINTED: dict[tuple[str, str], bytes] = {}
"""What one test has printed another reads: drawing takes most of the time."""


def content_of(name: str, length: str, *, sample: bool = False) -> Any:
    """Real-looking as a rule: the mark of made-up data stands across the others' words."""
    return replace(getattr(PAPERS[name], length)(), sample=sample)


async def drawn(renderer: Renderer, name: str, content: object) -> bytes:
    rendered = await renderer.render(name, PAPERS[name].data(content))
    assert rendered.missing == ()
    return rendered.pdf


async def printed(renderer: Renderer, name: str, length: str) -> bytes:
    if (name, length) not in PRINTED:
        PRINTED[name, length] = await drawn(renderer, name, content_of(name, length))
    return PRINTED[name, length]


@pytest.fixture(scope="module")
def another_renderer(fonts: FontSet) -> Iterator[Renderer]:
    renderer = Renderer(fonts, threads=1)
    yield renderer
    renderer.close()


def test_every_template_is_a_paper_of_these_tests() -> None:
    assert template_names() == set(PAPERS)


@every_paper
@both_lengths
async def test_every_word_of_a_paper_can_be_read_off_it_whole(renderer: Renderer, name: str, length: str) -> None:
    pages = [page.replace("\u200b", "") for page in pages_of(await printed(renderer, name, length))]
    facts = facts_of(content_of(name, length), NOT_PRINTED.get(name, frozenset()))
    assert [fact for fact in facts if not any(fact in page for page in pages)] == []


@every_paper
@both_lengths
async def test_nothing_of_a_paper_leaves_the_page(renderer: Renderer, name: str, length: str) -> None:
    for left, above, right, below in edges_of(await printed(renderer, name, length)):
        assert min(left, right) > 7
        assert min(above, below) > 5


@every_paper
@both_lengths
async def test_no_letter_stands_on_another(renderer: Renderer, name: str, length: str) -> None:
    assert collisions_of(await printed(renderer, name, length)) == []


@every_paper
@both_lengths
async def test_every_page_has_its_number_and_when_it_was_printed(renderer: Renderer, name: str, length: str) -> None:
    pages = pages_of(await printed(renderer, name, length))
    for page in pages:
        assert "打印时间：2024年4月1日09:30" in page
    told = [page[page.rindex("第") :].removeprefix("第").removesuffix("页") for page in pages]
    counted = [(int(number), int(last)) for number, last in (words.split("页共") for words in told)]
    assert counted[0][0] == 1
    assert counted[-1][0] == counted[-1][1]
    for (number, last), (following, next_last) in pairwise(counted):
        assert (following, next_last) == ((1, next_last) if number == last else (number + 1, last))


@pytest.mark.parametrize("name", LONG_TABLES)
async def test_a_long_table_has_heading_and_heads_on_every_page(renderer: Renderer, name: str) -> None:
    pages = pages_of(await printed(renderer, name, "longest"))
    assert len(pages) > 1
    for page in pages:
        assert [words for words in LONG_TABLES[name] if words not in page] == []


@pytest.mark.parametrize("name", sorted(set(SHEETS) - {"score_report"}))
async def test_a_blank_sheet_is_one_page_to_write_on(renderer: Renderer, name: str) -> None:
    (page,) = pages_of(await printed(renderer, name, "blank"))
    assert [word for word in ("None", "none", "null", "示例数据") if word in page] == []
    assert "：" in page or "考　区" in page


@every_paper
async def test_made_up_data_says_so_on_every_page(renderer: Renderer, name: str) -> None:
    for page in pages_of(await drawn(renderer, name, content_of(name, "plain", sample=True))):
        assert "示例数据" in page


@every_paper
async def test_the_same_content_gives_the_same_bytes(renderer: Renderer, another_renderer: Renderer, name: str) -> None:
    content = content_of(name, "plain")
    assert await drawn(another_renderer, name, content) == await printed(renderer, name, "plain")


@pytest.mark.parametrize("name", sorted(set(PAPERS) - CUT_APART))
async def test_a_character_no_font_has_is_marked_on_any_paper_and_told_at_its_foot(
    renderer: Renderer, name: str
) -> None:
    content = replace(content_of(name, "plain"), exam_name=f"示例{NO_FONT_HAS}考试{NEITHER}")
    data = PAPERS[name].data(content)
    assert renderer.missing_characters(data) == (NO_FONT_HAS, NEITHER)
    rendered = await renderer.render(name, data)
    assert rendered.missing == (NO_FONT_HAS, NEITHER)
    first, *_ = pages_of(rendered.pdf)
    assert "示例〓①考试〓②" in first
    assert first.endswith("字库缺字：〓①U+2A6D6〓②U+2A6D5")


def test_every_letter_of_the_templates_is_one_that_the_fonts_have(fonts: FontSet) -> None:
    for template in Path(rendering.TEMPLATES).iterdir():
        assert fonts.missing_characters(template.read_text("utf-8")) == [], template.name
    for module in Path(rendering.__file__).parent.glob("*.py"):
        words = module.read_text("utf-8").replace("\t", "")
        assert fonts.missing_characters(words) == [], module.name
