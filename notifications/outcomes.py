"""What follows from what a platform said to a message: tried again, settled, or nobody knows (decision 16)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from backend.reminders.delivery_models import DeliveryState
from backend.reminders.platforms import Said

MOST_ATTEMPTS: Final = 8
FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=10)
FINAL: Final = frozenset({Said.CONSENT_GONE, Said.RECEIVER_UNKNOWN, Said.OUR_FAULT})


class ConsentFate(StrEnum):
    """What becomes of the consent that was reserved for a message: used up; kept for the next try of the same message;
    free again; or the platform says that none is left at all."""

    USED = "used"
    KEPT = "kept"
    FREE = "free"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A delivery that was tried `attempts` times. `uncertain`: an earlier try was never answered. `repeatable`: the
    platform itself would refuse a second message. `useful_for`: how long it is of use yet, None without an end."""

    attempts: int
    uncertain: bool
    repeatable: bool
    useful_for: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`wait`: until the next try, for a delivery that waits again."""

    state: DeliveryState
    uncertain: bool
    consent: ConsentFate
    wait: timedelta | None = None


def step_after(said: Said, tried: Tried, *, until_tomorrow: timedelta, chance: float) -> Step:
    """`chance`: in [0, 1), spreads tries that failed together."""
    if said is Said.SENT:
        return Step(state=DeliveryState.SENT, uncertain=False, consent=ConsentFate.USED)
    if said in FINAL:
        return _over(said, tried)
    uncertain = tried.uncertain or said is Said.UNANSWERED
    wait = until_tomorrow * (1 + chance / 24) if said is Said.TOMORROW else backoff(tried.attempts, chance)
    may_again = tried.repeatable or not uncertain
    if may_again and tried.attempts < MOST_ATTEMPTS and (tried.useful_for is None or wait < tried.useful_for):
        kept = ConsentFate.KEPT if uncertain else ConsentFate.FREE
        return Step(state=DeliveryState.WAITING, uncertain=uncertain, consent=kept, wait=wait)
    if uncertain:
        return Step(state=DeliveryState.UNKNOWN, uncertain=True, consent=ConsentFate.USED)
    return Step(state=DeliveryState.REFUSED, uncertain=False, consent=ConsentFate.FREE)


def _over(said: Said, tried: Tried) -> Step:
    """A final answer. Where an earlier try may have gone out, this one only says that no second one did."""
    gone = said is Said.CONSENT_GONE
    if tried.uncertain:
        fate = ConsentFate.GONE if gone else ConsentFate.USED
        return Step(state=DeliveryState.UNKNOWN, uncertain=True, consent=fate)
    fate = ConsentFate.GONE if gone else ConsentFate.FREE
    return Step(state=DeliveryState.REFUSED, uncertain=False, consent=fate)


def backoff(attempts: int, chance: float) -> timedelta:
    """5, 15, 45 … seconds up to ten minutes, of each between a half and the whole."""
    whole: timedelta = min(FIRST_WAIT * 3 ** min(attempts - 1, 8), LONGEST_WAIT)
    return whole * (0.5 + chance / 2)
