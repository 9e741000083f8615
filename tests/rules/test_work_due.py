"""Whose turn it is, as a rule on plain data."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.exams.calendar import Calendar, Layer, Window
from backend.exams.stages import Stage
from backend.registrations.models import PaymentState, State
from backend.registrations.work_due import ORDER, TASKS, Standing, Urgency, tasks

NOON = datetime(2024, 1, 10, 12, tzinfo=EXAM_ZONE)
SITE = 7

standings = st.lists(
    st.builds(
        Standing,
        site_id=st.sampled_from([None, 1, 2, 3]),
        state=st.sampled_from(State),
        payment_state=st.sampled_from(PaymentState),
        registrations=st.integers(0, 5),
    ),
    max_size=12,
)


def calendar(opens_in: float, closes_in: float) -> Calendar:
    """Every stage held from so many hours after noon until so many."""
    window = Window(opens_at=NOON + timedelta(hours=opens_in), closes_at=NOON + timedelta(hours=closes_in))
    return Calendar((Layer(name="national", windows={stage: [window] for stage in Stage}),))


def standing(state: State, payment_state: PaymentState = PaymentState.NONE, registrations: int = 3) -> Standing:
    return Standing(site_id=SITE, state=state, payment_state=payment_state, registrations=registrations)


@pytest.mark.parametrize(
    ("opens_in", "closes_in", "urgency"),
    [(-48, -1, "late"), (-48, 0, "late"), (-48, 24, "today"), (-48, 25, "open"), (1, 48, "ahead")],
)
def test_how_urgent_it_is_goes_by_the_window(opens_in: float, closes_in: float, urgency: Urgency) -> None:
    (found,) = tasks([standing(State.CONFIRMED)], {SITE: calendar(opens_in, closes_in)}, now=NOON)
    assert (found.name, found.whose, found.urgency, found.waiting) == ("review_site", "site", urgency, 3)


def test_who_is_approved_pays_first_and_is_seated_then() -> None:
    both = [standing(State.APPROVED, PaymentState.DUE), standing(State.APPROVED, PaymentState.PAID, 2)]
    found = tasks(both, {SITE: calendar(-1, 48)}, now=NOON)
    assert {(one.name, one.whose, one.waiting) for one in found} == {("pay", "candidate", 3), ("seat", "site", 2)}


def test_what_one_waits_for_is_counted_together_whatever_was_paid() -> None:
    some = [standing(State.SUBMITTED, one, 2) for one in PaymentState]
    (found,) = tasks(some, {SITE: calendar(-1, 48)}, now=NOON)
    assert (found.name, found.waiting) == ("confirm", 2 * len(PaymentState))


@given(standings)
def test_nobody_who_waits_is_lost_and_the_urgent_come_first(given_standings: list[Standing]) -> None:
    calendars = {1: calendar(-48, -1), 2: calendar(-48, 12), 3: calendar(10, 40)}
    found = tasks(given_standings, calendars, now=NOON)
    waiting = [
        one.registrations
        for one in given_standings
        for state, payment, _, _ in TASKS.values()
        if one.site_id is not None and one.state is state and payment in (None, one.payment_state)
    ]
    assert sum(one.waiting for one in found) == sum(waiting)
    assert len({(one.site_id, one.name) for one in found}) == len(found)
    ranks = [ORDER.index(one.urgency) for one in found]
    assert ranks == sorted(ranks)
