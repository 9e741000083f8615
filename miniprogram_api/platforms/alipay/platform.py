"""Alipay as one Platform."""

from backend.candidates.tokens import PlatformUser
from miniprogram_api.platforms.alipay.login import AlipayLogin
from miniprogram_api.platforms.alipay.pay import AlipayPay
from miniprogram_api.platforms.alipay.refunds import AlipayRefunds


class Alipay:
    name = "alipay"

    def __init__(self, login: AlipayLogin, payments: AlipayPay, refunds: AlipayRefunds) -> None:
        self._login, self.payments, self.refunds = login, payments, refunds

    async def sign_in(self, code: str) -> PlatformUser:
        return await self._login.sign_in(code)
