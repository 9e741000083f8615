"""What the control calls ask of every platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sandbox.people import Person

Outcome = Literal["paid", "cancelled", "insufficient"]
FaceOutcome = Literal["pass", "no_match", "not_in_records", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody does in a customer-service chat: one of the three."""

    text: str | None = None
    picture: bytes | None = None
    enters: bool = False


class Platform(Protocol):
    """One platform and its app on the persons' phones. Each answer is what the mini-program's own call would return."""

    @property
    def name(self) -> str:
        """As the control calls name it."""

    def new_person(self, *, name: str | None, id_number: str | None, phone: str | None) -> Person:
        """A person with the ids this platform gives; not yet remembered."""

    def new_code(self, person: Person) -> str:
        """A login code."""

    def pay(self, person: Person, client: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
        """The payment call; the notification follows in the background."""

    def subscribe(self, person: Person, template_id: str, choice: str, subscribe_id: str = "") -> dict[str, Any]:
        """The consent tap. `subscribe_id`: the service's own name for it, where the platform has such (Baidu)."""

    def agree(self, person: Person, template_id: str) -> None:
        """A consent that is simply there: no tap, and nothing told about it."""


class FacePlatform(Protocol):
    """A platform whose face check the sandbox plays."""

    def face(self, person: Person, client: Mapping[str, Any], outcome: FaceOutcome) -> dict[str, Any]:
        """The mini-program's face call."""


class ChatPlatform(Protocol):
    """A platform whose customer-service chat the sandbox plays."""

    def chat(self, person: Person, said: Said) -> dict[str, Any]:
        """The person writes, shows a picture, or enters; the push follows in the background."""

    async def check_push_url(self) -> bool:
        """What the platform's console does when the service's address is saved: whether it is found to be ours."""
