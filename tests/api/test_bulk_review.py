"""One decision on thousands: each has its own outcome, inside the scope, once, whoever decides at the same time."""

import asyncio
from collections import Counter
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from backend.audit import AuditRecord
from backend.clock import EXAM_ZONE
from backend.errors import Faulty, NotAllowed
from backend.events import Event, EventName
from backend.registrations.bulk_review import Outcome
from backend.registrations.models import Registration
from backend.registrations.moves import Act
from backend.staff.scope import Clerk
from tests.api.crowd import crowd
from tests.api.test_registrations_office import elsewhere
from tests.api.world import World

UNTIL = datetime(2024, 1, 12, 17, 30, tzinfo=EXAM_ZONE)


async def confirmed(world: World, count: int) -> tuple[list[UUID], Clerk, Clerk]:
    """That many confirmed candidates of the sample site in its review, its clerk and the area's."""
    phone = await world.person()
    await phone.submitted()
    site, area = await world.clerks()
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    await crowd(world, count - 1)
    await world.at("2024-01-09 10:00")
    return [row.id for row in await Registration.all().order_by("id")], site, area


def summary(outcomes: list[Outcome]) -> Counter[tuple[str | None, str | None]]:
    """How many came to which state, or were refused for what."""
    return Counter((one.state, one.refusal.code if one.refusal else None) for one in outcomes)


async def test_each_of_many_has_an_outcome_of_its_own_in_the_order_asked(world: World) -> None:
    ids, site, area = await confirmed(world, 250)
    await world.built.office.act(site, Act.SITE_REJECT, ids[7], reasons=["示例"])
    await world.built.database.execute(
        "UPDATE registration SET form = jsonb_set(form, '{registration,current_qualification_date}', '\"2022-01-01\"') "
        "WHERE id = $1",
        ids[9],
    )
    stranger = uuid4()
    outcomes = await world.built.bulk_review.act(site, Act.SITE_APPROVE, [*ids, stranger, ids[0]])
    assert [one.registration_id for one in outcomes] == [*ids, stranger]
    assert summary(outcomes) == {
        ("site_approved", None): 248,
        ("rejected", "not_from_this_state"): 1,
        ("confirmed", "not_eligible"): 1,
        (None, "registration_unknown"): 1,
    }
    assert (outcomes[7].state, outcomes[9].state, outcomes[250].state) == ("rejected", "confirmed", None)
    assert await AuditRecord.filter(act="approved_by_site").count() == 248
    approved = await world.built.bulk_review.act(area, Act.AREA_APPROVE, ids)
    assert summary(approved)[("approved", None)] == 248
    due = await Registration.filter(state="approved", payment_state="due").exclude(payment_due_since=None).count()
    assert due == 248


async def test_outside_the_scope_nothing_is_found_and_nothing_done(world: World) -> None:
    ids, _, _ = await confirmed(world, 3)
    other_site, other_area = await elsewhere(world)
    for clerk, act in ((other_site, Act.SITE_APPROVE), (other_area, Act.AREA_APPROVE)):
        outcomes = await world.built.bulk_review.act(clerk, act, ids)
        assert summary(outcomes) == {(None, "registration_unknown"): 3}
        assert {one.registration_number for one in outcomes} == {None}
    assert await Registration.filter(state="confirmed").count() == 3


async def test_an_act_that_is_not_the_offices_or_says_no_reason_is_refused_whole(world: World) -> None:
    ids, site, area = await confirmed(world, 2)
    with pytest.raises(NotAllowed):
        await world.built.bulk_review.act(area, Act.SITE_APPROVE, ids)
    with pytest.raises(Faulty):
        await world.built.bulk_review.act(site, Act.SITE_REJECT, ids, reasons=[""])
    assert await Registration.filter(state="confirmed").count() == 2


async def test_many_are_returned_with_one_reason_and_deadline(world: World) -> None:
    ids, site, _ = await confirmed(world, 120)
    outcomes = await world.built.bulk_review.act(site, Act.SITE_RETURN, ids, reasons=["缺单位盖章"], until=UNTIL)
    assert summary(outcomes) == {("returned", None): 120}
    assert {(row.supplement_until, row.returned_by) for row in await Registration.all()} == {(UNTIL, "site")}


async def test_of_two_clerks_who_decide_on_the_same_many_at_once_each_registration_has_one_decision(
    world: World,
) -> None:
    ids, site, _ = await confirmed(world, 230)
    review = world.built.bulk_review
    approved, rejected = await asyncio.gather(
        review.act(site, Act.SITE_APPROVE, ids),
        review.act(site, Act.SITE_REJECT, list(reversed(ids)), reasons=["示例"]),
    )
    done = [one.registration_id for one in [*approved, *rejected] if one.refusal is None]
    assert sorted(done) == ids
    assert await Event.filter(name=EventName.REGISTRATION_REVIEWED).count() == 230
