"""The duties that have hours, on the notices' own hours; counts and seals that don't agree. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.custody.hours import (
    CustodyDuty,
    Done,
    DutyState,
    Interval,
    Records,
    SessionTime,
    Step,
    TimedDuty,
    batches,
    of_area,
    of_site,
    unwatched,
)
from backend.custody.materials import Found, HandOverKind, IncidentKind, incidents_in, may_be_drawn
from backend.custody.models import StatementKind
from backend.exams.calendar import Calendar, Layer, days
from backend.exams.stages import Stage

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NINE = datetime(2021, 4, 10, 9, tzinfo=EXAM_ZONE)
DAYS = (date(2021, 4, 10), date(2021, 4, 11), date(2021, 4, 17), date(2021, 4, 18))
CALENDAR = Calendar(
    (
        Layer(
            name="national",
            windows={
                Stage.NOTICE_LINKS: [days(None, date(2020, 12, 26))],
                Stage.OFFICE_REPORT: [days(None, date(2021, 3, 9))],
                Stage.RECEIVERS_REPORT: [days(None, date(2021, 3, 9))],
                Stage.DESTRUCTION_RECORD: [days(None, date(2021, 5, 27))],
            },
        ),
    )
)


def session(number: int, starts_at: datetime) -> SessionTime:
    return SessionTime(id=number, subject=f"科目{number}", starts_at=starts_at, ends_at=starts_at + 2 * HOUR)


SESSIONS = (session(1, NINE), session(2, NINE + timedelta(days=1)), session(3, NINE + timedelta(days=7)))
BATCHES = batches(SESSIONS, DAYS)


def done(at: datetime) -> Done:
    return Done(at=at, by=uuid4())


def step(kind: HandOverKind, at: datetime | None, *, batch: int = 1, of: int | None = None) -> Step:
    return Step(kind=kind, batch=batch, session_id=of, closed=done(at) if at else None)


def duties(
    records: Records | None = None, now: datetime = NINE, *, on_computers: bool = True
) -> dict[tuple[CustodyDuty, int], TimedDuty]:
    found = of_site(CALENDAR, BATCHES, records or Records(), on_computers=on_computers, now=now)
    return {(duty.duty, duty.batch): duty for duty in found}


def test_days_without_a_day_between_them_are_a_batch() -> None:
    assert [(batch.number, batch.starts_at, batch.ends_at) for batch in BATCHES] == [
        (1, NINE, NINE + timedelta(days=1, hours=2)),
        (2, NINE + timedelta(days=7), NINE + timedelta(days=7, hours=2)),
    ]
    assert [len(batch.sessions) for batch in batches((), DAYS)] == [0, 0]


@given(st.sets(st.integers(0, 40), min_size=1))
def test_every_day_is_in_one_batch_and_between_two_there_is_a_day(offsets: set[int]) -> None:
    found = batches((), [date(2024, 4, 1) + timedelta(days=offset) for offset in offsets])
    assert sum((one.ends_at - one.starts_at for one in found), timedelta()) == timedelta(days=len(offsets))
    assert all(later.starts_at > one.ends_at for one, later in pairwise(found))


@pytest.mark.parametrize(
    ("at", "state"),
    [(49 * HOUR, DutyState.DONE_LATE), (48 * HOUR, DutyState.DONE_LATE), (48 * HOUR - SECOND, DutyState.DONE)],
)
def test_all_of_a_batch_is_back_within_48_hours(at: timedelta, state: DutyState) -> None:
    end = BATCHES[0].ends_at
    records = Records(steps=[step(HandOverKind.RECOVERY, end + HOUR), step(HandOverKind.RECOVERY, end + at)])
    duty = duties(records)[CustodyDuty.BACK, 1]
    assert (duty.due_at, duty.state(end + 60 * HOUR)) == (end + 48 * HOUR, state)


def test_a_hand_over_that_is_not_closed_is_not_back() -> None:
    end = BATCHES[0].ends_at
    records = Records(steps=[step(HandOverKind.RECOVERY, end + HOUR), step(HandOverKind.RECOVERY, None)])
    duty = duties(records)[CustodyDuty.BACK, 1]
    assert duty.state(end + 48 * HOUR) is DutyState.LATE
    assert duty.state(end + 48 * HOUR - SECOND) is DutyState.DUE
    assert duty.state(end - SECOND) is DutyState.UPCOMING


def test_data_is_deleted_within_24_hours_of_the_word_and_not_due_before_it() -> None:
    assert duties()[CustodyDuty.DATA_DELETED, 1].state(NINE + 400 * HOUR) is DutyState.WAITING
    word = NINE + 40 * HOUR
    records = Records(statements={(StatementKind.DATA_COMPLETE, 1): done(word)})
    duty = duties(records)[CustodyDuty.DATA_DELETED, 1]
    assert (duty.opens_at, duty.due_at) == (word, word + 24 * HOUR)
    assert duty.state(word + 24 * HOUR) is DutyState.LATE
    assert not [one for one, _ in duties(on_computers=False) if one is CustodyDuty.DATA_DELETED]


@pytest.mark.parametrize(
    ("before", "allowed"),
    [(2 * HOUR + SECOND, False), (2 * HOUR, True), (HOUR, True), (-2 * HOUR + SECOND, True), (-2 * HOUR, False)],
)
def test_papers_are_drawn_no_earlier_than_two_hours_before_the_start(before: timedelta, allowed: bool) -> None:
    assert may_be_drawn(NINE, NINE + 2 * HOUR, NINE - before) is allowed


def test_a_sessions_papers_are_drawn_by_its_start() -> None:
    records = Records(steps=[step(HandOverKind.DRAW, NINE - HOUR, of=1)])
    found = [duty for duty in of_site(CALENDAR, BATCHES, records, on_computers=True, now=NINE) if duty.subject]
    assert [(duty.subject, duty.state(NINE)) for duty in found] == [
        ("科目1", DutyState.DONE),
        ("科目2", DutyState.UPCOMING),
        ("科目3", DutyState.UPCOMING),
    ]
    assert found[1].due_at == SESSIONS[1].starts_at and found[1].opens_at == SESSIONS[1].starts_at - 2 * HOUR


def test_reports_are_due_by_the_calendars_last_day() -> None:
    last = datetime(2021, 3, 10, tzinfo=EXAM_ZONE)
    for at, state in ((last - SECOND, DutyState.DONE), (last, DutyState.DONE_LATE)):
        records = Records(statements={(StatementKind.OFFICES, 0): done(at), (StatementKind.RECEIVERS, 0): done(at)})
        found = duties(records)
        assert {found[one, 0].state(NINE) for one in (CustodyDuty.OFFICES, CustodyDuty.RECEIVERS)} == {state}
    assert {duty.duty: duty.due_at for duty in of_area(CALENDAR, Records())} == {
        CustodyDuty.NOTICE_LINKS: datetime(2020, 12, 27, tzinfo=EXAM_ZONE),
        CustodyDuty.RECEIVERS: last,
        CustodyDuty.OFFICES: last,
        CustodyDuty.DESTROYED: datetime(2021, 5, 28, tzinfo=EXAM_ZONE),
    }
    assert {duty.state(NINE) for duty in of_area(Calendar(()), Records())} == {DutyState.WAITING}


def intervals(*hours: tuple[int, int]) -> list[Interval]:
    return [Interval(starts_at=NINE + first * HOUR, ends_at=NINE + last * HOUR) for first, last in hours]


def covered(found: Sequence[Interval]) -> set[int]:
    """The hours that these hold."""
    return {
        hour for one in found for hour in range(int((one.starts_at - NINE) / HOUR), int((one.ends_at - NINE) / HOUR))
    }


@given(
    kept=st.integers(1, 100),
    watches=st.lists(st.tuples(st.integers(-20, 120), st.integers(1, 30)), max_size=12),
)
def test_every_hour_is_either_watched_or_told(kept: int, watches: list[tuple[int, int]]) -> None:
    watched = intervals(*((first, first + length) for first, length in watches))
    gaps = unwatched(Interval(starts_at=NINE, ends_at=NINE + kept * HOUR), watched)
    assert covered(gaps) == set(range(kept)) - covered(watched)
    assert all(one.ends_at < later.starts_at for one, later in pairwise(gaps))


def test_the_watch_begins_with_the_materials_and_ends_when_they_are_back() -> None:
    steps = [step(HandOverKind.PICKUP, NINE), step(HandOverKind.RECOVERY, NINE + 30 * HOUR)]
    kept = Records(steps=steps, watches=intervals((0, 12), (12, 24), (26, 30)))
    assert duties(kept, NINE + 90 * HOUR)[CustodyDuty.WATCHED, 1].due_at == NINE + 24 * HOUR
    whole = replace(kept, watches=intervals((0, 24), (24, 30)))
    assert (CustodyDuty.WATCHED, 1) not in duties(whole, NINE + 90 * HOUR)
    assert (CustodyDuty.WATCHED, 1) not in duties(Records(), NINE + 90 * HOUR)
    still = Records(steps=steps[:1], watches=intervals((0, 24)))
    assert duties(still, NINE + 25 * HOUR)[CustodyDuty.WATCHED, 1].state(NINE + 25 * HOUR) is DutyState.LATE


@given(declared=st.integers(1, 1000), counted=st.integers(0, 1000), intact=st.booleans())
def test_whatever_differs_or_is_broken_is_an_incident_and_nothing_else_is(
    declared: int, counted: int, intact: bool
) -> None:
    kinds = incidents_in(Found(declared=declared, counted=counted, intact=intact))
    assert (IncidentKind.COUNT_DIFFERS in kinds) == (declared != counted)
    assert (IncidentKind.SEAL_BROKEN in kinds) == (not intact)
    assert len(kinds) == len(set(kinds))
