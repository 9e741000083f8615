"""Alipay as one Platform."""

from dataclasses import dataclass, field

from backend.candidates.tokens import PlatformUser
from miniprogram_api.platforms.alipay.bills import AlipayBills
from miniprogram_api.platforms.alipay.faces import AlipayFaces
from miniprogram_api.platforms.alipay.login import AlipayLogin
from miniprogram_api.platforms.alipay.pay import AlipayPay
from miniprogram_api.platforms.alipay.refunds import AlipayRefunds
from miniprogram_api.platforms.alipay.reminders import AlipayReminders


@dataclass(frozen=True, slots=True, kw_only=True)
class Alipay:
    login: AlipayLogin
    payments: AlipayPay
    refunds: AlipayRefunds
    bills: AlipayBills
    faces: AlipayFaces
    reminders: AlipayReminders
    chat: None = field(default=None, init=False)
    """Alipay's chat is its own: nothing of it reaches us."""
    name: str = field(default="alipay", init=False)

    async def sign_in(self, code: str) -> PlatformUser:
        return await self.login.sign_in(code)
