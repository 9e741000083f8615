"""All that is held of a candidate, for the candidate: table by table, in the clear, since it is theirs."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.audit import Actor
from backend.clock import Clock
from backend.database import Database
from backend.personal_data import PersonalData
from backend.privacy.fields import Held, held

MOST: Final = 5_000
"""Rows of one table: a candidate has a few hundred messages at the most."""
ROWS: Final = """
SELECT to_jsonb(found) AS row FROM (SELECT {fields} FROM "{table}" WHERE {of} ORDER BY id LIMIT $2) AS found
"""
HEX: Final = "\\x"
"""How PostgreSQL begins bytes in JSON."""
EXPORTED: Final = tuple(one for one in held() if one.of is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one table holds of somebody. `days`: how long at most, None where it is kept."""

    table: str
    days: int | None
    rows: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Everything, as it stood at one instant of exam time."""

    exported_at: datetime
    parts: Sequence[Part]


class Exporting:
    def __init__(self, database: Database, clock: Clock, personal_data: PersonalData) -> None:
        self._database, self._clock, self._personal_data = database, clock, personal_data

    async def export(self, candidate_id: UUID, *, actor: Actor) -> Export:
        """All of it, as of one moment. That it was taken is on record."""
        async with self._database.transaction():
            parts = [await self._part(one, candidate_id) for one in EXPORTED]
            after = {"rows": sum(len(part.rows) for part in parts)}
            await audit.record(self._clock, actor, "exported", "candidate", candidate_id, after=after)
        return Export(exported_at=self._clock.now(), parts=[part for part in parts if part.rows])

    async def _part(self, of: Held, candidate_id: UUID) -> Part:
        fields = ", ".join(f'"{name}"' for name in of.fields)
        sql = ROWS.format(table=of.table, fields=fields, of=of.of)
        found = await self._database.rows(sql, candidate_id, MOST)
        rows = await asyncio.to_thread(self._read, of, [row["row"] for row in found])
        return Part(table=of.table, days=of.days, rows=rows)

    def _read(self, of: Held, found: Sequence[Any]) -> list[dict[str, Any]]:
        """A driver may give JSON read or unread."""
        rows: list[dict[str, Any]] = [json.loads(row) if isinstance(row, str) else row for row in found]
        for row in rows:
            for column, about in of.sealed.items():
                if row[column] is not None:
                    sealed = bytes.fromhex(row[column].removeprefix(HEX))
                    row[column] = self._personal_data.decrypt(sealed, about=about)
        return rows
