"""A life's acts as the services write them: the rows they change, and the event that tells of each."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from backend.database import Database
from backend.events import EventName
from benchmarks.reminder_lives import RESULTS, WEEKENDS, Life
from zhunkao.journey.people import AREA, EXAM, SITE, SPECIALITY, SUBJECTS, WORK
from zhunkao.services import Services

ONLINE: Final = "上海", "示例区"
NAMES: Final = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")

PERSON: Final = """
INSERT INTO candidate (id, username, username_key, password_hash, name, id_type, id_number, id_number_index, phone,
    recovery_question, recovery_answer_hash, identity_check, education_check, created_at)
VALUES ($1, $2::text, $2::text, '-', '测试', 'resident_id_card', '', decode(md5($2::text), 'hex'), '',
    'first_school', '', 'passed', 'passed', $3)
"""
DRAFT: Final = """
INSERT INTO registration (id, candidate_id, exam_id, state, payment_state, version, form, site_id, rolls, reasons,
    registration_number, verification_code, confirmation_point_id, created_at)
SELECT $1, $2, exam.id, 'draft', 'none', 1, $3::text::jsonb, $4, false, '[]', $5, 'AAAA1111', $6, $7 FROM exam
WHERE exam.code = $8 ON CONFLICT (candidate_id, exam_id) DO UPDATE SET state = 'draft'
"""
INQUIRY: Final = """
INSERT INTO inquiry (id, kind, state, candidate_id, site_id, opened_at) VALUES ($1, 'question', $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET state = excluded.state
"""
SEATS: Final = """
INSERT INTO seat (plan_id, registration_id, session_id, room_id, number)
SELECT $1, $2, session.id, room.id, $4 FROM exam_session AS session, room
WHERE session.id = ANY($3::bigint[]) AND room.id = $5
"""
TOLD: Final = """
INSERT INTO event (name, candidate_id, subject_id, payload, happened_at, attempts)
VALUES ($1, $2, $3, $4::text::jsonb, $5, 0)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something a candidate or an office does: statements, and the event that tells of it."""

    when: datetime
    event: EventName
    candidate: UUID | None
    subject: str
    payload: dict[str, Any] = field(default_factory=dict)
    statements: Sequence[tuple[str, Sequence[Any]]] = ()


async def do(database: Database, act: Act) -> None:
    """One transaction, as a service has it."""
    async with database.transaction():
        for statement, values in act.statements:
            await database.rows(statement, *values)
        payload = json.dumps(act.payload)
        await database.rows(TOLD, act.event.value, act.candidate, act.subject, payload, act.when)


async def acts_of_all(built: Services, people: Sequence[Life]) -> list[Act]:
    (exam,) = await built.database.rows("SELECT id FROM exam WHERE code = $1", EXAM)
    places = {}
    for online, (area, site) in ((False, (AREA, SITE)), (True, ONLINE)):
        points = await built.exams.points(EXAM, area, site)
        places[online] = (area, site, (await built.exams.site(area, site)).id, points[0].id if points else None)
    desk = await _desk(built.database, exam["id"], places[False][2])
    for one in people:
        await built.database.rows(PERSON, candidate_of(one), f"year_{one.number}", RESULTS[0])
    announced = Act(
        when=RESULTS[0] - timedelta(days=3),
        event=EventName.RESULTS_ANNOUNCED,
        candidate=None,
        subject=EXAM,
        statements=[
            (
                "INSERT INTO results_publication (exam_id, publish_at, report_until, set_at, set_by) "
                "VALUES ($1, $2, $3, $2, 'test')",
                (exam["id"], *RESULTS),
            )
        ],
    )
    return [announced, *(act for one in people for act in _acts_of(one, places[one.online], desk))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What seating and results need: the exam, a plan, rooms, and the sessions of each weekend."""

    exam_id: int
    plan_id: int
    rooms: list[int]
    sessions: dict[int, list[int]]


async def _desk(database: Database, exam_id: int, site_id: int) -> Desk:
    (plan,) = await database.rows(
        "INSERT INTO seating_plan (exam_id, site_id, seed, candidates, adopted_at, adopted_by, state, neighbours, "
        "least_neighbours, decided_at, decided_by) "
        "VALUES ($1, $2, 1, 1, $3, 'test', 'frozen', 0, 0, $3, 'test') RETURNING id",
        exam_id,
        site_id,
        RESULTS[0],
    )
    (venue,) = await database.rows(
        "INSERT INTO venue (exam_id, site_id, number, name, address, sample, kept_by_site) "
        "VALUES ($1, $2, 99, '示例考场', '示例路9号', true, true) RETURNING id",
        exam_id,
        site_id,
    )
    rooms = await database.rows(
        "INSERT INTO room (venue_id, number, capacity, columns, broken, wheelchair, sessions) "
        "SELECT $1, number, 99, 10, '[]', '[]', '[]' FROM generate_series(1, 99) AS number RETURNING id",
        venue["id"],
    )
    sessions: dict[int, list[int]] = {}
    rows = await database.rows("SELECT id, starts_at FROM exam_session WHERE exam_id = $1 ORDER BY number", exam_id)
    for weekend, (first, second) in enumerate(WEEKENDS):
        ends = second + timedelta(days=1)
        sessions[weekend] = [row["id"] for row in rows if first <= row["starts_at"] < ends]
    return Desk(exam_id=exam_id, plan_id=plan["id"], rooms=[row["id"] for row in rooms], sessions=sessions)


def _acts_of(one: Life, place: tuple[str, str, int, int | None], desk: Desk) -> Iterable[Act]:
    area, site, site_id, point = place
    candidate, registration = candidate_of(one), uuid5(NAMES, f"registration {one.number}")

    def act(
        when: datetime,
        event: EventName,
        *,
        subject: str = "",
        payload: dict[str, Any] | None = None,
        more: Sequence[tuple[str, Sequence[Any]]] = (),
        **columns: Any,
    ) -> Act:
        changes = []
        if columns:
            names = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
            changes = [(f"UPDATE registration SET {names} WHERE id = $1", (registration, *columns.values()))]
        return Act(
            when=when,
            event=event,
            candidate=candidate,
            subject=subject or str(registration),
            payload=payload or {},
            statements=[*changes, *more],
        )

    choice = {"area": area, "site": site, "speciality": SPECIALITY, "level": "intermediate", "subjects": list(SUBJECTS)}
    form = json.dumps({"registration": choice, "work": {"employer": WORK["employer"]}}, ensure_ascii=False)
    for when, what in one.changes:
        payload = {"changed": what, **({"platform": "wechat"} if what in ("bound", "unbound") else {})}
        yield act(when, EventName.ACCOUNT_CHANGED, subject=str(candidate), payload=payload)
    for number, stay in enumerate(one.drafts):
        event = EventName.REGISTRATION_WITHDRAWN if number else EventName.REGISTRATION_STARTED
        values = (registration, candidate, form, site_id, f"Y{one.number}", point, stay.start, EXAM)
        yield act(stay.start, event, more=[(DRAFT, values)])
    for stay in one.submissions:
        outcome = json.dumps({"outcome": stay.how, "differences": [{"field": "work.employer"}]})
        yield act(
            stay.start,
            EventName.REGISTRATION_SUBMITTED,
            state="submitted",
            submitted_at=stay.start,
            more=[
                ("UPDATE registration SET auto_confirmation = $2::text::jsonb WHERE id = $1", (registration, outcome))
            ],
        )
    for stay in one.refusals:
        yield act(stay.start, EventName.REGISTRATION_REFUSED, state="confirmation_rejected")
    if one.confirmed is not None:
        by = "system" if one.confirmed_by_system else "staff"
        yield act(
            one.confirmed.start,
            EventName.REGISTRATION_CONFIRMED,
            payload={"by": by},
            state="confirmed",
            confirmed_by=by,
            confirmed_at=one.confirmed.start,
        )
    if one.returned is not None:
        assert one.supplement_until is not None
        yield act(
            one.returned.start,
            EventName.REGISTRATION_REVIEWED,
            payload={"state": "returned", "by": "staff"},
            state="returned",
            returned_by="site",
            supplement_until=one.supplement_until,
        )
        if one.forfeited != one.supplement_until:
            assert one.returned.end is not None
            yield act(one.returned.end, EventName.REGISTRATION_SUPPLEMENTED, state="confirmed")
    for stay in one.reviews:
        due: dict[str, Any] = (
            {"payment_state": "due", "payment_due_since": stay.start} if stay.how == "approved" else {}
        )
        yield act(
            stay.start,
            EventName.REGISTRATION_REVIEWED,
            payload={"state": stay.how, "by": "staff"},
            state=stay.how,
            **due,
        )
    of_payment = {"registration": str(registration)}
    for number, when in enumerate(one.paid):
        yield act(
            when,
            EventName.PAYMENT_RECEIVED,
            subject=f"ZK{one.number}-{number}",
            payload=of_payment,
            payment_state="paid",
            paid_at=when,
        )
    for when in one.refunded:
        yield act(
            when,
            EventName.REFUND_SUCCEEDED,
            subject=f"TK{one.number}",
            payload=of_payment,
            payment_state="due",
            payment_due_since=when,
        )
    if one.forfeited is not None:
        yield act(
            one.forfeited,
            EventName.REGISTRATION_FORFEITED,
            state="forfeited",
            forfeited_reason="not_confirmed",
            forfeited_from="submitted",
        )
    if one.seated is not None:
        yield from _seated(one, act, desk, registration)
    inquiry = uuid5(NAMES, f"inquiry {one.number}")
    for stay in one.answers:
        opened = (inquiry, "answered", candidate, site_id, stay.start)
        yield act(stay.start, EventName.INQUIRY_ANSWERED, subject=str(inquiry), more=[(INQUIRY, opened)])
        if stay.end is not None:
            asked = (inquiry, "open", candidate, site_id, stay.end)
            yield act(stay.end, EventName.INQUIRY_ASKED, subject=str(inquiry), more=[(INQUIRY, asked)])


def _seated(one: Life, act: Any, desk: Desk, registration: UUID) -> Iterable[Act]:
    assert one.seated is not None
    seats = (desk.plan_id, registration, desk.sessions[one.weekend], one.number % 99 + 1, desk.rooms[one.number // 99])
    yield act(one.seated, EventName.REGISTRATION_SEATED, state="seated", seated_at=one.seated, more=[(SEATS, seats)])
    if one.card is not None:
        yield act(one.card, EventName.ADMIT_CARD_DOWNLOADED, admit_card_downloaded_at=one.card)
    result = (
        "INSERT INTO result (registration_id, exam_id, admit_number, reported, marks, rolled, rolls_on, qualified, "
        "sample) VALUES ($1, $2, $3, '[]', '[]', '[]', '[]', false, true)"
    )
    imported = WEEKENDS[1][1] + timedelta(days=10)
    yield act(
        imported,
        EventName.REGISTRATION_CORRECTED,
        payload={"what": "results"},
        more=[(result, (registration, desk.exam_id, f"24113{one.number:09d}"))],
    )
    if one.report is not None:
        noted = "UPDATE result SET report_downloaded_at = $2 WHERE registration_id = $1"
        yield act(one.report, EventName.SCORE_REPORT_DOWNLOADED, more=[(noted, (registration, one.report))])


def candidate_of(one: Life) -> UUID:
    return uuid5(NAMES, f"candidate {one.number}")
