"""Baidu as one Platform."""

from backend.candidates.tokens import PlatformUser
from miniprogram_api.platforms.baidu.login import BaiduLogin
from miniprogram_api.platforms.baidu.messages import BaiduMessages
from miniprogram_api.platforms.baidu.pay import BaiduPay


class Baidu:
    name = "baidu"

    def __init__(self, login: BaiduLogin, payments: BaiduPay, chat: BaiduMessages | None = None) -> None:
        self._login, self.payments, self.chat = login, payments, chat

    async def sign_in(self, code: str) -> PlatformUser:
        return await self._login.sign_in(code)
