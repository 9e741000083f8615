"""Files handed to a browser: whole, or piece by piece as they are made."""

from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import quote

from aiohttp import web

from backend.console.pages import Visit

PDF: Final = "application/pdf"
ZIP: Final = "application/zip"


def whole(content: bytes, name: str, kind: str) -> web.Response:
    """One file, to be kept under this name."""
    return web.Response(body=content, content_type=kind, headers=_named(name))


async def streamed(visit: Visit, pieces: AsyncIterator[bytes], name: str, kind: str) -> web.StreamResponse:
    """A file of any length; whatever refuses it has done so before."""
    response = web.StreamResponse(headers={**_named(name), "Content-Type": kind})
    await response.prepare(visit.request)
    async for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name.rpartition('/')[2])}"}
