"""批量打印准考证: a site orders its cards, looks how far they are, fetches them as one ZIP or room by room.

National plan 2021: "对无条件打印准考证的考生,考点考试管理机构可采用“批量打印准考证”功能". A card that was fetched is as
good as downloaded by its candidate, and is told and recorded so.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database, lock, violated
from backend.documents.archive import Entry, zipped
from backend.documents.batch_drawing import CARDS_A_PART, BatchDrawing, Drawn
from backend.documents.card_window import STAGES
from backend.documents.models import Batch, BatchKind, BatchPart, BatchState
from backend.errors import Conflict, NotFound
from backend.events import EventName
from backend.exams.catalogue import ExamFacts, Exams
from backend.jobs import Task, put
from backend.registrations.military_steps import through_site
from backend.registrations.models import Registration
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

EVERYBODY: Final = "everybody"

PLAN: Final = """
WITH chosen AS (
    SELECT registration.id, first.venue, first.room, first.seat
    FROM registration
    CROSS JOIN LATERAL (
        SELECT venue.number AS venue, room.number AS room, seat.number AS seat
        FROM seat
        JOIN exam_session ON exam_session.id = seat.session_id
        JOIN room ON room.id = seat.room_id
        JOIN venue ON venue.id = room.venue_id
        WHERE seat.registration_id = registration.id AND seat.freed_at IS NULL
        ORDER BY exam_session.starts_at LIMIT 1
    ) AS first
    WHERE registration.exam_id = $2 AND registration.site_id = $3 AND registration.state = 'seated'
        AND (registration.origin = 'military' AND $4::boolean) = $5::boolean
        AND ($6::uuid[] IS NULL OR registration.id = ANY($6::uuid[]))
), placed AS (
    SELECT *, (row_number() OVER (PARTITION BY venue, room ORDER BY seat, id) - 1) / $7::int AS paper FROM chosen
)
INSERT INTO batch_part (batch_id, number, venue, room, registrations, missing)
SELECT $1, row_number() OVER (ORDER BY venue, room, paper), venue, room, jsonb_agg(id ORDER BY seat, id), '[]'
FROM placed GROUP BY venue, room, paper
RETURNING jsonb_array_length(registrations) AS cards
"""
"""Room by room, by the seat of the first session; a larger room is several parts."""

PROGRESS: Final = """
SELECT count(*) AS parts, count(drawn_at) AS parts_drawn, coalesce(sum(jsonb_array_length(registrations)), 0) AS cards,
    coalesce(sum(cards), 0) AS cards_drawn,
    array(SELECT DISTINCT jsonb_array_elements_text(missing) FROM batch_part WHERE batch_id = $1) AS missing
FROM batch_part WHERE batch_id = $1
"""
HANDED_OUT: Final = """
WITH seated AS (
    SELECT id FROM registration WHERE id = ANY($1::uuid[]) AND state = 'seated' ORDER BY id FOR UPDATE
), changed AS (
    UPDATE registration SET admit_card_downloaded_at = $2
    WHERE id IN (SELECT id FROM seated) AND admit_card_downloaded_at IS NULL RETURNING id, candidate_id
), recorded AS (
    INSERT INTO audit_record (at, recorded_at, actor_kind, actor_id, address, act, subject, subject_id)
    SELECT $2, now(), $3, $4, $5, 'downloaded', 'admit_card', id::text FROM changed
), told AS (
    INSERT INTO event (name, candidate_id, subject_id, payload, happened_at, attempts)
    SELECT $6, candidate_id, id::text, jsonb_build_object('by', $3::text), $2, 0 FROM changed
)
SELECT count(*) AS seated FROM seated
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a batch is. `missing`: characters that no font has, marked on the cards they stand on."""

    id: int
    kind: BatchKind
    state: BatchState
    parts: int
    parts_drawn: int
    cards: int
    cards_drawn: int
    missing: tuple[str, ...]
    ordered_at: datetime
    expires_at: datetime | None
    fetchable: bool


class Batches:
    """A site's own: another's is not found."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, drawing: BatchDrawing) -> None:
        self._database, self._clock, self._exams, self._drawing = database, clock, exams, drawing

    async def order(
        self, clerk: Clerk, exam_code: str, kind: BatchKind, *, registrations: Sequence[UUID] | None = None
    ) -> int:
        """Order the cards of these, or of everybody seated at the site; the batch's id. The same order again, while the
        first is being drawn, is the same batch.

        Raises NotAllowed; OutOfWindow; NotFound for somebody of another site; Conflict `not_seated`,
        `nobody_to_print_for`.
        """
        clerk.require(Duty.PRINT_CARDS)
        exam = await self._exams.exam(exam_code)
        await self._require_open(clerk, exam, kind)
        selection = _selection(registrations)
        try:
            async with self._database.transaction():
                batch = await self._create(clerk, exam, kind, selection)
                cards = await self._plan(clerk, exam, batch, registrations)
                await put(self._database, Task.DRAW_BATCH, batch_id=batch.id)
                after = {"exam": exam.code, "kind": kind, "cards": cards}
                await audit.record(self._clock, clerk.actor, "ordered", "batch", batch.id, after=after)
        except IntegrityError as error:
            if not violated(error, "batch_one_drawing"):
                raise
            batch = await Batch.get(
                exam_id=exam.id, site_id=clerk.site_id, kind=kind, selection=selection, state=BatchState.DRAWING
            )
        return int(batch.id)

    async def look(self, clerk: Clerk, batch_id: int) -> Progress:
        """How far it is. Raises NotAllowed, NotFound `batch_unknown`."""
        return await self._progress(await self._mine(clerk, batch_id))

    async def listed(self, clerk: Clerk, *, before: int | None = None, limit: int = 20) -> list[Progress]:
        """The site's batches, the newest first, before the one with this id."""
        clerk.require(Duty.PRINT_CARDS)
        found = Batch.filter(site_id=clerk.site_id, **({"id__lt": before} if before is not None else {}))
        return [await self._progress(batch) for batch in await found.order_by("-id").limit(limit)]

    async def cancel(self, clerk: Clerk, batch_id: int) -> None:
        """Draw no more of it; its files go with the next sweep. Again is harmless. Raises Conflict `batch_over`."""
        await self._mine(clerk, batch_id)
        async with self._database.transaction():
            batch = await lock(Batch, id=batch_id)
            assert batch is not None
            if batch.state is BatchState.CANCELLED:
                return
            if batch.state is BatchState.DONE:
                raise Conflict("batch_over")
            batch.state = BatchState.CANCELLED
            batch.ended_at = batch.expires_at = self._clock.now()
            await batch.save()
            await audit.record(self._clock, clerk.actor, "cancelled", "batch", batch_id)

    async def pdf(self, clerk: Clerk, batch_id: int, number: int) -> bytes:
        """One part, a room's cards. Raises Conflict `batch_not_done`, `batch_expired`; NotFound where it has none."""
        await self._fetchable(clerk, batch_id)
        part = await BatchPart.get_or_none(batch_id=batch_id, number=number)
        pdf = await self._handed_out(clerk, part) if part else None
        if pdf is None:
            raise NotFound("batch_unknown")
        await self._record_fetched(clerk, batch_id, {"part": number})
        return pdf

    async def archive(self, clerk: Clerk, batch_id: int) -> AsyncIterator[bytes]:
        """All parts as one ZIP, piece by piece, a file in memory at a time. Raises as `pdf`, before the first piece."""
        await self._fetchable(clerk, batch_id)
        await self._record_fetched(clerk, batch_id, {"part": None})
        return zipped(self._files(clerk, batch_id), at=self._clock.now())

    async def _files(self, clerk: Clerk, batch_id: int) -> AsyncIterator[Entry]:
        last = 0
        while part := await BatchPart.filter(batch_id=batch_id, number__gt=last).order_by("number").first():
            last = part.number
            if (pdf := await self._handed_out(clerk, part)) is not None:
                name = f"{part.number:04d}-考场{part.venue:02d}-试室{part.room:03d}.pdf"
                yield Entry(name=name, content=pdf)

    async def _handed_out(self, clerk: Clerk, part: BatchPart) -> bytes | None:
        """The part with nobody on it who has lost their seat meanwhile."""
        while True:
            found = await self._drawing.drawn(part)
            if await self._note(clerk, found) == len(found.cards):
                return found.pdf

    async def _note(self, clerk: Clerk, found: Drawn) -> int:
        """Note that these cards were handed out; how many of them are good."""
        (row,) = await self._database.rows(
            HANDED_OUT,
            [card.registration_id for card in found.cards],
            self._clock.now(),
            clerk.actor.kind,
            clerk.actor.id,
            clerk.actor.address,
            EventName.ADMIT_CARD_DOWNLOADED.value,
        )
        return int(row["seated"])

    async def _record_fetched(self, clerk: Clerk, batch_id: int, after: dict[str, Any]) -> None:
        await audit.record(self._clock, clerk.actor, "downloaded", "batch", batch_id, after=after)

    async def _require_open(self, clerk: Clerk, exam: ExamFacts, kind: BatchKind) -> None:
        assert clerk.site_id is not None
        place = await self._exams.site_by_id(clerk.site_id)
        calendar = await self._exams.calendar(exam.code, place.area, place.name)
        calendar.require_open(STAGES[kind], self._clock.now())

    async def _create(self, clerk: Clerk, exam: ExamFacts, kind: BatchKind, selection: str) -> Batch:
        return await Batch.create(
            exam_id=exam.id,
            site_id=clerk.site_id,
            kind=kind,
            selection=selection,
            ordered_by=clerk.member_id,
            ordered_at=self._clock.now(),
        )

    async def _plan(self, clerk: Clerk, exam: ExamFacts, batch: Batch, wanted: Sequence[UUID] | None) -> int:
        """Divide it into parts; how many cards they are to have."""
        ids = None if wanted is None else list(set(wanted))
        if ids is not None:
            found = await Registration.filter(id__in=ids, exam_id=exam.id, **clerk.registrations()).count()
            if found < len(ids):
                raise NotFound("registration_unknown")
        parts = await self._database.rows(
            PLAN,
            batch.id,
            exam.id,
            clerk.site_id,
            through_site(exam),
            batch.kind is BatchKind.MILITARY_ADMIT_CARDS,
            ids,
            CARDS_A_PART,
        )
        cards = sum(int(part["cards"]) for part in parts)
        if ids is not None and cards < len(ids):
            raise Conflict("not_seated")
        if not cards:
            raise Conflict("nobody_to_print_for")
        return cards

    async def _mine(self, clerk: Clerk, batch_id: int) -> Batch:
        clerk.require(Duty.PRINT_CARDS)
        batch = await Batch.get_or_none(id=batch_id, site_id=clerk.site_id)
        if batch is None:
            raise NotFound("batch_unknown")
        return batch

    async def _fetchable(self, clerk: Clerk, batch_id: int) -> None:
        batch = await self._mine(clerk, batch_id)
        if batch.state is not BatchState.DONE:
            raise Conflict("batch_not_done")
        if self._is_expired(batch):
            raise Conflict("batch_expired")

    def _is_expired(self, batch: Batch) -> bool:
        return batch.purged_at is not None or (batch.expires_at is not None and batch.expires_at <= self._clock.now())

    async def _progress(self, batch: Batch) -> Progress:
        (row,) = await self._database.rows(PROGRESS, batch.id)
        return Progress(
            id=batch.id,
            kind=batch.kind,
            state=batch.state,
            parts=row["parts"],
            parts_drawn=row["parts_drawn"],
            cards=row["cards"],
            cards_drawn=row["cards_drawn"],
            missing=tuple(sorted(row["missing"])),
            ordered_at=batch.ordered_at.astimezone(EXAM_ZONE),
            expires_at=batch.expires_at.astimezone(EXAM_ZONE) if batch.expires_at else None,
            fetchable=batch.state is BatchState.DONE and not self._is_expired(batch),
        )


def _selection(registrations: Sequence[UUID] | None) -> str:
    if registrations is None:
        return EVERYBODY
    return hashlib.sha256("".join(sorted(one.hex for one in set(registrations))).encode()).hexdigest()
