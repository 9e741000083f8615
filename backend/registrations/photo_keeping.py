"""Photos brought into the one form all are kept in, and kept: a few at a time, in threads."""

import asyncio
from typing import Final

from backend.registrations.photos import accept_photo
from backend.storage import Storage

AT_ONCE: Final = 2
"""Each takes half a second of CPU and 100 MB at worst; the others wait in line."""


class PhotoKeeping:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def keep(self, upload: bytes) -> str:
        """Keep a photo; the key under which it is kept, the same for the same photo. Raises PhotoRefused."""
        async with self._gate:
            picture = await asyncio.to_thread(accept_photo, upload)
        return await self._storage.put("photos", picture)
