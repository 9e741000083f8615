"""Who is let in while more is asked than can be answered."""

from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.crowding import FULL, LOOKED_AT, PATIENCE, Crowd
from miniprogram_api.typed_routes import Urgency

RANKED = (Urgency.LATER, Urgency.USUAL, Urgency.FIRST)
STEPS = st.lists(
    st.tuples(st.sampled_from(("enter", "leave", "wait")), st.sampled_from(RANKED), st.floats(0.001, 3)), max_size=400
)


class Clock:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@given(STEPS)
def test_as_many_are_inside_as_have_entered_and_not_left_and_the_urgent_find_more_room(
    steps: list[tuple[str, Urgency, float]],
) -> None:
    clock, inside = Clock(), 0
    crowd = Crowd(clock)
    for what, urgency, seconds in steps:
        if what == "enter":
            inside += crowd.enter(urgency)
        elif what == "leave" and inside:
            crowd.leave()
            inside -= 1
        else:
            clock.at += seconds
        places = [crowd.places(one) for one in RANKED]
        assert crowd.inside == inside
        assert places == sorted(places) and places[0] >= FULL


@given(st.integers(0, FULL - 1), st.sampled_from(RANKED))
def test_a_few_are_never_too_many_however_slowly_they_are_answered(already: int, urgency: Urgency) -> None:
    clock = Clock()
    crowd = Crowd(clock)
    for _ in range(already):
        assert crowd.enter(urgency)
        clock.at += 10
    assert crowd.enter(urgency)


@given(st.integers(50, 2_000), st.sampled_from(RANKED))
def test_who_is_let_in_where_it_stays_full_waits_no_longer_than_calls_of_their_kind_may(
    per_second: int, urgency: Urgency
) -> None:
    clock = Clock()
    crowd = Crowd(clock)
    while crowd.enter(Urgency.FIRST):
        pass
    for _ in range(crowd.inside + int(per_second * LOOKED_AT * 3)):
        clock.at += 1 / per_second
        crowd.leave()
        crowd.enter(urgency)
    assert crowd.inside <= max(FULL, per_second * PATIENCE[urgency] * 1.05 + 1)


def test_a_crowd_that_has_gone_is_forgotten() -> None:
    clock = Clock()
    crowd = Crowd(clock)
    while crowd.enter(Urgency.FIRST):
        pass
    clock.at += LOOKED_AT
    crowd.leave()
    assert not crowd.enter(Urgency.FIRST)
    while crowd.inside:
        crowd.leave()
    assert all(crowd.enter(Urgency.LATER) for _ in range(FULL * 2))
