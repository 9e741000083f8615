"""What a deadline does, over every published calendar and place: to whom, at which very instant, and to nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.exams.calendar import Calendar, Layer, Window, midnight
from backend.exams.facts import AreaFacts, Policy
from backend.exams.file_values import PaymentMode
from backend.exams.publication import Publication
from backend.exams.stages import Stage
from backend.registrations.deadlines import DEADLINES, OFFICE_WAITS, Deadline, Forfeiture, deadline
from backend.registrations.models import PaymentState, State
from tests.exams.published import files, publication

MICROSECOND = timedelta(microseconds=1)
MOMENT = datetime(2024, 1, 10, 12, tzinfo=EXAM_ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One place of one published exam."""

    exam: str
    area: str | None
    site: str | None
    calendar: Calendar
    policy: Policy | None

    def __str__(self) -> str:
        return " ".join(part for part in (self.exam, self.area, self.site) if part)


def policy(area: str = "示例省", mode: PaymentMode = "online") -> Policy:
    return Policy(
        area=AreaFacts(id=1, name=area, code="13"),
        confirmation_mode="onsite",
        auto_confirmation=False,
        after_auto_confirmation="review",
        payment_mode=mode,
        prices={},
        materials=(),
        commitment_letter=False,
        frontline_exemption=False,
    )


def place(found: Publication, area: str | None, site: str | None) -> Published:
    held = None
    if area is not None:
        at_site = found.sites[area, site].facts.payment_mode if site is not None else None
        held = policy(area, at_site or found.policy(area).payment_mode)
    return Published(exam=found.code, area=area, site=site, calendar=found.calendar(area, site), policy=held)


@cache
def published() -> tuple[Published, ...]:
    """The nation, the areas that have a layer or a policy of their own, and the sites, of every bundled exam."""
    exams = sorted({file.shape.exam for file in files() if hasattr(file.shape, "exam")})
    found = []
    for one in map(publication, exams):
        areas = {area for file in one.files for area in [getattr(file.shape, "area", None)] if area} | {"河北", "贵州"}
        found.append(place(one, None, None))
        found += [place(one, area, None) for area in sorted(areas)]
        found += [place(one, area, site) for area, site in sorted(one.sites)]
    return tuple(found)


def of(
    where: Published, state: State, payment_state: PaymentState = PaymentState.NONE, **known: datetime | None
) -> Deadline | None:
    return deadline(state, payment_state, calendar=where.calendar, policy=where.policy, **known)


moments = st.datetimes(datetime(2012, 1, 1), datetime(2025, 12, 31)).map(lambda at: at.replace(tzinfo=EXAM_ZONE))


@given(st.sampled_from(published()), st.sampled_from(State), st.sampled_from(PaymentState), moments, moments)
def test_only_who_waits_for_its_candidate_ever_forfeits(
    where: Published, state: State, payment_state: PaymentState, until: datetime, due_since: datetime
) -> None:
    found = of(where, state, payment_state, supplement_until=until, due_since=due_since)
    if found is None or found.forfeits is None:
        assert state in {*OFFICE_WAITS, State.APPROVED} or found is None
        return
    assert found.forfeits is DEADLINES[state]
    assert state is not State.APPROVED or payment_state is PaymentState.DUE


@given(st.sampled_from(published()), st.sampled_from([State.DRAFT, State.SUBMITTED, State.CONFIRMATION_REJECTED]))
def test_confirmation_is_over_in_the_instant_in_which_nobody_can_be_confirmed_any_more(
    where: Published, state: State
) -> None:
    found, closes_at = of(where, state), where.calendar.closes_at(Stage.CONFIRMATION)
    if closes_at is None:
        assert found is None
        return
    assert found == Deadline(at=closes_at, forfeits=Forfeiture.NOT_CONFIRMED)
    assert where.calendar.is_open(Stage.CONFIRMATION, closes_at - MICROSECOND)
    assert not found.is_over(closes_at - MICROSECOND)
    assert not where.calendar.is_open(Stage.CONFIRMATION, closes_at)
    assert found.is_over(closes_at)


@given(st.sampled_from(published()), st.sampled_from(PaymentState))
def test_payment_is_forfeited_online_while_it_is_due_and_nowhere_else(
    where: Published, payment_state: PaymentState
) -> None:
    found, closes_at = of(where, State.APPROVED, payment_state), where.calendar.closes_at(Stage.PAYMENT)
    online = where.policy is not None and where.policy.payment_mode == "online"
    if closes_at is None or not online or payment_state is not PaymentState.DUE:
        assert found is None
        return
    assert found == Deadline(at=closes_at, forfeits=Forfeiture.NOT_PAID)
    assert where.calendar.is_open(Stage.PAYMENT, closes_at - MICROSECOND)
    assert not where.calendar.is_open(Stage.PAYMENT, closes_at)


@given(st.sampled_from(published()), st.sampled_from(sorted(OFFICE_WAITS)), moments)
def test_nobody_forfeits_for_an_offices_lateness(where: Published, state: State, until: datetime) -> None:
    found, closes_at = of(where, state, supplement_until=until), where.calendar.closes_at(Stage.AREA_REVIEW)
    assert found == (None if closes_at is None else Deadline(at=closes_at, forfeits=None))


@given(st.sampled_from(published()), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_who_was_approved_too_late_to_pay_forfeits_nothing(where: Published, late: timedelta) -> None:
    closes_at = where.calendar.closes_at(Stage.PAYMENT)
    if closes_at is None:
        return
    found = of(where, State.APPROVED, PaymentState.DUE, due_since=closes_at + late)
    assert found is None or found.forfeits is None
    in_time = of(where, State.APPROVED, PaymentState.DUE, due_since=closes_at - MICROSECOND)
    assert in_time is None or in_time.forfeits is Forfeiture.NOT_PAID


@given(st.sampled_from(published()), st.none() | moments)
def test_a_supplement_is_due_by_its_own_deadline_whatever_the_calendar_says(
    where: Published, until: datetime | None
) -> None:
    expected = None if until is None else Deadline(at=until, forfeits=Forfeiture.NOT_SUPPLEMENTED)
    assert of(where, State.RETURNED, supplement_until=until) == expected


@pytest.mark.parametrize(
    ("exam", "area", "site", "state", "last_day"),
    [
        ("health-2021", None, None, State.SUBMITTED, "2021-01-12"),
        ("health-2021", "湖南", "湘西", State.APPROVED, "2021-02-26"),
        ("health-2024", "河北", None, State.SUBMITTED, "2023-12-18"),
        ("health-2024", "河北", None, State.APPROVED, "2024-02-08"),
        ("health-2025", "内蒙古", "乌海", State.SUBMITTED, "2024-12-11"),
        ("health-2025", "内蒙古", "乌海", State.APPROVED, "2025-02-16"),
        ("nurse-2012", None, None, State.DRAFT, "2012-02-15"),
    ],
)
def test_the_notices_last_days_end_at_24_00(
    exam: str, area: str | None, site: str | None, state: State, last_day: str
) -> None:
    (where,) = [
        one for one in published() if (one.exam, one.area, (one.site or "")[:2]) == (exam, area, (site or "")[:2])
    ]
    found = of(where, state, PaymentState.DUE if state is State.APPROVED else PaymentState.NONE)
    assert found is not None
    assert found.at == midnight(datetime.fromisoformat(last_day).date()) + timedelta(days=1)


@pytest.mark.parametrize(("exam", "area", "site"), [("nurse-2012", "河北", None), ("health-2024", "贵州", "省直")])
def test_where_it_is_paid_at_the_site_no_clock_takes_the_exam_away(exam: str, area: str, site: str | None) -> None:
    (where,) = [one for one in published() if (one.exam, one.area, one.site) == (exam, area, site)]
    assert where.policy is not None and where.policy.payment_mode == "onsite"
    assert of(where, State.APPROVED, PaymentState.DUE) is None


def test_a_refused_form_may_be_mended_as_long_as_its_own_window_says() -> None:
    closes, mend_closes = MOMENT, MOMENT + timedelta(days=2)
    windows = {
        Stage.CONFIRMATION: [Window(closes_at=closes)],
        Stage.ONLINE_MEND: [Window(opens_at=closes, closes_at=mend_closes)],
    }
    calendar = Calendar((Layer(name="national", windows=windows),))
    found = deadline(State.CONFIRMATION_REJECTED, PaymentState.NONE, calendar=calendar, policy=policy())
    assert found == Deadline(at=mend_closes, forfeits=Forfeiture.NOT_CONFIRMED)
