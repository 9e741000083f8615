"""Putting a plan into the tables, and taking it out again: whole sites at once, in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from backend.audit import Actor
from backend.database import Database
from backend.events import EventName
from backend.exams.catalogue import ExamFacts, SiteFacts
from backend.registrations.models import State
from backend.registrations.moves import Act, move
from backend.seating.admit_numbers import admit_number
from backend.seating.facts import RoomFacts, SeatPlace, SeatRow, Task
from backend.seating.models import PlanState, SeatingPlan

SEATS: Final = """
INSERT INTO seat (plan_id, registration_id, session_id, room_id, number)
SELECT $1, * FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::smallint[])
"""
NUMBERS: Final = """
INSERT INTO admit_number (registration_id, number, issued_at)
SELECT *, $3::timestamptz FROM unnest($1::uuid[], $2::text[])
"""
TOLD: Final = """
, recorded AS (
    INSERT INTO audit_record (at, recorded_at, actor_kind, actor_id, address, act, subject, subject_id, after)
    SELECT $1, now(), $2, $3, $4, $5, 'registration', id::text,
        jsonb_strip_nulls(jsonb_build_object('state', $6::text, 'admit_number', number)) FROM moved
), told AS (
    INSERT INTO event (name, candidate_id, subject_id, payload, happened_at, attempts)
    SELECT $7, candidate_id, id::text, '{}', $1, 0 FROM moved
)
SELECT count(*) AS moved FROM moved
"""
"""Of each that moved its audit record and its event."""
SEATED: Final = f"""
WITH given AS (SELECT * FROM unnest($8::uuid[], $9::text[]) AS given (registration_id, number)), moved AS (
    UPDATE registration SET state = $6::text, seated_at = $1, version = version + 1 FROM given
    WHERE registration.id = given.registration_id RETURNING registration.id, candidate_id, number
){TOLD}
"""
HOLD_SEATED: Final = """
SELECT id FROM registration
WHERE id IN (SELECT registration_id FROM seat WHERE plan_id = ANY($1::bigint[]) AND freed_at IS NULL)
ORDER BY id FOR UPDATE
"""
UNSEATED: Final = f"""
WITH withdrawn AS (
    SELECT DISTINCT registration_id FROM seat WHERE plan_id = ANY($8::bigint[]) AND freed_at IS NULL
), numberless AS (
    DELETE FROM admit_number USING withdrawn
    WHERE admit_number.registration_id = withdrawn.registration_id AND retired_at IS NULL
), seatless AS (
    DELETE FROM seat USING withdrawn WHERE seat.registration_id = withdrawn.registration_id AND freed_at IS NULL
), moved AS (
    UPDATE registration SET state = $6::text, seated_at = NULL, version = version + 1 FROM withdrawn
    WHERE registration.id = withdrawn.registration_id RETURNING registration.id, candidate_id, NULL::text AS number
){TOLD}
"""
"""Nobody has been told a number of theirs before the admit cards are out: it was never given, and may still be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """What an admit number of one site is made of, but for the seat."""

    exam: ExamFacts
    site: SiteFacts
    area_code: str

    def of(self, seat: SeatPlace, rooms: Mapping[int, RoomFacts]) -> str:
        room = rooms[seat.room_id]
        return admit_number(
            year=self.exam.year,
            kind=self.exam.kind,
            area_code=self.area_code,
            site_code=self.site.code,
            venue_number=room.venue_number,
            room_number=room.number,
            seat_number=seat.number,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One write: by whom, when (exam time)."""

    database: Database
    actor: Actor
    now: datetime

    async def seats(
        self, plan: SeatingPlan, task: Task, places: Mapping[UUID, SeatPlace], rows: Sequence[SeatRow], by: Numbering
    ) -> dict[UUID, str]:
        """The seats of a plan and their admit numbers; the numbers by registration.

        Two who would give out one seat or one number at once are told apart by the database: the second fails.
        """
        rooms = {room.id: room for room in task.rooms}
        numbers = {registration_id: by.of(seat, rooms) for registration_id, seat in places.items()}
        await self.database.execute(
            SEATS,
            plan.id,
            [row.registration_id for row in rows],
            [row.session for row in rows],
            [row.room_id for row in rows],
            [row.number for row in rows],
        )
        await self.database.execute(NUMBERS, list(numbers), list(numbers.values()), self.now)
        return numbers

    async def seated(self, numbers: Mapping[UUID, str]) -> None:
        """Whoever has a number now stands at `seated`; each is told."""
        step = move(Act.SEAT, State.APPROVED)
        told = self._told(step.records, step.end, EventName.REGISTRATION_SEATED)
        await self.database.rows(SEATED, *told, list(numbers), list(numbers.values()))

    async def withdraw(self, plans: Sequence[SeatingPlan], reason: str) -> int:
        """Whoever has a seat of these plans stands at `approved` again; how many."""
        step = move(Act.UNSEAT, State.SEATED)
        ids = [plan.id for plan in plans]
        # Held first: a refund that takes one of the seats is over before it is looked at.
        await self.database.rows(HOLD_SEATED, ids)
        told = self._told(step.records, step.end, EventName.REGISTRATION_UNSEATED)
        done = await self.database.rows(UNSEATED, *told, ids)
        await SeatingPlan.filter(id__in=ids).update(
            state=PlanState.WITHDRAWN, reason=reason, decided_at=self.now, decided_by=self.actor.id
        )
        return int(done[0]["moved"])

    def _told(self, act: str, state: State, name: EventName) -> tuple[object, ...]:
        """The first values of a statement that ends in TOLD."""
        return self.now, self.actor.kind, self.actor.id, self.actor.address, act, state.value, name.value
