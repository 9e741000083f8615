"""The persons who hold the phones, and what arrived on them."""

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person with one platform's app. Name, document and phone are the truth about them, whatever a form may say."""

    platform: str
    open_id: str
    union_id: str | None = None
    name: str | None = None
    id_number: str | None = None
    phone: str | None = None

    @property
    def user_id(self) -> str:
        """The sandbox's own name for the person with this app."""
        return user_id_of(self.platform, self.open_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message that reached the person."""

    id: str
    kind: str
    arrived_at: str
    """RFC 3339, exam time."""
    content: dict[str, Any] = field(default_factory=dict)


def user_id_of(platform: str, open_id: str) -> str:
    """A person with two platforms' apps is two users."""
    return f"{platform}-{open_id}"


class UnknownPerson(Exception):
    """No such user id."""


class People:
    """All persons of all platforms."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def add(self, person: Person) -> None:
        """Remember a new person."""
        self._store.state.people[person.user_id] = person
        self._store.changed()

    def all(self, platform: str | None = None) -> list[Person]:
        """In the order in which they came; of one platform if named."""
        return [person for person in self._store.state.people.values() if platform in (None, person.platform)]

    def get(self, user_id: str) -> Person:
        """UnknownPerson when there is none."""
        try:
            return self._store.state.people[user_id]
        except KeyError:
            raise UnknownPerson(user_id) from None

    def with_open_id(self, platform: str, open_id: str) -> Person | None:
        """Who has this open id on the platform."""
        return self._store.state.people.get(user_id_of(platform, open_id))

    def deliver(self, person: Person, *, kind: str, arrived_at: str, content: dict[str, Any]) -> Arrival:
        """Put a message into the person's inbox."""
        arrival = Arrival(id=uuid.uuid4().hex, kind=kind, arrived_at=arrived_at, content=content)
        self._store.state.inboxes.setdefault(person.user_id, []).append(arrival)
        self._store.changed()
        return arrival

    def inbox(self, person: Person) -> list[Arrival]:
        """What reached the person, oldest first."""
        return self._store.state.inboxes.get(person.user_id, [])
