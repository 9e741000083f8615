"""One person before one door: whose card it is, what holds for them, and the one mark that lets them in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.errors import Conflict
from backend.personal_data import PersonalData, mask_document, normal
from backend.seating.cards import SITTINGS, CardFacts, NamedCard, read_qr, version_of
from backend.seating.entry import DoorFacts, Outcome, Sitting, at_the_door, is_plausible, seat_in
from backend.seating.models import AdmitNumber, DoorListIssued, EntryMark
from backend.seating.seals import Forged, Seals
from backend.staff.scope import Clerk

HOLD: Final = "SELECT id FROM registration WHERE id = $1 FOR SHARE"
"""While the door decides, nobody corrects, refunds or seats them anew; other doors may look too."""
CARD: Final = """
SELECT candidate.name, candidate.id_type, candidate.id_number, candidate.id_number_index, registration.photo,
    admit_number.number
FROM registration
JOIN candidate ON candidate.id = registration.candidate_id
LEFT JOIN admit_number ON admit_number.registration_id = registration.id AND admit_number.retired_at IS NULL
WHERE registration.id = $1
"""
ENTERED: Final = """
SELECT entry_mark.mark_id, entry_mark.marked_at, staff_member.name AS marked_by
FROM entry_mark LEFT JOIN staff_member ON staff_member.id = entry_mark.marked_by
WHERE registration_id = $1 AND session_id = $2 AND outcome = 'admitted'
"""
MARK: Final = """
INSERT INTO entry_mark
    (mark_id, registration_id, session_id, venue_id, door_list_id, outcome, marked_at, marked_by, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id
"""
"""The second of two doors writes nothing: the index entry_mark_once has decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom the card is of, as the door needs them. The document's number is masked; `photo`: sha256 of the JPEG."""

    admit_number: str | None
    name: str
    id_type: str
    id_number: str
    photo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the door is told. `seat`: theirs in the door's session; `sittings`: all that the card now says;
    `entered_at`, `entered_by`: of the mark that counts, where there is one."""

    outcome: Outcome
    person: Person | None = None
    seat: Sitting | None = None
    sittings: tuple[Sitting, ...] = ()
    entered_at: datetime | None = None
    entered_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What was held before the door, when, and the mark's own id: the same again is the same mark.

    `door_list`: it was marked without the network, from this list.
    """

    code: str
    at: datetime
    mark_id: UUID
    door_list: DoorListIssued | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    mark_id: UUID
    marked_at: datetime
    marked_by: str | None


class Entering:
    """Decides and marks inside the caller's transaction."""

    def __init__(self, *, database: Database, clock: Clock, personal_data: PersonalData, seals: Seals) -> None:
        self._database, self._clock = database, clock
        self._personal_data, self._seals = personal_data, seals

    async def enter(self, clerk: Clerk, door: DoorFacts, presented: Presented) -> Checked:
        """Let them in, or say why not. Raises Conflict `mark_id_used` for a mark's id that was somebody else's."""
        try:
            named = self._named(presented.code)
        except Forged:
            return await self._noted(clerk, door, None, Checked(outcome=Outcome.FORGED))
        scope = clerk.registrations(through="registration__")
        number = await AdmitNumber.get_or_none(number=named.admit_number, **scope)
        if number is None:
            return await self._noted(clerk, door, None, Checked(outcome=Outcome.NOT_FOUND))
        registration_id = UUID(str(number.registration_id))
        await self._database.rows(HOLD, registration_id)
        return await self._noted(
            clerk, door, registration_id, await self._decided(clerk, door, presented, named, registration_id)
        )

    def _named(self, code: str) -> NamedCard:
        """A number that was typed says nothing of the card's version. Raises Forged."""
        typed = normal(code)
        return NamedCard(admit_number=typed, version="") if typed.isdigit() else read_qr(self._seals, typed)

    async def _decided(
        self, clerk: Clerk, door: DoorFacts, presented: Presented, named: NamedCard, registration_id: UUID
    ) -> Checked:
        rows = await self._database.rows(SITTINGS, [registration_id])
        card = (await self._database.rows(CARD, registration_id))[0]
        sittings = tuple(sitting_of(row) for row in rows)
        mark = await self._mark(registration_id, door)
        known = await EntryMark.get_or_none(mark_id=presented.mark_id)
        if known is not None:
            if (known.registration_id, known.session_id) != (registration_id, door.session_id):
                raise Conflict("mark_id_used")
            outcome = known.outcome
        elif not _holds(named, card, rows):
            outcome = Outcome.SUPERSEDED
        else:
            outcome = at_the_door(sittings, door, at=presented.at, entered=mark is not None)
        if known is None:
            outcome, mark = await self._marked(clerk, door, presented, registration_id, outcome, mark)
        return Checked(
            outcome=outcome,
            person=self._person(card),
            seat=seat_in(sittings, door),
            sittings=sittings,
            entered_at=mark.marked_at if mark else None,
            entered_by=mark.marked_by if mark else None,
        )

    async def _marked(
        self,
        clerk: Clerk,
        door: DoorFacts,
        presented: Presented,
        registration_id: UUID,
        outcome: Outcome,
        mark: Mark | None,
    ) -> tuple[Outcome, Mark | None]:
        """What is so once the mark is written: another door may have been the first."""
        listed = presented.door_list
        if listed is not None and outcome is Outcome.ADMITTED:
            plausible = is_plausible(presented.at, listed_at=listed.issued_at, now=self._clock.now())
            outcome = outcome if plausible else Outcome.WRONG_CLOCK
        if outcome is Outcome.ADMITTED:
            await self._write(clerk, door, presented, registration_id, outcome)
            mark = await self._mark(registration_id, door)
            first = mark is not None and mark.mark_id == presented.mark_id
            outcome = outcome if first else Outcome.ALREADY_ENTERED
        if listed is not None and outcome is not Outcome.ADMITTED:
            await self._write(clerk, door, presented, registration_id, outcome)
        return outcome, mark

    async def _write(
        self, clerk: Clerk, door: DoorFacts, presented: Presented, registration_id: UUID, outcome: Outcome
    ) -> None:
        await self._database.rows(
            MARK,
            presented.mark_id,
            registration_id,
            door.session_id,
            door.venue_id,
            presented.door_list.id if presented.door_list else None,
            outcome,
            presented.at,
            clerk.member_id,
            self._clock.now(),
        )

    async def _mark(self, registration_id: UUID, door: DoorFacts) -> Mark | None:
        rows = await self._database.rows(ENTERED, registration_id, door.session_id)
        if not rows:
            return None
        row = rows[0]
        marked_at = row["marked_at"].astimezone(EXAM_ZONE)
        return Mark(mark_id=UUID(str(row["mark_id"])), marked_at=marked_at, marked_by=row["marked_by"])

    async def _noted(self, clerk: Clerk, door: DoorFacts, registration_id: UUID | None, checked: Checked) -> Checked:
        """Whom a door looked at is on record, and what it was told."""
        after = {"outcome": checked.outcome, "venue": door.venue_id, "session": door.session_id}
        subject, subject_id = ("registration", registration_id) if registration_id else ("venue", door.venue_id)
        await audit.record(self._clock, clerk.actor, "checked_at_door", subject, subject_id, after=after)
        return checked

    def _person(self, card: dict[str, Any]) -> Person:
        id_number = self._personal_data.decrypt(bytes(card["id_number"]), about=ABOUT_ID_NUMBER)
        return Person(
            admit_number=card["number"],
            name=card["name"],
            id_type=card["id_type"],
            id_number=mask_document(id_number),
            photo=photo_hash(card["photo"]),
        )


def photo_hash(key: str | None) -> str | None:
    """The name of what is kept under a storage key: the hash of what it holds."""
    return key.rpartition("/")[2] if key else None


def card_facts(card: dict[str, Any], sittings: list[dict[str, Any]]) -> CardFacts:
    """A row like CARD's, of somebody who has a number."""
    return CardFacts(
        admit_number=card["number"],
        name=card["name"],
        id_type=card["id_type"],
        document=bytes(card["id_number_index"]),
        photo=card["photo"],
        sittings=sittings,
    )


def _holds(named: NamedCard, card: dict[str, Any], sittings: list[dict[str, Any]]) -> bool:
    """Whether the card that was held out, or the number that was typed, is the one that holds now."""
    if card["number"] != named.admit_number:
        return False
    return not named.version or named.version == version_of(card_facts(card, sittings))


def sitting_of(row: dict[str, Any]) -> Sitting:
    """Out of a row of SITTINGS."""
    return Sitting(
        session_id=row["session_id"],
        subject=row["subject"],
        starts_at=row["starts_at"].astimezone(EXAM_ZONE),
        venue_id=row["venue_id"],
        venue=row["venue"],
        room=f"{row['room']:03d}",
        seat=f"{row['seat']:02d}",
    )
