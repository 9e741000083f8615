"""What marks add up to, for any marks of two years: which scores roll, which count, who qualifies."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.exams.marks import BadMark, Mark, Violation, marks_of, read_mark
from backend.results.judgement import Sitting, is_shown, judge, voided

FOUR = ("基础知识", "相关专业知识", "专业知识", "专业实践能力")
TWO = ("专业实务", "实践能力")


def mark(subject: str, score: int | None = 60, status: str = "sat") -> Mark:
    cells = {"sat": str(score), "absent": "absent", "void": "void"}
    found = read_mark(subject, cells[status], "60", highest=100)
    assert found is not None
    return found


def sitting(year: int = 2024, speciality: str = "368", **scores: int) -> Sitting:
    """Scores by subject, as `a=60` for the first of the four."""
    marks = tuple(mark(FOUR["abcd".index(name)], score) for name, score in scores.items())
    return Sitting(year=year, speciality=speciality, marks=marks)


any_mark = st.builds(
    mark, st.sampled_from(FOUR), st.integers(0, 100), st.sampled_from(["sat", "sat", "sat", "absent", "void"])
)
some_marks = st.lists(any_mark, max_size=4, unique_by=lambda one: one.subject).map(tuple)
sittings = st.builds(
    Sitting, year=st.integers(2021, 2024), speciality=st.sampled_from(["368", "369"]), marks=some_marks
)


@given(some_marks)
def test_marks_are_kept_as_they_are(marks: tuple[Mark, ...]) -> None:
    assert marks_of([one.stored() for one in marks]) == marks


@given(sittings, st.none() | sittings, st.booleans(), st.integers(1, 2))
def test_who_qualifies_has_passed_every_subject_of_the_speciality_in_two_consecutive_years(
    this: Sitting, last: Sitting | None, rolls: bool, years: int
) -> None:
    outcome = judge(this, last, subjects=FOUR, rolls=rolls, rolling_years=years)
    own = {one.subject for one in this.marks if one.passed}
    fits = (
        last is not None and rolls and years == 2 and (last.year, last.speciality) == (this.year - 1, this.speciality)
    )
    before = {one.subject for one in last.marks if one.passed} if last is not None and fits else set()
    assert outcome.qualified == (own | before == set(FOUR))
    assert {one.subject for one in outcome.rolled} == before - own
    assert set(outcome.missing) == set(FOUR) - own - before


@given(sittings, st.none() | sittings, st.booleans(), st.integers(1, 2))
def test_only_what_was_passed_this_year_rolls_on_and_only_where_something_is_missing(
    this: Sitting, last: Sitting | None, rolls: bool, years: int
) -> None:
    outcome = judge(this, last, subjects=FOUR, rolls=rolls, rolling_years=years)
    own = {one.subject for one in this.marks if one.passed}
    assert set(outcome.rolls_on) == (own if outcome.missing and years == 2 else set())


def test_the_missing_subject_of_last_year_passed_this_year_qualifies() -> None:
    outcome = judge(sitting(d=60), sitting(2023, a=60, b=75, c=100, d=59), subjects=FOUR, rolls=True, rolling_years=2)
    assert outcome.qualified
    assert [(one.subject, one.score) for one in outcome.rolled] == [(FOUR[0], 60), (FOUR[1], 75), (FOUR[2], 100)]


@pytest.mark.parametrize(
    ("last", "rolls", "years"),
    [
        (sitting(2022, a=60, b=60, c=60), True, 2),
        (sitting(2023, "369", a=60, b=60, c=60), True, 2),
        (sitting(2023, a=60, b=60, c=60), False, 2),
        (sitting(2023, a=60, b=60, c=60), True, 1),
        (None, True, 2),
    ],
    ids=["two years ago", "another speciality", "without the archive number", "an exam that does not roll", "nothing"],
)
def test_what_does_not_roll(last: Sitting | None, rolls: bool, years: int) -> None:
    outcome = judge(sitting(d=60), last, subjects=FOUR, rolls=rolls, rolling_years=years)
    assert (outcome.qualified, outcome.rolled) == (False, ())


def test_a_nurse_passes_both_subjects_in_one_year() -> None:
    both = tuple(mark(subject) for subject in TWO)
    this = Sitting(year=2012, speciality="011", marks=both)
    assert judge(this, None, subjects=TWO, rolls=False, rolling_years=1).qualified
    one = Sitting(year=2012, speciality="011", marks=both[:1])
    outcome = judge(one, Sitting(year=2011, speciality="011", marks=both), subjects=TWO, rolls=True, rolling_years=1)
    assert (outcome.qualified, outcome.missing, outcome.rolls_on) == (False, TWO[1:], ())


def test_without_any_subject_nobody_qualifies() -> None:
    assert not judge(sitting(), None, subjects=(), rolls=False, rolling_years=2).qualified


@given(some_marks, st.dictionaries(st.sampled_from(FOUR), st.sampled_from(["ordinary", "serious"]), max_size=2))
def test_a_violation_voids_its_subject_a_serious_one_the_whole_sitting(
    marks: tuple[Mark, ...], violations: Mapping[str, Violation]
) -> None:
    after = voided(marks, violations)
    assert [one.subject for one in after] == [one.subject for one in marks]
    for before, one in zip(marks, after, strict=True):
        if "serious" in violations.values() or one.subject in violations:
            assert (one.status, one.passed, one.score) == ("void", False, None)
        else:
            assert one == before


@pytest.mark.parametrize(
    ("military", "of_the_military", "shown"),
    [
        ({"results_public": False}, True, False),
        ({"results_public": False}, False, True),
        ({"results_public": True}, True, True),
        (None, True, True),
    ],
)
def test_the_military_s_results_are_hidden_where_the_notice_says_so(
    military: Mapping[str, bool] | None, of_the_military: bool, shown: bool
) -> None:
    assert is_shown(military, of_the_military=of_the_military) == shown


@given(st.integers(0, 100), st.integers(1, 100))
def test_the_pass_line_itself_is_passed(score: int, line: int) -> None:
    found = read_mark("基础知识", str(score), str(line), highest=100)
    assert found is not None and found.passed == (score >= line)


@pytest.mark.parametrize("word", ["absent", "void"])
def test_who_did_not_sit_has_no_score_and_has_not_passed(word: str) -> None:
    found = read_mark("基础知识", word, "60", highest=100)
    assert found is not None and (found.status, found.score, found.passed) == (word, None, False)


def test_two_empty_cells_say_nothing() -> None:
    assert read_mark("基础知识", " ", "", highest=100) is None


@pytest.mark.parametrize(
    ("score", "line", "column"),
    [
        ("101", "60", "score"),
        ("-1", "60", "score"),
        ("60.5", "60", "score"),
        ("６０", "60", "score"),
        ("sat", "60", "score"),
        ("", "60", "score"),
        ("60", "", "pass_line"),
        ("60", "0", "pass_line"),
        ("60", "101", "pass_line"),
        ("60", "absent", "pass_line"),
        ("9" * 5000, "60", "score"),
    ],
)
def test_what_cannot_be_a_mark_is_told_with_its_column(score: str, line: str, column: str) -> None:
    with pytest.raises(BadMark) as bad:
        read_mark("基础知识", score, line, highest=100)
    assert bad.value.column == column
