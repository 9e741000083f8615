"""When reminders go out: never in the night, and never after what they are for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from notifications.timing import DAY, before, goes_out, is_quiet, waking

INSTANTS = st.datetimes(datetime(2023, 1, 1), datetime(2026, 1, 1), timezones=st.sampled_from([EXAM_ZONE, UTC]))
DAYS = st.integers(1, 30).map(lambda days: timedelta(days=days))


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=EXAM_ZONE)


@pytest.mark.parametrize(
    ("wanted", "deadline", "goes"),
    [
        ("2024-02-06 00:00", "2024-02-09 00:00", "2024-02-06 08:00"),
        ("2024-02-08 18:00", "2024-02-09 00:00", "2024-02-08 18:00"),
        ("2024-02-08 22:00", "2024-02-10 00:00", "2024-02-09 08:00"),
        ("2024-02-08 21:59", "2024-02-09 00:00", "2024-02-08 21:59"),
        ("2024-02-08 07:59", "2024-02-08 08:00", "2024-02-07 20:00"),
        ("2024-02-08 02:00", "2024-02-08 06:00", "2024-02-07 20:00"),
        ("2024-02-07 23:00", "2024-02-08 05:00", "2024-02-07 20:00"),
        ("2024-02-08 00:00", "2024-02-08 08:01", "2024-02-08 08:00"),
    ],
)
def test_what_falls_in_the_night_moves_to_the_morning_or_where_that_is_too_late_to_the_evening_before(
    wanted: str, deadline: str, goes: str
) -> None:
    assert goes_out(at(wanted), at(deadline)) == at(goes)


@pytest.mark.parametrize(
    ("deadline", "offset", "moment"),
    [
        ("2024-02-09 00:00", timedelta(days=3), "2024-02-06 00:00"),
        ("2024-02-09 00:00", timedelta(days=1), "2024-02-08 00:00"),
        ("2024-02-08 17:00", timedelta(days=3), "2024-02-06 00:00"),
        ("2024-02-08 17:00", timedelta(hours=6), "2024-02-08 11:00"),
        ("2024-02-09 00:00", timedelta(hours=6), "2024-02-08 18:00"),
    ],
)
def test_days_count_from_the_last_day_s_24_00_and_hours_from_the_close(
    deadline: str, offset: timedelta, moment: str
) -> None:
    assert before(at(deadline), offset) == at(moment)


@given(INSTANTS, st.none() | INSTANTS)
def test_nothing_goes_out_in_the_night(wanted: datetime, deadline: datetime | None) -> None:
    assert not is_quiet(goes_out(wanted, deadline))


@given(INSTANTS, st.timedeltas(timedelta(seconds=1), timedelta(days=40)))
def test_nothing_goes_out_at_or_past_the_deadline_that_was_wanted_before_it(wanted: datetime, left: timedelta) -> None:
    assert goes_out(wanted, wanted + left) < wanted + left


@given(INSTANTS, st.none() | INSTANTS)
def test_what_is_wanted_by_day_goes_out_then(wanted: datetime, deadline: datetime | None) -> None:
    if not is_quiet(wanted):
        assert goes_out(wanted, deadline) == wanted


@given(INSTANTS)
def test_a_night_is_waited_out_within_ten_hours(wanted: datetime) -> None:
    assert timedelta(0) <= waking(wanted) - wanted <= timedelta(hours=10)
    assert waking(waking(wanted)) == waking(wanted)


@given(INSTANTS, INSTANTS)
def test_the_order_of_what_is_wanted_stays(one: datetime, other: datetime) -> None:
    first, second = sorted([one, other])
    assert waking(first) <= waking(second)


@given(INSTANTS, DAYS)
def test_days_before_begin_a_day_in_china_and_lie_between_that_many_days_and_one_less(
    deadline: datetime, offset: timedelta
) -> None:
    moment = before(deadline, offset)
    assert moment.astimezone(EXAM_ZONE).strftime("%H:%M:%S.%f") == "00:00:00.000000"
    assert offset - DAY < deadline - moment <= offset


@given(INSTANTS, DAYS, st.integers(1, 30))
def test_a_reminder_further_from_the_deadline_goes_out_first(deadline: datetime, offset: timedelta, more: int) -> None:
    later, earlier = before(deadline, offset), before(deadline, offset + more * DAY)
    assert goes_out(earlier, deadline) < goes_out(later, deadline)
