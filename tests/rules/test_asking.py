"""Few are asked for at once, and nobody who just said no."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.reminders.asking import ENOUGH, MOST_AT_ONCE, REFUSED_REST, Standing, to_ask

NOW = datetime(2024, 2, 1, 4, tzinfo=UTC)
TEMPLATES = [f"TEMPLATE-{number}" for number in range(6)]
standings = st.dictionaries(
    st.sampled_from(TEMPLATES),
    st.builds(
        Standing,
        remaining=st.integers(0, 5),
        lasting=st.booleans(),
        answer=st.sampled_from([None, "accept", "reject", "ban"]),
        answered_at=st.none() | st.timedeltas(timedelta(0), timedelta(days=30)).map(lambda ago: NOW - ago),
    ),
)


@given(st.lists(st.sampled_from(TEMPLATES)), standings)
def test_at_most_three_each_once_in_the_steps_order(step: list[str], said: dict[str, Standing]) -> None:
    asked = to_ask(step, said, NOW).templates
    assert len(asked) <= MOST_AT_ONCE
    assert list(asked) == [one for one in dict.fromkeys(step) if one in asked]


@given(standings)
def test_nobody_is_asked_who_agreed_enough_or_cannot_be(said: dict[str, Standing]) -> None:
    for template in to_ask(TEMPLATES, said, NOW).templates:
        standing = said.get(template, Standing())
        assert not standing.lasting and standing.remaining < ENOUGH and standing.answer != "ban"


def test_who_said_no_is_asked_again_after_a_week() -> None:
    no = {"TEMPLATE-0": Standing(answer="reject", answered_at=NOW)}
    asking = to_ask(["TEMPLATE-0"], no, NOW)
    assert (asking.templates, asking.again_at) == ((), NOW + REFUSED_REST)
    assert to_ask(["TEMPLATE-0"], no, NOW + REFUSED_REST).templates == ("TEMPLATE-0",)
