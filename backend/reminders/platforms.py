"""The port to the platforms' messages. `zhunkao/` fills it; no platform is known here."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

CONSENT_ANSWERS: Final = ("accept", "reject", "ban")
"""What a person, or their phone for them, said to a template."""


class Said(StrEnum):
    """What a platform said to a message, as far as it matters for what comes next.

    Three are final: it has the message; nothing is left of the person's consent; it doesn't know the person. One is
    final and a fault of ours. The rest are not: the day's quota is used up; busy, and certainly not taken; not reached,
    so certainly not taken; no answer, so that nobody knows.
    """

    SENT = "sent"
    CONSENT_GONE = "consent_gone"
    RECEIVER_UNKNOWN = "receiver_unknown"
    OUR_FAULT = "our_fault"
    TOMORROW = "tomorrow"
    BUSY = "busy"
    NOT_REACHED = "not_reached"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """`reason`: the platform's own code, for the log and the row. `message_id`: the platform's number of the message,
    where it has one."""

    said: Said
    reason: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateMessage:
    """One message to one person. `fields`: the template's keywords; `subscribe_id`: the name we gave to the consent,
    at platforms where consents have names."""

    open_id: str
    template_id: str
    fields: Mapping[str, str]
    page: str
    subscribe_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRules:
    """How a platform counts consents, and with it how a message is kept from going out twice.

    `named`: each is given under a name of ours and serves for one message, however often that is tried. `told`: the
    platform itself tells of every one, so that our count is its count; elsewhere the phone alone reports them.
    """

    named: bool = False
    told: bool = False


class ReminderPlatform(Protocol):
    """One platform that sends messages by template. Every call has a timeout and is made once."""

    @property
    def name(self) -> str: ...

    @property
    def app_id(self) -> str:
        """As bindings name the app."""

    @property
    def consents(self) -> ConsentRules: ...

    async def send(self, message: TemplateMessage) -> Answered:
        """Never raises for what a platform may do."""
