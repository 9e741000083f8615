"""Reminders handed to the platforms, what became of them, and what reached people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from miniprogram_api.platforms import Platform
from notifications.routing import Routing
from tests.api.world import Phone, World
from tests.deliveries.words import TEMPLATES, AlwaysDue, SameWords
from tests.worker.waiting import until
from zhunkao.platforms import configured_platforms
from zhunkao.reminding import Reminding, reminding, route
from zhunkao.services import Services
from zhunkao.settings import Settings

TO_DO = TEMPLATES["to_do"]
PLATFORMS = ("wechat", "alipay", "baidu")
REMINDER = """
INSERT INTO reminder (candidate_id, kind, occasion, state, due_at, expires_at, created_at, sent_at)
VALUES ($1, $2, $3, 'sent', $4, $5, $4, $4) RETURNING id
"""


@dataclass
class Outbox:
    """The service's way out, with reminders that all say the same."""

    world: World
    wanted: AlwaysDue
    words: SameWords
    routing: Routing
    reminding: Reminding
    numbers: Any = field(default_factory=count)

    @classmethod
    def of(cls, world: World) -> "Outbox":
        wanted, words = AlwaysDue(), SameWords()
        routing = route(world.settings, world.built.database, platforms_of(world.built))
        return cls(
            world=world,
            wanted=wanted,
            words=words,
            routing=routing,
            reminding=way_out(world.built, world.settings, wanted, words, platforms_of(world.built)),
        )

    def another_worker(self, settings: Settings | None = None) -> Reminding:
        """Another worker's way out of the same database, by these settings."""
        told = settings or self.world.settings
        platforms = configured_platforms(told, self.world.built.cache, self.world.http)
        return way_out(self.world.built, told, self.wanted, self.words, platforms)

    async def reminder(self, phone: Phone, *, kind: str = "payment_due", expires_at: datetime | None = None) -> int:
        """One that was handed out just now, on its way to the platforms; its id."""
        database, now = self.world.built.database, self.world.built.clock.now()
        async with database.transaction():
            values = phone.candidate_id, kind, str(next(self.numbers)), now, expires_at
            (row,) = await database.rows(REMINDER, *values)
            await self.routing.take([row["id"]])
        return int(row["id"])

    async def accepts(self, phone: Phone, times: int = 1, *, answer: str = "accept") -> None:
        """The tap on the consent sheet, told as each platform tells it."""
        before = await self.events("subscribe_msg_popup_event")
        for _ in range(times):
            await self.tap(phone, answer)
        if phone.platform == "wechat":
            await self.told("subscribe_msg_popup_event", before + times)

    async def tap(self, phone: Phone, answer: str = "accept") -> None:
        subscribe_id, body = "", {"platform": phone.platform, "answers": {TO_DO: answer}}
        if phone.platform == "baidu":
            asked = await phone.call("GET", "/subscriptions?step=payment")
            subscribe_id = body["subscribe_id"] = asked.json["items"][0]["subscribe_id"]
        tap = {"template_id": TO_DO, "answer": answer, "subscribe_id": subscribe_id}
        await self.world.sandbox("POST", f"/sandbox/users/{phone.user_id}/subscribe", tap)
        if phone.platform != "wechat":
            said = await phone.call("POST", "/subscriptions", body=body)
            assert said.status == 204, said.body
            await self.change("UPDATE message_consent SET answered_at = answered_at - interval '1 minute'")

    async def told(self, event: str, number: int) -> None:
        """Wait until WeChat has told so many of these in all, and act on them."""

        async def kept() -> bool:
            return await self.events(event) >= number

        await until(kept)
        await self.world.run_jobs()

    async def events(self, name: str) -> int:
        """How many events of this name were kept so far."""
        kept = "SELECT count(*) AS count FROM pushed_message WHERE content ->> 'Event' = $1"
        return int((await self.rows(kept, name))[0]["count"])

    async def send(self) -> None:
        """All that is due now."""
        await self.reminding.sending.send()

    async def time_passes(self) -> None:
        """What waits to be tried again is due now; a circuit's rest is over."""
        await self.change("UPDATE delivery SET due_at = now() - interval '1 second' WHERE state = 'waiting'")

    async def deliveries(self) -> list[tuple[str, str, str | None]]:
        """Platform, state and reason, in the order in which they came."""
        rows = await self.rows("SELECT platform, state, reason FROM delivery ORDER BY created_at, id")
        return [(row["platform"], row["state"], row["reason"]) for row in rows]

    async def states(self) -> list[str]:
        return [state for _, state, _ in await self.deliveries()]

    async def consents(self) -> list[int]:
        """What is left of each, by our count."""
        return [row["remaining"] for row in await self.rows("SELECT remaining FROM message_consent ORDER BY id")]

    async def inbox(self, phone: Phone) -> list[dict[str, Any]]:
        """The messages that reached the person."""
        inbox = await self.world.sandbox("GET", f"/sandbox/users/{phone.user_id}/inbox")
        return [one["content"] for one in inbox["items"] if one["kind"].endswith("_message")]

    async def fault(self, platform: str, kind: str, **fault: Any) -> None:
        await self.world.sandbox(
            "POST", "/sandbox/faults", {"platform": platform, "path": SENDS[platform], "kind": kind, **fault}
        )

    async def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return await self.world.built.database.rows(statement, *values)

    async def change(self, statement: str) -> None:
        await self.world.built.database.execute(statement)


SENDS = {
    "wechat": "/cgi-bin/message/subscribe/send",
    "alipay": "/gateway.do/alipay.open.app.mini.templatemessage.send",
    "baidu": "/rest/2.0/smartapp/template/message/subscribe/send",
}


def way_out(
    built: Services, settings: Settings, wanted: AlwaysDue, words: SameWords, platforms: Mapping[str, Platform]
) -> Reminding:
    return reminding(
        settings,
        database=built.database,
        clock=built.clock,
        cache=built.cache,
        platforms=platforms,
        routing=route(settings, built.database, platforms),
        still_due=wanted,
        rendering=words,
    )


def platforms_of(built: Services) -> dict[str, Platform]:
    return {name: built.platforms.named(name) for name in PLATFORMS}
