"""The platforms a mini-program runs on, behind one protocol: no `if platform ==` anywhere else."""

from typing import Protocol, runtime_checkable

from backend.candidates.faces import FacePlatform
from backend.candidates.tokens import PlatformUser
from backend.inquiries.platforms import ChatPlatform
from backend.payments.platforms import PaymentPlatform


class Platform(Protocol):
    """One platform: who is signing in, and the port that takes payments."""

    @property
    def name(self) -> str: ...

    @property
    def payments(self) -> PaymentPlatform: ...

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


@runtime_checkable
class WithChat(Protocol):
    """A platform that has a customer-service chat; None where it isn't configured."""

    @property
    def chat(self) -> ChatPlatform | None: ...
