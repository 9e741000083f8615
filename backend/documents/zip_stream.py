"""A ZIP told piece by piece: never more of it in memory than one of its files."""

import asyncio
import io
from collections.abc import AsyncIterator
from zipfile import ZIP_STORED, ZipFile, ZipInfo


class _Pieces(io.RawIOBase):
    """Takes what is written and gives it away; can't be gone back in, as a connection can't."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # whatever holds bytes
        self._written.append(piece)
        return len(piece)

    def take(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken


async def zipped(files: AsyncIterator[tuple[str, bytes]]) -> AsyncIterator[bytes]:
    """The files by name, stored as they are: PDFs don't get any smaller. The same files give the same bytes."""
    pieces = _Pieces()
    with ZipFile(pieces, "w", ZIP_STORED) as archive:
        async for name, data in files:
            await asyncio.to_thread(archive.writestr, ZipInfo(name), data)
            yield pieces.take()
    yield pieces.take()
