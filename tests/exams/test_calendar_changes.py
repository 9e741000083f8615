"""What an office may change of its calendar, as a rule on plain data."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.exams.calendar import Calendar, Layer, LayerName, Window
from backend.exams.calendar_changes import Change, Edges, Held, faults_of, windows_of
from backend.exams.stages import Stage

BEGIN = datetime(2024, 1, 1, tzinfo=EXAM_ZONE)
DAYS = 40
STAGE = Stage.CONFIRMATION

instants = st.integers(0, DAYS).map(lambda day: BEGIN + timedelta(days=day))
edges = st.tuples(st.one_of(st.none(), instants), st.one_of(st.none(), instants))
wanted = st.lists(edges, max_size=3)


def day(number: float) -> datetime:
    return BEGIN + timedelta(days=number)


def window(opens: float | None, closes: float | None) -> Window:
    return Window(
        opens_at=day(opens) if opens is not None else None, closes_at=day(closes) if closes is not None else None
    )


def calendar(**layers: list[Window]) -> Calendar:
    names: tuple[LayerName, ...] = ("national", "area", "site")
    return Calendar(tuple(Layer(name=name, windows={STAGE: layers[name]}) for name in names if layers.get(name)))


def at_area(above: list[Window], before: list[Window], after: list[Window], *sites: list[Window]) -> Change:
    """An area's change: its own windows before and after, and those of sites under it."""
    return Change(
        stage=STAGE,
        layer="area",
        before=calendar(national=above, area=before),
        after=calendar(national=above, area=after),
        below=[
            (calendar(national=above, area=before, site=own), calendar(national=above, area=after, site=own))
            for own in sites
        ],
    )


def codes(change: Change, at: float) -> set[str]:
    return {fault.code for fault in faults_of(change, at=day(at))}


@st.composite
def timelines(draw: st.DrawFn) -> list[Window]:
    """Windows one after the other; the last one may have no end."""
    edges_in_order = sorted(draw(st.sets(st.integers(0, DAYS), max_size=6)))
    found = [window(opens, closes) for opens, closes in zip(edges_in_order[::2], edges_in_order[1::2], strict=False)]
    return [*found, window(edges_in_order[-1], None)] if len(edges_in_order) % 2 and draw(st.booleans()) else found


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """An area's change: of any windows into any, or with one edge moved; under the nation's, over a site's own."""
    above = draw(st.one_of(st.just([]), st.just([window(0, DAYS)]), timelines()))
    before, site = draw(timelines()), draw(timelines())
    last = before[-1] if before else None
    if last is None or last.opens_at is None or draw(st.booleans()):
        return at_area(above, before, draw(timelines()), *([site] if site else []))
    closes = last.opens_at + timedelta(days=draw(st.integers(1, 9)))
    after = [*before[:-1], Window(opens_at=last.opens_at, closes_at=closes)]
    return at_area(above, before, after, *([site] if site else []))


@given(wanted)
def test_windows_that_are_kept_end_after_they_begin_and_are_apart(given_edges: list[Edges]) -> None:
    windows, faults = windows_of(given_edges)
    if faults:
        return
    assert len(windows) == len(given_edges)
    for hours in range(0, DAYS * 24, 7):
        at = BEGIN + timedelta(hours=hours)
        assert sum(at in one for one in windows) <= 1


@given(changes(), instants, instants)
def test_an_accepted_change_leaves_the_past_as_it_was_and_nobody_outside(
    change: Change, at: datetime, earlier: datetime
) -> None:
    if faults_of(change, at=at):
        return
    for before, after in ((change.before, change.after), *change.below):
        if before.is_open(STAGE, at):
            assert after.is_open(STAGE, at)
        if earlier < at and before.is_open(STAGE, earlier):
            assert after.is_open(STAGE, earlier)
    assert not [one for one in change.after.reaches_outside() if one.layer == "area"]
    for before, after in change.below:
        if not before.reaches_outside():
            assert not after.reaches_outside()


@given(timelines(), timelines(), instants)
def test_what_is_left_as_it_is_is_never_forbidden(above: list[Window], own: list[Window], at: datetime) -> None:
    change = at_area(above, own, own)
    if not change.before.reaches_outside():
        assert faults_of(change, at=at) == []


@given(st.integers(1, 9), st.integers(11, 20), st.integers(11, 20))
def test_an_open_window_may_be_lengthened_and_shortened_down_to_now(opens: int, closes: int, new: int) -> None:
    change = at_area([window(0, 30)], [window(opens, closes)], [window(opens, new)])
    assert codes(change, 10) == set()


@pytest.mark.parametrize(
    ("after", "at", "code"),
    [
        ([window(5, 31)], 0, "window_outside"),
        ([window(5, 9)], 10, "window_closes_now"),
        ([window(5, 10)], 10, "window_closes_now"),
        ([window(12, 20)], 10, "window_closes_now"),
        ([window(7, 20)], 10, "window_past_stays"),
        ([window(2, 4), window(5, 20)], 10, "window_closes_in_past"),
        ([window(16, 20)], 15, "window_past_stays"),
    ],
)
def test_what_is_forbidden_has_its_reason(after: list[Window], at: float, code: str) -> None:
    assert code in codes(at_area([window(0, 30)], [window(5, 15)], after), at)


def test_a_level_above_can_t_leave_a_lower_one_outside_that_was_inside() -> None:
    change = at_area([window(0, 30)], [window(5, 15)], [window(5, 12)], [window(8, 14)])
    assert codes(change, 0) == {"window_leaves_lower_outside"}


def test_a_lower_one_that_was_accepted_outside_stands_in_nobody_s_way() -> None:
    change = at_area([window(0, 30)], [window(5, 15)], [window(5, 12)], [window(8, 20)])
    assert codes(change, 0) == set()


def test_confirmation_can_t_leave_a_half_day_outside() -> None:
    before, after = calendar(area=[window(5, 15)]), calendar(area=[window(5, 12)])
    held = [Held(window=window(13, 13.5), before=before, after=after)]
    assert codes(Change(stage=STAGE, layer="area", before=before, after=after, held=held), 0) == {
        "window_leaves_points_outside"
    }
