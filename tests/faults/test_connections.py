"""Connections that are cut: by PostgreSQL itself, and on the way to it."""

import asyncio
from concurrent.futures import Future
from contextlib import ExitStack

import pytest

from tests.faults.ground import Ground, held_port
from tests.faults.rounds import cut_connections
from tests.faults.told import Told
from tests.faults.walking import walking
from tests.faults.wires import Wire

pytestmark = pytest.mark.xdist_group("faults")
CUTS = 12
CARRIED = 60_000
"""Bytes between two cuts of a wire: about as many as a dozen calls take."""


async def test_journeys_end_well_while_postgresql_ends_every_connection_again_and_again(
    one: Ground, people: list[int]
) -> None:
    told = Told()
    with walking(one, told, people, seed=1) as going:
        for _ in range(CUTS):
            before = told.answers
            await until_answered(told, before + 10, going)
            await asyncio.to_thread(cut_connections, one)


async def test_journeys_end_well_while_the_wire_to_postgresql_breaks_in_the_middle_of_a_word(
    one: Ground, people: list[int]
) -> None:
    told = Told()
    server, _, database = one.settings.database_url.rpartition("/")
    with ExitStack() as stack:
        port = stack.enter_context(held_port())
        async with Wire([one.database.port or 0]).laid() as wire:
            wired = f"{server.rpartition(':')[0]}:{wire.port}/{database}"
            changed = {"ZHUNKAO_DATABASE_URL": wired, "ZHUNKAO_API_PORT": str(port)}
            stack.callback(one.start("api", log="api-wired", **changed).stop)
            await asyncio.to_thread(one.ready, "api-wired", port, "/readyz")
            with walking(one, told, people, seed=2, api_url=f"http://127.0.0.1:{port}") as going:
                for _ in range(CUTS):
                    before = wire.carried
                    while wire.carried < before + CARRIED and not going.done():  # noqa: ASYNC110  # another thread's doing
                        await asyncio.sleep(0.001)
                    wire.cut()
                await asyncio.wrap_future(going)


async def until_answered(told: Told, number: int, going: "Future[None]") -> None:
    while told.answers < number and not going.done():  # noqa: ASYNC110  # another thread's doing
        await asyncio.sleep(0.005)
