"""Admit cards drawn once and kept: in the object store, under the hash of what is printed on them.

A correction, another seat or another photo is another hash: the card is drawn anew and the old one is never found
again. After the exam all of them are thrown away.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from backend.clock import Clock
from backend.database import Database
from backend.documents.admit_card import TEMPLATE, admit_card_data
from backend.documents.card_reading import CardReading, ReadCard
from backend.documents.card_window import cards_end
from backend.documents.rendering import Renderer
from backend.errors import Unavailable
from backend.exams.catalogue import Exams
from backend.storage import Storage

log = structlog.get_logger(__name__)

BATCH: Final = 500
KEEP: Final = "INSERT INTO kept_card (registration_id, content, kept_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
CLAIM: Final = """
SELECT kept_card.id, kept_card.content FROM kept_card JOIN registration ON registration.id = kept_card.registration_id
WHERE registration.exam_id = $1 LIMIT $2 FOR UPDATE OF kept_card SKIP LOCKED
"""
FORGET: Final = "DELETE FROM kept_card WHERE id = ANY($1::bigint[])"


class KeptCards:
    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        exams: Exams,
        reading: CardReading,
        storage: Storage,
        renderer: Renderer,
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._reading, self._storage, self._renderer = reading, storage, renderer

    async def read(self, registration_id: UUID) -> ReadCard | None:
        """What is on a card now; None for who has no seat."""
        found = await self._reading.read([registration_id])
        return found[0] if found else None

    async def pdf(self, read: ReadCard) -> bytes:
        """The card as a PDF: the one that is kept, else drawn and kept."""
        try:
            return await self._storage.get(_key(read.content))
        except (FileNotFoundError, Unavailable):
            return await self._drawn(read)

    async def sweep(self) -> int:
        """Throw away the cards of exams that are over; how many."""
        exams, _ = await self._exams.exams(limit=1000)
        return sum([await self._throw_away(exam.id) for exam in exams if await self._is_over(exam.code)])

    async def _drawn(self, read: ReadCard) -> bytes:
        card = await self._reading.with_photo(read)
        rendered = await self._renderer.render(TEMPLATE, partial(admit_card_data, card))
        if rendered.missing:
            log.warning("characters_without_font", registration=str(read.registration_id), characters=rendered.missing)
        # Noted before it lies there: what nobody noted would never be thrown away.
        await self._database.execute(KEEP, read.registration_id, read.content, self._clock.now())
        with suppress(Unavailable):  # a full store keeps no card, and nobody goes without
            await self._storage.keep(_key(read.content), rendered.pdf)
        return rendered.pdf

    async def _is_over(self, exam: str) -> bool:
        end = await cards_end(self._exams, exam)
        return end is not None and end <= self._clock.now()

    async def _throw_away(self, exam_id: int) -> int:
        thrown = 0
        while True:
            async with self._database.transaction():
                rows = await self._database.rows(CLAIM, exam_id, BATCH)
                await self._storage.remove([_key(row["content"]) for row in rows])
                await self._database.execute(FORGET, _ids(rows))
            thrown += len(rows)
            if len(rows) < BATCH:
                return thrown


def _ids(rows: Sequence[dict[str, int]]) -> list[int]:
    return [row["id"] for row in rows]


def _key(content: str) -> str:
    return f"admit-cards/{content}.pdf"
