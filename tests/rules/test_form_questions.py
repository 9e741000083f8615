"""The questions a client draws: every label of both papers has its field, and what is drawn is what is checked."""

import re
from typing import Final

import pytest

from backend.exams.reference import DATA, code_lists
from backend.registrations.form_questions import ACCOUNT, LOOKED_UP, Question, questions_of, title
from backend.registrations.questions import QUESTIONS
from backend.wording import catalogue

BY_THE_SERVICE: Final = frozenset({"网报号", "验证码", "用户名", "条形码"})
"""Given out with the form, not asked for."""
BY_HAND: Final = frozenset(
    {
        *("申报人员签名", "现场审核人员签名", "考试申请人签名"),
        *("单位人事部门或档案存放单位审查意见", "考点审查意见", "人事部门审查意见", "考区审核意见"),
        "学校(应届毕业生)或单位人事、档案所在地(非应届毕业生)审查意见",
    }
)
"""Signed and stamped on the paper."""
HEADINGS: Final = frozenset({"基本情况", "报考信息", "教育情况", "工作情况", "审查意见"})
SAME: Final = {"专业代码": "报考专业"}
"""A speciality is chosen once, and printed with its code."""
SUBJECTS: Final = frozenset({"基础知识", "相关专业知识", "专业知识", "专业实践能力", "1.专业实务;2.实践能力"})
PAPERS: Final = {
    "health_professional": ("health-2021.txt", "2021 年度卫生专业技术资格考试 报名申报表", "\n备注"),
    "nurse_licensing": ("nurse-2012.txt", "附件1\n2012年护士执业资格考试报名申请表", "\n备注"),
}


ASIDES: Final = (
    r"<small>.*?</small>",
    r"\(上一年度考生必填此项\)",
    r"年\s*月\s*日",
    r"印\s*章",
    r"考[点区]负责人签章",
    r"负责人签章",
)
"""What stands beside or under a label."""


def labels(kind: str) -> set[str]:
    """Every label of the kind's paper as its annex prints them: cells of its table, and words before a colon."""
    name, start, end = PAPERS[kind]
    text = (DATA / "notices" / name).read_text(encoding="utf-8")
    annex = text[text.rindex(start) + len(start) :]
    annex = annex[: annex.index(end)]
    for aside in ASIDES:
        annex = re.sub(aside, "", annex)
    annex = annex.replace("专业代码 |", "|专业代码 |")  # the nurses' cell of subjects has it inside
    cells = re.split(r"[\t|\n:：]", annex)
    return {spelt for cell in cells if (spelt := re.sub(r"\s", "", cell).replace("；", ";"))}


@pytest.mark.parametrize("kind", PAPERS)
def test_every_label_of_the_paper_is_a_field_of_the_form(kind: str) -> None:
    fields = {title(field, kind) for field in [*ACCOUNT, *(one.field for one in questions_of(kind))]}
    found = labels(kind)
    assert len(found) > 25
    asked = found - BY_THE_SERVICE - BY_HAND - HEADINGS - SUBJECTS
    assert {SAME.get(label, label) if label not in fields else label for label in asked} <= fields
    assert {"姓名", "民族", "毕业学校", "从事本专业年限"} <= asked


@pytest.mark.parametrize("kind", QUESTIONS)
def test_what_is_drawn_is_what_is_asked(kind: str) -> None:
    drawn, asked = questions_of(kind), QUESTIONS[kind]
    assert {one.field for one in drawn} == asked.asked | {"basic.photo"}
    assert {one.field for one in drawn if one.needed == "always"} == {*asked.required, "basic.photo"}
    assert {one.field for one in drawn if one.needed == "of_the_employed"} == set(asked.of_the_employed)
    sections = [one.field.partition(".")[0] for one in drawn]
    assert sections == sorted(sections, key=["basic", "registration", "education", "work"].index)


@pytest.mark.parametrize(("kind", "one"), [(kind, one) for kind in QUESTIONS for one in questions_of(kind)])
def test_every_question_can_be_drawn_and_has_its_words(kind: str, one: Question) -> None:
    assert title(one.field, kind) and title(one.field, kind, "en")
    match one.answer:
        case "code":
            assert one.of in code_lists()
        case "looked_up":
            assert one.of in LOOKED_UP.values()
        case "choice":
            assert one.choices
        case "text":
            assert one.longest
        case "number":
            assert one.least is not None and one.most is not None


def test_no_word_is_there_for_a_field_that_nobody_asks() -> None:
    every = {field for kind in QUESTIONS for field in (one.field for one in questions_of(kind))} | set(ACCOUNT)
    assert {code.partition(" ")[0] for code in catalogue("form_fields")} == every
