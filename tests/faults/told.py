"""What the service has acknowledged: whatever breaks afterwards, it must still be so."""

from dataclasses import dataclass, field
from threading import Event


@dataclass(slots=True, kw_only=True)
class Told:
    """Every acknowledgement of one run, by what it was about. Written by the journeys' thread, read between rounds."""

    accounts: dict[str, str] = field(default_factory=dict)
    """User name → the candidate's id."""
    registrations: dict[str, str] = field(default_factory=dict)
    """Registration → the candidate's id."""
    employers: dict[str, str] = field(default_factory=dict)
    """Registration → what its section "work" was last saved with."""
    codes: dict[str, str] = field(default_factory=dict)
    """Registration → the verification code of its last submit."""
    acts: list[tuple[str, str]] = field(default_factory=list)
    """Registration and the act's name in the audit log, each that an office was told is done."""
    messages: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Message → its inquiry and its words."""
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Registration → the state and payment state in which its journey ended."""
    cards: dict[str, str] = field(default_factory=dict)
    """Registration → the number on its admit card."""
    answers: int = 0
    """How many calls were answered: the rounds break things at a certain one."""
    stopped: Event = field(default_factory=Event)
    """Nobody asks any more."""
