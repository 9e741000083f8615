"""Everything the service refuses, as one tree.

Refusal                 a person's act is refused; `code` is stable, the words are in wording/errors.toml
├── Faulty              422  what was sent is wrong; every fault names its field
├── NotSignedIn         401  no session, or one that has ended
├── NotAllowed          403  signed in, but this act isn't theirs
├── NotFound            404  it isn't there, or isn't theirs to see
├── Conflict            409  the state of things doesn't allow it (now)
│   └── OutOfWindow     409  the stage isn't open; says when it opens or that it has closed
├── Outdated            412  somebody changed it meanwhile; read it again
├── TooMany             429  a limit was reached; says when to come back
└── Unavailable         503  something we depend on doesn't answer, or too many ask; nothing was changed
"""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one field of what was sent. `values` fill the placeholders of its words."""

    field: str
    code: str
    values: dict[str, object] = dataclass_field(default_factory=dict)


class Refusal(Exception):
    """An act is refused in words. `code` names the words; `values` fill their placeholders."""

    status: ClassVar[int] = 409
    retry_after: int | None = None
    """Seconds, where it is known when the same may succeed."""

    def __init__(self, code: str, *, faults: Sequence[Fault] = (), **values: object) -> None:
        super().__init__(code)
        self.code, self.faults, self.values = code, tuple(faults), values

    def __str__(self) -> str:
        faults = "".join(f"; {fault.field}: {fault.code}" for fault in self.faults)
        return f"{self.code}{faults}"


class Faulty(Refusal):
    """What was sent is wrong; `faults` holds every one of them, so that they can be mended together."""

    status = 422


class NotSignedIn(Refusal):
    """There is no session, or it has ended."""

    status = 401


class NotAllowed(Refusal):
    """The person is known, and this act isn't theirs to do."""

    status = 403


class NotFound(Refusal):
    """It doesn't exist, or it exists outside what this person may see: the same answer."""

    status = 404


class Conflict(Refusal):
    """The state of things doesn't allow this act now."""

    status = 409


class OutOfWindow(Conflict):
    """The stage this act belongs to isn't open at the clock's time."""


class Outdated(Refusal):
    """The version sent with the change isn't the current one any more."""

    status = 412


class TooLarge(Refusal):
    """More was sent than is taken."""

    status = 413


class TooMany(Refusal):
    """A limit was reached. `retry_after` is in seconds."""

    status = 429

    def __init__(self, code: str, *, retry_after: int, **values: object) -> None:
        super().__init__(code, faults=(), retry_after=retry_after, **values)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """Something the act needs doesn't answer, or too many ask for it. Nothing was changed."""

    status = 503

    def __init__(self, code: str, *, retry_after: int | None = None, **values: object) -> None:
        super().__init__(code, faults=(), retry_after=retry_after, **values)
        self.retry_after = retry_after
