"""What follows from what a platform said, for everything it may say; and that no two messages come of one reminder."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.reminders.delivery_models import DeliveryState
from backend.reminders.platforms import ConsentRules, Said
from notifications.outcomes import FINAL, LONGEST_WAIT, MOST_ATTEMPTS, ConsentFate, Tried, backoff, step_after
from notifications.pairing import Call, Consent, Due, Settled, decide

DAY = timedelta(hours=12)
NOON = datetime(2024, 2, 1, 4, tzinfo=UTC)
KEY = ("oSAMPLE", "TEMPLATE")

tried = st.builds(
    Tried,
    attempts=st.integers(1, MOST_ATTEMPTS),
    uncertain=st.booleans(),
    repeatable=st.booleans(),
    useful_for=st.none() | st.timedeltas(timedelta(0), timedelta(days=3)),
)
chances = st.floats(0, 1, exclude_max=True)


@given(st.sampled_from(Said), tried, chances)
def test_what_may_have_gone_out_is_never_said_not_to_have(said: Said, before: Tried, chance: float) -> None:
    step = step_after(said, before, until_tomorrow=DAY, chance=chance)
    if before.uncertain or said is Said.UNANSWERED:
        assert step.state is not DeliveryState.REFUSED
        assert step.consent is not ConsentFate.FREE


@given(st.sampled_from(Said), tried, chances)
def test_what_may_have_gone_out_is_tried_again_only_where_the_platform_would_refuse_two(
    said: Said, before: Tried, chance: float
) -> None:
    step = step_after(said, before, until_tomorrow=DAY, chance=chance)
    if step.state is DeliveryState.WAITING and step.uncertain:
        assert before.repeatable


@given(st.sampled_from(sorted(FINAL)), tried, chances)
def test_a_final_answer_ends_it(said: Said, before: Tried, chance: float) -> None:
    assert step_after(said, before, until_tomorrow=DAY, chance=chance).wait is None


@given(st.sampled_from(Said), tried, chances)
def test_nothing_is_waited_for_beyond_its_use_or_the_last_try(said: Said, before: Tried, chance: float) -> None:
    step = step_after(said, before, until_tomorrow=DAY, chance=chance)
    if step.wait is not None:
        assert before.attempts < MOST_ATTEMPTS
        assert before.useful_for is None or step.wait < before.useful_for


@given(st.integers(1, 100), chances)
def test_waits_are_spread_and_bounded(attempts: int, chance: float) -> None:
    assert timedelta(seconds=2.5) <= backoff(attempts, chance) <= LONGEST_WAIT


@dataclass
class OneTimeCount:
    """WeChat's own count of one person's consents to one template, and what reached them of which reminder."""

    left: int
    received: list[int] = field(default_factory=list)

    def call(self, reminder: int, fate: str) -> Said:
        """`fate`: of the call, not of the message: answered, its answer lost, or lost on the way."""
        if fate == "not_reached":
            return Said.NOT_REACHED
        if fate == "lost":
            return Said.UNANSWERED
        taken = self.left > 0
        if taken:
            self.left -= 1
            self.received.append(reminder)
        if fate == "answer_lost":
            return Said.UNANSWERED
        return Said.SENT if taken else Said.CONSENT_GONE


calls = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["answered", "answer_lost", "lost", "not_reached"])), max_size=30
)


@given(st.integers(1, 3), calls)
def test_whatever_is_lost_no_reminder_reaches_anybody_twice(agreed: int, order: list[tuple[int, str]]) -> None:
    """Three reminders of one template to one person, tried in any order; each call meets any fate."""
    rules, platform = ConsentRules(told=True), OneTimeCount(agreed)
    ours = Consent(id=1, key=KEY, subscribe_id="", remaining=agreed, lasting=False, answered_at=NOON)
    waiting = {one: (Due(id=one, reminder_id=one, is_wanted=True, open_id=KEY[0]), 0) for one in range(3)}
    in_doubt: set[int] = set()
    for number, fate in order:
        if number not in waiting:
            continue
        due, attempts = waiting.pop(number)
        held = replace(ours, in_doubt=len(in_doubt))
        (decision,) = decide(
            [due], going={number}, templates={number: KEY[1]}, consents=[held], contended=(), rules=rules
        )
        if isinstance(decision, Settled):
            continue
        assert isinstance(decision, Call)
        ours = replace(ours, remaining=ours.remaining - decision.spends)
        before = Tried(
            attempts=attempts + 1, uncertain=due.uncertain, repeatable=decision.last_consent, useful_for=None
        )
        step = step_after(platform.call(number, fate), before, until_tomorrow=DAY, chance=0)
        if step.consent is ConsentFate.FREE:
            ours = replace(ours, remaining=ours.remaining + 1)
        if step.consent is ConsentFate.GONE:
            ours = replace(ours, remaining=0)
        if step.uncertain:
            in_doubt.add(number)
        if step.wait is not None:
            again = replace(
                due,
                uncertain=step.uncertain,
                consent_id=1 if step.uncertain else None,
                last_consent=decision.last_consent,
                called=KEY,
                called_at=NOON + timedelta(seconds=1),
            )
            waiting[number] = (again, attempts + 1)
    assert len(platform.received) == len(set(platform.received))
