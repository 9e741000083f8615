"""Somebody in a customer-service chat, and what the service has written down."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.inquiries.models import Inquiry
from backend.staff.models import Level
from backend.staff.scope import Clerk, clerk
from tests.api.world import Phone, World
from tests.inquiries.letters import Letter
from tests.worker.waiting import until


@dataclass(frozen=True, slots=True)
class Log:
    """Read as rows, since no candidate sees all of it."""

    world: World

    async def post(self, letter: Letter) -> tuple[int, bytes]:
        """Post a push as it is; the status and the words that the platform reads."""
        url = self.world.api_url + letter.path
        async with self.world.http.post(url, params=letter.query, data=letter.body, headers=letter.headers) as answer:
            return answer.status, await answer.read()

    async def pushes(self) -> list[tuple[str, str | None]]:
        """Kind and outcome of everything that was kept, oldest first."""
        rows = await self.rows("SELECT kind, outcome FROM pushed_message ORDER BY id")
        return [(row["kind"], row["outcome"]) for row in rows]

    async def arrived(self, count: int) -> None:
        """Wait until so many pushes were kept, and act on them."""

        async def kept() -> bool:
            return len(await self.pushes()) >= count

        await until(kept)
        await self.world.run_jobs()

    async def inquiries(self) -> list[tuple[str, str | None, bool]]:
        """State, site, and whether a candidate is known; oldest first."""
        rows = await self.rows(
            "SELECT i.state, s.name, i.candidate_id IS NOT NULL AS known FROM inquiry i "
            "LEFT JOIN site s ON s.id = i.site_id ORDER BY i.opened_at, i.id"
        )
        return [(row["state"], row["name"], row["known"]) for row in rows]

    async def messages(self) -> list[tuple[str, str]]:
        """Author and text of every message, oldest first."""
        rows = await self.rows("SELECT author, text FROM inquiry_message ORDER BY id")
        return [(row["author"], row["text"]) for row in rows]

    async def deliveries(self) -> list[tuple[str, str | None]]:
        """State and reason of everything on its way into a chat, oldest first."""
        rows = await self.rows("SELECT state, reason FROM chat_delivery ORDER BY id")
        return [(row["state"], row["reason"]) for row in rows]

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        return await self.world.built.database.rows(statement)

    async def change(self, statement: str) -> None:
        await self.world.built.database.execute(statement)


@dataclass(slots=True, kw_only=True)
class Talk:
    """One person's chat; `said` counts the pushes so far."""

    phone: Phone
    log: Log
    said: int = 0

    async def says(self, text: str) -> None:
        """Write it, and have it acted on."""
        await self._act({"text": text})

    async def shows(self, picture: bytes) -> None:
        await self._act({"picture": base64.b64encode(picture).decode()})

    async def enters(self) -> None:
        await self._act({"enters": True})

    async def heard(self) -> list[str]:
        """What the service has said, oldest first."""
        inbox = await self.phone.world.sandbox("GET", f"/sandbox/users/{self.phone.user_id}/inbox")
        return [one["content"]["text"] for one in inbox["items"] if one["kind"] == "customer_service"]

    async def _act(self, body: dict[str, Any]) -> None:
        self.said = len(await self.log.pushes()) + 1
        await self.phone.world.sandbox("POST", f"/sandbox/users/{self.phone.user_id}/chat", body)
        await self.log.arrived(self.said)


async def placed(world: World) -> Phone:
    """A candidate whose draft names the sample site."""
    phone = await world.person()
    await phone.draft()
    answer = await phone.save("registration", {"area": "河北", "site": "示例市"})
    assert answer.status == 200, answer.body
    return phone


async def newest(world: World) -> UUID:
    """The newest inquiry's id."""
    row = await Inquiry.all().order_by("-opened_at").first()
    assert row is not None
    return UUID(str(row.id))


async def national(world: World) -> Clerk:
    """A clerk of the national centre."""
    await world.built.members.create(username="test.centre", name="示例中心", level=Level.NATION)
    return await clerk("test.centre")


async def elsewhere(world: World) -> Clerk:
    """A clerk of another site."""
    await world.built.members.create(
        username="test.other", name="另一考点", level=Level.SITE, area="内蒙古", site="乌海"
    )
    return await clerk("test.other")
