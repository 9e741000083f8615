"""Every window of every bundled calendar, of nation, area and site: open in its first second, closed in its end's."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from backend.errors import OutOfWindow
from backend.exams.calendar import Calendar
from backend.exams.reference import bundled_files
from backend.exams.stages import Stage
from tests.exams.published import files, publication

SECOND: Final = timedelta(seconds=1)
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One stage as one file writes it: days, with nothing worked out of them."""

    exam: str
    area: str | None
    site: str | None
    stage: Stage
    days: tuple[tuple[date | None, date | None], ...]

    def __str__(self) -> str:
        return " ".join(part for part in (self.exam, self.area, self.site, self.stage) if part)

    @property
    def calendar(self) -> Calendar:
        return publication(self.exam).calendar(self.area, self.site)


def written() -> Iterator[Written]:
    """Read from the files as TOML alone."""
    for file in bundled_files():
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        for stage, given in told.get("windows", {}).items():
            windows = given if isinstance(given, list) else [given]
            yield Written(
                exam=told["exam"],
                area=told.get("area"),
                site=told.get("site"),
                stage=Stage(stage),
                days=tuple((_day(one, "start"), _day(one, "end")) for one in windows),
            )


def _day(window: dict[str, Any], edge: str) -> date | None:
    return date.fromisoformat(str(window[edge])[:10]) if edge in window else None


def at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI)


def test_no_calendar_is_left_out() -> None:
    exams = {(one.exam, one.area, one.site) for one in written()}
    assert {file.shape.exam for file in files() if hasattr(file.shape, "exam")} == {exam for exam, _, _ in exams}
    assert {("health-2021", "湖南", "湘西"), ("health-2025", "内蒙古", "乌海"), ("nurse-2012", None, None)} <= exams


@pytest.mark.parametrize("one", list(written()), ids=str)
def test_every_window_holds_its_first_second_and_its_last_and_neither_neighbour(one: Written) -> None:
    calendar = one.calendar
    for first, last in one.days:
        if first is not None:
            opens_at = at(first, time(0, 0, 0))
            calendar.require_open(one.stage, opens_at)
            with pytest.raises(OutOfWindow) as early:
                calendar.require_open(one.stage, opens_at - SECOND)
            assert early.value.code == "stage_not_open_yet"
            assert early.value.values["opens_at"] == opens_at
        if last is not None:
            ends_at = at(last, time(23, 59, 59))
            calendar.require_open(one.stage, ends_at)
            with pytest.raises(OutOfWindow) as late:
                calendar.require_open(one.stage, ends_at + SECOND)
            following = [start for start, _ in one.days if start is not None and start > last]
            assert late.value.code == ("stage_not_open_yet" if following else "stage_over")


@pytest.mark.parametrize("one", list(written()), ids=str)
def test_a_stage_is_upcoming_open_and_closed_in_that_order_and_never_open_again_between(one: Written) -> None:
    calendar, windows = one.calendar, one.calendar.stage(one.stage).windows
    edges = sorted(edge for window in windows for edge in (window.opens_at, window.closes_at) if edge is not None)
    states = [calendar.state(one.stage, moment) for edge in edges for moment in (edge - SECOND, edge)]
    changes = [state for before, state in zip([None, *states], states, strict=False) if state != before]
    assert changes in (
        ["upcoming", "open"],
        ["open", "closed"],
        ["upcoming", "open", "closed"],
        ["upcoming", "open", "upcoming", "open", "closed"],
    )
