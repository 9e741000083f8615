"""Finding in all that was ever said in an office's inbox, by any two characters or more, exactly.

The database's index knows every two neighbouring characters of every message, an office at a time. What is common needs
no index: among the newest messages there are enough of it. What is rare is read off the index, and then compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend.clock import EXAM_ZONE
from backend.database import Database
from backend.errors import Fault, Faulty
from backend.inquiries.holding import office
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk

SHORTEST, LONGEST = 2, 100
PAGE: Final = 50
WALKED: Final = 4_000
"""Messages looked through without the index: some milliseconds. What isn't found a page of times among them is rarer
than one in eighty, and the index finds it fast."""
NEWEST: Final = 2**63 - 1
NOTES: Final = 20

WALK: Final = """
SELECT id FROM (
    SELECT id, text FROM inquiry_message WHERE office = $1 AND id < $2 ORDER BY id DESC LIMIT $3
) AS newest WHERE strpos(search_text(text), search_text($4)) > 0 ORDER BY id DESC LIMIT $5
"""
LOOK_UP: Final = """
WITH found AS MATERIALIZED (
    SELECT id, text FROM inquiry_message
    WHERE search_grams(office, text) @> search_grams($1, $3) AND office = $1 AND id < $2
)
SELECT id FROM found WHERE strpos(search_text(text), search_text($3)) > 0 ORDER BY id DESC LIMIT $4
"""
SHOWN: Final = """
SELECT message.id, message.inquiry_id, message.author, message.text, message.written_at, inquiry.kind, inquiry.state,
    coalesce(candidate.name, account_recovery.name) AS name
FROM inquiry_message AS message
JOIN inquiry ON inquiry.id = message.inquiry_id
LEFT JOIN candidate ON candidate.id = inquiry.candidate_id
LEFT JOIN account_recovery ON account_recovery.inquiry_id = inquiry.id
WHERE message.id = ANY($1::bigint[]) ORDER BY message.id DESC
"""
NOTED: Final = """
SELECT note.id, note.inquiry_id, 'note' AS author, note.text, note.written_at, inquiry.kind, inquiry.state,
    candidate.name
FROM inquiry_note AS note JOIN inquiry ON inquiry.id = note.inquiry_id
LEFT JOIN candidate ON candidate.id = inquiry.candidate_id
WHERE {inbox} AND strpos(search_text(note.text), search_text($2)) > 0 ORDER BY note.id DESC LIMIT $3
"""
NAMED: Final = """
SELECT last.id, inquiry.id AS inquiry_id, last.author, last.text, last.written_at, inquiry.kind, inquiry.state,
    candidate.name
FROM inquiry JOIN candidate ON candidate.id = inquiry.candidate_id
JOIN LATERAL (SELECT * FROM inquiry_message WHERE inquiry_id = inquiry.id ORDER BY id DESC LIMIT 1) AS last ON true
WHERE {inbox} AND candidate.name = $2 ORDER BY inquiry.opened_at DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A message, or a note (`author` is `note`), in which it was found."""

    id: int
    inquiry_id: UUID
    author: str
    text: str
    written_at: datetime
    kind: str
    state: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`named`: the inquiries of whoever has that name; `noted`: in notes; `after`: to go on with in the messages."""

    named: Sequence[Hit]
    noted: Sequence[Hit]
    said: Sequence[Hit]
    after: int | None


class Search:
    """In the clerk's own inbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, clerk: Clerk, text: str, *, after: int | None = None, limit: int = PAGE) -> Found:
        """The newest first; upper and lower case, full and half width are the same.

        Raises NotAllowed; Faulty naming `text` where it is shorter than two characters, or too long.
        """
        clerk.require(Duty.SEE_INBOX)
        text = text.strip()
        if not SHORTEST <= len(text) <= LONGEST:
            raise Faulty(
                "inquiry_incomplete", faults=[Fault("text", "too_long" if len(text) > LONGEST else "too_short")]
            )
        ids = await self._ids(office(clerk), text, after or NEWEST, limit + 1)
        said = await self._database.rows(SHOWN, ids[:limit])
        return Found(
            named=await self._beside(clerk, NAMED, text) if after is None else [],
            noted=await self._beside(clerk, NOTED, text) if after is None else [],
            said=[_hit(row) for row in said],
            after=ids[limit - 1] if len(ids) > limit else None,
        )

    async def _ids(self, place: int, text: str, before: int, limit: int) -> list[int]:
        walked = await self._database.rows(WALK, place, before, WALKED, text, limit)
        if len(walked) < limit:
            walked = await self._database.rows(LOOK_UP, place, before, text, limit)
        return [row["id"] for row in walked]

    async def _beside(self, clerk: Clerk, statement: str, text: str) -> list[Hit]:
        at_site = clerk.level is Level.SITE
        inbox = "inquiry.site_id = $1" if at_site else "inquiry.site_id IS NULL AND $1::bigint IS NULL"
        scope = clerk.site_id if at_site else None
        return [_hit(row) for row in await self._database.rows(statement.format(inbox=inbox), scope, text, NOTES)]


def _hit(row: dict[str, Any]) -> Hit:
    return Hit(**{**row, "written_at": row["written_at"].astimezone(EXAM_ZONE)})
