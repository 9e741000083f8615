"""The platforms a mini-program runs on, behind one protocol: no `if platform ==` anywhere else."""

from typing import Protocol

from backend.candidates.faces import FacePlatform
from backend.candidates.tokens import PlatformUser
from backend.inquiries.platforms import ChatPlatform
from backend.payments.bills import BillPlatform
from backend.payments.platforms import PaymentPlatform
from backend.payments.refund_platforms import RefundPlatform
from backend.reminders.platforms import ReminderPlatform


class Platform(Protocol):
    """One platform: who is signing in, and the ports that take payments, send them back, tell of each day's, look at
    faces, chat, and remind."""

    @property
    def name(self) -> str: ...

    @property
    def payments(self) -> PaymentPlatform: ...

    @property
    def refunds(self) -> RefundPlatform: ...

    @property
    def bills(self) -> BillPlatform: ...

    @property
    def faces(self) -> FacePlatform | None:
        """None where none are configured."""

    @property
    def chat(self) -> ChatPlatform | None:
        """The customer-service chat: None where the platform has none, or none is configured."""

    @property
    def reminders(self) -> ReminderPlatform: ...

    async def sign_in(self, code: str) -> PlatformUser:
        """Who the login code is.

        Raises Faulty `login_code_refused` (used, expired, foreign: ask the client for a new one), NotAllowed
        `platform_user_blocked`, TooMany `platform_too_frequent`, Unavailable `platform_unavailable`.
        """
