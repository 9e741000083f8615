"""The invigilators' timetable against the clock: what is due, what is read, and who may still go in."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.exams.exam_day import Invigilation, InvigilatorsMoment, invigilation_of, moment
from tests.exams.notices import has
from tests.exams.published import publication

NURSES: Final = invigilation_of("nurse-2012")
STARTS: Final = datetime(2012, 5, 19, 9, tzinfo=EXAM_ZONE)
ENDS: Final = STARTS + timedelta(hours=2)
instants = st.datetimes(datetime(2012, 5, 19), datetime(2012, 5, 20), timezones=st.just(EXAM_ZONE))


def at(clock: str, plan: Invigilation = NURSES) -> InvigilatorsMoment:
    now = datetime.fromisoformat(f"2012-05-19 {clock}").replace(tzinfo=EXAM_ZONE)
    return moment(plan, starts_at=STARTS, ends_at=ENDS, now=now)


def test_every_word_of_the_timetable_and_of_the_orders_is_the_notices() -> None:
    assert [duty.words for duty in NURSES.duties if not has("nurse-2012", duty.words)] == []
    assert [letter for letter, words in NURSES.instructions.items() if not has("nurse-2012", words)] == []
    assert list(NURSES.instructions) == list("ABCDEF")


def test_its_minutes_and_letters_are_those_of_the_exams_calendar() -> None:
    national = publication("nurse-2012").national
    assert national is not None
    published = [(step.anchor, step.minute, step.instruction) for step in national[1].exam_day]
    turns = [duty for duty in NURSES.duties if duty.ends is None]
    assert [(duty.begins.anchor, duty.begins.minute, duty.instruction) for duty in turns] == published


@pytest.mark.parametrize(
    ("clock", "reading", "entry"),
    [
        ("08:14:59", None, "not_yet"),
        ("08:39:59", None, "not_yet"),
        ("08:40:00", "A", "open"),
        ("08:49:59", "A", "open"),
        ("08:50:00", "B", "open"),
        ("09:00:00", "C", "open"),
        ("09:29:59", "C", "open"),
        ("09:30:00", None, "too_late"),
        ("10:45:00", "D", "too_late"),
        ("11:00:00", "E", "too_late"),
        ("11:10:00", "F", "too_late"),
        ("11:15:00", None, "too_late"),
    ],
)
def test_the_orders_are_read_and_the_door_closes_to_the_second(clock: str, reading: str | None, entry: str) -> None:
    found = at(clock)
    assert (found.reading, found.entry) == (reading, entry)
    assert found.entry_ends_at == STARTS + timedelta(minutes=30)
    order = next((one.order for one in found.due if one.instruction), None)
    assert order == (NURSES.instructions[reading] if reading else None)


def test_before_the_first_duty_it_is_told_as_the_next_one_and_after_the_last_nothing_is() -> None:
    early = at("08:00:00")
    assert early.due == () and [one.begins_at for one in early.following] == [STARTS - timedelta(minutes=45)]
    late = at("11:15:00")
    assert "考务办公室" in late.due[0].words and late.following == ()


def test_during_the_exam_what_lasts_is_due_beside_what_is_done_at_once() -> None:
    found = at("09:10:00")
    assert [one.words[:6] for one in found.due] == ["宣读考场指令", "监考人员逐一", "监考人员按照"]
    assert [one.begins_at for one in found.following] == [STARTS + timedelta(minutes=30)]
    assert [one.words[:6] for one in at("10:00:00").due] == ["监考人员按照", "监考人员填写"]


@given(instants)
def test_what_is_next_begins_later_and_what_is_due_has_begun(now: datetime) -> None:
    found = moment(NURSES, starts_at=STARTS, ends_at=ENDS, now=now)
    assert all(one.begins_at <= now for one in found.due)
    assert all(one.begins_at > now for one in found.following)
    assert len({one.begins_at for one in found.following}) <= 1
    assert bool(found.due) == (now >= STARTS - timedelta(minutes=45))
    assert sum(one.instruction is not None for one in found.due) <= 1


@given(st.lists(instants, min_size=2, max_size=20))
def test_the_door_never_opens_again(times: list[datetime]) -> None:
    order = ["not_yet", "open", "too_late"]
    found = [order.index(moment(NURSES, starts_at=STARTS, ends_at=ENDS, now=now).entry) for now in sorted(times)]
    assert all(one <= other for one, other in pairwise(found))


def test_an_exam_whose_notice_prints_no_timetable_has_its_door_all_the_same() -> None:
    found = at("09:30:00", invigilation_of("health-2024"))
    assert (found.due, found.following, found.reading, found.entry) == ((), (), None, "too_late")
