"""The port to the platforms' customer-service chats. `zhunkao/` fills it; no platform is known here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Protocol

PushKind = Literal["text", "picture", "entered", "event"]
"""What a person wrote or showed; that they opened the chat; anything else the platform tells of."""
OUTSIDE_WINDOW: Final = "outside_window"
USED_UP: Final = "count_used_up"
"""Why a chat takes no more answers: the person wrote too long ago; all that their last message allowed were said."""
Standing = Literal["sent", "refused", "not_taken", "unknown"]
"""Taken; refused for good; certainly not taken, and worth another try; nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many answers the platform lets into a chat: so many after each message for so long, so many after the person
    opened it, and how many characters one may have."""

    after_message: int = 5
    message_seconds: int = 48 * 3600
    after_entering: int = 0
    entering_seconds: int = 60
    longest: int = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A verified push. `picture`: what the platform fetches it by. `seal`: its signature, where that doesn't cover the
    content, so that it may serve for this content only. `content`: an event's own fields."""

    event_id: str
    open_id: str
    kind: PushKind
    sent_at: datetime
    text: str = ""
    picture: str = ""
    content: Mapping[str, Any] | None = None
    seal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlCheck:
    """The platform asks whether the address is ours: answered with its own words."""

    echo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOutcome:
    """What became of a message. `reason`: the platform's, as a word of ours or its own number."""

    standing: Standing
    reason: str | None = None


class PushedEvents(Protocol):
    """Whoever acts on events of a platform's that are no person's message."""

    async def apply(self, platform: str, open_id: str, event: Mapping[str, Any]) -> None:
        """Act on one, inside the transaction that marks it as acted on. Raises Unavailable where it is too early."""


class BadPush(Exception):
    """It isn't from the platform, is too old, or can't be read. `code` goes to the log, never to the sender."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoPicture(Exception):
    """The platform has no such picture, or names a place that isn't its own."""


class ChatPlatform(Protocol):
    """One platform with a customer-service chat. Every call has a timeout."""

    @property
    def name(self) -> str: ...

    @property
    def app_id(self) -> str:
        """As bindings name the app."""

    @property
    def limits(self) -> Limits: ...

    def read(self, query: Mapping[str, str], body: bytes) -> Pushed | UrlCheck:
        """Verify and read what came to our address. Raises BadPush."""

    async def send(self, open_id: str, text: str) -> SendOutcome:
        """Say it to the person, once; never raises for what the platform or the network does."""

    async def picture(self, reference: str) -> bytes:
        """The picture a push named. Raises NoPicture; Unavailable where it may be had later."""
