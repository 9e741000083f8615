"""The platforms a mini-program runs on, behind one protocol: no `if platform ==` anywhere else."""

from typing import Protocol, runtime_checkable

from backend.candidates.faces import FacePlatform
from backend.candidates.tokens import PlatformUser
from backend.payments.platforms import PaymentPlatform
from backend.payments.refund_platforms import RefundPlatform


class Platform(Protocol):
    """One platform: who is signing in, the port that takes payments, and the one that sends them back."""

    @property
    def name(self) -> str: ...

    @property
    def payments(self) -> PaymentPlatform: ...

    @property
    def refunds(self) -> RefundPlatform: ...

    async def sign_in(self, code: str) -> PlatformUser:
        """Who the login code is.

        Raises Faulty `login_code_refused` (used, expired, foreign: ask the client for a new one), NotAllowed
        `platform_user_blocked`, TooMany `platform_too_frequent`, Unavailable `platform_unavailable`.
        """


@runtime_checkable
class WithFaces(Protocol):
    """A platform that can look at faces too."""

    @property
    def faces(self) -> FacePlatform: ...
