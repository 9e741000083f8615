"""Money on its way back: who asks and approves, what the platform has in its own books, and time that passes."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from backend.payments.models import Refund
from backend.staff.scope import Clerk
from tests.api.world import Phone, World
from tests.payments.books import Books

SENDING: Final = {
    "wechat": "/v3/refund/domestic/refunds",
    "alipay": "/gateway.do/alipay.trade.refund",
    "baidu": "/rest/2.0/smartapp/pay/paymentservice/applyOrderRefund",
}
"""Where each platform takes a refund, as faults name it."""
TELLING: Final = {
    "wechat": "/callbacks/wechat/refunds",
    "alipay": "/callbacks/alipay/payments",
    "baidu": "/callbacks/baidu/refunds",
}
"""Where each platform tells of one."""
PLATFORMS: Final = tuple(SENDING)
ENDED: Final = ("succeeded", "failed", "declined")
PATIENCE: Final = 240


@dataclass(frozen=True, slots=True)
class GivingBack:
    """One registration's refunds, seen from everywhere."""

    world: World
    books: Books
    phone: Phone
    site: Clerk
    area: Clerk

    @property
    def registration(self) -> UUID:
        return UUID(self.phone.registration)

    async def pay(self, key: str = "a-first-intention") -> str:
        """Order and pay on the phone's platform; the order's number."""
        order = (await self.phone.order(key)).json
        await self.phone.pay(order["client"])
        await self.phone.paid()
        return str(order["order_number"])

    async def pay_a_closed_order(self) -> str:
        """Money for an order that was closed here: it doesn't count."""
        order = (await self.phone.order("closed-intention")).json
        await self.books.change("UPDATE payment_order SET state = 'closed', closed_at = now()")
        await self.phone.pay(order["client"])
        async with asyncio.timeout(PATIENCE):
            while not await self.books.payments():
                await self.world.run_jobs()
                await asyncio.sleep(0.02)
        return str(order["order_number"])

    async def ask(self, reason: str = "考生病假") -> int:
        refund = await self.world.built.refunds.ask(self.site, self.registration, reason)
        return int(refund.id)

    async def approve(self, refund_id: int, **said: bool) -> Refund:
        return await self.world.built.refunds.approve(self.area, refund_id, **said)

    async def approved(self) -> int:
        refund_id = await self.ask()
        await self.approve(refund_id)
        return refund_id

    async def refund(self) -> Refund:
        """The newest."""
        newest = await Refund.all().order_by("-id").first()
        assert newest is not None
        return newest

    async def fault(self, path: str, kind: str, **fault: Any) -> None:
        wanted = {"platform": self.phone.platform, "path": path, "kind": kind, **fault}
        await self.world.sandbox("POST", "/sandbox/faults", wanted)

    async def let_time_pass(self) -> None:
        """Whatever waits for its time is due now."""
        await self.books.change("UPDATE refund SET due_at = now() - interval '1 second' WHERE due_at IS NOT NULL")

    async def end(self) -> str:
        """Jobs, sweeps and time, until the newest refund has ended: how."""
        async with asyncio.timeout(PATIENCE):
            while (state := (await self.refund()).state) not in ENDED:
                await self.let_time_pass()
                await self.world.run_jobs()
                await self.world.built.refund_tracking.sweep()
                await asyncio.sleep(0.02)
        return str(state)

    async def at_the_platform(self) -> list[Mapping[str, Any]]:
        """The refunds that the sandbox's own books have, once they are on its disk."""
        file = self.world.settings.data_folder / "sandbox" / "sandbox.json"
        branch = {"wechat": "wechatpay"}.get(self.phone.platform, self.phone.platform)
        async with asyncio.timeout(PATIENCE):
            while True:
                found = json.loads(await asyncio.to_thread(file.read_text, encoding="utf-8"))[branch]["refunds"]
                if found:
                    return list(found.values()) if isinstance(found, dict) else list(found)
                await asyncio.sleep(0.05)

    async def registration_stands(self) -> tuple[str, str]:
        """State and payment state."""
        mine = (await self.phone.mine("GET")).json
        return mine["state"], mine["payment_state"]
