"""Baidu as one Platform."""

from dataclasses import dataclass, field

from backend.candidates.tokens import PlatformUser
from miniprogram_api.platforms.baidu.bills import BaiduBills
from miniprogram_api.platforms.baidu.faces import BaiduFaces
from miniprogram_api.platforms.baidu.login import BaiduLogin
from miniprogram_api.platforms.baidu.messages import BaiduMessages
from miniprogram_api.platforms.baidu.pay import BaiduPay
from miniprogram_api.platforms.baidu.refunds import BaiduRefunds
from miniprogram_api.platforms.baidu.reminders import BaiduReminders


@dataclass(frozen=True, slots=True, kw_only=True)
class Baidu:
    """`faces`: None where the AI cloud's plan isn't configured."""

    login: BaiduLogin
    payments: BaiduPay
    refunds: BaiduRefunds
    bills: BaiduBills
    faces: BaiduFaces | None
    chat: BaiduMessages | None
    reminders: BaiduReminders
    name: str = field(default="baidu", init=False)

    async def sign_in(self, code: str) -> PlatformUser:
        return await self.login.sign_in(code)
