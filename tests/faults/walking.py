"""People under way in a thread of their own, while the test breaks things; and the look at everything afterwards."""

import asyncio
import random
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any, Final

import aiohttp

from backend.documents.photos import sample_photo
from tests.faults.asking import Client
from tests.faults.ground import Ground
from tests.faults.invariants import check, settle
from tests.faults.journey import API, PASSWORD, Town, Traveller, somebody
from tests.faults.told import Told

SHORT: Final = aiohttp.ClientTimeout(total=30)
MORNING: Final = "2023-12-05T10:00:00+08:00"
"""Everything is open, and nobody is asleep: reminders go out."""


@contextmanager
def under_way(one: Ground, told: Told, work: Coroutine[Any, Any, None]) -> Iterator["Future[None]"]:
    """The work goes on beside the block; at the end it is done and what must hold has been looked at.

    Raises Broken or Unexpected.
    """
    with ThreadPoolExecutor(1) as thread:
        going = thread.submit(asyncio.run, work)
        try:
            yield going
            going.result()
        except BaseException as error:
            told.stopped.set()
            error.add_note("\n".join(program.last_words(30) for program in one.programs.values()))
            raise
    look(one, told)


def walking(
    one: Ground, told: Told, people: Sequence[int], *, seed: int, api_url: str = ""
) -> AbstractContextManager["Future[None]"]:
    """These people are under way. `api_url`: of another API than the ground's own."""
    return under_way(one, told, journeys(one, told, people, seed, api_url or one.api_url))


def look(one: Ground, told: Told) -> None:
    """Once all has followed that was to follow. Raises Broken."""
    settle(one.settings.database_url)
    check(one.settings.database_url, one.settings.data_folder / "sandbox", told)


async def journeys(one: Ground, told: Told, people: Sequence[int], seed: int, api_url: str) -> None:
    """All of them at once."""
    async with aiohttp.ClientSession(timeout=SHORT) as http, asyncio.TaskGroup() as group:
        town = town_of(one, told, http, api_url)
        await town.look_around()
        for number in people:
            traveller = Traveller(town=town, person=somebody(number), dice=random.Random(f"{seed} {number}"))
            group.create_task(traveller.travel())


async def fetch_cards(one: Ground, told: Told) -> None:
    """Everybody who ended with a seat signs in by password and has their admit card, as page and as paper."""
    names = {candidate: username for username, candidate in told.accounts.items()}
    gate = asyncio.Semaphore(4)
    async with aiohttp.ClientSession(timeout=SHORT) as http, asyncio.TaskGroup() as group:
        api = Client(http=http, url=one.api_url, told=told)

        async def fetch(registration: str) -> None:
            async with gate:
                username = names[told.registrations[registration]]
                login = {"login": username, "password": PASSWORD}
                signed_in = (await api.ask("POST", f"{API}/sessions/password", body=login)).json
                headers = {"Authorization": f"Bearer {signed_in['access_token']}"}
                card = f"{API}/registrations/{registration}/admit-card"
                shown = (await api.ask("GET", card, headers=headers)).json
                paper = await api.ask("GET", f"{card}.pdf", headers=headers)
                assert paper.body.startswith(b"%PDF")
                told.cards[registration] = shown["admit_number"]

        for registration, (state, _) in told.ends.items():
            if state == "seated":
                group.create_task(fetch(registration))


def town_of(one: Ground, told: Told, http: aiohttp.ClientSession, api_url: str = "") -> Town:
    return Town(
        api=Client(http=http, url=api_url or one.api_url, told=told),
        sandbox=Client(http=http, url=one.sandbox_url, told=told),
        desk=Client(http=http, url=one.desk_url, told=told, rough=True),
        told=told,
        photo=photo(),
    )


@cache
def photo() -> bytes:
    return sample_photo(1)


async def set_clock(one: Ground, now: str) -> None:
    """Exam time, for everybody."""
    url = f"{one.sandbox_url}/sandbox/clock"
    async with aiohttp.ClientSession() as http, http.put(url, json={"now": now}) as answer:
        answer.raise_for_status()
