"""A ZIP that is sent while it is made: one of its files in memory at a time, written in threads."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

EARLIEST: Final = 1980
"""The first year a ZIP can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of the archive."""

    name: str
    content: bytes


async def zipped(entries: AsyncIterator[Entry], *, at: datetime) -> AsyncIterator[bytes]:
    """The archive in pieces, one as soon as a file is there. `at`: when all of them were made, as the ZIP tells it."""
    sink = _Sink()
    moment = (max(at.year, EARLIEST), at.month, at.day, at.hour, at.minute, at.second)
    archive = zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED)
    async for entry in entries:
        info = zipfile.ZipInfo(entry.name, moment)
        await asyncio.to_thread(archive.writestr, info, entry.content)
        yield sink.taken()
    await asyncio.to_thread(archive.close)
    yield sink.taken()


class _Sink(io.RawIOBase):
    """A file that can't be read or moved in: what was written is taken out and gone."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: object, /) -> int:
        written = bytes(part)  # type: ignore[call-overload]
        self._parts.append(written)
        return len(written)

    def taken(self) -> bytes:
        """Everything since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
