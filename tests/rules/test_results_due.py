"""By when results must be out: two months, or 45 of the state's working days, after the last exam day."""

from datetime import date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.exams.results_due import months_after, results_due, working_days_after

TWO_MONTHS = {"within": "2 months", "after": "last exam day"}
WORKING_DAYS = {"within": "45 working days", "after": "last exam day"}


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=EXAM_ZONE)


def test_two_months_after_the_last_exam_day_of_2024_end_with_the_21st_of_june() -> None:
    days = [date(2024, 4, 13), date(2024, 4, 14), date(2024, 4, 20), date(2024, 4, 21)]
    assert results_due(TWO_MONTHS, days) == midnight(2024, 6, 22)


def test_45_working_days_after_the_nurses_of_2012_leave_out_the_dragon_boat_holiday() -> None:
    """19 May is a Saturday; 22 and 23 June were holidays of the state, the 24th was a Sunday.

    Nine weeks from Monday the 21st have 45 weekdays, to 20 July; Friday 22 June was none: so Monday the 23rd.
    """
    assert results_due(WORKING_DAYS, [date(2012, 5, 19)]) == midnight(2012, 7, 24)


def test_a_weekend_that_is_worked_to_make_up_counts() -> None:
    """28 April 2024 was a worked Sunday; 1 to 5 May were holidays."""
    assert working_days_after(date(2024, 4, 26), 1) == date(2024, 4, 28)
    assert working_days_after(date(2024, 4, 26), 4) == date(2024, 5, 6)


@given(st.dates(date(2008, 1, 1), date(2024, 12, 31)), st.integers(1, 60))
def test_there_are_as_many_working_days_up_to_it_as_were_asked_for(day: date, count: int) -> None:
    end = working_days_after(day, count)
    assert end is not None
    between = [day + timedelta(days=one) for one in range(1, (end - day).days + 1)]
    assert sum(chinese_calendar.is_workday(one) for one in between) == count
    assert chinese_calendar.is_workday(end)


def test_beyond_the_state_s_calendar_nothing_is_made_up() -> None:
    assert results_due(WORKING_DAYS, [date(2099, 5, 19)]) is None


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2023, 12, 31), date(2024, 2, 29)),
        (date(2022, 12, 31), date(2023, 2, 28)),
        (date(2024, 11, 30), date(2025, 1, 30)),
        (date(2024, 10, 31), date(2024, 12, 31)),
    ],
)
def test_a_month_without_that_day_ends_with_its_last(day: date, end: date) -> None:
    assert months_after(day, 2) == end


def test_without_a_rule_or_without_exam_days_there_is_no_such_day() -> None:
    assert results_due(None, [date(2024, 4, 21)]) is None
    assert results_due(TWO_MONTHS, []) is None
