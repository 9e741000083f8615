"""Which messages of a batch go out now, each with the consent it uses up. Pure: rows in, decisions out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.reminders.delivery_models import DeliveryState
from backend.reminders.platforms import ConsentRules

HELD_BACK: Final = timedelta(minutes=1)
"""After so long it is asked again whether what may not go out now may."""
IN_TURN: Final = timedelta(seconds=1)
"""One message to one person at a time; a consent that another worker holds is looked at again."""

Key = tuple[str, str]
"""A person and a template: whose consent, to what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A delivery whose time has come. `open_id`: whom the platform knows the candidate as today. `called…`: what an
    earlier, unanswered try was about. `is_wanted`: its reminder stands and has not expired."""

    id: int
    reminder_id: int
    is_wanted: bool
    open_id: str | None
    uncertain: bool = False
    consent_id: int | None = None
    last_consent: bool = False
    called: Key | None = None
    called_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A row of consents that is ours until the transaction ends. `in_doubt`: of one that an earlier try has taken, how
    many messages under this person's consents may have gone out or not, that one among them."""

    id: int
    key: Key
    subscribe_id: str
    remaining: int
    lasting: bool
    answered_at: datetime | None
    in_doubt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """It goes out now. `spends`: this call takes the consent; a repeated try has taken it before."""

    due: Due
    consent: Consent
    spends: bool
    last_consent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Not now."""

    due: Due
    wait: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """It will not go out from here, and why."""

    due: Due
    state: DeliveryState
    reason: str


Decision = Call | Later | Settled


def decide(
    batch: Sequence[Due],
    *,
    going: Collection[int],
    templates: Mapping[int, str],
    consents: Iterable[Consent],
    contended: Collection[Key],
    rules: ConsentRules,
) -> list[Decision]:
    """One decision a delivery. `going`: the reminders that may go out now; `templates`: by reminder, the platform's
    template; `contended`: whose consents another worker holds at this moment."""
    free: dict[Key, list[Consent]] = {}
    by_id: dict[int, Consent] = {}
    for consent in consents:
        by_id[consent.id] = consent
        if consent.remaining > 0 or consent.lasting:
            free.setdefault(consent.key, []).append(consent)
    served: set[str] = set()

    def one(due: Due) -> Decision:
        if not due.is_wanted:
            return _settled(due, DeliveryState.WITHDRAWN, "no_longer_wanted")
        if due.reminder_id not in going:
            return Later(due=due, wait=HELD_BACK)
        if (template := templates.get(due.reminder_id)) is None:
            return _settled(due, DeliveryState.REFUSED, "no_template")
        if due.open_id is None:
            return _settled(due, DeliveryState.REFUSED, "not_bound")
        if due.open_id in served:
            return Later(due=due, wait=IN_TURN)
        key = (due.open_id, template)
        found = again(due, key, by_id, contended, rules) if due.uncertain else _first(due, key, free, contended)
        if isinstance(found, Call):
            served.add(due.open_id)
        return found

    return [one(due) for due in batch]


def _first(due: Due, key: Key, free: Mapping[Key, list[Consent]], contended: Collection[Key]) -> Decision:
    if standing := free.get(key):
        consent = standing[0]
        last = not consent.lasting and sum(one.remaining for one in standing) == 1
        return Call(due=due, consent=consent, spends=not consent.lasting, last_consent=last)
    if key in contended:
        return Later(due=due, wait=IN_TURN)
    return _settled(due, DeliveryState.REFUSED, "no_consent")


def again(
    due: Due, key: Key, by_id: Mapping[int, Consent], contended: Collection[Key], rules: ConsentRules
) -> Decision:
    """A try after one that was never answered: only with the consent of that one, and only while the platform would
    refuse a second message under it. Another message in doubt may have left the platform a consent that we count as
    used."""
    consent = by_id.get(due.consent_id) if due.consent_id is not None else None
    if due.called != key:
        return _settled(due, DeliveryState.UNKNOWN, "receiver_changed")
    if consent is None:
        if key in contended:
            return Later(due=due, wait=IN_TURN)
        return _settled(due, DeliveryState.UNKNOWN, "consent_changed")
    none_since = consent.answered_at is None or (due.called_at is not None and consent.answered_at <= due.called_at)
    none_left = due.last_consent and not consent.lasting and consent.remaining == 0 and consent.in_doubt <= 1
    if rules.named or (rules.told and none_left and none_since):
        return Call(due=due, consent=consent, spends=False, last_consent=due.last_consent)
    return _settled(due, DeliveryState.UNKNOWN, "consent_changed")


def _settled(due: Due, state: DeliveryState, reason: str) -> Settled:
    """What may have gone out already is never said not to have."""
    return Settled(due=due, state=DeliveryState.UNKNOWN if due.uncertain else state, reason=reason)
