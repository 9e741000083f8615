"""WeChat as one Platform."""

from dataclasses import dataclass, field

from backend.candidates.tokens import PlatformUser
from miniprogram_api.platforms.wechat.bills import WeChatBills
from miniprogram_api.platforms.wechat.faces import WeChatFaces
from miniprogram_api.platforms.wechat.login import WeChatLogin
from miniprogram_api.platforms.wechat.messages import WeChatMessages
from miniprogram_api.platforms.wechat.pay import WeChatPay
from miniprogram_api.platforms.wechat.refunds import WeChatRefunds
from miniprogram_api.platforms.wechat.reminders import WeChatReminders


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChat:
    login: WeChatLogin
    payments: WeChatPay
    refunds: WeChatRefunds
    bills: WeChatBills
    faces: WeChatFaces
    chat: WeChatMessages | None
    reminders: WeChatReminders
    name: str = field(default="wechat", init=False)

    async def sign_in(self, code: str) -> PlatformUser:
        return await self.login.sign_in(code)
