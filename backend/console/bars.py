"""Windows as bars of a drawing: where each begins and how wide it is, in hundredths of the whole. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.clock import EXAM_ZONE
from backend.exams.calendar import Window, midnight

LEAST: Final = 0.4
"""A bar of an hour in a calendar of a year is still seen."""
FEW_MONTHS: Final = timedelta(days=75)
MOST_TICKS: Final = 7
"""They stand side by side on a phone, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`x` and `width`: percent of the drawing's width."""

    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """The first of a month, or a Monday where there are few months: `2024-02`, `02-05`."""

    x: float
    label: str


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
        return Bar(x=min(left, 100.0 - LEAST), width=round(max(right - left, LEAST), 2))

    def ticks(self) -> Sequence[Tick]:
        """Not more than a person can read in a row."""
        weekly = self.ends - self.begins < FEW_MONTHS
        at, found = self.begins.astimezone(EXAM_ZONE), []
        while at < self.ends:
            if at.weekday() == 0 if weekly else at.day == 1:
                found.append(Tick(x=self.x(at), label=at.strftime("%m-%d" if weekly else "%Y-%m")))
            at += timedelta(days=1)
        return found[:: len(found) // MOST_TICKS + 1]
