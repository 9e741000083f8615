"""A server that says over a plain socket what a test wrote: half an answer, none, one that never ends."""

import asyncio
import re
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

Part = bytes | float | None
"""Bytes are sent, a number is waited for, None cuts the connection."""


def answer(body: bytes, *, status: str = "200 OK", kind: str = "application/json", length: int | None = None) -> bytes:
    """A whole HTTP answer, which may announce another length than it has."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body) if length is None else length}"
    return head.encode() + b"\r\n\r\n" + body


def chunks(*parts: bytes) -> list[Part]:
    """An answer of unannounced length, each part sent by itself."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent: list[Part] = [head]
    for part in (*parts, b""):
        sent += [f"{len(part):x}\r\n".encode() + part + b"\r\n", 0.02]
    return sent


@dataclass(slots=True)
class Scripted:
    """Plays one script a request; the last one again and again."""

    scripts: list[list[Part]] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    """What was asked: first lines with their headers and bodies."""
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the first request."""
    at_once: int = 0
    most_at_once: int = 0
    """Requests under way, now and at most so far."""
    url: str = ""
    _server: asyncio.Server | None = None

    def plays(self, *scripts: bytes | list[Part]) -> None:
        self.scripts = [[script] if isinstance(script, bytes) else script for script in scripts]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head.lower())
        self.requests.append(head + await reader.readexactly(int(length[1]) if length else 0))
        self.asked.set()
        script = self.scripts[min(len(self.requests), len(self.scripts)) - 1]
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self._play(script, writer)
        finally:
            self.at_once -= 1

    async def _play(self, script: list[Part], writer: asyncio.StreamWriter) -> bool:
        for part in script:
            if part is None:
                writer.transport.abort()
                return False
            if isinstance(part, float):
                await asyncio.sleep(part)
            else:
                writer.write(part)
                await writer.drain()
        return True
