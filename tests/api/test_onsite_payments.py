"""Fees paid at the site: a clerk writes down the receipt, a registration is paid once, money is handed back there."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.errors import Conflict, Faulty, NotAllowed, NotFound
from backend.events import Event, EventName
from backend.payments.models import Payment, RefundState
from backend.registrations.models import PaymentState, Registration
from backend.registrations.moves import Act
from backend.staff.models import Level
from backend.staff.scope import clerk
from tests.api.world import YI, Phone, World

FEE = 26000
ON_SITE = ("UPDATE area_policy SET payment_mode = 'onsite'", "UPDATE exam SET version = version + 1")


@pytest.fixture
async def onsite(world: World) -> AsyncIterator[World]:
    """The areas take their fees at the site."""
    for statement in ON_SITE:
        await world.built.database.execute(statement)
    yield world


async def confirmed(world: World) -> Phone:
    """Somebody whose fee is due since the point confirmed them."""
    phone = await world.person()
    await phone.submitted()
    site, _ = await world.clerks()
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    return phone


async def record(world: World, phone: Phone, *, receipt: str = "0012345", fen: int = FEE) -> Registration:
    site = await clerk("test.site")
    return await world.built.onsite_payments.record(
        site, UUID(phone.registration), receipt_number=receipt, amount_fen=fen
    )


async def test_a_fee_paid_at_the_site_makes_the_registration_paid(onsite: World) -> None:
    phone = await confirmed(onsite)
    assert (await phone.mine("GET")).json["payment_state"] == "due"
    assert (await phone.step("payment"))["message"].startswith("本考点采用现场缴费")
    await record(onsite, phone)
    assert (await phone.mine("GET")).json["payment_state"] == "paid"
    assert (await phone.step("payment"))["state"] == "done"
    paid = await AuditRecord.get(act="paid")
    assert paid.after["receipt_number"] == "0012345"
    assert await Event.filter(name=EventName.PAYMENT_RECEIVED).count() == 1


async def test_the_same_receipt_again_changes_nothing_and_another_one_is_refused(onsite: World) -> None:
    phone = await confirmed(onsite)
    first = await record(onsite, phone)
    again = await record(onsite, phone)
    assert first.version == again.version
    with pytest.raises(Conflict, match="already_paid"):
        await record(onsite, phone, receipt="0012346")
    assert await Payment.all().count() == 1


async def test_of_ten_clerks_at_once_one_writes_it_down(onsite: World) -> None:
    phone = await confirmed(onsite)
    done = await asyncio.gather(
        *(record(onsite, phone, receipt=f"001{number}") for number in range(10)), return_exceptions=True
    )
    assert sum(isinstance(one, Registration) for one in done) == 1
    assert {str(one) for one in done if not isinstance(one, Registration)} == {"already_paid"}


async def test_one_receipt_pays_for_one_candidate(onsite: World) -> None:
    phone = await confirmed(onsite)
    await record(onsite, phone)
    await onsite.at("2023-12-01 10:00")
    other = await onsite.person(YI)
    await other.submitted()
    await onsite.at("2023-12-05 10:00")
    await onsite.built.office.act(await clerk("test.site"), Act.CONFIRM, UUID(other.registration))
    with pytest.raises(Conflict, match="receipt_used"):
        await record(onsite, other)
    assert (await other.mine("GET")).json["payment_state"] == "due"


@pytest.mark.parametrize(
    ("receipt", "fen", "field", "code"),
    [
        ("", FEE, "receipt_number", "receipt_number_form"),
        ("第1号", FEE, "receipt_number", "receipt_number_form"),
        ("0012345", FEE - 1, "amount_fen", "not_the_fee"),
        ("0012345", 0, "amount_fen", "not_the_fee"),
    ],
)
async def test_a_receipt_that_is_none_is_refused_by_its_field(
    onsite: World, receipt: str, fen: int, field: str, code: str
) -> None:
    phone = await confirmed(onsite)
    with pytest.raises(Faulty) as refused:
        await record(onsite, phone, receipt=receipt, fen=fen)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [(field, code)]
    assert await Payment.all().count() == 0


async def test_nothing_is_written_down_where_one_pays_online(world: World) -> None:
    phone = await confirmed(world)
    with pytest.raises(Conflict, match="paid_online"):
        await record(world, phone)


async def test_nothing_is_written_down_before_it_is_due(onsite: World) -> None:
    phone = await onsite.person()
    await phone.submitted()
    await onsite.clerks()
    with pytest.raises(Conflict, match="payment_not_due"):
        await record(onsite, phone)


async def test_another_sites_clerk_does_not_find_the_candidate_and_the_area_takes_no_money(onsite: World) -> None:
    phone = await confirmed(onsite)
    await onsite.built.members.create(
        username="test.elsewhere", name="示例", level=Level.SITE, area="贵州", site="省直"
    )
    payments, registration = onsite.built.onsite_payments, UUID(phone.registration)
    with pytest.raises(NotFound, match="registration_unknown"):
        await payments.record(await clerk("test.elsewhere"), registration, receipt_number="0012345", amount_fen=FEE)
    with pytest.raises(NotAllowed, match="not_this_office"):
        await payments.record(await clerk("test.area"), registration, receipt_number="0012345", amount_fen=FEE)


async def test_money_paid_at_the_site_is_handed_back_there_once_the_area_has_approved(onsite: World) -> None:
    phone = await confirmed(onsite)
    await record(onsite, phone)
    site, area = await clerk("test.site"), await clerk("test.area")
    refund = await onsite.built.refunds.ask(site, UUID(phone.registration), "考生放弃考试")
    with pytest.raises(Conflict, match="refund_not_approved"):
        await onsite.built.onsite_payments.handed_back(site, refund.id)
    await onsite.built.refunds.approve(area, refund.id)
    await onsite.run_jobs()
    assert await onsite.built.refund_tracking.sweep() == 0
    done = await onsite.built.onsite_payments.handed_back(site, refund.id)
    assert (done.state, (await onsite.built.onsite_payments.handed_back(site, refund.id)).id) == (
        RefundState.SUCCEEDED,
        refund.id,
    )
    assert await AuditRecord.filter(act="refunded").count() == 1
    assert (await Registration.get(id=phone.registration)).payment_state in (PaymentState.DUE, PaymentState.REFUNDED)
