"""What the control calls ask of every platform."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from sandbox.people import Person

Outcome = Literal["paid", "cancelled", "insufficient"]
FaceOutcome = Literal["pass", "no_match", "not_in_records", "cancelled"]


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

    def subscribe(self, person: Person, template_id: str, choice: str) -> dict[str, Any]:
        """The consent tap."""


class FacePlatform(Protocol):
    """A platform whose face check the sandbox plays."""

    def face(self, person: Person, client: Mapping[str, Any], outcome: FaceOutcome) -> dict[str, Any]:
        """The mini-program's face call."""
