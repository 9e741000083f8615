"""Everything encrypted is encrypted anew with the newest data key, while the service runs: an operator's command.

Batch by batch, each one transaction, claimed with FOR UPDATE SKIP LOCKED. A row says itself which key it is under, so
whoever was killed goes on where they were, and two that run at once share the work. Nobody's change is lost: a row that
somebody is changing is locked, and comes in the next pass.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.audit import SYSTEM
from backend.clock import Clock
from backend.database import Database
from backend.personal_data import PersonalData
from backend.privacy.fields import held

BATCH: Final = 500
PASSES: Final = 100
PAUSE_SECONDS: Final = 0.2
ALLOWED: Final = "SELECT set_config('zhunkao.rekeying', 'on', true)"
"""Until the transaction's end: what else is never changed may be encrypted anew."""
CLAIM: Final = """
SELECT id, "{column}" AS sealed FROM "{table}"
WHERE "{column}" IS NOT NULL AND substring("{column}" FROM 1 FOR 4) <> $1 AND id > $2
ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
"""
KEEP: Final = """
UPDATE "{table}" SET "{column}" = known.sealed
FROM unnest($1::{key}[], $2::bytea[]) AS known (id, sealed) WHERE "{table}".id = known.id
"""
LEFT: Final = """
SELECT count(*) AS rows FROM "{table}"
WHERE "{column}" IS NOT NULL AND substring("{column}" FROM 1 FOR 4) <> $1
"""
FIRST: Final[Mapping[str, object]] = {"uuid": UUID(int=0), "bigint": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """One column of ciphertexts. `about`: what they are bound to; `key`: the type of the rows' id."""

    table: str
    column: str
    about: str
    key: str

    def sql(self, statement: str) -> str:
        return statement.format(table=self.table, column=self.column, key=self.key)

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"


COLUMNS: Final = (
    *(
        Sealed(table=one.table, column=column, about=about, key=one.key)
        for one in held()
        for column, about in one.sealed.items()
    ),
    Sealed(table="index_key", column="sealed", about="index_key.sealed", key="bigint"),
)


class Rekeying:
    def __init__(self, database: Database, clock: Clock, personal_data: PersonalData, *, batch: int = BATCH) -> None:
        self._database, self._clock, self._personal_data, self._batch = database, clock, personal_data, batch

    async def run(self) -> dict[str, int]:
        """Encrypt everything anew that isn't under the newest key; how many rows, column by column.

        Raises Undecryptable where a row's key is not among the data keys: it must be put back first.
        """
        done: dict[str, int] = {}
        for column in COLUMNS:
            done[str(column)] = await self._column(column)
        if any(done.values()):
            after = {"key": self._personal_data.current.hex(), **{name: rows for name, rows in done.items() if rows}}
            await audit.record(self._clock, SYSTEM, "encrypted_anew", "personal_data", "data_keys", after=after)
        return done

    async def left(self) -> int:
        """Rows under another key than the newest; at none the others may be taken away."""
        return sum([await self._left(column) for column in COLUMNS])

    async def _column(self, column: Sealed) -> int:
        done = 0
        for _ in range(PASSES):
            done += await self._pass(column)
            if not await self._left(column):
                break
            await asyncio.sleep(PAUSE_SECONDS)  # what is left is locked by others
        return done

    async def _pass(self, column: Sealed) -> int:
        done, last = 0, FIRST[column.key]
        while True:
            async with self._database.transaction():
                await self._database.rows(ALLOWED)
                claimed = (self._personal_data.current, last, self._batch)
                rows = await self._database.rows(column.sql(CLAIM), *claimed)
                if not rows:
                    return done
                sealed = await asyncio.to_thread(self._anew, rows, column.about)
                await self._database.execute(column.sql(KEEP), [row["id"] for row in rows], sealed)
            done, last = done + len(rows), rows[-1]["id"]

    async def _left(self, column: Sealed) -> int:
        (row,) = await self._database.rows(column.sql(LEFT), self._personal_data.current)
        return int(row["rows"])

    def _anew(self, rows: Sequence[dict[str, Any]], about: str) -> list[bytes]:
        plain = [self._personal_data.decrypt(bytes(row["sealed"]), about=about) for row in rows]
        return [self._personal_data.encrypt(text, about=about) for text in plain]
