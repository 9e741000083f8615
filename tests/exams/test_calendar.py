"""The layered calendar, as rules on plain data."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.errors import OutOfWindow
from backend.exams.calendar import Calendar, Layer, LayerName, Window, days, midnight
from backend.exams.stages import WITH, Stage
from backend.wording import say

SECOND = timedelta(seconds=1)
EPOCH = datetime(2024, 1, 1, tzinfo=EXAM_ZONE)
YEAR_IN_SECONDS = 366 * 24 * 3600

instants = st.integers(0, YEAR_IN_SECONDS).map(lambda seconds: EPOCH + timedelta(seconds=seconds))
whole_windows = (
    st.tuples(instants, instants).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: window(pair[0], pair[1]))
)
half_windows = st.one_of(instants.map(lambda at: window(at, None)), instants.map(lambda at: window(None, at)))
windows = st.one_of(whole_windows, half_windows)


def window(opens_at: datetime | None, closes_at: datetime | None) -> Window:
    return Window(opens_at=opens_at, closes_at=closes_at)


def calendar(*layers: tuple[LayerName, Sequence[Window]], stage: Stage = Stage.PAYMENT) -> Calendar:
    return Calendar(tuple(Layer(name=name, windows={stage: given}) for name, given in layers))


@given(whole_windows)
def test_a_window_holds_its_first_second_and_not_its_end(given_window: Window) -> None:
    opens_at, closes_at = given_window.opens_at, given_window.closes_at
    assert opens_at is not None and closes_at is not None
    here = calendar(("national", [given_window]))
    assert here.state(Stage.PAYMENT, opens_at - SECOND) == "upcoming"
    assert here.state(Stage.PAYMENT, opens_at) == "open"
    assert here.state(Stage.PAYMENT, closes_at - SECOND) == "open"
    assert here.state(Stage.PAYMENT, closes_at) == "closed"


@given(instants, instants)
def test_whole_days_are_open_from_midnight_in_shanghai_to_the_next_midnight(first: datetime, last: datetime) -> None:
    first, last = min(first, last), max(first, last)
    here = calendar(("national", [days(first.date(), last.date())]))
    opens_at = datetime(first.year, first.month, first.day, tzinfo=EXAM_ZONE)
    end = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=EXAM_ZONE)
    assert [here.state(Stage.PAYMENT, at) for at in (opens_at - SECOND, opens_at, end, end + SECOND)] == [
        "upcoming",
        "open",
        "open",
        "closed",
    ]


def test_the_clock_may_speak_another_zone_than_the_calendar() -> None:
    here = calendar(("national", [days(date(2024, 1, 29), date(2024, 2, 8))]))
    assert not here.is_open(Stage.PAYMENT, datetime(2024, 1, 28, 15, 59, 59, tzinfo=UTC))
    assert here.is_open(Stage.PAYMENT, datetime(2024, 1, 28, 16, 0, 0, tzinfo=UTC))
    assert here.is_open(Stage.PAYMENT, datetime(2024, 2, 8, 15, 59, 59, tzinfo=UTC))
    assert not here.is_open(Stage.PAYMENT, datetime(2024, 2, 8, 16, 0, 0, tzinfo=UTC))


@given(windows, windows, windows, instants)
def test_unless_told_of_an_outside_reach_a_lower_layer_is_open_only_while_its_parents_are(
    nation: Window, area: Window, site: Window, at: datetime
) -> None:
    whole = calendar(("national", [nation]), ("area", [area]), ("site", [site]))
    if whole.reaches_outside():
        return
    above = calendar(("national", [nation]), ("area", [area]))
    if whole.is_open(Stage.PAYMENT, at):
        assert above.is_open(Stage.PAYMENT, at)
    if above.is_open(Stage.PAYMENT, at):
        assert nation.covers(window(at, at + timedelta(microseconds=1)))


@given(whole_windows, st.lists(instants, min_size=1, max_size=6))
def test_a_window_that_its_parent_does_not_cover_is_told_of(nation: Window, moments: list[datetime]) -> None:
    for edge in moments:
        area = window(edge, None) if edge not in nation else window(edge - 2 * timedelta(days=400), edge)
        outside = calendar(("national", [nation]), ("area", [area])).reaches_outside()
        assert [(found.stage, found.layer, found.parent) for found in outside] == [(Stage.PAYMENT, "area", "national")]
        assert outside[0].parent_windows == (nation,)


@given(windows, instants)
def test_a_stage_that_the_lower_layers_leave_out_is_the_parents(nation: Window, at: datetime) -> None:
    alone = calendar(("national", [nation]))
    below = Calendar((*alone.layers, Layer(name="area", windows={}), Layer(name="site", windows={})))
    assert below.stage(Stage.PAYMENT) == alone.stage(Stage.PAYMENT)
    assert below.state(Stage.PAYMENT, at) == alone.state(Stage.PAYMENT, at)
    assert below.stage(Stage.PAYMENT).from_layer == "national"


def test_an_edge_that_a_lower_layer_leaves_out_is_its_parents() -> None:
    nation = days(date(2021, 1, 5), date(2021, 2, 8))
    here = calendar(("national", [nation]), ("site", [days(None, date(2021, 2, 6))]))
    assert here.stage(Stage.PAYMENT).windows == (days(date(2021, 1, 5), date(2021, 2, 6)),)
    assert here.reaches_outside() == ()
    as_long = calendar(("national", [nation]), ("site", [days(None, date(2021, 2, 8))]))
    assert as_long.stage(Stage.PAYMENT).windows == (nation,)
    from_the_first_day = calendar(("national", [nation]), ("site", [days(date(2021, 1, 5), None)]))
    assert from_the_first_day.stage(Stage.PAYMENT).windows == (nation,)


def test_a_site_with_two_windows_is_upcoming_between_them_and_says_when_the_next_opens() -> None:
    here = calendar(
        ("site", [days(date(2021, 4, 15), date(2021, 4, 16)), days(date(2021, 4, 8), date(2021, 4, 9))]),
        stage=Stage.MATERIALS_PICKUP,
    )
    between = midnight(date(2021, 4, 12))
    assert here.state(Stage.MATERIALS_PICKUP, between) == "upcoming"
    assert here.opens_at(Stage.MATERIALS_PICKUP) == midnight(date(2021, 4, 8))
    assert here.closes_at(Stage.MATERIALS_PICKUP) == midnight(date(2021, 4, 17))
    with pytest.raises(OutOfWindow) as refused:
        here.require_open(Stage.MATERIALS_PICKUP, between)
    assert refused.value.code == "stage_not_open_yet"
    assert refused.value.values["opens_at"] == midnight(date(2021, 4, 15))


def test_a_stage_that_no_layer_has_is_closed_and_says_so() -> None:
    with pytest.raises(OutOfWindow) as refused:
        Calendar(()).require_open(Stage.SUPPLEMENT, EPOCH)
    assert refused.value.code == "stage_not_held"
    assert Calendar(()).state(Stage.SUPPLEMENT, EPOCH) == "none"


def test_a_refusal_after_the_last_day_names_that_day_and_not_the_next() -> None:
    here = calendar(("national", [days(date(2024, 1, 29), date(2024, 2, 8))]))
    with pytest.raises(OutOfWindow) as refused:
        here.require_open(Stage.PAYMENT, midnight(date(2024, 2, 9)))
    assert refused.value.code == "stage_over"
    words = [say("errors", refused.value.code, language, **refused.value.values) for language in ("zh-CN", "en")]
    assert "网上缴费" in words[0] and "2月8日 24:00" in words[0]
    assert "Online payment" in words[1] and "8 Feb 24:00" in words[1]


def test_an_open_stage_is_let_through() -> None:
    calendar(("national", [days(date(2024, 1, 29), None)])).require_open(Stage.PAYMENT, midnight(date(2024, 1, 29)))


@pytest.mark.parametrize(("stage", "companion"), WITH.items())
def test_a_stage_without_windows_of_its_own_goes_with_its_companion(stage: Stage, companion: Stage) -> None:
    inherited = calendar(("area", [days(date(2024, 1, 1), date(2024, 1, 5))]), stage=companion)
    assert inherited.stage(stage) == inherited.stage(companion)
    own = Layer(name="national", windows={stage: [days(date(2024, 1, 2), date(2024, 1, 3))]})
    given_its_own = Calendar((own, *inherited.layers))
    assert given_its_own.stage(stage).from_layer == "national"
    assert given_its_own.stage(companion).from_layer == "area"


def test_a_window_without_edges_or_zone_or_with_its_end_first_is_no_window() -> None:
    for edges in ((None, None), (datetime(2024, 1, 1), None), (EPOCH, EPOCH), (EPOCH, EPOCH - SECOND)):
        with pytest.raises(ValueError, match="a window"):
            window(*edges)


def test_a_sample_layers_windows_are_marked_as_samples() -> None:
    sample = Layer(name="area", windows={Stage.PAYMENT: [days(None, date(2024, 2, 1))]}, samples=frozenset(Stage))
    nation = Layer(name="national", windows={Stage.ADMIT_CARD: [days(None, date(2024, 4, 1))]})
    here = Calendar((nation, sample))
    assert here.stage(Stage.PAYMENT).sample
    assert not here.stage(Stage.ADMIT_CARD).sample


def test_every_stage_has_its_name_in_both_languages() -> None:
    titles = [stage.title(language) for stage in Stage for language in ("zh-CN", "en")]
    assert all(titles)
    assert len(set(titles)) == 2 * len(Stage)
