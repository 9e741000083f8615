"""Windows as bars of a drawing: where each begins and how wide it is, in hundredths of the whole. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.clock import EXAM_ZONE
from backend.exams.calendar import Window, midnight

LEAST: float = 0.4
"""A bar of an hour in a calendar of a year is still seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`x` and `width`: percent of the drawing's width. `opens_left`, `closes_right`: whether an edge is not limited."""

    x: float
    width: float
    open_left: bool
    open_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The first of a month."""

    x: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From the first to the last day that anything of the calendar falls on."""

    begins: datetime
    ends: datetime

    @classmethod
    def of(cls, windows: Iterable[Window], now: datetime) -> "Scale":
        edges = [edge for window in windows for edge in (window.opens_at, window.closes_at) if edge is not None]
        first, last = min(edges, default=now), max(edges, default=now)
        day = timedelta(days=1)
        return cls(begins=midnight((first - 3 * day).date()), ends=midnight((last + 4 * day).date()))

    def x(self, at: datetime) -> float:
        """Percent from the left; inside of the drawing, whatever is asked for."""
        part = (at - self.begins) / (self.ends - self.begins)
        return round(min(max(part, 0.0), 1.0) * 100, 2)

    def holds(self, at: datetime) -> bool:
        return self.begins <= at < self.ends

    def bar(self, window: Window) -> Bar:
        left = self.x(window.opens_at) if window.opens_at else 0.0
        right = self.x(window.closes_at) if window.closes_at else 100.0
        return Bar(
            x=left,
            width=round(max(right - left, LEAST), 2),
            open_left=window.opens_at is None,
            open_right=window.closes_at is None,
        )

    def months(self) -> Sequence[Tick]:
        found = []
        at = self.begins.astimezone(EXAM_ZONE).replace(day=1)
        while at < self.ends:
            if at >= self.begins:
                found.append(Tick(x=self.x(at), at=at))
            at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
        # Not more than a person can read in a row.
        return found[:: len(found) // 13 + 1]
