"""What the service has written down, and the callbacks' door."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.api.world import World
from tests.platforms.teller import Letter

CALLBACK = "/callbacks/wechat/payments"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Books:
    """Read as rows, since no candidate sees all of it."""

    world: World

    async def orders(self) -> list[tuple[str, str]]:
        """Number and state, oldest first."""
        rows = await self._rows("SELECT order_number, state FROM payment_order ORDER BY id")
        return [(row["order_number"], row["state"]) for row in rows]

    async def payments(self) -> list[tuple[str, int, bool]]:
        """Order number, fen, whether it counts; oldest first."""
        rows = await self._rows(
            "SELECT o.order_number, p.amount_fen, p.counts FROM payment p JOIN payment_order o ON o.id = p.order_id "
            "ORDER BY p.id"
        )
        return [(row["order_number"], row["amount_fen"], row["counts"]) for row in rows]

    async def outcomes(self) -> list[str | None]:
        """What came of each callback that was kept, oldest first; None while it waits."""
        return [row["outcome"] for row in await self._rows("SELECT outcome FROM callback ORDER BY id")]

    async def events(self) -> list[str]:
        """Events about orders and payments, oldest first."""
        rows = await self._rows("SELECT name FROM event WHERE name LIKE 'order:%' OR name LIKE 'payment:%' ORDER BY id")
        return [row["name"] for row in rows]

    async def acts(self) -> list[str]:
        """Audit records about money, oldest first."""
        rows = await self._rows(
            "SELECT act FROM audit_record WHERE act IN ('ordered', 'order_closed', 'paid') ORDER BY id"
        )
        return [row["act"] for row in rows]

    async def refunds(self) -> list[tuple[str, str]]:
        """Kind and state, oldest first."""
        rows = await self._rows("SELECT kind, state FROM refund ORDER BY id")
        return [(row["kind"], row["state"]) for row in rows]

    async def refund_events(self) -> list[str]:
        """Events about refunds, oldest first."""
        return [
            row["name"] for row in await self._rows("SELECT name FROM event WHERE name LIKE 'refund:%' ORDER BY id")
        ]

    async def untouched(self) -> bool:
        """Whether nothing was kept, paid or told of since the order was made."""
        return not await self.outcomes() and not await self.payments() and await self.events() == ["order:opened"]

    async def deliver(self, letter: Letter) -> int:
        """Post a notification as it is; the status that WeChat Pay sees."""
        status, _ = await self.post(CALLBACK, letter.body, letter.headers)
        return status

    async def post(self, path: str, body: bytes, headers: Mapping[str, str] = FORM) -> tuple[int, bytes]:
        """Post to a callback's door; the status and the words that the platform reads."""
        async with self.world.http.post(self.world.api_url + path, data=body, headers=headers) as answer:
            return answer.status, await answer.read()

    async def all_acted_on(self) -> bool:
        """Whether something was kept and nothing of it waits any more."""
        outcomes = await self.outcomes()
        return bool(outcomes) and None not in outcomes

    async def act_on_all_at_once(self) -> list[str]:
        """Every callback that waits, as many workers would take them up; what came of each."""
        rows = await self._rows("SELECT id FROM callback WHERE processed_at IS NULL")
        return await asyncio.gather(*(self.world.built.callbacks.process(row["id"]) for row in rows))

    async def change(self, statement: str, *values: object) -> None:
        """Write what another part of the service would have written."""
        await self.world.built.database.execute(statement, *values)

    async def _rows(self, statement: str) -> list[dict[str, Any]]:
        return await self.world.built.database.rows(statement)
