"""Windows as bars of a drawing."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.console.bars import LEAST, MOST_TICKS, Scale
from backend.exams.calendar import Window

BEGIN = datetime(2024, 1, 1, tzinfo=EXAM_ZONE)
hours = st.integers(0, 400 * 24).map(lambda number: BEGIN + timedelta(hours=number))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """With both edges, or with one of them."""
    first, last = sorted(draw(st.lists(hours, min_size=2, max_size=2, unique=True)))
    left_out = draw(st.sampled_from(["none", "opens", "closes"]))
    return Window(opens_at=None if left_out == "opens" else first, closes_at=None if left_out == "closes" else last)


@given(st.lists(windows(), max_size=6), hours)
def test_every_bar_is_seen_and_inside_of_the_drawing(given_windows: list[Window], now: datetime) -> None:
    scale = Scale.of(given_windows, now)
    for one in given_windows:
        bar = scale.bar(one)
        assert bar.width >= LEAST and bar.x >= 0 and bar.x + bar.width <= 100.01
    ticks = scale.ticks()
    assert len(ticks) <= MOST_TICKS + 1
    assert [tick.x for tick in ticks] == sorted({tick.x for tick in ticks})


@given(hours, hours)
def test_what_is_later_stands_further_right(one: datetime, other: datetime) -> None:
    scale = Scale.of([Window(opens_at=BEGIN, closes_at=BEGIN + timedelta(days=401))], BEGIN)
    earlier, later = min(one, other), max(one, other)
    assert scale.x(earlier) <= scale.x(later)
    assert scale.holds(one)
