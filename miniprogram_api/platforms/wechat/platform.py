"""WeChat as one Platform."""

from backend.candidates.tokens import PlatformUser
from miniprogram_api.platforms.wechat.faces import WeChatFaces
from miniprogram_api.platforms.wechat.login import WeChatLogin
from miniprogram_api.platforms.wechat.messages import WeChatMessages
from miniprogram_api.platforms.wechat.pay import WeChatPay


class WeChat:
    name = "wechat"

    def __init__(
        self, login: WeChatLogin, payments: WeChatPay, faces: WeChatFaces, chat: WeChatMessages | None = None
    ) -> None:
        self._login, self.payments, self.faces, self.chat = login, payments, faces, chat

    async def sign_in(self, code: str) -> PlatformUser:
        return await self._login.sign_in(code)
