"""A registration on its whole way, by random acts at random times over the published calendars: it never leaves the
table, and at every point its steps name the one thing that is next.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from backend.errors import Conflict
from backend.exams.calendar import Calendar
from backend.exams.facts import AreaFacts, Policy
from backend.exams.stages import Stage
from backend.registrations.deadlines import OFFICE_WAITS, deadline
from backend.registrations.models import PaymentState, State
from backend.registrations.moves import MOVES, Act, Move, after_refund, move, payment_after
from backend.registrations.standing import Standing
from backend.registrations.step import Step
from backend.registrations.steps import OVER, steps
from backend.wording import Language, say
from tests.rules.test_deadlines_rule import Published, published

WAY: Final = ("form", "confirmation", "review", "payment", "seating", "admit_card", "exam")
"""The steps that follow one another; account, commitment and results may ask for something beside them."""
LANGUAGES: Final[tuple[Language, ...]] = ("zh-CN", "en")
RETURNS: Final = {Act.SITE_RETURN: "site", Act.AREA_RETURN: "area"}
MONEY: Final = frozenset({Act.REFUND, Act.CANCEL})
ENDED: Final = frozenset({State.REJECTED, State.FORFEITED, State.CANCELLED})
GOOD: Final = (Act.SUBMIT, Act.CONFIRM, Act.SITE_APPROVE, Act.AREA_APPROVE, Act.SEAT)
"""What happens to whom nothing goes wrong."""
SECOND: Final = timedelta(seconds=1)

modes = st.fixed_dictionaries(
    {
        "confirmation_mode": st.sampled_from(["onsite", "online"]),
        "payment_mode": st.sampled_from(["online", "onsite"]),
        "after_auto_confirmation": st.sampled_from(["payment", "site_review", "review"]),
        "commitment_letter": st.booleans(),
    }
)


class Registration(RuleBasedStateMachine):
    """The rules that move a registration, asked as the services ask them."""

    @initialize(where=st.sampled_from(published()), chosen=modes, auto=st.booleans(), far=st.integers(0, len(GOOD)))
    def entered(self, where: Published, chosen: dict[str, Any], auto: bool, far: int) -> None:
        """At the very beginning, or as far along the good way as that."""
        self.calendar: Calendar = where.calendar
        self.policy = Policy(
            area=AreaFacts(id=1, name="示例省", code="13"),
            auto_confirmation=True,
            prices={},
            materials=(),
            frontline_exemption=False,
            **chosen,
        )
        opens_at = self.calendar.opens_at(Stage.PRE_REGISTRATION)
        assert opens_at is not None
        self.now: datetime = opens_at
        self.state, self.payment = State.DRAFT, PaymentState.NONE
        self.known: dict[str, Any] = {}
        self.by_system = self.refunded = False
        self.history: list[tuple[State, str, State]] = []
        for act in GOOD[:far]:
            self._in_time(act, auto)

    @rule(beside=st.sampled_from([-1, 0]))
    def the_next_edge_comes(self, beside: int) -> None:
        """Of the calendar's windows, or the second before it."""
        windows = [window for stage in Stage for window in self.calendar.stage(stage).windows]
        edges = {edge for window in windows for edge in (window.opens_at, window.closes_at) if edge is not None}
        ahead = [edge for edge in edges if edge > self.now + SECOND]
        if ahead:
            self._wait(min(ahead) + beside * SECOND)

    @rule(hours=st.integers(1, 72))
    def time_passes(self, hours: int) -> None:
        self._wait(self.now + timedelta(hours=hours))

    @rule(act=st.sampled_from([act for act in Act if act not in MONEY]), hours=st.integers(1, 240), auto=st.booleans())
    def somebody_acts(self, act: Act, hours: int, auto: bool) -> None:
        try:
            step = move(act, self.state, returned_by=self.known.get("returned_by"))
        except Conflict:
            return
        if not self._may(step):
            return
        if act in RETURNS:
            self.known |= {"returned_by": RETURNS[act], "supplement_until": self.now + timedelta(hours=hours)}
        self._reach(step.end, str(act))
        if act is Act.SUBMIT and auto:
            self.by_system = True
            self._reach(State.CONFIRMED, "confirmed_by_system")

    @rule(data=st.data(), hours=st.integers(1, 240), auto=st.booleans())
    def the_next_thing_is_done_in_time(self, data: st.DataObject, hours: int, auto: bool) -> None:
        """One of the acts the table has from here, as soon as its window opens."""
        rows = [row for row in MOVES if row.start is self.state and row.act not in MONEY]
        if not rows:
            return
        self._in_time(data.draw(st.sampled_from(rows)).act, auto, hours=hours)

    @precondition(lambda self: self.payment is PaymentState.DUE)
    @rule()
    def the_fee_is_paid(self) -> None:
        ahead = self.calendar.window_at(Stage.PAYMENT, self.now)
        if self.policy.payment_mode == "online" and ahead is not None and ahead.opens_at is not None:
            self._wait(ahead.opens_at)
        if self.payment is not PaymentState.DUE or self.state in ENDED:
            return
        if self.policy.payment_mode == "onsite" or self.calendar.is_open(Stage.PAYMENT, self.now):
            self.payment, self.known["paid_at"] = PaymentState.PAID, self.now

    @precondition(lambda self: self.payment is PaymentState.PAID and self.state not in ENDED)
    @rule()
    def the_fee_goes_back(self) -> None:
        again = self.calendar.state(Stage.PAYMENT, self.now) != "closed"
        before = self.state
        self.state, self.payment = after_refund(self.state, can_pay_again=again)
        self.known.pop("downloaded_at", None)
        self.history.append((before, str(Act.REFUND if again else Act.CANCEL), self.state))

    @precondition(lambda self: self.state is State.SEATED)
    @rule()
    def the_card_is_downloaded(self) -> None:
        if self.calendar.is_open(Stage.ADMIT_CARD, self.now):
            self.known.setdefault("downloaded_at", self.now)

    @invariant()
    def never_outside_of_the_table(self) -> None:
        rows = {(row.start, str(row.act), row.end) for row in MOVES}
        for before, act, after in self.history:
            if act == "forfeited":
                assert before not in OFFICE_WAITS and after is State.FORFEITED
            elif act == "confirmed_by_system":
                assert (before, after) == (State.SUBMITTED, State.CONFIRMED)
            else:
                assert (before, act, after) in rows

    @invariant()
    def a_seat_is_paid_for_and_reviewed(self) -> None:
        if self.state is State.SEATED:
            assert self.payment is PaymentState.PAID
            assert {"site_approve", "area_approve", "seat"} <= {act for _, act, _ in self.history}

    @invariant()
    def nothing_is_due_that_no_policy_asks_for(self) -> None:
        if self.payment is PaymentState.NONE or self.state in ENDED:
            return
        early = self.policy.payment_mode == "onsite" or self.by_system
        reached = {after for _, _, after in self.history}
        assert State.APPROVED in reached or (early and State.CONFIRMED in reached)

    @invariant()
    def the_steps_name_what_is_next(self) -> None:
        found = self._steps()
        told = [one for one in found if one.step in WAY and one.state in ("current", "failed")]
        lead = told[0] if told else None
        end = self.state in ENDED or any(one.message in OVER for one in found)
        upcoming = {one.message for one in found if one.state == "upcoming"}
        assert end == (upcoming <= {"not_needed"} and bool(upcoming)) or not end
        if lead is None:
            # Before a window opens, or when the exam is over: nothing to do, and the step says when or that it is done.
            assert self._waits_or_is_done(found)
            return
        before = [one for one in found if one.step in WAY][: WAY.index(lead.step)]
        assert all(one.state == "done" for one in before), (self.state, [(one.step, one.state) for one in found])
        beside = {one.step for one in told[1:]}
        # A fee may be due, or have gone back, while the offices still look; nothing else stands open at once.
        assert beside <= {"payment"}, (self.state, self.payment, [(one.step, one.message) for one in told])

    @invariant()
    def every_step_that_asks_says_until_when(self) -> None:
        stage_of = {"edit": Stage.PRE_REGISTRATION, "pay": Stage.PAYMENT, "download_admit_card": Stage.ADMIT_CARD}
        for one in self._steps():
            for language in LANGUAGES:
                assert say("steps", one.message, language, **one.values)
            stage = Stage.ONLINE_MEND if self.state is State.CONFIRMATION_REJECTED else stage_of.get(one.action or "")
            if one.action in stage_of and stage is not None:
                window = self.calendar.window_at(stage, self.now)
                assert window is not None and one.until == window.closes_at
            if one.action == "supplement":
                assert one.until == self.known["supplement_until"]

    def _in_time(self, act: Act, auto: bool, *, hours: int = 1) -> None:
        if act is Act.SEAT and self.payment is PaymentState.DUE:
            self.the_fee_is_paid()
        stages = [row.stage for row in MOVES if (row.act, row.start) == (act, self.state) and row.stage]
        ahead = self.calendar.window_at(stages[0], self.now) if stages else None
        if ahead is not None and ahead.opens_at is not None:
            self._wait(ahead.opens_at)
        self.somebody_acts(act, hours, auto)

    def _waits_or_is_done(self, found: list[Step]) -> bool:
        way = [one for one in found if one.step in WAY]
        following = next((one for one in way if one.state != "done"), None)
        return following is None or following.state == "upcoming"

    def _may(self, step: Move) -> bool:
        if step.act is Act.SUPPLEMENT:
            return bool(self.now < self.known["supplement_until"])
        if step.act is Act.SEAT and self.payment is not PaymentState.PAID:
            return False
        assert step.stage is not None
        if step.supplemented and self.known.get("returned_by"):
            closes_at = self.calendar.closes_at(step.supplemented)
            return closes_at is None or self.now < closes_at
        return self.calendar.is_open(step.stage, self.now)

    def _reach(self, state: State, act: str) -> None:
        self.history.append((self.state, act, state))
        self.state = state
        self.known[f"{state}_at"] = self.now
        self.payment = payment_after(
            state=state,
            payment_state=self.payment,
            payment_mode=self.policy.payment_mode,
            after_auto_confirmation=self.policy.after_auto_confirmation,
            by_system=self.by_system,
        )
        if self.payment is PaymentState.DUE:
            self.known.setdefault("due_since", self.now)
        if state is State.REJECTED and self.payment is PaymentState.PAID:
            self.payment = PaymentState.REFUNDED

    def _wait(self, until: datetime) -> None:
        """Time goes on, and in each second the clock does what is due then."""
        self.now = max(self.now, until)
        found = deadline(
            self.state,
            self.payment,
            calendar=self.calendar,
            policy=self.policy,
            supplement_until=self.known.get("supplement_until"),
            due_since=self.known.get("due_since"),
        )
        if found is not None and found.forfeits is not None and found.is_over(self.now):
            self.known |= {"forfeited_reason": found.forfeits, "forfeited_from": self.state}
            self.history.append((self.state, "forfeited", State.FORFEITED))
            self.state = State.FORFEITED

    def _steps(self) -> list[Step]:
        at: Callable[[str], Any] = self.known.get
        standing = Standing(
            state=self.state,
            payment_state=self.payment,
            bound=True,
            identity_check="passed",
            payment_mode=self.policy.payment_mode,
            confirmed_online=self.policy.confirmation_mode == "online",
            amount_fen=None,
            by_system=self.by_system,
            forfeited_reason=at("forfeited_reason"),
            lapsed=at("forfeited_from") is State.DRAFT,
            supplement_until=at("supplement_until"),
            auto_failed=False,
            submitted_at=at("submitted_at"),
            confirmed_at=at("confirmed_at"),
            site_reviewed_at=at("site_approved_at"),
            area_reviewed_at=at("approved_at"),
            paid_at=at("paid_at"),
            seated_at=at("seated_at"),
            downloaded_at=at("downloaded_at"),
            exam_starts_at=None,
            exam_ends_at=None,
            place=None,
            materials=(),
            commitment="示例承诺书" if self.policy.commitment_letter else None,
        )
        return steps(standing, self.calendar, self.now)


TestRegistration = pytest.mark.filterwarnings("ignore::pytest.PytestCollectionWarning")(Registration.TestCase)
TestRegistration.settings = settings(deadline=None, stateful_step_count=50)
