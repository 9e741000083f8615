"""A door without the network: a sealed list to check cards by, marks that are provisional, and where they meet."""

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from backend import audit
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.personal_data import PersonalData, mask_document
from backend.seating.cards import SITTINGS, version_of
from backend.seating.doors import door
from backend.seating.entering import Entering, Presented, card_facts, photo_hash
from backend.seating.entry import DoorFacts, Outcome
from backend.seating.models import DoorListIssued, EntryMark
from backend.seating.seals import Seals
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

MOST_MARKS: Final = 500
"""In one upload: a door sends the next ones when it has the answer."""
LISTED: Final = """
SELECT seat.registration_id, candidate.name, candidate.id_type, candidate.id_number, candidate.id_number_index,
    registration.photo, admit_number.number, room.number AS room, seat.number AS seat
FROM seat
JOIN room ON room.id = seat.room_id
JOIN registration ON registration.id = seat.registration_id
JOIN candidate ON candidate.id = registration.candidate_id
JOIN admit_number ON admit_number.registration_id = registration.id AND admit_number.retired_at IS NULL
WHERE room.venue_id = $1 AND seat.session_id = $2 AND seat.freed_at IS NULL
ORDER BY room.number, seat.number
"""
DOUBTFUL: Final = """
SELECT mark.id, mark.outcome, mark.marked_at, venue.name AS venue, exam_session.subject, candidate.name,
    admit_number.number, member.name AS marked_by, first.marked_at AS entered_at, first_venue.name AS entered_in,
    first_member.name AS entered_by
FROM entry_mark AS mark
JOIN venue ON venue.id = mark.venue_id
JOIN exam_session ON exam_session.id = mark.session_id
JOIN registration ON registration.id = mark.registration_id
JOIN candidate ON candidate.id = registration.candidate_id
LEFT JOIN admit_number ON admit_number.registration_id = registration.id AND admit_number.retired_at IS NULL
LEFT JOIN staff_member AS member ON member.id = mark.marked_by
LEFT JOIN entry_mark AS first ON first.registration_id = mark.registration_id
    AND first.session_id = mark.session_id AND first.outcome = 'admitted'
LEFT JOIN venue AS first_venue ON first_venue.id = first.venue_id
LEFT JOIN staff_member AS first_member ON first_member.id = first.marked_by
WHERE mark.id = ANY($1::bigint[]) ORDER BY mark.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorList:
    """What a door takes along. `text`: the list as JSON; `seal`: over the SHA-256 of its UTF-8 bytes, in hex;
    `public_keys`: what seals are checked with, the list's and the cards'."""

    id: UUID
    text: str
    seal: str
    public_keys: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionalMark:
    """Somebody was let in without the network. `code`: what was scanned or typed; `at`: by the device's clock."""

    mark_id: UUID
    code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of one provisional mark: it counts where it is `admitted`, else it says what stands against it.

    `refusal`: why it could not be taken at all.
    """

    mark_id: UUID
    outcome: Outcome | None
    entered_at: datetime | None = None
    entered_by: str | None = None
    refusal: Conflict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A mark that does not count, and the one that does. Of a double both times, doors and clerks stand here."""

    id: int
    outcome: Outcome
    admit_number: str | None
    name: str
    subject: str
    venue: str
    marked_at: datetime
    marked_by: str | None
    entered_at: datetime | None
    entered_in: str | None
    entered_by: str | None


class DoorLists:
    def __init__(
        self, *, database: Database, clock: Clock, personal_data: PersonalData, seals: Seals, entering: Entering
    ) -> None:
        self._database, self._clock, self._personal_data = database, clock, personal_data
        self._seals, self._entering = seals, entering

    async def download(self, clerk: Clerk, *, venue_id: int, session_id: int) -> DoorList:
        """Everybody who sits there then, with what their card must say; that it was taken is on record.

        Raises NotAllowed; NotFound `door_unknown` outside the scope.
        """
        clerk.require(Duty.CHECK_DOOR)
        where = await door(self._database, clerk, venue_id, session_id)
        rows = await self._database.rows(LISTED, venue_id, session_id)
        sat = await self._database.rows(SITTINGS, [row["registration_id"] for row in rows])
        issued = await self._issue(clerk, where, len(rows))
        text = await asyncio.to_thread(self._written, issued, where, rows, sat)
        seal = self._seals.seal(hashlib.sha256(text.encode()).hexdigest().upper())
        return DoorList(id=issued.id, text=text, seal=seal, public_keys=self._seals.public_keys)

    async def upload(self, clerk: Clerk, list_id: UUID, marks: Sequence[ProvisionalMark]) -> list[Settled]:
        """The marks made from this list, each its own transaction and outcome; again is harmless.

        Raises NotAllowed; NotFound `door_list_unknown` outside the scope; Faulty for more than MOST_MARKS.
        """
        clerk.require(Duty.CHECK_DOOR)
        if len(marks) > MOST_MARKS:
            raise Faulty("request_faulty", faults=[Fault("marks", "too_many")])
        issued = await DoorListIssued.get_or_none(id=list_id, venue__site_id=clerk.site_id)
        if issued is None:
            raise NotFound("door_list_unknown")
        where = await door(self._database, clerk, issued.venue_id, issued.session_id)
        # In the order in which they were made: of two at once the earlier one counts.
        settled = [await self._settle(clerk, where, issued, mark) for mark in sorted(marks, key=lambda mark: mark.at)]
        by_id = {one.mark_id: one for one in settled}
        return [by_id[mark.mark_id] for mark in marks]

    async def doubtful(self, clerk: Clerk, *, after: int = 0, limit: int = 50) -> list[Doubtful]:
        """Marks of the clerk's scope that don't count, doubles among them, the oldest first. Raises NotAllowed."""
        clerk.require(Duty.SEE_DOOR)
        scope = clerk.registrations(through="registration__")
        found = EntryMark.filter(id__gt=after, outcome__not=Outcome.ADMITTED, **scope).order_by("id").limit(limit)
        return [_doubtful(row) for row in await self._database.rows(DOUBTFUL, await found.values_list("id", flat=True))]

    async def _settle(self, clerk: Clerk, where: DoorFacts, issued: DoorListIssued, mark: ProvisionalMark) -> Settled:
        presented = Presented(code=mark.code, at=mark.at, mark_id=mark.mark_id, door_list=issued)
        try:
            async with self._database.transaction():
                checked = await self._entering.enter(clerk, where, presented)
        except Conflict as refusal:
            return Settled(mark_id=mark.mark_id, outcome=None, refusal=refusal)
        return Settled(
            mark_id=mark.mark_id,
            outcome=checked.outcome,
            entered_at=checked.entered_at,
            entered_by=checked.entered_by,
        )

    async def _issue(self, clerk: Clerk, where: DoorFacts, candidates: int) -> DoorListIssued:
        async with self._database.transaction():
            issued = await DoorListIssued.create(
                id=uuid4(),
                venue_id=where.venue_id,
                session_id=where.session_id,
                candidates=candidates,
                issued_at=self._clock.now(),
                issued_by=clerk.member_id,
            )
            after = {"venue": where.venue_id, "session": where.session_id, "candidates": candidates}
            await audit.record(self._clock, clerk.actor, "downloaded", "door_list", issued.id, after=after)
        return issued

    def _written(
        self, issued: DoorListIssued, where: DoorFacts, rows: Sequence[dict[str, Any]], sat: Sequence[dict[str, Any]]
    ) -> str:
        """Blocks: a venue may have some thousand candidates, each with a number to decrypt."""
        sittings = defaultdict(list)
        for row in sat:
            sittings[row["registration_id"]].append(row)
        document = {
            "list": str(issued.id),
            "issued_at": issued.issued_at.astimezone(EXAM_ZONE).isoformat(),
            "venue": {"id": where.venue_id, "name": where.venue},
            "session": {"id": where.session_id, "subject": where.subject, "starts_at": where.starts_at.isoformat()},
            "opens_at": where.opens_at.isoformat(),
            "closes_at": where.closes_at.isoformat(),
            "candidates": [self._entry(row, sittings[row["registration_id"]]) for row in rows],
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    def _entry(self, row: dict[str, Any], sittings: list[dict[str, Any]]) -> dict[str, object]:
        id_number = self._personal_data.decrypt(bytes(row["id_number"]), about=ABOUT_ID_NUMBER)
        return {
            "admit_number": row["number"],
            "card": version_of(card_facts(row, sittings)),
            "name": row["name"],
            "id_number": mask_document(id_number),
            "room": f"{row['room']:03d}",
            "seat": f"{row['seat']:02d}",
            "photo": photo_hash(row["photo"]),
        }


def _doubtful(row: dict[str, Any]) -> Doubtful:
    entered_at = row["entered_at"]
    return Doubtful(
        id=row["id"],
        outcome=Outcome(row["outcome"]),
        admit_number=row["number"],
        name=row["name"],
        subject=row["subject"],
        venue=row["venue"],
        marked_at=row["marked_at"].astimezone(EXAM_ZONE),
        marked_by=row["marked_by"],
        entered_at=entered_at.astimezone(EXAM_ZONE) if entered_at else None,
        entered_in=row["entered_in"],
        entered_by=row["entered_by"],
    )
