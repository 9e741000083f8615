"""The steps view for any standing, any calendar, any time: complete, in words, and offering only what would be done."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.errors import Conflict
from backend.exams.calendar import Calendar, Layer, Window
from backend.exams.stages import Stage
from backend.registrations.models import PaymentState, State
from backend.registrations.money_back import MoneyBack, RefundProgress
from backend.registrations.moves import Act, move
from backend.registrations.standing import SIGNABLE, Place, Standing
from backend.registrations.step import Step
from backend.registrations.steps import OVER, steps
from backend.wording import Language, say

ORDER = ["account", "form", "confirmation", "review", "payment", "seating", "admit_card", "exam", "results"]
NOW = datetime(2024, 1, 10, 12, 0, tzinfo=EXAM_ZONE)
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
CANDIDATES = (
    Stage.PRE_REGISTRATION,
    Stage.CONFIRMATION,
    Stage.ONLINE_MEND,
    Stage.SITE_REVIEW,
    Stage.AREA_REVIEW,
    Stage.PAYMENT,
    Stage.SEATING,
    Stage.ADMIT_CARD,
    Stage.SCORE_MERGE,
)
REASONS = ("not_confirmed", "not_supplemented", "not_paid")

moments = st.integers(-60, 60).map(lambda hours: NOW + timedelta(hours=hours))
maybe = st.none() | moments


@st.composite
def windows(draw: st.DrawFn) -> list[Window]:
    """None, one or two windows after each other; an edge may be missing at either end."""
    edges = sorted(draw(st.lists(moments, min_size=2, max_size=4, unique=True)))
    if len(edges) == 4:
        return [Window(opens_at=edges[0], closes_at=edges[1]), Window(opens_at=edges[2], closes_at=edges[3])]
    opens_at, closes_at = edges[0], edges[1]
    return [
        draw(
            st.sampled_from(
                [Window(opens_at=opens_at, closes_at=closes_at), Window(opens_at=opens_at), Window(closes_at=closes_at)]
            )
        )
    ]


calendars = st.dictionaries(st.sampled_from(CANDIDATES), windows()).map(
    lambda found: Calendar((Layer(name="national", windows=found),))
)
places = st.builds(
    Place,
    name=st.just("示例报名点"),
    address=st.none() | st.just("示例路1号"),
    phone=st.none() | st.just("0000-0000000"),
    hand_in=st.sampled_from(["self", "unit"]),
    closes_at=maybe,
)


refunds = st.builds(
    MoneyBack,
    progress=st.sampled_from(["under_way", "done", "failed"]),
    amount_fen=st.integers(1, 100_000),
    succeeded_at=maybe,
    surplus=st.booleans(),
)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    state = draw(st.sampled_from(State))
    return draw(
        st.builds(
            Standing,
            state=st.just(state),
            payment_state=st.just(PaymentState.PAID) if state is State.SEATED else st.sampled_from(PaymentState),
            bound=st.booleans(),
            identity_check=st.sampled_from(["pending", "passed", "failed"]),
            payment_mode=st.sampled_from(["online", "onsite"]),
            confirmed_online=st.booleans(),
            amount_fen=st.none() | st.integers(1, 100_000),
            by_system=st.booleans(),
            forfeited_reason=st.sampled_from(REASONS) if state is State.FORFEITED else st.none(),
            lapsed=st.just(False),
            supplement_until=maybe,
            auto_failed=st.booleans(),
            submitted_at=maybe,
            confirmed_at=maybe,
            site_reviewed_at=maybe,
            area_reviewed_at=maybe,
            paid_at=maybe,
            seated_at=maybe,
            downloaded_at=maybe,
            exam_starts_at=maybe,
            exam_ends_at=maybe,
            place=st.none() | places,
            materials=st.just(("身份证",)),
            refused=st.sampled_from([(), ("身份证：示例",)]),
            reasons=st.sampled_from([(), ("缺毕业证书复印件", "工作年限不足")]),
            money_back=st.none() | refunds,
            results_due=maybe,
            results_at=st.none() | st.integers(0, 60).map(lambda hours: NOW - timedelta(hours=hours)),
            result=st.sampled_from([None, "qualified", "rolls_on", "not_qualified"]),
            score_merge=st.sampled_from([None, "needed", "merged"]),
            commitment=st.none() | st.just("示例承诺书"),
            committed_at=maybe,
            schools=st.booleans(),
            school=st.none() | st.just("示例卫生职业学院"),
            samples=st.frozensets(st.sampled_from(ORDER)),
        )
    )


def standing(**changed: Any) -> Standing:
    """A draft of somebody bound and checked, with changes."""
    plain: Mapping[str, Any] = {
        **dict.fromkeys(Standing.__dataclass_fields__),
        "state": State.DRAFT,
        "payment_state": PaymentState.NONE,
        "bound": True,
        "identity_check": "passed",
        "payment_mode": "online",
        "confirmed_online": False,
        "by_system": False,
        "lapsed": False,
        "auto_failed": False,
        "materials": (),
        "reasons": (),
        "schools": False,
        "samples": frozenset(),
    }
    return Standing(**{**plain, **changed})


def calendar(**windows_by_stage: tuple[int | None, int | None]) -> Calendar:
    """Windows by stage, as hours from now."""
    found = {
        Stage(stage): [
            Window(
                opens_at=None if opens is None else NOW + timedelta(hours=opens),
                closes_at=None if closes is None else NOW + timedelta(hours=closes),
            )
        ]
        for stage, (opens, closes) in windows_by_stage.items()
    }
    return Calendar((Layer(name="national", windows=found),))


def step(name: str, where: Standing, when: Calendar) -> Step:
    return next(one for one in steps(where, when, NOW) if one.step == name)


def words(one: Step, language: Language = "zh-CN") -> str:
    return say("steps", one.message, language, **one.values)


@given(standings(), calendars)
def test_there_are_the_nine_steps_in_their_order_and_a_tenth_where_a_letter_is_asked(
    where: Standing, when: Calendar
) -> None:
    found = [one.step for one in steps(where, when, NOW)]
    assert [name for name in found if name != "commitment"] == ORDER
    asked = ["review", "commitment", "payment"] if where.commitment else ["review", "payment"]
    assert found[3 : 3 + len(asked)] == asked


@given(standings(), calendars)
def test_a_step_that_speaks_of_a_made_up_fact_says_so(where: Standing, when: Calendar) -> None:
    told = [one for one in steps(where, when, NOW) if one.message != "not_needed"]
    assert {one.step for one in told if one.sample} == where.samples & {one.step for one in told}


def test_a_step_in_a_made_up_window_says_so() -> None:
    window = Window(opens_at=NOW, closes_at=NOW + timedelta(hours=1))
    layer = Layer(name="area", windows={Stage.PAYMENT: [window]}, samples=frozenset({Stage.PAYMENT}))
    due = standing(state=State.APPROVED, payment_state=PaymentState.DUE)
    assert [one.step for one in steps(due, Calendar((layer,)), NOW) if one.sample] == ["payment"]


@given(standings(), calendars)
def test_every_step_reads_as_a_sentence_in_both_languages(where: Standing, when: Calendar) -> None:
    for one in steps(where, when, NOW):
        for language in LANGUAGES:
            sentence = words(one, language)
            assert sentence and not any(bad in sentence for bad in ("None", "{", "}", "Term(", "  ")), sentence


def window_of(act: Act, state: State) -> Stage:
    stage = move(act, state).stage
    assert stage is not None
    return stage


@given(standings(), calendars)
def test_an_action_is_offered_only_where_it_would_be_done(where: Standing, when: Calendar) -> None:
    for one in steps(where, when, NOW):
        match one.action:
            case "edit" | "withdraw":
                assert when.is_open(window_of(Act(one.action), where.state), NOW)
            case "supplement":
                assert where.state is State.RETURNED
                assert where.supplement_until is None or where.supplement_until > NOW
            case "pay":
                assert where.payment_state is PaymentState.DUE and where.payment_mode == "online"
                assert when.is_open(Stage.PAYMENT, NOW)
            case "download_admit_card":
                assert where.state is State.SEATED and when.is_open(Stage.ADMIT_CARD, NOW)
            case "download_application_form":
                assert where.state is State.SUBMITTED
            case "sign_commitment":
                assert where.commitment and where.committed_at is None and where.state in SIGNABLE
            case "bind":
                assert not where.bound
            case "ask":
                assert where.identity_check == "failed"
            case other:
                assert other is None


@given(standings(), calendars)
def test_what_can_be_done_to_the_form_now_is_offered(where: Standing, when: Calendar) -> None:
    offered = {one.action for one in steps(where, when, NOW)}
    for act in (Act.EDIT, Act.WITHDRAW):
        try:
            possible = when.is_open(window_of(act, where.state), NOW)
        except Conflict:
            possible = False
        assert (str(act) in offered) == possible


@given(standings(), calendars)
def test_a_deadline_to_act_by_is_never_past(where: Standing, when: Calendar) -> None:
    for one in steps(where, when, NOW):
        if one.action in ("edit", "pay", "download_application_form", "download_admit_card") and one.until:
            assert one.until > NOW


@given(standings(), calendars)
def test_once_it_is_over_nothing_is_announced_any_more(where: Standing, when: Calendar) -> None:
    found = steps(where, when, NOW)
    if any(one.message in OVER for one in found):
        assert {one.message for one in found if one.state == "upcoming"} <= {"not_needed"}
    else:
        assert "not_needed" not in {one.message for one in found}


@pytest.mark.parametrize(("hours", "left"), [(1, "0 天 1 小时"), (24, "1 天 0 小时"), (73, "3 天 1 小时")])
def test_a_draft_is_told_until_when_and_how_long_that_is(hours: int, left: str) -> None:
    one = step("form", standing(), calendar(pre_registration=(-1, hours)))
    assert (one.state, one.action, one.until) == ("current", "edit", NOW + timedelta(hours=hours))
    assert words(one).endswith(f"截止，还有 {left}")


@pytest.mark.parametrize(("hours", "message"), [(25, "account_to_be_ready"), (24, "account_identity_pending")])
def test_who_waits_for_the_identity_check_is_told_to_be_ready_a_day_before_the_close(hours: int, message: str) -> None:
    one = step("account", standing(identity_check="pending"), calendar(pre_registration=(-1, hours)))
    assert (one.state, one.message) == ("current", message)
    assert one.until == (NOW + timedelta(hours=1) if hours == 25 else None)
    assert hours == 24 or "1月10日 13:00" in words(one)


@pytest.mark.parametrize("state", [State.REJECTED, State.RETURNED])
def test_who_is_rejected_or_returned_reads_every_reason_in_the_step(state: State) -> None:
    reasons = ("缺毕业证书复印件", "工作年限不足")
    told = words(step("review", standing(state=state, reasons=reasons), calendar()))
    assert all(reason in told for reason in reasons)
    assert "所在考点" in words(step("review", standing(state=state, reasons=()), calendar()))


def test_a_draft_after_the_close_has_lapsed() -> None:
    one = step("form", standing(), calendar(pre_registration=(-2, 0)))
    assert (one.state, one.message, one.action) == ("failed", "form_lapsed", None)


def test_a_draft_between_two_windows_is_told_the_next_one() -> None:
    first = Window(opens_at=NOW - timedelta(hours=9), closes_at=NOW - timedelta(hours=1))
    second = Window(opens_at=NOW + timedelta(hours=5), closes_at=NOW + timedelta(hours=9))
    when = Calendar((Layer(name="national", windows={Stage.PRE_REGISTRATION: [first, second]}),))
    one = step("form", standing(), when)
    assert (one.state, one.at) == ("upcoming", second.opens_at)


def test_the_deadline_is_the_open_windows_own_though_another_follows() -> None:
    first = Window(opens_at=NOW - timedelta(hours=9), closes_at=NOW + timedelta(hours=1))
    second = Window(opens_at=NOW + timedelta(hours=5), closes_at=NOW + timedelta(hours=9))
    when = Calendar((Layer(name="national", windows={Stage.PRE_REGISTRATION: [first, second]}),))
    assert step("form", standing(), when).until == first.closes_at


def test_without_a_published_time_confirmation_says_so_and_gives_no_date() -> None:
    one = step("confirmation", standing(state=State.SUBMITTED), calendar())
    assert (one.state, one.until) == ("current", None)
    assert words(one) == "请打印申报表，盖章后携带材料到报名点确认，截止时间以考区、考点通知为准"


@pytest.mark.parametrize(
    ("hand_in", "auto_failed", "message"),
    [
        ("self", False, "confirmation_current"),
        ("self", True, "confirmation_auto_failed"),
        ("unit", False, "confirmation_by_unit"),
    ],
)
def test_confirmation_says_whom_to_give_the_papers_to_and_where(hand_in: str, auto_failed: bool, message: str) -> None:
    place = Place(name="示例报名点", address="示例路1号", phone="0000-0000000", hand_in=hand_in, closes_at=None)
    where = standing(state=State.SUBMITTED, auto_failed=auto_failed, place=place, materials=("身份证", "学历证书"))
    one = step("confirmation", where, calendar(confirmation=(-1, 5)))
    assert one.message == message
    assert (one.where, one.bring) == ("示例报名点 示例路1号 0000-0000000", ("身份证", "学历证书"))


@pytest.mark.parametrize(
    ("schools", "school", "message"),
    [
        (True, "示例卫生职业学院", "confirmation_by_school"),
        (True, None, "confirmation_by_unit"),
        (False, "示例卫生职业学院", "confirmation_by_unit"),
    ],
)
def test_a_fresh_graduate_confirms_at_school_where_the_exam_says_so(
    schools: bool, school: str | None, message: str
) -> None:
    place = Place(name="示例报名点", address=None, phone=None, hand_in="unit", closes_at=None)
    where = standing(state=State.SUBMITTED, schools=schools, school=school, place=place)
    one = step("confirmation", where, calendar(confirmation=(-1, 5)))
    assert one.message == message
    assert ("示例卫生职业学院" in words(one)) == (message == "confirmation_by_school")


@pytest.mark.parametrize(("schools", "told"), [(True, True), (False, False)])
def test_where_to_register_is_told_while_the_form_is_filled_in(schools: bool, told: bool) -> None:
    one = step("form", standing(schools=schools), calendar(pre_registration=(-1, 5)))
    assert ("学校所在地" in words(one)) == told


def test_the_confirmation_deadline_is_the_earlier_of_the_windows_and_the_places() -> None:
    place = Place(name="示例报名点", address=None, phone=None, hand_in="self", closes_at=NOW + timedelta(hours=3))
    where = standing(state=State.SUBMITTED, place=place)
    assert step("confirmation", where, calendar(confirmation=(-1, 5))).until == place.closes_at
    assert step("confirmation", where, calendar(confirmation=(-1, 2))).until == NOW + timedelta(hours=2)


def test_a_confirmation_that_was_missed_is_told_with_the_time_it_ended() -> None:
    one = step("confirmation", standing(state=State.SUBMITTED), calendar(confirmation=(-5, -1)))
    assert (one.state, one.message, one.until) == ("failed", "confirmation_over", NOW - timedelta(hours=1))


def test_a_refused_confirmation_is_mended_only_while_mending_is_open() -> None:
    refused = standing(state=State.CONFIRMATION_REJECTED)
    assert step("confirmation", refused, calendar(online_mend=(-1, 1))).action == "edit"
    assert step("confirmation", refused, calendar(online_mend=(-2, -1))).action is None


@pytest.mark.parametrize(
    ("window", "state", "message"),
    [
        ((1, 5), "current", "payment_opens"),
        ((-1, 5), "current", "payment_current"),
        ((-5, -1), "failed", "payment_over"),
    ],
)
def test_money_due_is_told_with_its_amount_and_its_window(window: tuple[int, int], state: str, message: str) -> None:
    where = standing(state=State.APPROVED, payment_state=PaymentState.DUE, amount_fen=26_050)
    one = step("payment", where, calendar(payment=window))
    assert (one.state, one.message) == (state, message)
    assert message == "payment_over" or " 260.50 元" in words(one)


def test_an_amount_nobody_has_published_is_told_as_such() -> None:
    where = standing(state=State.APPROVED, payment_state=PaymentState.DUE)
    assert "收费标准" in words(step("payment", where, calendar(payment=(-1, 5))))


def test_where_it_is_paid_on_site_nothing_is_to_be_paid_here() -> None:
    where = standing(state=State.CONFIRMED, payment_state=PaymentState.DUE, payment_mode="onsite")
    one = step("payment", where, calendar(payment=(-1, 5)))
    assert (one.message, one.action) == ("payment_onsite", None)


@pytest.mark.parametrize(
    ("changed", "name", "message"),
    [
        ({"state": State.REJECTED}, "review", "review_rejected"),
        ({"state": State.FORFEITED, "forfeited_reason": "not_confirmed"}, "confirmation", "not_confirmed"),
        ({"state": State.FORFEITED, "forfeited_reason": "not_supplemented"}, "review", "not_supplemented"),
        ({"state": State.FORFEITED, "forfeited_reason": "not_paid"}, "payment", "not_paid"),
        ({"state": State.CANCELLED, "payment_state": PaymentState.REFUNDED}, "payment", "payment_refunded"),
    ],
)
def test_what_ended_it_is_told_at_its_step_and_nothing_after_it_is_awaited(
    changed: Mapping[str, Any], name: str, message: str
) -> None:
    every = calendar(payment=(1, 5), seating=(6, 8), admit_card=(9, 12))
    found = steps(standing(**changed), every, NOW)
    ended = next(position for position, one in enumerate(found) if one.step == name)
    assert (found[ended].state, found[ended].message) == ("failed", message)
    assert {one.message for one in found[ended + 1 :]} == {"not_needed"}


def test_a_rejected_candidate_is_still_told_that_the_money_came_back() -> None:
    where = standing(state=State.REJECTED, payment_state=PaymentState.REFUNDED)
    assert step("payment", where, calendar(payment=(-1, 5))).message == "payment_refunded"


def going_back(progress: RefundProgress, *, surplus: bool = False) -> MoneyBack:
    return MoneyBack(progress=progress, amount_fen=26_000, succeeded_at=NOW, surplus=surplus)


@pytest.mark.parametrize(
    ("progress", "words_of_it"),
    [
        ("under_way", "正在按原支付方式退回 260.00 元，您不需要办理，退回后会在这里告诉您"),
        ("done", "260.00 元已于 1月10日 12:00 按原支付方式退回"),
        ("failed", "260.00 元的退款还没有成功，考点正在处理，您可以向考点询问"),
    ],
)
def test_money_on_its_way_back_is_told_as_far_as_it_is(progress: RefundProgress, words_of_it: str) -> None:
    ended = standing(
        state=State.CANCELLED, payment_state=PaymentState.REFUNDED, money_back=going_back(progress, surplus=False)
    )
    assert words(step("payment", ended, calendar(payment=(-5, -1)))) == words_of_it
    due = replace(ended, state=State.APPROVED, payment_state=PaymentState.DUE, amount_fen=26_000)
    again = step("payment", due, calendar(payment=(-1, 5)))
    assert (again.state, again.action) == ("current", "pay")
    assert words_of_it in words(again) and "重新缴费 260.00 元" in words(again)


def test_who_owes_still_after_paying_what_did_not_count_is_told_so() -> None:
    where = standing(
        state=State.APPROVED,
        payment_state=PaymentState.DUE,
        amount_fen=26_000,
        money_back=going_back("under_way", surplus=True),
    )
    told = words(step("payment", where, calendar(payment=(-1, 5))))
    assert told.startswith("您之前支付的费用没有计入本次缴费") and "请缴费 260.00 元" in told


def test_who_paid_too_much_is_told_that_the_rest_goes_back() -> None:
    where = standing(state=State.APPROVED, payment_state=PaymentState.PAID, money_back=going_back("done", surplus=True))
    one = step("payment", where, calendar(payment=(-1, 5)))
    assert (one.state, words(one).startswith("缴费成功。多付的费用：260.00 元已于")) == ("done", True)


def test_an_admit_card_not_fetched_in_time_sends_to_the_site() -> None:
    where = standing(state=State.SEATED, payment_state=PaymentState.PAID)
    one = step("admit_card", where, calendar(admit_card=(-5, -1)))
    assert (one.state, one.message) == ("failed", "admit_card_over")


def test_who_has_the_card_is_told_when_the_exam_begins() -> None:
    begins = NOW + timedelta(days=3)
    paid = standing(state=State.SEATED, payment_state=PaymentState.PAID)
    where = replace(paid, downloaded_at=NOW, exam_starts_at=begins, exam_ends_at=begins + timedelta(days=1))
    one = step("exam", where, calendar(admit_card=(-1, 5)))
    assert (one.state, one.at) == ("current", begins)
    assert words(one).startswith("首场考试 1月13日 12:00 开始")


def test_the_exam_is_over_from_its_last_moment_on() -> None:
    where = standing(state=State.SEATED, payment_state=PaymentState.PAID, exam_starts_at=NOW, exam_ends_at=NOW)
    assert step("exam", where, calendar()).message == "exam_over"


@pytest.mark.parametrize("state", [State.SUBMITTED, State.CONFIRMED, State.SITE_APPROVED, State.APPROVED])
def test_who_must_have_scores_merged_is_told_until_when_and_afterwards_that_they_are_forfeited(state: State) -> None:
    where = standing(state=state, score_merge="needed")
    one = step("results", where, calendar(site_review=(1, 73)))
    assert (one.state, one.message, one.until) == ("current", "merge_needed", NOW + timedelta(hours=73))
    assert "申请成绩合并" in words(one) and "还有 3 天 1 小时" in words(one)
    one = step("results", where, calendar(site_review=(-5, 0)))
    assert (one.state, one.message) == ("upcoming", "scores_forfeited")


def test_the_calendar_may_end_the_merging_of_scores_otherwise() -> None:
    where = standing(state=State.CONFIRMED, score_merge="needed")
    one = step("results", where, calendar(site_review=(-5, 50), score_merge=(-5, 2)))
    assert one.until == NOW + timedelta(hours=2)


@pytest.mark.parametrize("merge", [None, "merged"])
def test_nobody_else_is_told_to_have_scores_merged(merge: str | None) -> None:
    one = step("results", standing(state=State.CONFIRMED, score_merge=merge), calendar(site_review=(-5, 50)))
    assert one.message == "results_later"


def test_who_is_rejected_is_not_sent_to_have_scores_merged() -> None:
    one = step("results", standing(state=State.REJECTED, score_merge="needed"), calendar(site_review=(-5, 50)))
    assert one.message == "not_needed"


def test_between_the_exam_and_its_results_it_is_told_by_when_they_come() -> None:
    sat = standing(state=State.SEATED, payment_state=PaymentState.PAID, exam_starts_at=NOW, exam_ends_at=NOW)
    one = step("results", replace(sat, results_due=NOW + timedelta(hours=12)), calendar())
    assert (one.state, one.until) == ("current", NOW + timedelta(hours=12))
    assert words(one) == "考试已结束，成绩将不晚于 1月10日 24:00 公布"
    assert step("results", replace(sat, results_due=NOW), calendar()).message == "results_later"
    assert step("results", sat, calendar()).message == "results_later"


@pytest.mark.parametrize("result", ["qualified", "rolls_on", "not_qualified"])
def test_published_results_are_told_with_the_instant_they_came_out(result: str) -> None:
    sat = standing(state=State.SEATED, payment_state=PaymentState.PAID, results_at=NOW, result=result)
    one = step("results", sat, calendar())
    assert (one.state, one.message, one.at) == ("done", f"results_{result}", NOW)


def test_who_sat_and_has_no_result_is_sent_to_the_site() -> None:
    sat = standing(state=State.SEATED, payment_state=PaymentState.PAID, results_at=NOW)
    one = step("results", sat, calendar())
    assert (one.state, one.message) == ("failed", "results_none")
