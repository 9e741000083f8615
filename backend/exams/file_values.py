"""What a value in a calendar file may be: days, spans of days, words of fixed lists, all with their faults in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StrictInt, StringConstraints

from backend.exams.calendar import Window, days
from backend.exams.stages import Stage

ConfirmationMode = Literal["onsite", "online"]
PaymentMode = Literal["onsite", "online"]
AfterAutoConfirmation = Literal["payment", "site_review", "review"]
Level = Literal["junior", "intermediate"]
Kind = Literal["health_professional", "nurse_licensing"]
HandIn = Literal["self", "unit"]
Half = Literal["morning", "afternoon", "all_day"]


def _day(value: object) -> date | datetime:
    """A day as YYYY-MM-DD, or an instant with its zone where a day is not exact enough."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value} is no day of the calendar, written YYYY-MM-DD") from None


def _only_day(value: object) -> date:
    day = _day(value)
    if isinstance(day, datetime):
        raise ValueError(f"{value} is an instant where a day is asked for")
    return day


def _clock_time(value: object) -> time:
    try:
        return time.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value} is no time of day, written HH:MM") from None


def _several(value: object) -> object:
    return [value] if isinstance(value, dict) else value


def _stage(value: object) -> Stage:
    try:
        return Stage(str(value))
    except ValueError:
        raise ValueError(f"unknown stage {value}; the stages are {', '.join(Stage)}") from None


Day = Annotated[date, BeforeValidator(_only_day)]
Moment = Annotated[date | datetime, BeforeValidator(_day)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9+()/ -]{3,32}$")]
TwoDigits = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
Fen = Annotated[StrictInt, Field(ge=0, le=10_000_000)]
Seats = Annotated[StrictInt, Field(ge=1, le=99)]


class Shape:
    """Base of all shapes: a key that isn't a field is a fault."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(Shape):
    """From a day to a day, both included; an edge left out is the parent's, or unlimited."""

    start: Moment | None = None
    end: Moment | None = None

    def window(self) -> Window:
        """Half-open instants. ValueError where no edge is given or the end comes before the start."""
        opens_at = self.start if isinstance(self.start, datetime) else None
        closes_at = self.end if isinstance(self.end, datetime) else None
        try:
            whole = days(_whole(self.start), _whole(self.end)) if _whole(self.start) or _whole(self.end) else None
            return Window(
                opens_at=opens_at or (whole.opens_at if whole else None),
                closes_at=closes_at or (whole.closes_at if whole else None),
            )
        except ValueError:
            raise ValueError(_span_fault(self)) from None


def _whole(edge: date | datetime | None) -> date | None:
    return None if isinstance(edge, datetime) else edge


def _span_fault(span: Span) -> str:
    if span.start is None and span.end is None:
        return "neither start nor end is given"
    return f"the end {span.end} comes before the start {span.start}"


def _checked(span: Span) -> Span:
    span.window()
    return span


def _apart(spans: Sequence[Span]) -> Sequence[Span]:
    """A stage's windows follow each other without touching the same instant."""
    found = sorted((span.window() for span in spans), key=Window.start)
    for earlier, later in pairwise(found):
        if earlier.closes_at is None or later.opens_at is None or later.opens_at < earlier.closes_at:
            raise ValueError(f"the windows {earlier} and {later} overlap")
    return spans


CheckedSpan = Annotated[Span, AfterValidator(_checked)]
Spans = Annotated[tuple[CheckedSpan, ...], BeforeValidator(_several), AfterValidator(_apart), Field(min_length=1)]
Windows = dict[Annotated[Stage, BeforeValidator(_stage)], Spans]
