"""Every act of the staff as the tests call it: found in the code, so that a new one without an entry here fails."""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, get_type_hints
from uuid import UUID, uuid4

import backend
from backend.clock import EXAM_ZONE, SystemClock
from backend.custody.declaring import Declaration
from backend.custody.hand_overs import Counted
from backend.custody.materials import HandOverKind, Side
from backend.custody.models import StatementKind
from backend.custody.watches import Kept
from backend.documents.models import BatchKind
from backend.documents.sheet_papers import SheetKind
from backend.exams.stages import Stage
from backend.registrations.audit_log import Asked
from backend.registrations.bulk_review import Preview
from backend.registrations.corrections import Correctable
from backend.registrations.frontline import relief
from backend.registrations.moves import Act
from backend.registrations.work_list import EVERYTHING
from backend.seating.facts import Need
from backend.seating.room_rules import RoomSaid
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk
from tests.api.violations import WRITTEN
from tests.api.world import World
from zhunkao.journey.people import AREA, EXAM, SITE


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is acted on; nothing that exists, unless said otherwise."""

    registration: UUID
    number: str
    correction: int
    refund: int
    inquiry: UUID
    recovery: UUID
    change: UUID
    violation: int
    plan: int
    batch: int
    venue: int = 0
    session: int = 0
    door_list: UUID = field(default_factory=uuid4)
    hand_over: int = 0
    count: int = 0
    statement: int = 0
    site: int = 0


NOTHING: Final = Target(
    registration=uuid4(),
    number="2024130999999",
    correction=0,
    refund=0,
    inquiry=uuid4(),
    recovery=uuid4(),
    change=uuid4(),
    violation=0,
    plan=0,
    batch=0,
)
Call = Callable[[World, Clerk, Target], Coroutine[Any, Any, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAct:
    """One way to call an act. `method`: as the code names it. `unscoped`: what is acted on is the office's own, or its
    level below's (tests/api/test_staff_members.py)."""

    method: str
    duty: Duty
    call: Call
    unscoped: bool = False


RELIEF: Final = relief(proof="honour", evidence="示例", policy="示例", lifts=["years_too_few"])
NO_ROWS: Final = Path(__file__).parent / "no_rows.csv"


def _office(act: Act) -> Call:
    return lambda world, who, on: world.built.office.act(who, act, on.registration, reasons=["示例"])


def _venues(world: World) -> Path:
    """A file of venues with a room of the sample site."""
    file = world.settings.data_folder / "venues.csv"
    header = "area,site,venue,venue_name,address,room,seats"
    file.write_text(f"{header}\n{AREA},{SITE},97,示例,示例,1,30\n", encoding="utf-8")
    return file


def _many(act: Act) -> Call:
    return lambda world, who, on: world.built.bulk_review.act(who, act, [on.registration], reasons=["示例"])


def _declare(world: World, who: Clerk, on: Target) -> Coroutine[Any, Any, object]:
    """Of a kind on whose sides the clerk's office stands, and of nothing: the fields are at fault."""
    kind = HandOverKind.TO_CENTRE if who.level is Level.NATION else HandOverKind.RECOVERY
    said = Declaration(number="", kind=kind, place="", batch=0, pieces=[], area_id=who.area_id)
    return world.built.declaring.declare(who, EXAM, said)


def _state(world: World, who: Clerk, on: Target) -> Coroutine[Any, Any, object]:
    return world.built.statements.state(who, EXAM, StatementKind.OFFICES, {})


def _word(world: World, who: Clerk, on: Target) -> Coroutine[Any, Any, object]:
    return world.built.statements.state(who, EXAM, StatementKind.DATA_COMPLETE, {}, batch=1, site_id=on.site)


def _keep_watch(world: World, who: Clerk, on: Target) -> Coroutine[Any, Any, object]:
    now = world.built.clock.now()
    return world.built.watches.keep(who, EXAM, Kept(first="测试甲", second="测试甲", starts_at=now, ends_at=now))


async def _lines(page: Awaitable[tuple[Sequence[object], str | None]]) -> Sequence[object]:
    """A page without where to go on."""
    return (await page)[0]


def _worded(world: World, who: Clerk) -> Coroutine[Any, Any, object]:
    """On top of a version that isn't there."""
    return world.built.canned_answers.word(who, "示例", "示例", number=1)


async def _said(world: World, who: Clerk) -> Sequence[object]:
    return (await world.built.inquiry_search.find(who, "示例")).said


async def _none(number: Awaitable[int]) -> list[int]:
    """A count as a list of as much, so that nothing counted is an empty one."""
    return [0] * await number


async def _known(found: Awaitable[object | None]) -> list[object]:
    """What may not be there as a list."""
    one = await found
    return [one] if one is not None else []


def _preview(act: Act) -> Call:
    return lambda world, who, on: _outcomes(world.built.bulk_review.preview(who, act, [on.registration]))


async def _outcomes(preview: Awaitable[Preview]) -> Sequence[object]:
    return (await preview).outcomes


REVIEWS: Final[Mapping[Act, Duty]] = {
    Act.CONFIRM: Duty.CONFIRM,
    Act.REFUSE: Duty.REFUSE,
    Act.SITE_APPROVE: Duty.REVIEW_AT_SITE,
    Act.SITE_REJECT: Duty.REVIEW_AT_SITE,
    Act.SITE_RETURN: Duty.REVIEW_AT_SITE,
    Act.AREA_APPROVE: Duty.REVIEW_IN_AREA,
    Act.AREA_REJECT: Duty.REVIEW_IN_AREA,
    Act.AREA_RETURN: Duty.REVIEW_IN_AREA,
}
SEATING: Final[Mapping[str, Call]] = {
    "preview": lambda world, who, on: world.built.seating.preview(who, EXAM, seed=1),
    "compare": lambda world, who, on: world.built.seating.compare(who, EXAM, seeds=[1, 2]),
    "arrange": lambda world, who, on: world.built.seating.arrange(who, EXAM, seed=1),
    "adopt": lambda world, who, on: world.built.seating.adopt(who, EXAM, seed=1, inputs_hash=""),
    "withdraw": lambda world, who, on: world.built.seating.withdraw(who, EXAM, reason="示例"),
}
ACTS: Final = (
    *(StaffAct(method="Office.act", duty=duty, call=_office(act)) for act, duty in REVIEWS.items()),
    *(StaffAct(method="BulkReview.act", duty=duty, call=_many(act)) for act, duty in REVIEWS.items()),
    *(StaffAct(method="BulkReview.preview", duty=duty, call=_preview(act)) for act, duty in REVIEWS.items()),
    StaffAct(
        method="Office.confirm",
        duty=Duty.CONFIRM,
        call=lambda world, who, on: world.built.office.confirm(who, on.number, "AAAA1111"),
    ),
    StaffAct(
        method="Correcting.register",
        duty=Duty.REGISTER_CORRECTION,
        call=lambda world, who, on: world.built.correcting.register(
            who, on.registration, Correctable.NAME, "测试龑", evidence="示例"
        ),
    ),
    StaffAct(
        method="Correcting.register_photo",
        duty=Duty.REGISTER_CORRECTION,
        call=lambda world, who, on: world.built.correcting.register_photo(who, on.registration, b"", evidence="示例"),
    ),
    StaffAct(
        method="Correcting.approve",
        duty=Duty.DECIDE_CORRECTION,
        call=lambda world, who, on: world.built.correcting.approve(who, on.correction),
    ),
    StaffAct(
        method="Correcting.decline",
        duty=Duty.DECIDE_CORRECTION,
        call=lambda world, who, on: world.built.correcting.decline(who, on.correction, reason="示例"),
    ),
    StaffAct(
        method="Correcting.waiting",
        duty=Duty.SEE_CORRECTIONS,
        call=lambda world, who, on: world.built.correcting.waiting(who),
    ),
    StaffAct(
        method="Correcting.how_many",
        duty=Duty.SEE_CORRECTIONS,
        call=lambda world, who, on: _none(world.built.correcting.how_many(who)),
    ),
    StaffAct(
        method="Correcting.one",
        duty=Duty.SEE_CORRECTIONS,
        call=lambda world, who, on: world.built.correcting.one(who, on.correction),
    ),
    StaffAct(
        method="Correcting.photo",
        duty=Duty.SEE_CORRECTIONS,
        call=lambda world, who, on: world.built.correcting.photo(who, on.correction, "before"),
    ),
    StaffAct(
        method="Correcting.of_registration",
        duty=Duty.SEE_CORRECTIONS,
        call=lambda world, who, on: world.built.correcting.of_registration(who, on.registration),
    ),
    StaffAct(
        method="CorrectionReports.approved",
        duty=Duty.SEE_CORRECTIONS,
        call=lambda world, who, on: world.built.correction_reports.approved(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="ViolationRecording.record",
        duty=Duty.RECORD_VIOLATION,
        call=lambda world, who, on: world.built.violation_recording.record(who, on.registration, WRITTEN),
    ),
    StaffAct(
        method="ViolationRecording.amend",
        duty=Duty.RECORD_VIOLATION,
        call=lambda world, who, on: world.built.violation_recording.amend(who, on.violation, WRITTEN, version=1),
    ),
    StaffAct(
        method="ViolationDeciding.uphold",
        duty=Duty.DECIDE_VIOLATION,
        call=lambda world, who, on: world.built.violation_deciding.uphold(who, on.violation, version=1),
    ),
    StaffAct(
        method="ViolationDeciding.dismiss",
        duty=Duty.DECIDE_VIOLATION,
        call=lambda world, who, on: world.built.violation_deciding.dismiss(who, on.violation, reason="示例", version=1),
    ),
    StaffAct(
        method="ViolationDeciding.lift",
        duty=Duty.DECIDE_VIOLATION,
        call=lambda world, who, on: world.built.violation_deciding.lift(who, on.violation, reason="示例"),
    ),
    StaffAct(
        method="Violations.of_exam",
        duty=Duty.SEE_VIOLATIONS,
        call=lambda world, who, on: world.built.violations.of_exam(who, EXAM),
    ),
    StaffAct(
        method="Violations.one",
        duty=Duty.SEE_VIOLATIONS,
        call=lambda world, who, on: world.built.violations.one(who, on.violation),
    ),
    StaffAct(
        method="Violations.page",
        duty=Duty.SEE_VIOLATIONS,
        call=lambda world, who, on: world.built.violations.page(who),
    ),
    StaffAct(
        method="Violations.how_many",
        duty=Duty.SEE_VIOLATIONS,
        call=lambda world, who, on: _none(world.built.violations.how_many(who)),
    ),
    StaffAct(
        method="ViolationPapers.record",
        duty=Duty.REPORT_VIOLATIONS,
        call=lambda world, who, on: world.built.violation_papers.record(who, on.violation),
    ),
    StaffAct(
        method="ViolationPapers.list_of",
        duty=Duty.REPORT_VIOLATIONS,
        call=lambda world, who, on: world.built.violation_papers.list_of(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="ExamDay.now",
        duty=Duty.SEE_EXAM_DAY,
        call=lambda world, who, on: world.built.exam_day.now(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="Materials.picture_for",
        duty=Duty.SEE_MATERIALS,
        call=lambda world, who, on: world.built.materials.picture_for(who, on.registration, "毕业证书"),
    ),
    StaffAct(
        method="ReminderCounts.by_kind",
        duty=Duty.SEE_REMINDERS,
        call=lambda world, who, on: world.built.reminder_counts.by_kind(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="ReminderCounts.by_platform",
        duty=Duty.SEE_REMINDERS,
        call=lambda world, who, on: world.built.reminder_counts.by_platform(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="ReminderCounts.not_reached",
        duty=Duty.SEE_REMINDERS,
        call=lambda world, who, on: world.built.reminder_counts.not_reached(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="OverdueReviews.for_clerk",
        duty=Duty.SEE_OVERDUE_REVIEWS,
        call=lambda world, who, on: world.built.overdue_reviews.for_clerk(who),
    ),
    StaffAct(
        method="ReviewReports.summary",
        duty=Duty.REPORT_REVIEWS,
        call=lambda world, who, on: world.built.review_reports.summary(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="ReviewReports.not_passed",
        duty=Duty.REPORT_REVIEWS,
        call=lambda world, who, on: world.built.review_reports.not_passed(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="Commitments.unsigned",
        duty=Duty.SEE_COMMITMENTS,
        call=lambda world, who, on: world.built.commitments.unsigned(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="FrontlineList.enter",
        duty=Duty.KEEP_FRONTLINE_LIST,
        call=lambda world, who, on: world.built.frontline_list.enter(who, on.registration, RELIEF),
    ),
    StaffAct(
        method="FrontlineList.entry",
        duty=Duty.KEEP_FRONTLINE_LIST,
        call=lambda world, who, on: _known(world.built.frontline_list.entry(who, on.registration)),
    ),
    StaffAct(
        method="FrontlineList.strike",
        duty=Duty.KEEP_FRONTLINE_LIST,
        call=lambda world, who, on: world.built.frontline_list.strike(who, on.registration, reason="示例"),
    ),
    StaffAct(
        method="FrontlineList.load",
        duty=Duty.KEEP_FRONTLINE_LIST,
        call=lambda world, who, on: world.built.frontline_list.load(who, NO_ROWS, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="FrontlineList.preview",
        duty=Duty.KEEP_FRONTLINE_LIST,
        call=lambda world, who, on: world.built.frontline_list.preview(who, NO_ROWS, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="ReviewReports.brought",
        duty=Duty.LIST_BROUGHT,
        call=lambda world, who, on: world.built.review_reports.brought(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="ReviewReports.frontline",
        duty=Duty.REPORT_REVIEWS,
        call=lambda world, who, on: world.built.review_reports.frontline(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="ScoreMerging.look_up",
        duty=Duty.MERGE_SCORES,
        call=lambda world, who, on: world.built.score_merging.look_up(who, on.registration),
    ),
    StaffAct(
        method="ScoreMerging.merge",
        duty=Duty.MERGE_SCORES,
        call=lambda world, who, on: world.built.score_merging.merge(who, on.registration, evidence=["示例"]),
    ),
    StaffAct(
        method="Certificates.hand_out",
        duty=Duty.HAND_OUT_CERTIFICATES,
        call=lambda world, who, on: world.built.certificates.hand_out(who, on.registration),
    ),
    StaffAct(
        method="Certificates.waiting",
        duty=Duty.HAND_OUT_CERTIFICATES,
        call=lambda world, who, on: world.built.certificates.waiting(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="RefundDesk.page",
        duty=Duty.SEE_REFUNDS,
        call=lambda world, who, on: world.built.refund_desk.page(who),
    ),
    StaffAct(
        method="RefundDesk.how_many",
        duty=Duty.SEE_REFUNDS,
        call=lambda world, who, on: _none(world.built.refund_desk.how_many(who)),
    ),
    StaffAct(
        method="RefundDesk.one",
        duty=Duty.SEE_REFUNDS,
        call=lambda world, who, on: world.built.refund_desk.one(who, on.refund),
    ),
    StaffAct(
        method="RefundDesk.of_registration",
        duty=Duty.SEE_REFUNDS,
        call=lambda world, who, on: world.built.refund_desk.of_registration(who, on.registration),
    ),
    StaffAct(
        method="Refunds.ask",
        duty=Duty.ASK_REFUND,
        call=lambda world, who, on: world.built.refunds.ask(who, on.registration, "示例"),
    ),
    StaffAct(
        method="Refunds.approve",
        duty=Duty.DECIDE_REFUND,
        call=lambda world, who, on: world.built.refunds.approve(who, on.refund),
    ),
    StaffAct(
        method="Refunds.decline",
        duty=Duty.DECIDE_REFUND,
        call=lambda world, who, on: world.built.refunds.decline(who, on.refund, "示例"),
    ),
    StaffAct(
        method="Refunds.send_again",
        duty=Duty.SEND_REFUND_AGAIN,
        call=lambda world, who, on: world.built.refunds.send_again(who, on.refund),
    ),
    StaffAct(
        method="OnsitePayments.record",
        duty=Duty.TAKE_FEE,
        call=lambda world, who, on: world.built.onsite_payments.record(
            who, on.registration, receipt_number="1", amount_fen=1
        ),
    ),
    StaffAct(
        method="OnsitePayments.fee",
        duty=Duty.TAKE_FEE,
        call=lambda world, who, on: world.built.onsite_payments.fee(who, on.registration),
    ),
    StaffAct(
        method="OnsitePayments.handed_back",
        duty=Duty.HAND_FEE_BACK,
        call=lambda world, who, on: world.built.onsite_payments.handed_back(who, on.refund),
    ),
    StaffAct(
        method="Venues.load_for",
        duty=Duty.KEEP_ROOMS,
        call=lambda world, who, on: world.built.venues.load_for(who, _venues(world), EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="Venues.set_room",
        duty=Duty.KEEP_ROOMS,
        call=lambda world, who, on: world.built.venues.set_room(
            who, EXAM, RoomSaid(venue=98, number=1, seats=30, columns=5), name="示例", address="示例"
        ),
        unscoped=True,
    ),
    StaffAct(
        method="Venues.remove_room",
        duty=Duty.KEEP_ROOMS,
        call=lambda world, who, on: world.built.venues.remove_room(who, EXAM, 1, 3),
    ),
    StaffAct(
        method="Venues.rooms",
        duty=Duty.SEE_SEATING,
        call=lambda world, who, on: world.built.venues.rooms(who, EXAM),
    ),
    *(
        StaffAct(method=f"Seating.{name}", duty=Duty.ARRANGE_SEATS, call=call, unscoped=True)
        for name, call in SEATING.items()
    ),
    StaffAct(
        method="Reseating.reseat",
        duty=Duty.ARRANGE_SEATS,
        call=lambda world, who, on: world.built.reseating.reseat(who, on.registration, reason="示例"),
    ),
    StaffAct(
        method="SeatingNeeds.note",
        duty=Duty.ARRANGE_SEATS,
        call=lambda world, who, on: world.built.seating_needs.note(who, on.registration, Need.FRONT_ROW, reason="示例"),
    ),
    StaffAct(
        method="SeatingNeeds.drop",
        duty=Duty.ARRANGE_SEATS,
        call=lambda world, who, on: world.built.seating_needs.drop(who, on.registration, Need.FRONT_ROW),
    ),
    StaffAct(
        method="CandidateSeats.of",
        duty=Duty.ARRANGE_SEATS,
        call=lambda world, who, on: world.built.candidate_seats.of(who, on.registration),
    ),
    StaffAct(
        method="DoorMarks.doors",
        duty=Duty.SEE_DOOR,
        call=lambda world, who, on: world.built.door_marks.doors(who, EXAM),
    ),
    StaffAct(
        method="DoorMarks.look",
        duty=Duty.SEE_DOOR,
        call=lambda world, who, on: world.built.door_marks.look(who, venue_id=on.venue, session_id=on.session),
    ),
    StaffAct(
        method="Statements.one",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.statements.one(who, on.statement),
    ),
    StaffAct(
        method="Statements.corrected",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.statements.corrected(who, [on.statement]),
    ),
    StaffAct(
        method="SeatingChecks.plans",
        duty=Duty.SEE_SEATING,
        call=lambda world, who, on: world.built.seating_checks.plans(who, EXAM),
    ),
    StaffAct(
        method="SeatingChecks.manifest",
        duty=Duty.SEE_SEATING,
        call=lambda world, who, on: world.built.seating_checks.manifest(who, on.plan),
    ),
    StaffAct(
        method="SeatingChecks.freeze",
        duty=Duty.CHECK_SEATING,
        call=lambda world, who, on: world.built.seating_checks.freeze(who, on.plan),
    ),
    StaffAct(
        method="SeatingChecks.send_back",
        duty=Duty.CHECK_SEATING,
        call=lambda world, who, on: world.built.seating_checks.send_back(who, on.plan, reason="示例"),
    ),
    StaffAct(
        method="SiteSheets.sheet",
        duty=Duty.PRINT_SHEETS,
        call=lambda world, who, on: world.built.site_sheets.sheet(who, EXAM, SheetKind.DOOR_LIST, venue=1, room=1),
    ),
    StaffAct(
        method="SiteSheets.room_lists",
        duty=Duty.PRINT_SHEETS,
        call=lambda world, who, on: world.built.site_sheets.room_lists(who, EXAM, venue=1),
    ),
    StaffAct(
        method="SiteSheets.archive",
        duty=Duty.PRINT_SHEETS,
        call=lambda world, who, on: world.built.site_sheets.archive(who, EXAM, venue=1),
    ),
    StaffAct(
        method="Batches.order",
        duty=Duty.PRINT_CARDS,
        call=lambda world, who, on: world.built.batches.order(who, EXAM, BatchKind.ADMIT_CARDS),
        unscoped=True,
    ),
    StaffAct(
        method="Batches.listed",
        duty=Duty.PRINT_CARDS,
        call=lambda world, who, on: world.built.batches.listed(who),
    ),
    StaffAct(
        method="Batches.look",
        duty=Duty.PRINT_CARDS,
        call=lambda world, who, on: world.built.batches.look(who, on.batch),
    ),
    StaffAct(
        method="Batches.cancel",
        duty=Duty.PRINT_CARDS,
        call=lambda world, who, on: world.built.batches.cancel(who, on.batch),
    ),
    StaffAct(
        method="Batches.pdf",
        duty=Duty.PRINT_CARDS,
        call=lambda world, who, on: world.built.batches.pdf(who, on.batch, 1),
    ),
    StaffAct(
        method="Batches.archive",
        duty=Duty.PRINT_CARDS,
        call=lambda world, who, on: world.built.batches.archive(who, on.batch),
    ),
    StaffAct(
        method="Door.check",
        duty=Duty.CHECK_DOOR,
        call=lambda world, who, on: world.built.door.check(
            who, "24113010100199", venue_id=on.venue, session_id=on.session
        ),
    ),
    StaffAct(
        method="Door.photo",
        duty=Duty.CHECK_DOOR,
        call=lambda world, who, on: world.built.door.photo(who, "24113010100199"),
    ),
    StaffAct(
        method="DoorLists.download",
        duty=Duty.CHECK_DOOR,
        call=lambda world, who, on: world.built.door_lists.download(who, venue_id=on.venue, session_id=on.session),
    ),
    StaffAct(
        method="DoorLists.upload",
        duty=Duty.CHECK_DOOR,
        call=lambda world, who, on: world.built.door_lists.upload(who, on.door_list, []),
    ),
    StaffAct(
        method="DoorLists.doubtful",
        duty=Duty.SEE_DOOR,
        call=lambda world, who, on: world.built.door_lists.doubtful(who),
    ),
    StaffAct(method="Declaring.declare", duty=Duty.HAND_OVER, call=_declare, unscoped=True),
    StaffAct(
        method="HandOvers.count",
        duty=Duty.HAND_OVER,
        call=lambda world, who, on: world.built.hand_overs.count(who, on.hand_over, {}),
    ),
    StaffAct(
        method="HandOvers.correct",
        duty=Duty.HAND_OVER,
        call=lambda world, who, on: world.built.hand_overs.correct(who, on.count, Counted(counted=1, intact=True)),
    ),
    StaffAct(
        method="HandOvers.sign",
        duty=Duty.HAND_OVER,
        call=lambda world, who, on: world.built.hand_overs.sign(who, on.hand_over, Side.RECEIVER),
    ),
    StaffAct(
        method="HandOvers.close",
        duty=Duty.HAND_OVER,
        call=lambda world, who, on: world.built.hand_overs.close(who, on.hand_over),
    ),
    StaffAct(
        method="HandOvers.view",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.hand_overs.view(who, on.hand_over),
    ),
    StaffAct(
        method="HandOvers.all", duty=Duty.SEE_CUSTODY, call=lambda world, who, on: world.built.hand_overs.all(who)
    ),
    StaffAct(
        method="Incidents.report",
        duty=Duty.HAND_OVER,
        call=lambda world, who, on: world.built.incidents.report(who, on.hand_over, "示例"),
    ),
    StaffAct(method="Incidents.all", duty=Duty.SEE_CUSTODY, call=lambda world, who, on: world.built.incidents.all(who)),
    StaffAct(method="Statements.state", duty=Duty.STATE_CUSTODY, call=_state, unscoped=True),
    StaffAct(method="Statements.state", duty=Duty.GIVE_WORD, call=_word),
    StaffAct(
        method="Statements.latest",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.statements.latest(who, EXAM, StatementKind.OFFICES, site_id=on.site),
    ),
    StaffAct(
        method="Statements.all", duty=Duty.SEE_CUSTODY, call=lambda world, who, on: world.built.statements.all(who)
    ),
    StaffAct(method="Watches.keep", duty=Duty.KEEP_WATCH, call=_keep_watch, unscoped=True),
    StaffAct(
        method="DutyBoard.sites",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.duty_board.sites(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="DutyBoard.areas",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.duty_board.areas(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="CustodyPapers.hand_over",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.custody_papers.hand_over(who, on.hand_over),
    ),
    StaffAct(
        method="CustodyPapers.answer_card_boxes",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.custody_papers.answer_card_boxes(who, on.hand_over),
    ),
    StaffAct(
        method="CustodyPapers.spare_paper_return",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.custody_papers.spare_paper_return(who, EXAM, on.venue, batch=1),
    ),
    StaffAct(
        method="CustodyPapers.office_list",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.custody_papers.office_list(who, EXAM, site_id=on.site),
    ),
    StaffAct(
        method="CustodyPapers.destruction_record",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.custody_papers.destruction_record(who, EXAM, site_id=on.site),
    ),
    StaffAct(
        method="RecoveryPapers.confirmation",
        duty=Duty.PRINT_RECOVERY,
        call=lambda world, who, on: world.built.recovery_papers.confirmation(
            who, venue_id=on.venue, session_id=on.session
        ),
    ),
    StaffAct(
        method="CustodyPapers.computer_exam_return",
        duty=Duty.SEE_CUSTODY,
        call=lambda world, who, on: world.built.custody_papers.computer_exam_return(who, EXAM, batch=1),
        unscoped=True,
    ),
    StaffAct(
        method="Answers.answer",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.answers.answer(who, on.inquiry, "示例"),
    ),
    StaffAct(
        method="Answers.close",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.answers.close(who, on.inquiry),
    ),
    StaffAct(
        method="Claims.claim",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.claims.claim(who, on.inquiry),
    ),
    StaffAct(
        method="Claims.hand_over",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.claims.hand_over(who, on.inquiry, who.member_id),
    ),
    StaffAct(
        method="Claims.release",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.claims.release(who, on.inquiry),
    ),
    StaffAct(
        method="Claims.snooze",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.claims.snooze(who, on.inquiry, None),
    ),
    StaffAct(
        method="Claims.reopen",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.claims.reopen(who, on.inquiry),
    ),
    StaffAct(
        method="Claims.note",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.claims.note(who, on.inquiry, "示例"),
    ),
    StaffAct(
        method="Absences.leave",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.absences.leave(who),
        unscoped=True,
    ),
    StaffAct(
        method="Absences.come_back",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.absences.come_back(who),
        unscoped=True,
    ),
    StaffAct(
        method="Absences.colleagues",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: world.built.absences.colleagues(who),
        unscoped=True,
    ),
    StaffAct(
        method="Inbox.page",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: _lines(world.built.inbox.page(who)),
    ),
    StaffAct(
        method="Inbox.talk",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: world.built.inbox.talk(who, on.inquiry),
    ),
    StaffAct(
        method="Inbox.picture",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: world.built.inbox.picture(who, on.inquiry, 0),
    ),
    StaffAct(
        method="Inbox.events",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: world.built.inbox.events(who, after=0),
    ),
    StaffAct(
        method="Inbox.log_start",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: world.built.inbox.log_start(who),
        unscoped=True,
    ),
    StaffAct(
        method="Inbox.last_event",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: world.built.inbox.last_event(who),
        unscoped=True,
    ),
    StaffAct(
        method="Besides.of",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: world.built.besides.of(who, on.inquiry),
    ),
    StaffAct(
        method="Besides.filled",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: world.built.besides.filled(who, on.inquiry, "示例"),
    ),
    StaffAct(
        method="CannedAnswers.all",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: world.built.canned_answers.all(who),
        unscoped=True,
    ),
    StaffAct(
        method="CannedAnswers.word",
        duty=Duty.WRITE_CANNED_ANSWERS,
        call=lambda world, who, on: _worded(world, who),
        unscoped=True,
    ),
    StaffAct(
        method="Drafts.save",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.drafts.save(who, on.inquiry, "示例"),
    ),
    StaffAct(
        method="Drafts.mark",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.drafts.mark(who, on.inquiry, "reading", name="示例"),
    ),
    StaffAct(
        method="Drafts.marks",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: world.built.drafts.marks(who, on.inquiry),
    ),
    StaffAct(
        method="Search.find",
        duty=Duty.SEE_INBOX,
        call=lambda world, who, on: _said(world, who),
    ),
    StaffAct(
        method="Counts.by_site",
        duty=Duty.COUNT_INQUIRIES,
        call=lambda world, who, on: world.built.inquiry_counts.by_site(who),
    ),
    StaffAct(
        method="InquiryLists.workbook",
        duty=Duty.EXPORT_INQUIRIES,
        call=lambda world, who, on: world.built.inquiry_lists.workbook(who),
        unscoped=True,
    ),
    StaffAct(
        method="InquiryLists.csv",
        duty=Duty.EXPORT_INQUIRIES,
        call=lambda world, who, on: world.built.inquiry_lists.csv(who),
        unscoped=True,
    ),
    StaffAct(
        method="AccountRecoveries.waiting",
        duty=Duty.GIVE_ACCOUNT_BACK,
        call=lambda world, who, on: world.built.account_recoveries.waiting(who),
    ),
    StaffAct(
        method="AccountRecoveries.how_many",
        duty=Duty.GIVE_ACCOUNT_BACK,
        call=lambda world, who, on: _none(world.built.account_recoveries.how_many(who)),
    ),
    StaffAct(
        method="AccountRecoveries.view",
        duty=Duty.GIVE_ACCOUNT_BACK,
        call=lambda world, who, on: world.built.account_recoveries.view(who, on.recovery),
    ),
    StaffAct(
        method="AccountRecoveries.documents_seen",
        duty=Duty.GIVE_ACCOUNT_BACK,
        call=lambda world, who, on: world.built.account_recoveries.documents_seen(who, on.recovery),
    ),
    StaffAct(
        method="AccountRecoveries.issue_code",
        duty=Duty.GIVE_ACCOUNT_BACK,
        call=lambda world, who, on: world.built.account_recoveries.issue_code(who, on.recovery),
    ),
    StaffAct(
        method="AccountChanges.waiting",
        duty=Duty.SEE_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.waiting(who),
    ),
    StaffAct(
        method="AccountChanges.how_many",
        duty=Duty.SEE_ACCOUNT_CHANGE,
        call=lambda world, who, on: _none(world.built.account_changes.how_many(who)),
    ),
    StaffAct(
        method="AccountChanges.view",
        duty=Duty.SEE_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.view(who, on.change),
    ),
    StaffAct(
        method="AccountChanges.picture",
        duty=Duty.SEE_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.picture(who, on.change, 1),
    ),
    StaffAct(
        method="AccountChanges.forward",
        duty=Duty.FORWARD_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.forward(who, on.change, recommended=False, note="示例"),
    ),
    StaffAct(
        method="AccountChanges.approve",
        duty=Duty.DECIDE_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.approve(who, on.change),
    ),
    StaffAct(
        method="AccountChanges.decline",
        duty=Duty.DECIDE_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.decline(who, on.change, reason="示例"),
    ),
    StaffAct(
        method="NoticeBoard.publish",
        duty=Duty.PUBLISH_NOTICE,
        call=lambda world, who, on: world.built.notice_board.publish(who, "sample", title="示例", text="示例"),
        unscoped=True,
    ),
    StaffAct(
        method="NoticeBoard.own",
        duty=Duty.PUBLISH_NOTICE,
        call=lambda world, who, on: world.built.notice_board.own(who),
    ),
    StaffAct(
        method="NoticeBoard.versions",
        duty=Duty.PUBLISH_NOTICE,
        call=lambda world, who, on: world.built.notice_board.versions(who, "another"),
        unscoped=True,
    ),
    StaffAct(
        method="NoticeBoard.withdraw",
        duty=Duty.PUBLISH_NOTICE,
        call=lambda world, who, on: world.built.notice_board.withdraw(who, "another"),
        unscoped=True,
    ),
    StaffAct(
        method="Publications.announced",
        duty=Duty.PUBLISH_RESULTS,
        call=lambda world, who, on: world.built.publications.announced(who, []),
        unscoped=True,
    ),
    StaffAct(
        method="Publications.publish",
        duty=Duty.PUBLISH_RESULTS,
        call=lambda world, who, on: world.built.publications.publish(
            who, EXAM, at=SystemClock().now().astimezone(EXAM_ZONE)
        ),
        unscoped=True,
    ),
    StaffAct(
        method="WorkList.page",
        duty=Duty.SEE_REGISTRATIONS,
        call=lambda world, who, on: _lines(world.built.work_list.page(who)),
    ),
    StaffAct(
        method="WorkList.count",
        duty=Duty.SEE_REGISTRATIONS,
        call=lambda world, who, on: _none(world.built.work_list.count(who)),
    ),
    StaffAct(
        method="WorkList.ids",
        duty=Duty.SEE_REGISTRATIONS,
        call=lambda world, who, on: world.built.work_list.ids(who, EVERYTHING, limit=1),
    ),
    StaffAct(
        method="Cases.find",
        duty=Duty.SEE_REGISTRATIONS,
        call=lambda world, who, on: world.built.cases.find(who, on.registration),
    ),
    StaffAct(
        method="Cases.photo",
        duty=Duty.SEE_MATERIALS,
        call=lambda world, who, on: world.built.cases.photo(who, on.registration),
    ),
    StaffAct(
        method="AuditLog.page",
        duty=Duty.SEE_AUDIT,
        call=lambda world, who, on: world.built.audit_log.page(who, Asked(registration_number=on.number)),
    ),
    StaffAct(
        method="AuditLog.export",
        duty=Duty.SEE_AUDIT,
        call=lambda world, who, on: world.built.audit_log.export(who, Asked(registration_number=on.number)),
    ),
    StaffAct(
        method="WorkList.find",
        duty=Duty.SEE_REGISTRATIONS,
        call=lambda world, who, on: world.built.work_list.find(who, on.number),
    ),
    StaffAct(
        method="Cases.open",
        duty=Duty.SEE_REGISTRATIONS,
        call=lambda world, who, on: world.built.cases.open(who, on.registration),
    ),
    StaffAct(
        method="Cases.document_number",
        duty=Duty.SEE_REGISTRATIONS,
        call=lambda world, who, on: world.built.cases.document_number(who, on.registration),
    ),
    StaffAct(
        method="Appointments.appoint",
        duty=Duty.MANAGE_MEMBERS,
        call=lambda world, who, on: world.built.appointments.appoint(who, username="new", name="示例", place=0),
        unscoped=True,
    ),
    StaffAct(
        method="Appointments.offices",
        duty=Duty.MANAGE_MEMBERS,
        call=lambda world, who, on: world.built.appointments.offices(who),
        unscoped=True,
    ),
    StaffAct(
        method="Appointments.invite",
        duty=Duty.MANAGE_MEMBERS,
        call=lambda world, who, on: world.built.appointments.invite(who, on.change),
        unscoped=True,
    ),
    StaffAct(
        method="Appointments.end",
        duty=Duty.MANAGE_MEMBERS,
        call=lambda world, who, on: world.built.appointments.end(who, on.change),
        unscoped=True,
    ),
    StaffAct(
        method="Appointments.under",
        duty=Duty.MANAGE_MEMBERS,
        call=lambda world, who, on: world.built.appointments.under(who),
        unscoped=True,
    ),
    StaffAct(
        method="CalendarEditing.timeline",
        duty=Duty.SEE_CALENDAR,
        call=lambda world, who, on: world.built.calendar_editing.timeline(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="CalendarEditing.editing",
        duty=Duty.EDIT_CALENDAR,
        call=lambda world, who, on: world.built.calendar_editing.editing(who, EXAM, Stage.PAYMENT),
        unscoped=True,
    ),
    StaffAct(
        method="CalendarEditing.preview",
        duty=Duty.EDIT_CALENDAR,
        call=lambda world, who, on: world.built.calendar_editing.preview(who, EXAM, Stage.PAYMENT, ()),
        unscoped=True,
    ),
    StaffAct(
        method="CalendarEditing.save",
        duty=Duty.EDIT_CALENDAR,
        call=lambda world, who, on: world.built.calendar_editing.save(who, EXAM, Stage.PAYMENT, (), mark=""),
        unscoped=True,
    ),
    StaffAct(
        method="RegistrationFigures.overview",
        duty=Duty.SEE_FIGURES,
        call=lambda world, who, on: world.built.registration_figures.overview(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="MoneyFigures.of",
        duty=Duty.SEE_FIGURES,
        call=lambda world, who, on: world.built.money_figures.of(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="QuestionFigures.waiting",
        duty=Duty.SEE_FIGURES,
        call=lambda world, who, on: world.built.question_figures.waiting(who),
        unscoped=True,
    ),
)
HELPING: Final = frozenset({"Office.require_said", "Office.decide", "Entering.enter"})
"""Parts that several acts share, each of which has required the duty before."""


def found() -> set[str]:
    """Every public method of the product that a clerk is handed to."""
    methods = set()
    for module in pkgutil.walk_packages(backend.__path__, f"{backend.__name__}."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if kind.__module__ == module.name:
                methods |= {f"{kind.__name__}.{name}" for name, one in vars(kind).items() if _takes_clerk(name, one)}
    return methods - HELPING


def _takes_clerk(name: str, one: object) -> bool:
    if name.startswith("_") or not inspect.isfunction(one):
        return False
    return Clerk in {hint for parameter, hint in get_type_hints(one).items() if parameter != "return"}
