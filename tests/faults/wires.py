"""What stands between two processes: a wire that can be cut, and a balancer that asks who is ready."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

import aiohttp

LOOKS_SECONDS: Final = 0.1
"""How often the balancer looks at its backends."""
PART: Final = 65536


class Wire:
    """Carries bytes to one of several ports of this machine."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = list(ports)
        self.port = 0
        self.carried = 0
        self._ends: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def laid(self) -> AsyncIterator["Wire"]:
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut()

    def cut(self) -> None:
        """Every connection breaks off, whatever was on its way."""
        for end in list(self._ends):
            end.transport.abort()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The first that answers; who was asked is asked last the next time."""
        for port in list(self.ports):
            self.ports.append(self.ports.pop(0))
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        raise ConnectionRefusedError

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await self._reach()
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, back}
        self._ends |= ends
        try:
            await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))
        finally:
            self._ends -= ends

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """To the end of one direction; a break of it is passed on too."""
        with suppress(OSError):
            while part := await reader.read(PART):
                self.carried += len(part)
                writer.write(part)
                await writer.drain()
            writer.close()
            return
        writer.transport.abort()


@asynccontextmanager
async def balancer(ports: Sequence[int]) -> AsyncIterator[Wire]:
    """A wire to those of the ports alone whose /readyz says yes."""
    wire = Wire(ports)
    async with wire.laid(), aiohttp.ClientSession() as http:
        watching = asyncio.create_task(_watch(wire, list(ports), http))
        try:
            yield wire
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


async def _watch(wire: Wire, ports: Sequence[int], http: aiohttp.ClientSession) -> None:
    while True:
        wire.ports = [port for port in ports if await _is_ready(http, port)]
        await asyncio.sleep(LOOKS_SECONDS)


async def _is_ready(http: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except (aiohttp.ClientError, OSError):
        return False
