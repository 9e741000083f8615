"""A desk with clerks at it, and the candidates who ask: over HTTP, as browsers and mini-programs do."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp

from backend.staff.models import Factor, Level, StaffMember
from tests.api.world import Phone
from tests.console.conftest import Console
from zhunkao.journey.people import AREA, SITE

PATIENCE_SECONDS = 30


@dataclass(slots=True, kw_only=True)
class Sitting:
    """One clerk at work, in a browser of their own."""

    console: Console
    name: str
    member: StaffMember
    token: str

    async def get(self, path: str) -> tuple[int, str]:
        answer, body = await self.console.call("GET", path, token=self.token)
        return answer.status, body

    async def act(self, inquiry: str, act: str, **sent: str) -> tuple[int, str]:
        return await self.post(f"/inbox/{inquiry}/{act}", **sent)

    async def post(self, path: str, **sent: str) -> tuple[int, str]:
        answer, body = await self.console.call("POST", path, token=self.token, sent=sent)
        return answer.status, body


async def sitting(console: Console, username: str, name: str, **office: Any) -> Sitting:
    """A new member of the sample site (or of another office), signed in."""
    place = office or {"level": Level.SITE, "area": AREA, "site": SITE}
    await console.world.built.members.create(username=username, name=name, **place)
    member = await StaffMember.get(username=username)
    started = await console.world.built.staff_sessions.start(member, Factor.KEY)
    return Sitting(console=console, name=name, member=member, token=started.token)


async def asks(phone: Phone, text: str = "毕业证丢了怎么办？", **asked: str) -> str:
    """A question to the sample site; the inquiry's id."""
    body = {"kind": "question", "area": AREA, "site": SITE, "text": text, **asked}
    answer = await phone.call("POST", "/inquiries", body=body)
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


async def writes(phone: Phone, inquiry: str, text: str) -> int:
    body = {"text": text, "client_message_id": uuid4().hex}
    answer = await phone.call("POST", f"/inquiries/{inquiry}/messages", body=body)
    assert answer.status == 201, answer.body
    return int(answer.json["id"])


@dataclass(slots=True)
class Event:
    """One server-sent event. `number`: its id, 0 of one that has none."""

    number: int = 0
    name: str = "message"
    data: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.data)


@dataclass(slots=True)
class Reader:
    """A connection on which events come."""

    response: aiohttp.ClientResponse
    seen: list[Event] = field(default_factory=list)

    async def next(self) -> Event:
        """The next one; signs of life are passed over. Raises EOFError where the other end has ended it."""
        event = Event()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while line := (await self.response.content.readline()).decode():
                word, _, value = line.rstrip("\n").partition(": ")
                if word == "id":
                    event.number = int(value)
                elif word == "event":
                    event.name = value
                elif word == "data" or line == "data: \n":
                    event.data += value
                elif not word and (event.number or event.name != "message"):
                    self.seen.append(event)
                    return event
        raise EOFError

    async def until(self, count: int) -> list[Event]:
        """That many of the log's own."""
        found: list[Event] = []
        while len(found) < count:
            if (event := await self.next()).number:
                found.append(event)
        return found


@asynccontextmanager
async def stream(url: str, headers: dict[str, str], *, last: int | None = None) -> AsyncIterator[Reader]:
    """A connection that is kept open until the block ends."""
    sent = {**headers, "Accept": "text/event-stream", **({"Last-Event-ID": str(last)} if last is not None else {})}
    async with aiohttp.ClientSession() as http, http.get(url, headers=sent, allow_redirects=False) as response:
        yield Reader(response)


def at_desk(clerk: Sitting, *, last: int | None = None) -> Any:
    return stream(f"{clerk.console.url}/inbox/events", {"Cookie": f"session={clerk.token}"}, last=last)


def on_phone(phone: Phone, inquiry: str, *, last: int | None = None) -> Any:
    url = f"{phone.world.api_url}/api/v1/inquiries/{inquiry}/events"
    return stream(url, {"Authorization": f"Bearer {phone.token}"}, last=last)
