"""The layered calendar: nation, area, site. Pure: instants in, answers out.

A window is half-open: it holds `opens_at` and no longer holds `closes_at`. A lower layer narrows or replaces a stage's
windows; a stage it leaves out is inherited; a stage no layer has is closed. An edge that a lower layer leaves out is
its parent's: "2月6日前" at a site starts when the area's or the nation's window does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

from backend.clock import EXAM_ZONE
from backend.errors import OutOfWindow
from backend.exams.stages import WITH, Stage
from backend.wording import Term

LayerName = Literal["national", "area", "site"]
StageState = Literal["upcoming", "open", "closed", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From `opens_at` until just before `closes_at`; an edge that is None is not limited, but one of them is given."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None

    def __post_init__(self) -> None:
        edges = [edge for edge in (self.opens_at, self.closes_at) if edge is not None]
        if not edges or any(edge.tzinfo is None for edge in edges):
            raise ValueError("a window has at least one edge, with its time zone")
        if self.opens_at and self.closes_at and self.opens_at >= self.closes_at:
            raise ValueError("a window ends after it begins")

    def __contains__(self, at: datetime) -> bool:
        return not self.is_ahead(at) and (self.closes_at is None or at < self.closes_at)

    def __str__(self) -> str:
        opens, closes = self.opens_at, self.closes_at
        return f"{shown(opens) if opens else '…'} to {shown_end(closes) if closes else '…'}"

    def start(self) -> float:
        """Seconds since 1970 by which windows are put in order; minus infinity without a start."""
        return self.opens_at.timestamp() if self.opens_at else float("-inf")

    def is_ahead(self, at: datetime) -> bool:
        """Whether it opens later than that."""
        return self.opens_at is not None and at < self.opens_at

    def covers(self, other: "Window") -> bool:
        """Whether every instant of the other one is in this one."""
        starts = self.opens_at is None or (other.opens_at is not None and self.opens_at <= other.opens_at)
        ends = self.closes_at is None or (other.closes_at is not None and other.closes_at <= self.closes_at)
        return starts and ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one level publishes. `samples`: the stages whose windows are made up, not published."""

    name: LayerName
    windows: Mapping[Stage, Sequence[Window]]
    samples: frozenset[Stage] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageWindows:
    """A stage's windows in order, the layer that decided them, and whether they are a sample's."""

    windows: tuple[Window, ...] = ()
    from_layer: LayerName | None = None
    sample: bool = False

    def state(self, at: datetime) -> StageState:
        """`upcoming` also between two windows; `none` where nothing was published."""
        if not self.windows:
            return "none"
        if any(at in window for window in self.windows):
            return "open"
        return "upcoming" if any(window.is_ahead(at) for window in self.windows) else "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A lower layer's window that reaches outside of every window its parent has for the stage."""

    stage: Stage
    layer: LayerName
    window: Window
    parent: LayerName
    parent_windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """An exam's windows as they hold at one place. `layers` from the nation down; levels may be missing."""

    layers: tuple[Layer, ...]
    _stages: dict[Stage, StageWindows] = field(init=False, repr=False, compare=False)
    _outside: tuple[Outside, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        stages: dict[Stage, StageWindows] = {}
        outside: list[Outside] = []
        for layer in self.layers:
            outside += _lay(layer, over=stages)
        object.__setattr__(self, "_stages", stages)
        object.__setattr__(self, "_outside", tuple(outside))

    def stage(self, stage: Stage) -> StageWindows:
        """The windows that hold here."""
        found = self._stages.get(stage)
        if found is None and stage in WITH:
            return self.stage(WITH[stage])
        return found or StageWindows()

    def state(self, stage: Stage, at: datetime) -> StageState:
        return self.stage(stage).state(at)

    def is_open(self, stage: Stage, at: datetime) -> bool:
        return self.state(stage, at) == "open"

    def opens_at(self, stage: Stage) -> datetime | None:
        """When its first window opens; None where it has no start or no window."""
        windows = self.stage(stage).windows
        return windows[0].opens_at if windows else None

    def closes_at(self, stage: Stage) -> datetime | None:
        """When its last window closes; None where it has no end or no window."""
        windows = self.stage(stage).windows
        return windows[-1].closes_at if windows else None

    def window_at(self, stage: Stage, at: datetime) -> Window | None:
        """The window that is open then, else the next one."""
        windows = self.stage(stage).windows
        return next((window for window in windows if at in window or window.is_ahead(at)), None)

    def require_open(self, stage: Stage, at: datetime) -> None:
        """Raises OutOfWindow: stage_not_open_yet (says when it opens), stage_over (since when), stage_not_held."""
        state = self.state(stage, at)
        if state != "open":
            raise self._refusal(stage, state, at)

    def reaches_outside(self) -> tuple[Outside, ...]:
        """Every window of a lower layer that isn't inside its parent's, from the nation down."""
        return self._outside

    def _refusal(self, stage: Stage, state: StageState, at: datetime) -> OutOfWindow:
        title = Term("stages", stage)
        if state == "none":
            return OutOfWindow("stage_not_held", stage=title)
        ahead = self.window_at(stage, at)
        if ahead is not None and ahead.opens_at is not None:
            return OutOfWindow("stage_not_open_yet", stage=title, opens_at=ahead.opens_at)
        return OutOfWindow("stage_over", stage=title, closes_at=self.closes_at(stage))


def days(first: date | None, last: date | None) -> Window:
    """Whole days in Asia/Shanghai, both included, as the notices write them."""
    return Window(
        opens_at=midnight(first) if first else None,
        closes_at=midnight(last) + timedelta(days=1) if last else None,
    )


def midnight(day: date) -> datetime:
    """00:00 of that day in Asia/Shanghai."""
    return datetime.combine(day, time(), EXAM_ZONE)


def shown(at: datetime) -> str:
    """`2024-01-29 00:00`, in Asia/Shanghai."""
    return at.astimezone(EXAM_ZONE).strftime("%Y-%m-%d %H:%M")


def shown_end(at: datetime) -> str:
    """`2024-02-08 24:00` for the first instant of the 9th: the day people were told of is the 8th."""
    local = at.astimezone(EXAM_ZONE)
    if local.time() != time():
        return shown(local)
    return f"{(local - timedelta(days=1)).date()} 24:00"


def _lay(layer: Layer, *, over: dict[Stage, StageWindows]) -> Iterator[Outside]:
    """Put one layer over what holds above it, telling of every window that reaches outside."""
    for stage, given in layer.windows.items():
        above = over.get(stage, StageWindows())
        windows = sorted((_completed(window, above.windows) for window in given), key=Window.start)
        over[stage] = StageWindows(windows=tuple(windows), from_layer=layer.name, sample=stage in layer.samples)
        if above.from_layer is not None:
            for window in windows:
                if not any(parent.covers(window) for parent in above.windows):
                    yield Outside(
                        stage=stage,
                        layer=layer.name,
                        window=window,
                        parent=above.from_layer,
                        parent_windows=above.windows,
                    )


def _completed(window: Window, parents: Sequence[Window]) -> Window:
    """The window with the edge it leaves out taken from the parent's window that holds the edge it gives."""
    for parent in parents:
        if window.opens_at is None and window.closes_at is not None and _holds_end(parent, window.closes_at):
            return Window(opens_at=parent.opens_at, closes_at=window.closes_at)
        if window.closes_at is None and window.opens_at is not None and window.opens_at in parent:
            return Window(opens_at=window.opens_at, closes_at=parent.closes_at)
    return window


def _holds_end(parent: Window, end: datetime) -> bool:
    return (parent.opens_at is None or parent.opens_at < end) and (parent.closes_at is None or end <= parent.closes_at)
