"""One step of the steps view, as codes whose words are in wording/steps.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

StepState = Literal["done", "current", "upcoming", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `message` names its words, `values` fill them; `action` is what the candidate can do about it here."""

    step: str
    state: StepState
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    until: datetime | None = None
    where: str | None = None
    bring: tuple[str, ...] = ()
    action: str | None = None
    sample: bool = False
    """Something it says (a window, a price, a place) is made up, not published."""
