"""Who may do what: each staff act tried by every office in every role, and on what is another office's."""

import re
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest

from backend.custody.declaring import Declaration, Piece
from backend.custody.hand_overs import Counted
from backend.custody.materials import HandOverKind, Material
from backend.custody.models import StatementKind
from backend.documents.models import Batch, BatchKind
from backend.errors import Faulty, NotAllowed, NotFound, Refusal
from backend.exams.models import Venue
from backend.payments.models import Order, OrderState, Payment, Refund, RefundKind, RefundState
from backend.registrations.bulk_review import Outcome
from backend.registrations.corrections import Correctable
from backend.registrations.models import Registration
from backend.seating.models import SeatingPlan
from backend.staff.duties import ROLES_OF, WHOSE, Duty
from backend.staff.models import Level, Role, StaffMember
from backend.staff.scope import Clerk, clerk
from backend.violations.models import Violation
from tests.api.staff_acts import ACTS, NOTHING, StaffAct, Target, found
from tests.api.test_import_command import said
from tests.api.violations import WRITTEN
from tests.api.world import JIA, Phone, World
from zhunkao.journey.people import AREA, EXAM, SITE

LISTS = (
    "Correcting.waiting",
    "OverdueReviews.for_clerk",
    "AccountChanges.waiting",
    "Violations.of_exam",
    "Batches.listed",
    "SeatingChecks.plans",
    "Venues.rooms",
    "DoorLists.doubtful",
    "DoorMarks.doors",
    "HandOvers.all",
    "Incidents.all",
    "Statements.all",
    "Statements.corrected",
    "Inbox.page",
    "Inbox.events",
    "Search.find",
    "Counts.by_site",
    "WorkList.page",
    "WorkList.count",
    "WorkList.ids",
    "WorkList.find",
    "Correcting.how_many",
    "Correcting.of_registration",
    "Violations.page",
    "Violations.how_many",
    "RefundDesk.page",
    "RefundDesk.how_many",
    "RefundDesk.of_registration",
    "FrontlineList.entry",
    "AccountRecoveries.waiting",
    "AccountRecoveries.how_many",
    "AccountChanges.how_many",
    "NoticeBoard.own",
)
"""Acts that find nothing, where others refuse."""
NOTHING_OF_IT = ("picture_unknown", "boxes_unknown", "rooms_unknown", "statement_unknown")
"""What is answered where the thing is found, and has nothing of what was asked for."""
EVERYBODY = [(level, role) for level in Level for role in Role]


def somebody(level: Level, role: Role, like: Clerk) -> Clerk:
    """A clerk of the sample office in one role."""
    return Clerk(
        member_id=like.member_id,
        level=level,
        area_id=like.area_id if level is not Level.NATION else None,
        site_id=like.site_id if level in (Level.SITE, Level.POINT) else None,
        point_id=1 if level is Level.POINT else None,
        roles=frozenset({role}),
    )


async def refusal_of(act: StaffAct, world: World, who: Clerk, on: Target) -> Refusal | None:
    try:
        await act.call(world, who, on)
    except Refusal as refusal:
        return refusal
    return None


def test_no_staff_act_of_the_code_is_missing_here() -> None:
    assert found() == {act.method for act in ACTS}


def test_every_duty_is_somebodys_who_can_have_it_and_is_tried() -> None:
    assert set(WHOSE) == set(Duty) == {act.duty for act in ACTS}
    for duty, whose in WHOSE.items():
        assert whose and all(roles and roles <= set(ROLES_OF[level]) for level, roles in whose.items()), duty


async def test_each_act_is_done_by_its_offices_and_roles_and_by_nobody_else(world: World) -> None:
    like, _ = await world.clerks()
    for act in ACTS:
        for level, role in EVERYBODY:
            refusal = await refusal_of(act, world, somebody(level, role, like), NOTHING)
            code = refusal.code if isinstance(refusal, NotAllowed) else None
            if level not in WHOSE[act.duty]:
                assert code == "not_this_office", (act.method, act.duty, level)
            elif role not in WHOSE[act.duty][level]:
                assert code == "not_this_role", (act.method, act.duty, level, role)
            else:
                assert code is None, (act.method, act.duty, level, role)


@pytest.fixture
async def target(world: World) -> Target:
    return await one_of_everything(world)


async def one_of_everything(world: World) -> Target:
    """The sample site's; it is 20 January 2024."""
    phone = await world.person()
    await phone.submitted()
    await world.approved(phone)
    site, _ = await world.known_clerks()
    row = await Registration.get(id=phone.registration)
    correction = await world.built.correcting.register(
        site, row.id, Correctable.NAME, "测试龑", evidence="身份证复印件"
    )
    door = await door_of(world)
    listed = await world.built.door_lists.download(site, venue_id=door[0], session_id=door[1])
    hand_over, count = await handed_over(world, site)
    stated = await world.built.statements.state(
        site, EXAM, StatementKind.OFFICES, {"offices": [{"name": "考点办公室"}]}
    )
    return Target(
        registration=row.id,
        number=str(row.registration_number),
        correction=correction.id,
        refund=await refund(world, row),
        inquiry=await inquiry(phone, kind="question"),
        recovery=await recovery(world),
        change=await inquiry(phone, kind="account_change", name="测试䶮"),
        violation=await violation(row, site),
        plan=await plan(world, row),
        batch=await batch(row, site),
        venue=door[0],
        session=door[1],
        door_list=listed.id,
        hand_over=hand_over,
        count=count,
        statement=stated.id,
        site=site.site_id or 0,
    )


async def violation(row: Registration, site: Clerk) -> int:
    """As its site's clerk will have recorded it, once the exam is over."""
    values = WRITTEN.values() | {"recorded_by": site.member_id, "recorded_at": WRITTEN.told_at}
    return int((await Violation.create(registration=row, **values)).id)


async def plan(world: World, row: Registration) -> int:
    now = world.built.clock.now()
    adopted = await SeatingPlan.create(
        exam_id=row.exam_id, site_id=row.site_id, seed=1, candidates=0, manifest="{}", adopted_at=now, adopted_by="1"
    )
    return int(adopted.id)


async def handed_over(world: World, who: Clerk) -> tuple[int, int]:
    """The sample site picks up one bag; the hand-over and the count of it."""
    piece = Piece(material=Material.PAPERS, label="1", seal="F1", quantity=30)
    said = Declaration(number="1", kind=HandOverKind.PICKUP, place="示例保密室", batch=1, pieces=[piece])
    declared = await world.built.declaring.declare(who, EXAM, said)
    view = await world.built.hand_overs.count(who, declared.id, {"1": Counted(counted=30, intact=True)})
    assert view.items[0].count is not None
    return declared.id, view.items[0].count.id


async def door_of(world: World) -> tuple[int, int]:
    """The sample site's venue, in its first session."""
    session = (await world.built.exams.sessions(EXAM, AREA))[0]
    return int((await Venue.get(site__name=SITE, exam__code=EXAM)).id), session.id


async def refund(world: World, row: Registration) -> int:
    now = world.built.clock.now()
    order = await Order.create(
        order_number="ZK1",
        registration=row,
        platform="onsite",
        open_id="",
        amount_fen=1,
        state=OrderState.PAID,
        idempotency_key="1",
        opened_at=now,
        expires_at=now,
    )
    payment = await Payment.create(
        order=order, registration=row, platform="onsite", transaction_id="1", amount_fen=1, paid_at=now, counts=True
    )
    asked = await Refund.create(
        refund_number="TK1",
        payment=payment,
        registration_id=row.id,
        platform="onsite",
        amount_fen=1,
        kind=RefundKind.REQUESTED,
        reason="示例",
        state=RefundState.ASKED,
        asked_by="1",
        asked_at=now,
    )
    return int(asked.id)


async def batch(row: Registration, site: Clerk) -> int:
    ordered = await Batch.create(
        exam_id=row.exam_id,
        site_id=row.site_id,
        kind=BatchKind.ADMIT_CARDS,
        selection="everybody",
        ordered_by=site.member_id,
        ordered_at=row.created_at,
    )
    return int(ordered.id)


async def inquiry(phone: Phone, **asked: str) -> UUID:
    answer = await phone.call("POST", "/inquiries", body={"text": "示例", **asked})
    assert answer.status == 201, answer.body
    return UUID(answer.json["id"])


async def recovery(world: World) -> UUID:
    phone = await world.stranger()
    asked = {"platform": "wechat", "code": await phone.code(), "name": JIA.name, "id_type": "resident_id_card"}
    asked |= {"id_number": JIA.id_number, "area": AREA, "site": SITE, "phone": "13800000000"}
    assert (await world.call("POST", "/account-recoveries", body=asked)).status == 202
    rows = await world.built.database.rows("SELECT inquiry_id FROM account_recovery")
    return UUID(str(rows[0]["inquiry_id"]))


async def test_what_is_another_offices_is_not_found_and_in_no_list(world: World, target: Target) -> None:
    strangers = await world.clerks_elsewhere()
    tried = 0
    for act in ACTS:
        for who in strangers:
            if act.unscoped or who.level not in WHOSE[act.duty]:
                continue
            tried += 1
            if act.method in ("BulkReview.act", "BulkReview.preview"):
                outcomes = cast(list[Outcome], await act.call(world, who, target))
                assert [type(one.refusal) for one in outcomes] == [NotFound]
            elif act.method in LISTS:
                assert await act.call(world, who, target) == []
            else:
                assert isinstance(await refusal_of(act, world, who, target), NotFound), act.method
    assert tried > 40


async def test_the_office_it_belongs_to_finds_it(world: World, target: Target) -> None:
    """Without which the test above could pass on things that aren't there."""
    for act in ACTS:
        for who in await world.known_clerks():
            if not act.unscoped and who.level in WHOSE[act.duty] and act.method != "Materials.picture_for":
                refusal = await refusal_of(act, world, who, target)
                if isinstance(refusal, NotFound):
                    assert refusal.code in NOTHING_OF_IT, act.method


async def test_a_point_s_staff_do_not_take_down_their_area_s_notice(world: World) -> None:
    site, area = await world.clerks()
    await world.built.notice_board.publish(area, "sample", title="示例", text="示例")
    with pytest.raises(NotAllowed, match="not_this_office"):
        await world.built.notice_board.withdraw(somebody(Level.POINT, Role.CONFIRM, site), "sample")
    assert len((await world.call("GET", f"/notices?area={AREA}")).json["items"]) == 1


async def test_who_is_made_without_roles_has_all_of_the_level_and_else_those_given(world: World) -> None:
    members = world.built.members
    for level in (Level.NATION, Level.AREA, Level.SITE):
        area, site = AREA if level is not Level.NATION else None, SITE if level is Level.SITE else None
        await members.create(username=f"all.{level}", name="示例", level=level, area=area, site=site)
        assert (await clerk(f"all.{level}")).roles == set(ROLES_OF[level])
    await members.create(
        username="some.site", name="示例", level=Level.SITE, area=AREA, site=SITE, roles=[Role.REVIEW, Role.FINANCE]
    )
    assert (await clerk("some.site")).roles == {Role.FINANCE, Role.REVIEW}
    with pytest.raises(Faulty, match="roles: not_of_level"):
        await members.create(username="centre", name="示例", level=Level.NATION, roles=[Role.SEATING])


async def test_the_command_makes_a_member_with_roles(world: World, tmp_path: Path) -> None:
    site = ["--name", "示例", "--level", "site", "--area", AREA, "--site", SITE]
    status, out, err = await said(
        world, tmp_path, "create-staff", "money", *site, "--role", "finance", "--role", "review"
    )
    assert (status, out.startswith("money (site: finance, review) is ")) == (0, True), err
    assert (await StaffMember.get(username="money")).roles == ["review", "finance"]
    await accepts(world, "money", out)
    status, out, err = await said(world, tmp_path, "invite-staff", "money")
    assert status == 0, err
    await accepts(world, "money", out)
    status, out, err = await said(world, tmp_path, "create-staff", "other", *site, "--role", "caretaker")
    assert status != 0 and "role" in err, (out, err)
    assert not await StaffMember.exists(username="other")


async def accepts(world: World, username: str, said: str) -> None:
    """The invitation a command printed sets a password."""
    code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", said)
    assert code, said
    await world.built.credentials.accept(username, code[0], "a long sample phrase", address=None)
