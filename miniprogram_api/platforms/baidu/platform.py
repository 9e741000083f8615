"""Baidu as one Platform."""

from backend.candidates.tokens import PlatformUser
from miniprogram_api.platforms.baidu.faces import BaiduFaces
from miniprogram_api.platforms.baidu.login import BaiduLogin
from miniprogram_api.platforms.baidu.pay import BaiduPay


class Baidu:
    name = "baidu"

    def __init__(self, login: BaiduLogin, payments: BaiduPay) -> None:
        self._login, self.payments = login, payments

    async def sign_in(self, code: str) -> PlatformUser:
        return await self._login.sign_in(code)


class BaiduWithFaces(Baidu):
    """Where the AI cloud's plan is configured too."""

    def __init__(self, login: BaiduLogin, payments: BaiduPay, faces: BaiduFaces) -> None:
        super().__init__(login, payments)
        self.faces = faces
