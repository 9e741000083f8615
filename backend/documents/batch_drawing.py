"""A batch drawn part by part, each a file of a room's cards in the object store.

Workers claim parts with a lease and share a batch without knowing each other. Whoever is killed leaves whole parts and
one whose lease runs out. A part's file lies under a key of its own: drawn twice, it is one file. No more than AT_ONCE
parts of a batch are in memory.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from backend.clock import Clock
from backend.database import Database
from backend.documents.admit_card import TEMPLATE, admit_cards_data
from backend.documents.card_reading import CardReading, ReadCard
from backend.documents.card_window import KEPT_FOR
from backend.documents.models import BatchPart
from backend.documents.rendering import Renderer
from backend.errors import Unavailable
from backend.storage import Storage

log = structlog.get_logger(__name__)

CARDS_A_PART: Final = 30
"""An ordinary room's; a larger one is several parts. Two papers of so many fit the memory of a small worker."""
AT_ONCE: Final = 2
BATCHES: Final = 20

CLAIM: Final = """
UPDATE batch_part SET leased_until = now() + interval '60 seconds' WHERE id = (
    SELECT batch_part.id FROM batch_part JOIN batch ON batch.id = batch_part.batch_id
    WHERE batch.id = $1 AND batch.state = 'drawing' AND batch_part.drawn_at IS NULL
        AND (batch_part.leased_until IS NULL OR batch_part.leased_until < now())
    ORDER BY batch_part.number LIMIT 1 FOR UPDATE OF batch_part SKIP LOCKED
)
RETURNING id
"""
DRAWN: Final = """
UPDATE batch_part SET drawn_at = $2, content = $3, cards = $4, missing = $5::text::jsonb, leased_until = NULL
FROM batch WHERE batch_part.id = $1 AND batch.id = batch_part.batch_id AND batch.state <> 'cancelled'
"""
DONE: Final = """
UPDATE batch SET state = 'done', ended_at = $2, expires_at = $3
WHERE id = $1 AND state = 'drawing' AND NOT EXISTS (
    SELECT 1 FROM batch_part WHERE batch_part.batch_id = batch.id AND batch_part.drawn_at IS NULL
)
"""
LEFT: Final = """
SELECT 1 FROM batch JOIN batch_part ON batch_part.batch_id = batch.id
WHERE batch.id = $1 AND batch.state = 'drawing' AND batch_part.drawn_at IS NULL LIMIT 1
"""
EXPIRED: Final = """
SELECT id FROM batch WHERE purged_at IS NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
PURGED: Final = "UPDATE batch SET purged_at = $2 WHERE id = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A part's file as its people stand now; without any of them left there is no file."""

    cards: Sequence[ReadCard]
    pdf: bytes | None


class BatchDrawing:
    def __init__(
        self, *, database: Database, clock: Clock, reading: CardReading, storage: Storage, renderer: Renderer
    ) -> None:
        self._database, self._clock = database, clock
        self._reading, self._storage, self._renderer = reading, storage, renderer

    async def draw(self, batch_id: int) -> None:
        """Draw what nobody else draws, and end the batch with its last part.

        Raises Unavailable while others hold parts: they may have died over them, so somebody must come again.
        """
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._parts(batch_id))
        now = self._clock.now()
        await self._database.execute(DONE, batch_id, now, now + KEPT_FOR)
        if await self._database.rows(LEFT, batch_id):
            raise Unavailable("batch_not_done")

    async def drawn(self, part: BatchPart) -> Drawn:
        """The part as it is to be handed out: drawn anew where somebody of it has another card since."""
        cards = await self._read(part)
        pdf = await self._kept(part) if cards and part.content == _content(cards) else None
        return Drawn(cards=cards, pdf=pdf or await self._draw(part, cards))

    async def sweep(self) -> int:
        """Throw away the files of batches that have expired or were cancelled; of how many."""
        now = self._clock.now()
        async with self._database.transaction():
            expired = [row["id"] for row in await self._database.rows(EXPIRED, now, BATCHES)]
            for batch_id in expired:
                parts = await BatchPart.filter(batch_id=batch_id).only("id", "batch_id", "number")
                await self._storage.remove([_key(part) for part in parts])
                await self._database.execute(PURGED, batch_id, now)
        return len(expired)

    async def _parts(self, batch_id: int) -> None:
        while claimed := await self._database.rows(CLAIM, batch_id):
            part = await BatchPart.get(id=claimed[0]["id"])
            await self._draw(part, await self._read(part))

    async def _kept(self, part: BatchPart) -> bytes | None:
        try:
            return await self._storage.get(_key(part))
        except FileNotFoundError:
            return None

    async def _read(self, part: BatchPart) -> list[ReadCard]:
        return await self._reading.read([UUID(one) for one in part.registrations])

    async def _draw(self, part: BatchPart, cards: Sequence[ReadCard]) -> bytes | None:
        pdf, missing = await self._rendered(cards) if cards else (None, ())
        if pdf is not None:
            await self._storage.keep(_key(part), pdf)
        kept = await self._database.execute(
            DRAWN, part.id, self._clock.now(), _content(cards), len(cards), json.dumps(missing)
        )
        if not kept:
            await self._storage.remove([_key(part)])
        return pdf

    async def _rendered(self, cards: Sequence[ReadCard]) -> tuple[bytes, Sequence[str]]:
        with_photos = [await self._reading.with_photo(card) for card in cards]
        rendered = await self._renderer.render(TEMPLATE, partial(admit_cards_data, with_photos))
        return rendered.pdf, rendered.missing


def _content(cards: Sequence[ReadCard]) -> str:
    return hashlib.sha256("".join(card.content for card in cards).encode()).hexdigest()


def _key(part: BatchPart) -> str:
    return f"batches/{part.batch_id}/{part.number}.pdf"
