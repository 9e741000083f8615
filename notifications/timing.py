"""When a reminder goes out. Pure; every instant is in Asia/Shanghai, whatever zone it is given in.

Nobody is woken: nothing goes out from 22:00 until 08:00 (domain: To-do reminders). What falls there moves to the next
08:00, or, where that is at or past the deadline, to 20:00 of the evening before.
"""

from datetime import datetime, time, timedelta
from typing import Final

from backend.clock import EXAM_ZONE, start_of_day

DAY: Final = timedelta(days=1)
QUIET_FROM: Final = time(22)
QUIET_UNTIL: Final = time(8)
EVENING: Final = time(20)


def is_quiet(at: datetime) -> bool:
    """Whether it is night."""
    clock = at.astimezone(EXAM_ZONE).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def waking(at: datetime) -> datetime:
    """That instant, or the end of the night it lies in."""
    if not is_quiet(at):
        return at.astimezone(EXAM_ZONE)
    morning = _on_day(at, QUIET_UNTIL)
    return morning if at < morning else morning + DAY


def goes_out(at: datetime, deadline: datetime | None) -> datetime:
    """When that which is wanted at an instant goes out; at or past the deadline only what was wanted there."""
    morning = waking(at)
    if deadline is None or morning < deadline or morning == at:
        return morning
    # The evening before the night in which it fell.
    return _on_day(morning - DAY, EVENING)


def before(deadline: datetime, offset: timedelta) -> datetime:
    """That long before a window closes.

    Whole days count from the last day's 24:00, whatever hour the window closes at: the last day is what people know.
    Hours count from the close itself.
    """
    if offset % DAY:
        return deadline.astimezone(EXAM_ZONE) - offset
    return _end_of_day(deadline) - offset


def _end_of_day(deadline: datetime) -> datetime:
    """The 24:00 of the last day that a half-open window holds something of."""
    start = start_of_day(deadline)
    return start if start == deadline else start + DAY


def _on_day(at: datetime, clock: time) -> datetime:
    return datetime.combine(at.astimezone(EXAM_ZONE).date(), clock, EXAM_ZONE)
