"""A candidate's to-do list: what waits for them first, what is done or over after it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from backend.clock import EXAM_ZONE
from backend.database import Database

TodoState = Literal["open", "done", "missed"]

LIST: Final = """
SELECT reminder.id, reminder.kind, reminder.facts, reminder.page, reminder.registration_id, reminder.inquiry_id,
    reminder.due_at, reminder.expires_at, reminder.state, reminder.closed_at, waits
FROM (
    SELECT *, state = 'sent' AND closed_at IS NULL AS waits, facts ->> 'page' AS page FROM reminder
    WHERE candidate_id = $1 AND sent_at IS NOT NULL
) AS reminder
WHERE NOT EXISTS (SELECT FROM reminder AS later
        WHERE later.candidate_id = $1 AND later.kind = reminder.kind AND later.sent_at IS NOT NULL
            AND (later.sent_at, later.id) > (reminder.sent_at, reminder.id)
            AND regexp_replace(later.occasion, '/[^/]*$', '') = regexp_replace(reminder.occasion, '/[^/]*$', ''))
    AND ($2::boolean IS NULL OR (waits, id) < ($2, $3))
ORDER BY waits DESC, id DESC LIMIT $4
"""
"""Of several tellings of one matter the last one is the to-do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One to-do. `until`: its deadline. `facts`: what its words say. `page`: where it is done."""

    id: int
    kind: str
    state: TodoState
    facts: dict[str, Any]
    page: str | None
    registration_id: UUID | None
    inquiry_id: UUID | None
    told_at: datetime
    until: datetime | None


class Todos:
    """Reads the list. `candidate_id` is part of the query: nobody else's is found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(
        self, candidate_id: UUID, *, after: str | None = None, limit: int = 50
    ) -> tuple[list[Todo], str | None]:
        """The open ones first, each with the newest before; and after which to go on, None where that was all."""
        waits, key = _position(after)
        rows = await self._database.rows(LIST, candidate_id, waits, key, limit + 1)
        found = [_todo(row) for row in rows[:limit]]
        if len(rows) <= limit:
            return found, None
        last = rows[limit - 1]
        return found, f"{'o' if last['waits'] else 'c'}{last['id']}"


def _position(after: str | None) -> tuple[bool | None, int]:
    return (after[0] == "o", int(after[1:])) if after else (None, 0)


def _todo(row: dict[str, Any]) -> Todo:
    states: dict[str, TodoState] = {"missed": "missed"}
    return Todo(
        id=row["id"],
        kind=row["kind"],
        state="open" if row["waits"] else states.get(row["state"], "done"),
        facts=json.loads(row["facts"]),
        page=row["page"],
        registration_id=row["registration_id"],
        inquiry_id=row["inquiry_id"],
        told_at=row["due_at"].astimezone(EXAM_ZONE),
        until=row["expires_at"].astimezone(EXAM_ZONE) if row["expires_at"] else None,
    )
