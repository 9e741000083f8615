"""What the steps say of times and money, as words that may not be known yet."""

from collections.abc import Sequence
from datetime import datetime

from backend.registrations.money_back import yuan
from backend.wording import Term


def deadline(until: datetime | None, now: datetime) -> dict[str, object]:
    """The deadline and what is left of it, in whole days and hours, as words that may not be known yet."""
    if until is None:
        return {"deadline": Term("steps", "deadline_unknown")}
    left = max(int((until - now).total_seconds()), 0)
    values = {"until": until, "days": left // 86400, "hours": left % 86400 // 3600}
    return {"deadline": Term("steps", "deadline", values)}


def over(until: datetime | None) -> dict[str, object]:
    """When the deadline was, as words that may not be known any more."""
    return {"over": Term("steps", "over", {"until": until}) if until else Term("steps", "over_unknown")}


def why(reasons: Sequence[str]) -> dict[str, object]:
    """What an office gave as its reasons, as words that may not be there."""
    return {"why": Term("steps", "why", {"reasons": tuple(reasons)}) if reasons else Term("steps", "why_unknown")}


def amount(fen: int | None) -> Term:
    if fen is None:
        return Term("steps", "amount_unknown")
    return Term("steps", "amount", {"yuan": yuan(fen)})
