"""The exam's materials from the area to the site and back: counted, sealed, signed by two, never rewritten."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from backend.audit import AuditRecord
from backend.clock import EXAM_ZONE
from backend.custody.declaring import Piece
from backend.custody.hand_overs import Counted
from backend.custody.hours import CustodyDuty, DutyState
from backend.custody.materials import HandOverKind, IncidentKind, Material, Side
from backend.custody.models import CustodyIncident, HandOver, HandOverClosing, ItemCount, OfficeStatement, StatementKind
from backend.custody.watches import Kept
from backend.errors import Faulty, NotFound, Refusal
from backend.events import Event, EventName
from backend.exams.models import ExamSession
from backend.staff.models import Level
from tests.api.custody import BAGS, WHOLE, Offices, offices_of
from tests.api.results import centre
from tests.api.world import World
from zhunkao.journey.people import AREA, EXAM

RECEIVERS = {
    "place": "示例市保密室",
    "receivers": [{"name": "测试甲", "phone": "13800000000"}, {"name": "测试乙", "phone": "13800000001"}],
}


@pytest.fixture
async def offices(world: World) -> Offices:
    return await offices_of(world)


async def test_a_hand_over_is_counted_signed_by_two_on_each_side_and_closed(offices: Offices) -> None:
    hand_over = await offices.picked_up()
    view = await offices.world.built.hand_overs.view(offices.area, hand_over.id)
    assert [(one.item.label, one.item.seal, one.count and one.count.counted) for one in view.items] == [
        ("B1", "F001", 30),
        ("B2", "F002", 5),
    ]
    assert len({one.member_id for one in view.signatures}) == 4
    assert view.closing is not None
    acts = await AuditRecord.filter(subject="hand_over", subject_id=str(hand_over.id)).order_by("id")
    assert [one.act for one in acts] == ["declared", *["counted"] * 2, *["signed"] * 4, "closed"]
    assert await CustodyIncident.all().count() == 0


async def test_nobody_signs_twice_and_no_side_has_three(offices: Offices) -> None:
    hand_overs = offices.world.built.hand_overs
    await offices.world.at("2024-04-13 08:00")
    session = await ExamSession.get(exam__code=EXAM, number=1, area__name=AREA)
    drawn = await offices.declared(kind=HandOverKind.DRAW, session_id=session.id)
    await hand_overs.sign(offices.site, drawn.id, Side.GIVER)
    assert len((await hand_overs.sign(offices.site, drawn.id, Side.GIVER)).signatures) == 1
    await offices.counted(drawn)
    assert await offices.refusal(hand_overs.sign(offices.site, drawn.id, Side.RECEIVER)) == "signed_already"
    await hand_overs.sign(offices.site_colleague, drawn.id, Side.GIVER)
    third = replace(offices.site, member_id=offices.area.member_id)
    assert await offices.refusal(hand_overs.sign(third, drawn.id, Side.GIVER)) == "side_is_signed"
    assert await offices.refusal(hand_overs.close(offices.site, drawn.id)) == "hand_over_incomplete"


async def test_the_receiver_counts_before_signing_and_the_giver_counts_nothing(offices: Offices) -> None:
    hand_overs, hand_over = offices.world.built.hand_overs, await offices.declared()
    assert await offices.refusal(hand_overs.sign(offices.site, hand_over.id, Side.RECEIVER)) == "not_counted"
    assert await offices.refusal(hand_overs.count(offices.area, hand_over.id, WHOLE)) == "not_this_office"
    assert await offices.refusal(hand_overs.sign(offices.area, hand_over.id, Side.RECEIVER)) == "not_this_office"
    await offices.counted(hand_over)
    await offices.counted(hand_over)
    assert await ItemCount.all().count() == 2
    less = {"B1": Counted(counted=29, intact=True)}
    assert await offices.refusal(hand_overs.count(offices.site, hand_over.id, less)) == "count_exists"


async def test_a_broken_seal_and_a_count_that_differs_are_reported_up_at_once(offices: Offices) -> None:
    hand_over = await offices.declared()
    torn = Counted(counted=29, intact=False, remark="外包装破损，已封存")
    await offices.counted(hand_over, B1=torn, B2=WHOLE["B2"])
    nation = await centre(offices.world)
    for who in (offices.site, offices.area, nation):
        found = await offices.world.built.incidents.all(who)
        assert [(one.kind, one.label, one.declared, one.counted, one.text) for one in found] == [
            (IncidentKind.SEAL_BROKEN, "B1", 30, 29, torn.remark),
            (IncidentKind.COUNT_DIFFERS, "B1", 30, 29, torn.remark),
        ]
    events = await Event.filter(name=EventName.CUSTODY_INCIDENT)
    assert [one.payload["kind"] for one in events] == ["seal_broken", "count_differs"]
    other, other_area = await offices.world.clerks_elsewhere()
    assert [await offices.world.built.incidents.all(who) for who in (other, other_area)] == [[], []]


async def test_anything_else_wrong_is_reported_up_in_words_and_once(offices: Offices) -> None:
    hand_over, incidents = await offices.declared(), offices.world.built.incidents
    for _ in range(2):
        await incidents.report(offices.site, hand_over.id, "车辆途中故障，停留二十分钟")
    assert [one.kind for one in await incidents.all(offices.area)] == [IncidentKind.OTHER]
    with pytest.raises(Faulty, match="text: missing"):
        await incidents.report(offices.site, hand_over.id, " ")


async def test_a_wrong_count_stays_and_is_corrected_by_another_that_names_it(offices: Offices) -> None:
    hand_over, hand_overs = await offices.declared(), offices.world.built.hand_overs
    view = await offices.counted(hand_over, B1=Counted(counted=31, intact=True), B2=WHOLE["B2"])
    first = view.items[0].count
    assert first is not None
    right = Counted(counted=30, intact=True, remark="重新清点")
    told = await asyncio.gather(
        *(hand_overs.correct(offices.site, first.id, right) for _ in range(4)), return_exceptions=True
    )
    assert sorted(one.code for one in told if isinstance(one, Refusal)) == ["count_corrected"] * 3
    view = await hand_overs.view(offices.site, hand_over.id)
    assert view.items[0].count is not None
    assert (view.items[0].count.counted, view.items[0].count.corrects_id) == (30, first.id)
    assert (await ItemCount.get(id=first.id)).counted == 31
    assert [one.kind for one in await offices.world.built.incidents.all(offices.area)] == [IncidentKind.COUNT_DIFFERS]


async def test_clerks_who_close_one_hand_over_at_the_same_moment_close_it_once(offices: Offices) -> None:
    hand_over = await offices.declared()
    await offices.counted(hand_over)
    await offices.signed(hand_over)
    clerks = (offices.site, offices.area, offices.site_colleague, offices.area_colleague)
    views = await asyncio.gather(*(offices.world.built.hand_overs.close(who, hand_over.id) for who in clerks))
    assert len({view.closing.id for view in views if view.closing}) == 1 == await HandOverClosing.all().count()
    assert await AuditRecord.filter(act="closed", subject="hand_over").count() == 1


async def test_of_many_who_sign_one_side_at_once_two_have_signed(offices: Offices) -> None:
    hand_over, members = await offices.declared(), offices.world.built.members
    ids = [await members.create(username=f"giver.{n}", name="示例", level=Level.AREA, area=AREA) for n in range(5)]
    clerks = [replace(offices.area, member_id=member) for member in ids]
    told = await asyncio.gather(
        *(offices.world.built.hand_overs.sign(who, hand_over.id, Side.GIVER) for who in clerks),
        return_exceptions=True,
    )
    assert [one.code for one in told if isinstance(one, Refusal)] == ["side_is_signed"] * 3
    view = await offices.world.built.hand_overs.view(offices.site, hand_over.id)
    assert sorted(one.place for one in view.signatures) == [1, 2]


async def test_the_same_declaration_again_is_the_same_and_another_under_its_number_is_refused(
    offices: Offices,
) -> None:
    declared = await asyncio.gather(*(offices.declared(number="2024-A") for _ in range(4)))
    assert len({one.id for one in declared}) == 1
    assert await offices.refusal(offices.declared(number="2024-A", pieces=BAGS[:1])) == "hand_over_number_used"


async def test_what_was_declared_wrongly_is_declared_anew_and_goes_no_further(offices: Offices) -> None:
    wrong = await offices.declared(pieces=BAGS[:1])
    right = await offices.declared(corrects=wrong.id)
    assert await offices.refusal(offices.counted(wrong, B1=WHOLE["B1"])) == "hand_over_corrected"
    assert await offices.refusal(offices.declared(corrects=wrong.id)) == "hand_over_corrected"
    await offices.counted(right)
    await offices.signed(right)
    await offices.world.built.hand_overs.close(offices.site, right.id)
    assert await offices.refusal(offices.declared(corrects=right.id)) == "hand_over_closed"


async def test_every_fault_of_a_declaration_is_told_at_once(offices: Offices) -> None:
    pieces = [Piece(material=Material.PAPERS, label="B1", seal="", quantity=0, venue_id=0)] * 2
    with pytest.raises(Faulty) as refused:
        await offices.declared(number=" ", place="", batch=9, pieces=pieces)
    assert {fault.field for fault in refused.value.faults} == {
        *("number", "place", "batch", "pieces.label", "pieces.seal", "pieces.quantity", "pieces.venue_id"),
    }
    with pytest.raises(Faulty, match="session_id: not_in_list"):
        await offices.declared(kind=HandOverKind.DRAW)
    assert await HandOver.all().count() == 0


@pytest.mark.parametrize(
    ("now", "code"),
    [
        ("2024-04-13 06:59:59.999999", "drawn_too_early"),
        ("2024-04-13 07:00:00", None),
        ("2024-04-13 10:59:59.999999", None),
        ("2024-04-13 11:00:00", "drawn_too_late"),
    ],
)
async def test_a_sessions_papers_leave_the_strong_room_no_earlier_than_two_hours_before_it(
    offices: Offices, stop_at: Callable[[str], None], now: str, code: str | None
) -> None:
    session = await ExamSession.get(exam__code=EXAM, number=1, area__name=AREA)
    stop_at(now)
    draw = offices.declared(kind=HandOverKind.DRAW, session_id=session.id)
    if code is not None:
        assert await offices.refusal(draw) == code
    else:
        assert (await draw).kind is HandOverKind.DRAW


async def test_who_is_late_is_seen_by_site_area_and_centre(offices: Offices) -> None:
    recovery = await offices.declared(kind=HandOverKind.RECOVERY)
    await offices.world.at("2024-04-16 15:59")
    assert await offices.state_of(CustodyDuty.BACK, 1) is DutyState.DUE
    await offices.world.at("2024-04-16 16:01")
    nation = await centre(offices.world)
    for who in (offices.site, offices.area, nation):
        found = await offices.world.built.duty_board.sites(who, EXAM)
        [mine] = [one for one in found if one.site_id == offices.site.site_id]
        assert (CustodyDuty.BACK, 1) in {(line.duty.duty, line.duty.batch) for line in mine.late}
    for side, people in (
        (Side.GIVER, (offices.site, offices.site_colleague)),
        (Side.RECEIVER, (offices.area, offices.area_colleague)),
    ):
        if side is Side.RECEIVER:
            await offices.counted(recovery, offices.area)
        for who in people:
            await offices.world.built.hand_overs.sign(who, recovery.id, side)
    await offices.world.built.hand_overs.close(offices.area, recovery.id)
    assert await offices.state_of(CustodyDuty.BACK, 1) is DutyState.DONE_LATE
    assert await offices.state_of(CustodyDuty.BACK, 2) is DutyState.UPCOMING


async def test_exam_data_is_deleted_within_24_hours_of_the_centres_word(offices: Offices) -> None:
    statements = offices.world.built.statements
    nation = await centre(offices.world)
    await offices.world.at("2024-04-15 10:00")
    assert await offices.state_of(CustodyDuty.DATA_DELETED, 1) is DutyState.WAITING
    for _ in range(2):
        await statements.state(nation, EXAM, StatementKind.DATA_COMPLETE, {}, batch=1, site_id=offices.site.site_id)
    await offices.world.at("2024-04-16 09:59")
    assert await offices.state_of(CustodyDuty.DATA_DELETED, 1) is DutyState.DUE
    await offices.world.at("2024-04-16 10:01")
    assert await offices.state_of(CustodyDuty.DATA_DELETED, 1) is DutyState.LATE
    deleted = {"at": "2024-04-16T10:01:00+08:00", "supervisor": "测试丙"}
    await statements.state(offices.site, EXAM, StatementKind.DATA_DELETED, deleted, batch=1)
    assert await offices.state_of(CustodyDuty.DATA_DELETED, 1) is DutyState.DONE_LATE
    assert await OfficeStatement.all().count() == 2


async def test_two_have_the_watch_at_every_hour_or_the_gap_is_told(offices: Offices) -> None:
    await offices.picked_up()
    watches = offices.world.built.watches
    begin = datetime(2024, 4, 11, 9, tzinfo=EXAM_ZONE)
    await offices.world.at("2024-04-12 12:00")
    first = Kept(first="测试甲", second="测试乙", starts_at=begin, ends_at=begin + timedelta(hours=20))
    kept = await watches.keep(offices.site, EXAM, first)
    assert (await watches.keep(offices.site, EXAM, first)).id == kept.id
    assert await offices.state_of(CustodyDuty.WATCHED, 1) is DutyState.LATE
    whole = replace(first, ends_at=begin + timedelta(hours=24))
    await watches.keep(offices.site, EXAM, whole, corrects=kept.id)
    assert await offices.refusal(watches.keep(offices.site, EXAM, first, corrects=kept.id)) == "watch_corrected"
    await watches.keep(offices.site, EXAM, replace(first, starts_at=whole.ends_at, ends_at=begin + timedelta(hours=27)))
    await offices.world.at("2024-04-12 11:59")
    [mine] = await offices.world.built.duty_board.sites(offices.site, EXAM)
    assert CustodyDuty.WATCHED not in {line.duty.duty for line in mine.duties}


async def test_a_watch_is_two_peoples_and_was_kept(offices: Offices) -> None:
    begin = datetime(2024, 4, 11, 8, tzinfo=EXAM_ZONE)
    alone = Kept(first="测试甲", second=" 测试甲", starts_at=begin, ends_at=begin + timedelta(hours=25))
    with pytest.raises(Faulty) as refused:
        await offices.world.built.watches.keep(offices.site, EXAM, alone)
    assert {(fault.field, fault.code) for fault in refused.value.faults} == {
        ("second", "another_person"),
        ("ends_at", "watch_hours"),
        ("ends_at", "in_future"),
    }


async def test_receivers_and_offices_are_reported_once_and_corrected_by_naming_the_report(offices: Offices) -> None:
    statements = offices.world.built.statements
    first = await statements.state(offices.site, EXAM, StatementKind.RECEIVERS, RECEIVERS)
    assert await statements.state(offices.site, EXAM, StatementKind.RECEIVERS, RECEIVERS) == first
    moved = {**RECEIVERS, "place": "示例市另一保密室"}
    assert (
        await offices.refusal(statements.state(offices.site, EXAM, StatementKind.RECEIVERS, moved))
        == "statement_exists"
    )
    told = await asyncio.gather(
        *(
            statements.state(
                offices.site, EXAM, StatementKind.RECEIVERS, {**RECEIVERS, "place": f"{n}号保密室"}, corrects=first.id
            )
            for n in range(4)
        ),
        return_exceptions=True,
    )
    assert [one.code for one in told if isinstance(one, Refusal)] == ["statement_exists"] * 3
    site_id = offices.site.site_id
    standing = await statements.latest(offices.area, EXAM, StatementKind.RECEIVERS, site_id=site_id)
    assert (standing.corrects, await OfficeStatement.all().count()) == (first.id, 2)
    assert await offices.state_of(CustodyDuty.RECEIVERS) is not DutyState.LATE
    with pytest.raises(NotFound):
        other, _ = await offices.world.clerks_elsewhere()
        await statements.latest(other, EXAM, StatementKind.RECEIVERS)


async def test_names_and_phones_of_a_report_are_encrypted_and_on_no_record(offices: Offices) -> None:
    await offices.world.built.statements.state(offices.site, EXAM, StatementKind.RECEIVERS, RECEIVERS)
    kept = bytes((await OfficeStatement.first()).content)  # type: ignore[union-attr]
    assert b"13800000000" not in kept and "测试甲".encode() not in kept
    assert "13800000000" not in str([one.after for one in await AuditRecord.all()])


async def test_every_fault_of_a_statement_names_its_field(offices: Offices) -> None:
    statements = offices.world.built.statements
    with pytest.raises(Faulty) as refused:
        await statements.state(offices.site, EXAM, StatementKind.RECEIVERS, {"receivers": [], "more": 1})
    assert {fault.field: fault.code for fault in refused.value.faults} == {
        "place": "missing",
        "receivers": "malformed",
        "more": "malformed",
    }
    with pytest.raises(Faulty, match="batch: not_in_list"):
        await statements.state(offices.site, EXAM, StatementKind.DATA_DELETED, {}, batch=7)
    links = {"links": ["https://example.org/notice"]}
    assert (
        await offices.refusal(statements.state(offices.site, EXAM, StatementKind.NOTICE_LINKS, links))
        == "not_this_office"
    )


async def test_an_areas_own_reports_are_its_own(offices: Offices) -> None:
    statements, board = offices.world.built.statements, offices.world.built.duty_board
    links = {"links": ["https://example.org/notice"]}
    await statements.state(offices.area, EXAM, StatementKind.NOTICE_LINKS, links)
    nation = await centre(offices.world)
    [mine] = await board.areas(offices.area, EXAM)
    assert mine in await board.areas(nation, EXAM) and len(await board.areas(nation, EXAM)) == 32
    states = {line.duty.duty: line.state for line in mine.duties}
    assert states[CustodyDuty.NOTICE_LINKS] in (DutyState.DONE, DutyState.DONE_LATE)
    assert set(states) == {
        *(CustodyDuty.NOTICE_LINKS, CustodyDuty.RECEIVERS, CustodyDuty.OFFICES, CustodyDuty.DESTROYED),
    }
    assert await board.areas(offices.site, EXAM) == []
