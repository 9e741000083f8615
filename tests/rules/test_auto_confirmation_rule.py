"""The automatic rule on plain data: what makes a difference, and what never does."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.registrations.auto_confirmation import BRACKETS, COMPARED_FIELDS, Past, compare, decide, meaning

FORM: Mapping[str, Any] = {
    "name": "测试乙",
    "basic": {"gender": "female", "birth_date": "1991-02-02", "ethnicity": "01"},
    "registration": {
        "area": "河北",
        "site": "示例市",
        "speciality": "368",
        "level": "intermediate",
        "archive_number": "SAMPLE0002",
    },
    "education": {
        "highest_education": "bachelor",
        "degree": "bachelor",
        "school": "示例医学院（护理学院）",
        "major": "护理学",
        "graduation_date": "2012-07-01",
        "study_years": 4,
    },
    "work": {
        "employer": "示例市第一医院",
        "employer_parent": None,
        "employer_nature": "public_hospital",
        "years_in_speciality": 11,
    },
}
WRITTEN = "示例医学院护理学系Aa Bb-09（）〔〕[]【】"
words = st.text(WRITTEN, max_size=20)
BRACKET_PAIRS = ("()", "（）", "[]", "［］", "【】", "〔〕", "〖〗", "{}")


def past(**changed: Any) -> Past:
    return Past(
        **{"attendance": "sat", "qualified": False, "archive_number": "SAMPLE0002", "form": FORM, **changed},
    )


def form_with(field: str, value: object) -> dict[str, Any]:
    changed = copy.deepcopy(dict(FORM))
    section, _, name = field.partition(".")
    if name:
        changed[section][name] = value
    else:
        changed[section] = value
    return changed


def wide(text: str) -> str:
    """Every ASCII character in its full-width form."""
    return "".join("　" if one == " " else chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


@given(words)
def test_width_makes_no_difference(text: str) -> None:
    assert meaning(wide(text)) == meaning(text)


@given(words)
def test_letter_case_makes_no_difference(text: str) -> None:
    assert meaning(text.upper()) == meaning(text.lower()) == meaning(text)


@given(words, st.lists(st.sampled_from(" 　\t\u00a0\u2003"), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_spaces_make_no_difference(text: str, spaces: list[str], dice: Any) -> None:
    spaced = list(text)
    for space in spaces:
        spaced.insert(dice.randint(0, len(spaced)), space)
    assert meaning("".join(spaced)) == meaning(text)


@given(words, st.sampled_from(BRACKET_PAIRS))
def test_the_shape_of_brackets_makes_no_difference(text: str, pair: str) -> None:
    table = {ord(one): pair["([（［【〔〖{".find(one) < 0] for one in "([（［【〔〖{)]）］】〕〗}"}
    assert meaning(text.translate(table)) == meaning(text)


@given(words)
def test_a_meaning_read_again_stays_what_it_is(text: str) -> None:
    assert meaning(meaning(text)) == meaning(text)


@given(st.text("示例医学院护理系", min_size=1, max_size=8), st.text("示例医学院护理系", min_size=1, max_size=8))
def test_another_school_is_always_a_difference(school: str, other: str) -> None:
    found = compare(form_with("education.school", school), form_with("education.school", other))
    assert [one.field for one in found] == ([] if school == other else ["education.school"])


def test_every_bracket_of_the_table_opens_or_closes_a_pair() -> None:
    assert {meaning(one) for one in map(chr, BRACKETS)} == {"(", ")"}


@pytest.mark.parametrize("field", COMPARED_FIELDS)
def test_a_change_of_one_compared_field_is_told_with_both_values(field: str) -> None:
    changed = form_with(field, "另一个")
    (difference,) = compare(FORM, changed)
    section, _, name = field.partition(".")
    before = FORM[section][name] if name else FORM[section]
    assert (difference.field, difference.this_year) == (field, "另一个")
    assert difference.last_year == (None if before is None else str(before))
    assert decide(enabled=True, past=past(), this_year=changed).outcome == "failed"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("work.years_in_speciality", 12),
        ("work.stamped_by", "file_holder"),
        ("registration.archive_number", "SAMPLE9999"),
        ("registration.subjects", ["基础知识"]),
        ("registration.confirmation_point", 99),
        ("basic.phone", "13900000000"),
        ("basic.photo", "another"),
        ("education.study_years", "4"),
        ("work.employer_parent", ""),
    ],
)
def test_what_changes_by_itself_is_no_difference(field: str, value: object) -> None:
    assert compare(FORM, form_with(field, value)) == []


@given(st.lists(st.sampled_from(COMPARED_FIELDS), unique=True))
def test_every_difference_is_told_once_in_the_forms_order(fields: list[str]) -> None:
    changed: dict[str, Any] = dict(FORM)
    for field in fields:
        section, _, name = field.partition(".")
        changed[section] = {**changed[section], name: "另一个"} if name else "另一个"
    assert [one.field for one in compare(FORM, changed)] == [field for field in COMPARED_FIELDS if field in fields]


def test_all_the_same_is_confirmed_and_rolls() -> None:
    found = decide(enabled=True, past=past(), this_year=FORM)
    assert (found.outcome, found.reason, found.rolls, found.differences) == ("confirmed", None, True, ())


@pytest.mark.parametrize("typed", [None, "", "SAMPLE9999"])
def test_an_archive_number_missing_or_not_last_years_bars_only_the_rolling(typed: str | None) -> None:
    found = decide(enabled=True, past=past(), this_year=form_with("registration.archive_number", typed))
    assert (found.outcome, found.rolls) == ("confirmed", False)


def test_an_archive_number_is_read_by_its_meaning() -> None:
    assert decide(
        enabled=True, past=past(), this_year=form_with("registration.archive_number", "ｓａｍｐｌｅ 0002")
    ).rolls


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"attendance": "absent"}, "absent_last_year"),
        ({"attendance": "void"}, "violation_last_year"),
        ({"qualified": True}, "qualified_last_year"),
        ({"attendance": "void", "qualified": True}, "violation_last_year"),
    ],
)
def test_who_did_not_sit_or_passed_takes_no_part(changed: Mapping[str, Any], reason: str) -> None:
    found = decide(enabled=True, past=past(**changed), this_year=FORM)
    assert (found.outcome, found.reason, found.rolls) == ("not_applicable", reason, False)


def test_nobody_of_last_year_takes_no_part() -> None:
    found = decide(enabled=True, past=None, this_year=FORM)
    assert (found.outcome, found.reason, found.rolls) == ("not_applicable", "no_last_year", False)


def test_an_area_without_the_rule_still_lets_the_scores_roll() -> None:
    found = decide(enabled=False, past=past(), this_year=FORM)
    assert (found.outcome, found.reason, found.rolls) == ("not_applicable", "area_without", True)


def test_what_is_stored_says_all_that_was_decided() -> None:
    found = decide(enabled=True, past=past(), this_year=form_with("education.school", "示例卫生职业学院"))
    assert found.stored() == {
        "outcome": "failed",
        "reason": "differs",
        "rolls": True,
        "differences": [
            {
                "field": "education.school",
                "last_year": "示例医学院（护理学院）",
                "this_year": "示例卫生职业学院",
            }
        ],
    }


@given(st.booleans())
def test_a_violation_that_voided_one_subject_bars_the_confirmation_and_lets_the_others_roll(same: bool) -> None:
    this_year = FORM if same else form_with("registration.archive_number", "SAMPLE9999")
    found = decide(enabled=True, past=past(violated=True), this_year=this_year)
    assert (found.outcome, found.reason, found.rolls) == ("not_applicable", "violation_last_year", same)
