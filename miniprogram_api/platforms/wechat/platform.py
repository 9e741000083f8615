"""WeChat as one Platform."""

from backend.candidates.tokens import PlatformUser
from miniprogram_api.platforms.wechat.faces import WeChatFaces
from miniprogram_api.platforms.wechat.login import WeChatLogin
from miniprogram_api.platforms.wechat.pay import WeChatPay
from miniprogram_api.platforms.wechat.refunds import WeChatRefunds


class WeChat:
    name = "wechat"

    def __init__(self, login: WeChatLogin, payments: WeChatPay, refunds: WeChatRefunds, faces: WeChatFaces) -> None:
        self._login, self.payments, self.refunds, self.faces = login, payments, refunds, faces

    async def sign_in(self, code: str) -> PlatformUser:
        return await self._login.sign_in(code)
