"""Who is eligible, counted to the cutoff: by education, by years, from the day that the notice names."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.registrations.eligibility import YEARS, Rank, lacks, practised_since, years_until
from backend.registrations.form import EducationSection, Form, RegistrationSection, WorkSection
from backend.wording import Language, say

CUTOFF = date(2023, 12, 31)
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
EDUCATION = ["secondary", "junior_college", "bachelor", "master", "doctor"]

days = st.dates(date(1990, 1, 1), date(2024, 12, 31))


def form(*, education: str = "bachelor", qualification: str = "junior", since: date | None, **more: Any) -> Form:
    """A form whose title was obtained `since`; `registered`, `licence`, `graduated`, `recognised`, `stated` beside."""
    return Form(
        registration=RegistrationSection(
            current_qualification=qualification,
            current_qualification_date=since,
            practice_registration_date=more.get("registered"),
            licence_class=more.get("licence"),
        ),
        education=EducationSection(
            highest_education=education,
            graduation_date=more.get("graduated", date(2012, 7, 1)),
            school_recognised=more.get("recognised", True),
        ),
        work=WorkSection(years_in_speciality=more.get("stated")),
    )


def codes(found: Form, rank: Rank = "intermediate") -> list[str]:
    return [lack.code for lack in lacks(found, rank, CUTOFF)]


@pytest.mark.parametrize(
    ("rank", "education", "needed"),
    [
        ("intermediate", "secondary", 7),
        ("intermediate", "junior_college", 6),
        ("intermediate", "bachelor", 4),
        ("intermediate", "master", 2),
        ("junior", "secondary", 5),
        ("junior", "junior_college", 3),
        ("junior", "bachelor", 1),
    ],
)
def test_years_are_enough_on_the_very_day_and_a_day_later_they_are_not(rank: Rank, education: str, needed: int) -> None:
    enough = date(CUTOFF.year - needed, 12, 31)
    assert codes(form(education=education, since=enough), rank) == []
    late = form(education=education, since=enough + timedelta(days=1))
    (lack,) = lacks(late, rank, CUTOFF)
    assert (lack.code, lack.values) == ("years_too_few", {"needed": needed, "years": needed - 1, "cutoff": CUTOFF})


def test_a_doctor_needs_no_years_and_an_associate_none_either() -> None:
    assert codes(form(education="doctor", since=CUTOFF)) == []
    assert codes(form(education="secondary", since=None), "associate") == []


def test_a_physicians_years_count_from_the_practice_registration_and_a_titles_from_its_day() -> None:
    registered, obtained = date(2021, 1, 1), date(2016, 1, 1)
    physician = form(qualification="physician", since=obtained, registered=registered)
    assert practised_since(physician) == registered and codes(physician) == ["years_too_few"]
    pharmacist = form(qualification="junior", since=obtained, registered=registered)
    assert practised_since(pharmacist) == obtained and codes(pharmacist) == []


def test_a_nurse_without_a_higher_title_counts_from_the_registration() -> None:
    nurse = form(
        education="junior_college",
        qualification="junior_associate",
        licence="nursing",
        since=date(2023, 1, 1),
        registered=date(2018, 1, 1),
    )
    assert practised_since(nurse) == date(2018, 1, 1) and codes(nurse, "junior") == []


def test_without_a_day_the_years_that_were_stated_count() -> None:
    assert codes(form(since=None, stated=3)) == ["years_too_few"]
    assert codes(form(since=None, stated=4)) == []
    assert codes(form(since=None)) == []


def test_every_lack_is_told_together_in_words() -> None:
    found = lacks(
        form(qualification="none", since=date(2023, 1, 1), recognised=False, graduated=date(2024, 1, 1)),
        "intermediate",
        CUTOFF,
    )
    assert [lack.code for lack in found] == [
        "school_not_recognised",
        "graduated_later",
        "qualification_too_low",
        "years_too_few",
    ]
    told = say("errors", "not_eligible", lacks=[lack.term() for lack in found])
    assert "毕业院校不是国家认可的正规院校、毕业时间 1月1日" in told
    assert "按所填学历一般须满 4 年，截至 12月31日为 0 年（以现行报名条件为准）" in told.replace(" 为", "为")


@given(st.sampled_from(list(YEARS)), st.sampled_from(EDUCATION), days, days, st.integers(0, 400))
def test_more_years_never_make_anybody_less_eligible(
    rank: Rank, education: str, since: date, graduated: date, earlier: int
) -> None:
    one = form(education=education, since=since, graduated=graduated)
    other = form(education=education, since=since - timedelta(days=earlier), graduated=graduated)
    assert set(codes(other, rank)) <= set(codes(one, rank))


@given(days, days)
def test_whole_years_are_counted_as_birthdays_are(start: date, end: date) -> None:
    years = years_until(start, end)
    assert (start.year + years, start.month, start.day) <= (end.year, end.month, end.day)
    assert (start.year + years + 1, start.month, start.day) > (end.year, end.month, end.day)


@given(st.sampled_from(list(YEARS)), st.sampled_from(EDUCATION), days, days, st.booleans())
def test_every_lack_reads_as_words_in_both_languages(
    rank: Rank, education: str, since: date, graduated: date, recognised: bool
) -> None:
    found = form(education=education, qualification="none", since=since, graduated=graduated, recognised=recognised)
    for lack in lacks(found, rank, CUTOFF):
        for language in LANGUAGES:
            assert "{" not in say("eligibility", lack.code, language, **lack.values)
