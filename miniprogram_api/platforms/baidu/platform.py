"""Baidu as one Platform."""

from backend.candidates.tokens import PlatformUser
from miniprogram_api.platforms.baidu.login import BaiduLogin
from miniprogram_api.platforms.baidu.pay import BaiduPay
from miniprogram_api.platforms.baidu.refunds import BaiduRefunds


class Baidu:
    name = "baidu"

    def __init__(self, login: BaiduLogin, payments: BaiduPay, refunds: BaiduRefunds) -> None:
        self._login, self.payments, self.refunds = login, payments, refunds

    async def sign_in(self, code: str) -> PlatformUser:
        return await self._login.sign_in(code)
