"""Serves the phone page: a mini-program's pages in a browser, at `/phone/`."""

import asyncio
from pathlib import Path

from aiohttp import web

from sandbox.problems import Problem

FOLDER = Path(__file__).parent / "phone" / "static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class PhonePage:
    """The files of one folder, under a strict content security policy."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._lead),
            web.get("/phone", self._lead),
            web.get("/phone/{path:.*}", self._file),
        ]

    async def _lead(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("/phone/")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"] or "index.html"
        file = await asyncio.to_thread(inside, self._folder, path)
        if file is None:
            raise Problem(404, "not_found", f"There is no {path}.")
        return web.FileResponse(file, headers=HEADERS)


def inside(folder: Path, path: str) -> Path | None:
    """The file of that path, if it is one and truly inside the folder."""
    root = folder.resolve()
    file = (root / path).resolve()
    return file if file.is_relative_to(root) and file.is_file() else None
