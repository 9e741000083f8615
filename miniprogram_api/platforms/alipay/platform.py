"""Alipay as one Platform."""

from backend.candidates.tokens import PlatformUser
from miniprogram_api.platforms.alipay.bills import AlipayBills
from miniprogram_api.platforms.alipay.login import AlipayLogin
from miniprogram_api.platforms.alipay.pay import AlipayPay


class Alipay:
    name = "alipay"

    def __init__(self, login: AlipayLogin, payments: AlipayPay, bills: AlipayBills) -> None:
        self._login, self.payments, self.bills = login, payments, bills

    async def sign_in(self, code: str) -> PlatformUser:
        return await self._login.sign_in(code)
