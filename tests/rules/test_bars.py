"""Two years from a decision: to the day, in Asia/Shanghai, whatever the hour and the zone it is written in."""

import calendar
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.registrations.bars import barred_until

instants = st.datetimes(datetime(2012, 1, 1), datetime(2097, 12, 31), timezones=st.just(EXAM_ZONE))


@given(instants)
def test_a_bar_ends_with_the_same_day_two_years_later_at_24_00(decided_at: datetime) -> None:
    last = barred_until(decided_at) - timedelta(days=1)
    assert last.utcoffset() == timedelta(hours=8)
    assert (last.year, last.hour, last.minute, last.second, last.microsecond) == (decided_at.year + 2, 0, 0, 0, 0)
    if (last.month, last.day) != (decided_at.month, decided_at.day):
        assert (decided_at.month, decided_at.day) == (2, 29)
        assert (last.month, last.day) == (2, calendar.monthrange(last.year, 2)[1]) == (2, 28)


@given(instants, instants)
def test_whoever_is_barred_later_is_barred_at_least_as_long(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert barred_until(earlier) <= barred_until(later)


@given(instants)
def test_the_zone_an_instant_is_written_in_changes_nothing(decided_at: datetime) -> None:
    assert barred_until(decided_at.astimezone(UTC)) == barred_until(decided_at)


@pytest.mark.parametrize(
    ("decided_at", "last_day"),
    [
        ("2024-05-06 00:00:00", "2026-05-06"),
        ("2024-05-06 23:59:59", "2026-05-06"),
        ("2024-02-29 12:00:00", "2026-02-28"),
        ("2026-02-28 12:00:00", "2028-02-28"),
        ("2023-12-31 23:59:59", "2025-12-31"),
    ],
)
def test_a_bar_of_the_calendar(decided_at: str, last_day: str) -> None:
    until = barred_until(datetime.fromisoformat(decided_at).replace(tzinfo=EXAM_ZONE))
    assert str((until - timedelta(microseconds=1)).date()) == last_day
