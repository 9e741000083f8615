"""Alipay as one Platform."""

from backend.candidates.tokens import PlatformUser
from miniprogram_api.platforms.alipay.faces import AlipayFaces
from miniprogram_api.platforms.alipay.login import AlipayLogin
from miniprogram_api.platforms.alipay.pay import AlipayPay


class Alipay:
    name = "alipay"

    def __init__(self, login: AlipayLogin, payments: AlipayPay, faces: AlipayFaces) -> None:
        self._login, self.payments, self.faces = login, payments, faces

    async def sign_in(self, code: str) -> PlatformUser:
        return await self._login.sign_in(code)
