"""What an office may change of its calendar. Pure: a stage as it holds and as it would hold in, every fault out.

A lower level stays inside of what stands above it (domain: a layer reaching outside its parent is refused). That what
has been open was open, and that nobody's open window is shut behind them, is our own decision: candidates and payments
were judged by it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from backend.errors import Fault
from backend.exams.calendar import Calendar, LayerName, Window
from backend.exams.stages import Stage

Edges = tuple[datetime | None, datetime | None]
"""When a window is wanted to open and to close; None where the level above is to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A half day or a confirmation point, and its site's calendar before and after."""

    window: Window
    before: Calendar
    after: Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One stage of one level, as it holds at its place and as it would hold. `below`: the same of every place under it
    that has windows of its own."""

    stage: Stage
    layer: LayerName
    before: Calendar
    after: Calendar
    below: Sequence[tuple[Calendar, Calendar]] = ()
    held: Sequence[Held] = ()


def windows_of(wanted: Iterable[Edges]) -> tuple[list[Window], list[Fault]]:
    """The windows in order, and what is wrong with them by themselves."""
    windows: list[Window] = []
    faults: list[Fault] = []
    for opens_at, closes_at in wanted:
        if opens_at is None and closes_at is None:
            faults.append(Fault("windows", "window_without_edge"))
        elif opens_at is not None and closes_at is not None and opens_at >= closes_at:
            faults.append(Fault("windows", "window_ends_first"))
        else:
            windows.append(Window(opens_at=opens_at, closes_at=closes_at))
    windows.sort(key=Window.start)
    if any(_touch(earlier, later) for earlier, later in pairwise(windows)):
        faults.append(Fault("windows", "windows_overlap"))
    return windows, faults


def faults_of(change: Change, *, at: datetime) -> list[Fault]:
    """Why the change can't be, each reason once; none where it can."""
    found = [*_outside(change), *_below(change), *_held(change)]
    for before, after in ((change.before, change.after), *change.below):
        found += _of_time(before.stage(change.stage).windows, after.stage(change.stage).windows, at)
    return list({fault.code: fault for fault in found}.values())


def _outside(change: Change) -> Iterator[Fault]:
    if _reaching(change.after, change.stage, change.layer):
        yield Fault("windows", "window_outside")


def _below(change: Change) -> Iterator[Fault]:
    """A level below that was inside, and would be outside without having moved."""
    for before, after in change.below:
        layer = after.layers[-1].name
        if _reaching(after, change.stage, layer) and not _reaching(before, change.stage, layer):
            yield Fault("windows", "window_leaves_lower_outside")


def _held(change: Change) -> Iterator[Fault]:
    for held in change.held if change.stage is Stage.CONFIRMATION else ():
        before, after = (calendar.stage(change.stage).windows for calendar in (held.before, held.after))
        if _covers(before, held.window) and after and not _covers(after, held.window):
            yield Fault("windows", "window_leaves_points_outside")


def _of_time(before: Sequence[Window], after: Sequence[Window], at: datetime) -> Iterator[Fault]:
    for old in before:
        if at in old and not any(at in new for new in after):
            yield Fault("windows", "window_closes_now")
        elif (lasted := _until(old, at)) is not None and not _covers(after, lasted):
            yield Fault("windows", "window_past_stays")
    for new in after:
        if new.closes_at is not None and new.closes_at <= at and new not in before:
            yield Fault("windows", "window_closes_in_past")


def _until(window: Window, at: datetime) -> Window | None:
    """What of it lies before that instant."""
    if window.opens_at is not None and window.opens_at >= at:
        return None
    return Window(opens_at=window.opens_at, closes_at=min(window.closes_at, at) if window.closes_at else at)


def _covers(windows: Sequence[Window], one: Window) -> bool:
    return any(window.covers(one) for window in windows)


def _reaching(calendar: Calendar, stage: Stage, layer: LayerName) -> bool:
    return any(one.stage == stage and one.layer == layer for one in calendar.reaches_outside())


def _touch(earlier: Window, later: Window) -> bool:
    return earlier.closes_at is None or later.opens_at is None or later.opens_at < earlier.closes_at
