"""The table of states: what stands in it, and that nothing leads out of it."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import Conflict
from backend.exams.stages import Stage
from backend.registrations.models import PaymentState, State
from backend.registrations.moves import MOVES, OVER, Act, after_refund, move, payment_after

PUBLISHED = {
    ("draft", "edit"): ("draft", "candidate", "pre_registration"),
    ("draft", "submit"): ("submitted", "candidate", "pre_registration"),
    ("confirmation_rejected", "edit"): ("confirmation_rejected", "candidate", "online_mend"),
    ("confirmation_rejected", "submit"): ("submitted", "candidate", "online_mend"),
    ("submitted", "withdraw"): ("draft", "candidate", "pre_registration"),
    ("submitted", "confirm"): ("confirmed", "staff", "confirmation"),
    ("submitted", "refuse"): ("confirmation_rejected", "staff", "confirmation"),
    ("confirmed", "site_approve"): ("site_approved", "staff", "site_review"),
    ("confirmed", "site_reject"): ("rejected", "staff", "site_review"),
    ("confirmed", "site_return"): ("returned", "staff", "site_review"),
    ("site_approved", "area_return"): ("returned", "staff", "area_review"),
    ("site_approved", "area_approve"): ("approved", "staff", "area_review"),
    ("site_approved", "area_reject"): ("rejected", "staff", "area_review"),
    ("approved", "seat"): ("seated", "staff", "seating"),
    ("seated", "unseat"): ("approved", "staff", "seating"),
    ("confirmed", "refund"): ("confirmed", "staff", "payment"),
    ("site_approved", "refund"): ("site_approved", "staff", "payment"),
    ("returned", "refund"): ("returned", "staff", "payment"),
    ("approved", "refund"): ("approved", "staff", "payment"),
    ("seated", "refund"): ("approved", "staff", "payment"),
    ("confirmed", "cancel"): ("cancelled", "staff", "payment"),
    ("site_approved", "cancel"): ("cancelled", "staff", "payment"),
    ("returned", "cancel"): ("cancelled", "staff", "payment"),
    ("approved", "cancel"): ("cancelled", "staff", "payment"),
    ("seated", "cancel"): ("cancelled", "staff", "payment"),
}
"""The rows of the table, written out by hand: from, act → to, who, inside which window."""

OUTSIDE = [pair for pair in product(State, Act) if (str(pair[0]), str(pair[1])) not in PUBLISHED]


def test_the_table_holds_exactly_these_rows() -> None:
    rows = [row for row in MOVES if row.act is not Act.SUPPLEMENT]
    table = {(str(row.start), str(row.act)): (str(row.end), row.who, str(row.stage)) for row in rows}
    assert table == PUBLISHED
    assert len(rows) == len(table)


def test_a_supplement_goes_back_to_the_level_that_returned_it_by_a_deadline_of_its_own() -> None:
    found = {level: move(Act.SUPPLEMENT, State.RETURNED, returned_by=level) for level in ("site", "area")}
    assert {level: (row.end, row.who, row.stage) for level, row in found.items()} == {
        "site": (State.CONFIRMED, "candidate", None),
        "area": (State.SITE_APPROVED, "candidate", None),
    }


def test_what_was_supplemented_is_decided_by_the_site_until_the_areas_review_ends() -> None:
    longer = {str(row.act): row.supplemented for row in MOVES if row.supplemented}
    assert longer == dict.fromkeys(("site_approve", "site_reject", "site_return"), Stage.AREA_REVIEW)


@pytest.mark.parametrize(("state", "act"), OUTSIDE)
def test_every_act_outside_the_table_is_refused_naming_state_and_act(state: State, act: Act) -> None:
    with pytest.raises(Conflict) as refused:
        move(act, state)
    assert refused.value.code == "not_from_this_state"
    assert (refused.value.values["state"].code, refused.value.values["act"].code) == (state, act)  # type: ignore[attr-defined]


@given(st.lists(st.sampled_from(Act), max_size=40))
def test_no_walk_of_acts_leaves_the_table(acts: list[Act]) -> None:
    state = State.DRAFT
    for act in acts:
        try:
            step = move(act, state)
        except Conflict:
            assert (str(state), str(act)) not in PUBLISHED
            continue
        assert PUBLISHED[str(state), str(act)][0] == step.end
        state = step.end


@given(st.lists(st.sampled_from(Act), max_size=60))
def test_a_seat_is_reached_only_through_confirmation_and_both_reviews(acts: list[Act]) -> None:
    state, done = State.DRAFT, set[Act]()
    for act in acts:
        try:
            state = move(act, state).end
        except Conflict:
            continue
        done.add(act)
    if state is State.SEATED:
        assert {Act.SUBMIT, Act.CONFIRM, Act.SITE_APPROVE, Act.AREA_APPROVE, Act.SEAT} <= done


def test_every_row_says_how_the_clock_must_stand_to_its_window() -> None:
    elsewhere = {str(row.act): row.when for row in MOVES if row.when != "open"}
    assert elsewhere == {"refund": "not_over", "cancel": "over"}


@given(st.sampled_from(State), st.booleans())
def test_after_a_refund_nobody_is_seated_and_who_can_pay_again_is_due(state: State, again: bool) -> None:
    try:
        end, payment = after_refund(state, can_pay_again=again)
    except Conflict:
        assert state in (State.DRAFT, State.SUBMITTED, State.CONFIRMATION_REJECTED)
        return
    assert end is not State.SEATED
    if state in OVER:
        assert (end, payment) == (state, PaymentState.REFUNDED)
    elif again:
        assert (end, payment) == (State.APPROVED if state is State.SEATED else state, PaymentState.DUE)
    else:
        assert (end, payment) == (State.CANCELLED, PaymentState.REFUNDED)


def test_a_candidate_never_acts_on_what_was_confirmed_unless_it_was_returned_to_them() -> None:
    candidates = {row.start for row in MOVES if row.who == "candidate"}
    assert candidates == {State.DRAFT, State.SUBMITTED, State.CONFIRMATION_REJECTED, State.RETURNED}


def test_after_pre_registration_a_candidate_only_mends_what_was_refused_or_returned() -> None:
    late = {row.start for row in MOVES if row.who == "candidate" and row.stage is not Stage.PRE_REGISTRATION}
    assert late == {State.CONFIRMATION_REJECTED, State.RETURNED}


@given(
    st.sampled_from(State),
    st.sampled_from(["online", "onsite"]),
    st.sampled_from(["payment", "site_review", "review", None]),
    st.booleans(),
)
def test_money_falls_due_where_the_policies_say_and_nowhere_else(
    state: State, mode: str, after: str | None, by_system: bool
) -> None:
    due = payment_after(
        state=state,
        payment_state=PaymentState.NONE,
        payment_mode=mode,
        after_auto_confirmation=after,
        by_system=by_system,
    )
    expected = (
        state == "approved"
        or (state == "confirmed" and (mode == "onsite" or (by_system and after == "payment")))
        or (state == "site_approved" and by_system and after == "site_review")
    )
    assert due == (PaymentState.DUE if expected else PaymentState.NONE)


@given(st.sampled_from(State), st.sampled_from([PaymentState.DUE, PaymentState.PAID, PaymentState.REFUNDED]))
def test_a_step_of_the_review_never_changes_money_that_has_moved(state: State, payment: PaymentState) -> None:
    after = payment_after(
        state=state, payment_state=payment, payment_mode="online", after_auto_confirmation="payment", by_system=True
    )
    assert after is payment
