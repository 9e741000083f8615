"""A hand-over begins: one side says what it gives, box by box and bag by bag, with the numbers of the seals."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.clock import Clock
from backend.custody.hours import Batch, SessionTime
from backend.custody.materials import OF_SESSION, OF_SITE, WHOSE, HandOverKind, Material, may_be_drawn
from backend.custody.models import HandOver, HandOverClosing, HandOverItem
from backend.custody.offices import place_of
from backend.custody.times import batches_at
from backend.database import Database, lock, violated
from backend.errors import Conflict, Fault, Faulty, NotAllowed, NotFound
from backend.exams.catalogue import ExamFacts, Exams
from backend.exams.models import Venue
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

MOST_PIECES: Final = 200
MOST_IN_ONE: Final = 100_000
LONGEST: Final = 32
LONGEST_PLACE: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One box or bag. `label`: what is written on it, once in a hand-over; `venue_id`: of which venue it is."""

    material: Material
    label: str
    seal: str
    quantity: int
    venue_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What is given. `number`: the sheet's own, once in an exam; `site_id`, `area_id`: for a clerk above that office;
    `session_id`: of what is drawn for one session and brought back after it."""

    number: str
    kind: HandOverKind
    place: str
    batch: int
    pieces: Sequence[Piece]
    area_id: int | None = None
    site_id: int | None = None
    session_id: int | None = None
    corrects: int | None = None
    """The hand-over, not yet closed, that was declared wrongly: this one takes its place."""


class Declaring:
    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def declare(self, clerk: Clerk, exam_code: str, said: Declaration) -> HandOver:
        """Write one down; the same again is the same one.

        Raises NotAllowed for an office that is on neither side; NotFound for a place outside the scope; Faulty naming
        every field; Conflict `drawn_too_early` and `drawn_too_late`, `hand_over_number_used`.
        """
        clerk.require(Duty.HAND_OVER)
        if clerk.level not in WHOSE[said.kind].values():
            raise NotAllowed("not_this_office")
        exam = await self._exams.exam(exam_code)
        area_id, site_id = await place_of(self._exams, clerk, said.area_id, said.site_id)
        await self._require_sound(exam, said, area_id, site_id)
        hand_over = HandOver(
            number=said.number.strip(),
            kind=said.kind,
            exam_id=exam.id,
            area_id=area_id,
            site_id=site_id if said.kind in OF_SITE else None,
            session_id=said.session_id,
            corrects_id=said.corrects,
            batch=said.batch,
            place=said.place.strip(),
            declared_by=clerk.member_id,
            declared_at=self._clock.now(),
        )
        try:
            async with self._database.transaction():
                return await self._keep(clerk, hand_over, said.pieces)
        except IntegrityError as error:
            if violated(error, "hand_over_corrected_once"):
                raise Conflict("hand_over_corrected") from error
            if not violated(error, "hand_over_number"):
                raise
        return await self._known(hand_over, said)

    async def _keep(self, clerk: Clerk, hand_over: HandOver, pieces: Sequence[Piece]) -> HandOver:
        if hand_over.corrects_id is not None:
            await self._require_correctable(hand_over)
        await hand_over.save()
        await HandOverItem.bulk_create(
            HandOverItem(
                hand_over=hand_over,
                venue_id=piece.venue_id,
                position=position,
                material=piece.material,
                label=piece.label.strip(),
                seal=piece.seal.strip(),
                declared=piece.quantity,
            )
            for position, piece in enumerate(pieces, 1)
        )
        after = {"number": hand_over.number, "kind": hand_over.kind, "pieces": len(pieces)}
        await audit.record(self._clock, clerk.actor, "declared", "hand_over", hand_over.id, after=after)
        return hand_over

    async def _require_correctable(self, hand_over: HandOver) -> None:
        wrong = await lock(
            HandOver,
            id=hand_over.corrects_id,
            exam_id=hand_over.exam_id,
            kind=hand_over.kind,
            area_id=hand_over.area_id,
            site_id=hand_over.site_id,
        )
        if wrong is None:
            raise NotFound("hand_over_unknown")
        if await HandOverClosing.exists(hand_over=wrong):
            raise Conflict("hand_over_closed")

    async def _known(self, wanted: HandOver, said: Declaration) -> HandOver:
        """The one with this number, if it says the same. Raises Conflict `hand_over_number_used`."""
        known = await HandOver.get_or_none(
            exam_id=wanted.exam_id,
            number=wanted.number,
            kind=wanted.kind,
            area_id=wanted.area_id,
            site_id=wanted.site_id,
            session_id=wanted.session_id,
            batch=wanted.batch,
            corrects_id=wanted.corrects_id,
        )
        if known is not None:
            items = await HandOverItem.filter(hand_over=known).order_by("position")
            if [_said(item) for item in items] == [
                (piece.material, piece.label.strip(), piece.seal.strip(), piece.quantity, piece.venue_id)
                for piece in said.pieces
            ]:
                return known
        raise Conflict("hand_over_number_used")

    async def _require_sound(self, exam: ExamFacts, said: Declaration, area_id: int, site_id: int | None) -> None:
        faults = [*_faults(said)]
        if said.kind in OF_SITE and site_id is None:
            faults.append(Fault("site_id", "missing"))
        venues = {piece.venue_id for piece in said.pieces} - {None}
        known = set(await Venue.filter(id__in=venues, exam_id=exam.id, site_id=site_id).values_list("id", flat=True))
        if venues - known:
            faults.append(Fault("pieces.venue_id", "not_in_list"))
        batches = await batches_at(self._exams, exam, (await self._exams.area_by_id(area_id)).name)
        batch = next((one for one in batches if one.number == said.batch), None)
        if batch is None:
            faults.append(Fault("batch", "not_in_list"))
        session = _session(batch, said.session_id)
        if (said.kind in OF_SESSION) != (session is not None):
            faults.append(Fault("session_id", "not_in_list"))
        if faults:
            raise Faulty("hand_over_faulty", faults=faults)
        if said.kind is HandOverKind.DRAW and session is not None:
            self._require_time_to_draw(session)

    def _require_time_to_draw(self, session: SessionTime) -> None:
        now = self._clock.now()
        if not may_be_drawn(session.starts_at, session.ends_at, now):
            raise Conflict("drawn_too_early" if now < session.starts_at else "drawn_too_late")


def _faults(said: Declaration) -> list[Fault]:
    faults = []
    if not 0 < len(said.number.strip()) <= LONGEST:
        faults.append(Fault("number", "too_long" if said.number.strip() else "missing"))
    if not 0 < len(said.place.strip()) <= LONGEST_PLACE:
        faults.append(Fault("place", "too_long" if said.place.strip() else "missing"))
    if not 0 < len(said.pieces) <= MOST_PIECES:
        faults.append(Fault("pieces", "too_many" if said.pieces else "missing"))
    labels = Counter(piece.label.strip() for piece in said.pieces)
    if any(count > 1 for count in labels.values()):
        faults.append(Fault("pieces.label", "label_twice"))
    for name, texts in (("label", labels), ("seal", [piece.seal.strip() for piece in said.pieces])):
        if not all(0 < len(text) <= LONGEST for text in texts):
            faults.append(Fault(f"pieces.{name}", "missing" if "" in texts else "too_long"))
    if not all(0 < piece.quantity <= MOST_IN_ONE for piece in said.pieces):
        faults.append(Fault("pieces.quantity", "quantity_range"))
    return faults


def _session(batch: Batch | None, session_id: int | None) -> SessionTime | None:
    return next((one for one in batch.sessions if one.id == session_id), None) if batch else None


def _said(item: HandOverItem) -> tuple[Material, str, str, int, int | None]:
    return item.material, item.label, item.seal, item.declared, item.venue_id
