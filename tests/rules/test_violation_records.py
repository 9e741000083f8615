"""What is wrong with a record, for any times: nothing was seen before the exam, told before it was seen, or later."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.violations.offences import Severity
from backend.violations.records import Record, faults

FIRST_DAY = date(2024, 4, 13)
BEGINNING = datetime(2024, 4, 13, tzinfo=EXAM_ZONE)
instants = st.datetimes(datetime(2024, 4, 10), datetime(2024, 5, 10), timezones=st.just(EXAM_ZONE))


def record(seen_at: datetime, told_at: datetime) -> Record:
    return Record(
        subject="基础知识", severity=Severity.ORDINARY, item=6, what="交头接耳", seen_at=seen_at, told_at=told_at
    )


@given(instants, instants, instants, st.sampled_from([FIRST_DAY, None]))
def test_times_are_right_in_one_order_only(
    seen_at: datetime, told_at: datetime, now: datetime, first_day: date | None
) -> None:
    found = faults(record(seen_at, told_at), subjects=["基础知识"], first_day=first_day, now=now)
    in_order = (first_day is None or seen_at >= BEGINNING) and seen_at <= told_at <= now
    assert (found == []) == in_order
    assert {fault.field for fault in found} <= {"seen_at", "told_at"}


def test_the_very_first_instant_of_the_first_day_counts() -> None:
    found = faults(record(BEGINNING, BEGINNING), subjects=["基础知识"], first_day=FIRST_DAY, now=BEGINNING)
    assert found == []
    early = BEGINNING - timedelta(microseconds=1)
    found = faults(record(early, BEGINNING), subjects=["基础知识"], first_day=FIRST_DAY, now=BEGINNING)
    assert [(fault.field, fault.code) for fault in found] == [("seen_at", "out_of_range")]
