"""One site's venues and rooms while they are written, in a transaction that holds the site."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Self

from backend.database import Database
from backend.errors import Fault
from backend.exams.catalogue import ExamFacts, SiteFacts
from backend.exams.facts import SessionFacts
from backend.exams.models import Room, Venue
from backend.seating.room_rules import RoomSaid, clashes
from backend.seating.site_lock import SITE_LOCK
from backend.seating.venue_rows import VenueRow

USED: Final = """
SELECT DISTINCT seat.room_id FROM seat
JOIN room ON room.id = seat.room_id JOIN venue ON venue.id = room.venue_id
WHERE venue.exam_id = $1 AND venue.site_id = $2
"""
"""Rooms somebody has, or had, a seat in: their numbers are printed."""
Key = tuple[int, int]
"""The numbers of a venue and a room."""


class SiteVenues:
    """Made by `hold`."""

    def __init__(
        self,
        exam: ExamFacts,
        site: SiteFacts,
        timetable: Mapping[int, SessionFacts],
        venues: Sequence[Venue],
        rooms: Sequence[Room],
        used: frozenset[int],
    ) -> None:
        self._exam, self._site, self._timetable, self._used = exam, site, timetable, used
        self._venues = {venue.number: venue for venue in venues}
        numbers = {venue.id: venue.number for venue in venues}
        self._rooms: dict[Key, Room] = {(numbers[room.venue_id], room.number): room for room in rooms}

    @classmethod
    async def hold(
        cls, database: Database, exam: ExamFacts, site: SiteFacts, timetable: Mapping[int, SessionFacts]
    ) -> Self:
        """As they stand; nobody else arranges or changes them until the transaction ends."""
        await database.rows(SITE_LOCK, exam.id, site.id)
        venues = await Venue.filter(exam_id=exam.id, site_id=site.id)
        rooms = await Room.filter(venue_id__in=[venue.id for venue in venues])
        used = frozenset(row["room_id"] for row in await database.rows(USED, exam.id, site.id))
        return cls(exam, site, timetable, venues, rooms, used)

    def wrongs(self, rows: Sequence[VenueRow]) -> Iterator[tuple[VenueRow, Fault]]:
        """What of these can't be written: `room_in_use`, `place_taken`."""
        used_venues = {number for (number, _), room in self._rooms.items() if room.id in self._used}
        for row in rows:
            venue, room = self._venues.get(row.room.venue), self._rooms.get((row.room.venue, row.room.number))
            if room is not None and room.id in self._used and _differs(room, row.room):
                yield row, Fault("room", "room_in_use")
            if venue is not None and venue.number in used_venues and _renamed(venue, row):
                yield row, Fault("venue_name", "room_in_use")
        yield from self._clashes(rows)

    async def write(self, rows: Sequence[VenueRow]) -> tuple[int, int]:
        """How many rooms were added, and how many changed, by themselves or with their venue."""
        renamed = await self._write_venues(rows)
        new, changed = [], set(renamed)
        for row in rows:
            room = self._rooms.get((row.room.venue, row.room.number))
            if room is None:
                venue_id = self._venues[row.room.venue].id
                new.append(Room(venue_id=venue_id, number=row.room.number, **row.room.stored()))
            elif _differs(room, row.room):
                await room.update_from_dict(row.room.stored()).save()
                changed.add((row.room.venue, row.room.number))
        await Room.bulk_create(new)
        return len(new), len(changed & self._rooms.keys())

    async def remove(self, key: Key) -> bool | None:
        """Take a room away; None where there is none, False where a plan uses it.

        Its venue stays, also without rooms: else the exam's file would bring the room back.
        """
        room = self._rooms.get(key)
        if room is None:
            return None
        if room.id in self._used:
            return False
        await room.delete()
        await Venue.filter(id=room.venue_id).update(kept_by_site=True)
        return True

    async def _write_venues(self, rows: Sequence[VenueRow]) -> set[Key]:
        """The rooms of the rows whose venue has another name or address now."""
        renamed: set[Key] = set()
        for row in rows:
            number = row.room.venue
            said: dict[str, Any] = {"name": row.name, "address": row.address, "kept_by_site": True, "sample": False}
            venue = self._venues.get(number)
            if venue is None:
                created = await Venue.create(exam_id=self._exam.id, site_id=self._site.id, number=number, **said)
                self._venues[number] = created
                continue
            if _renamed(venue, row):
                renamed |= {(one.room.venue, one.room.number) for one in rows if one.room.venue == number}
            if any(getattr(venue, name) != value for name, value in said.items()):
                await venue.update_from_dict(said).save()
        return renamed

    def _clashes(self, rows: Sequence[VenueRow]) -> Iterator[tuple[VenueRow, Fault]]:
        written = {(row.room.venue, row.room.number): row for row in rows}
        standing = [_said(key[0], room) for key, room in self._rooms.items() if key not in written]
        for pair in clashes([*standing, *(row.room for row in rows)], self._timetable):
            given = [row for room in pair if (row := written.get((room.venue, room.number)))]
            if given:
                yield given[-1], Fault("place", "place_taken")


def _said(venue: int, room: Room) -> RoomSaid:
    return RoomSaid(
        venue=venue,
        number=room.number,
        seats=room.capacity,
        columns=room.columns,
        place=room.place,
        format=room.format,
        broken=tuple(room.broken),
        wheelchair=tuple(room.wheelchair),
        sessions=tuple(room.sessions),
    )


def _differs(room: Room, said: RoomSaid) -> bool:
    stored: dict[str, Any] = said.stored()
    return any(getattr(room, name) != value for name, value in stored.items())


def _renamed(venue: Venue, row: VenueRow) -> bool:
    return (venue.name, venue.address) != (row.name, row.address)
