"""The rows behind deliveries: claimed, called, settled, in batches of hundreds a statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from backend.database import Database
from backend.reminders.delivery_models import DeliveryState
from backend.reminders.platforms import Answered
from notifications.outcomes import ConsentFate, Step
from notifications.pairing import Call, Consent, Decision, Due, Key, Later, Settled

CLAIM: Final = """
SELECT d.id, d.reminder_id, d.uncertain, d.consent_id, d.last_consent, d.open_id AS called, d.template_id, d.called_at,
       d.attempts, r.due_at, r.expires_at, b.open_id,
       r.state = 'sent' AND (r.expires_at IS NULL OR r.expires_at > $4) AS is_wanted
FROM delivery d JOIN reminder r ON r.id = d.reminder_id
LEFT JOIN binding b ON b.candidate_id = r.candidate_id AND b.platform = $1 AND b.app_id = $2 AND b.unbound_at IS NULL
WHERE d.platform = $1 AND d.state = 'waiting' AND d.due_at <= $3
ORDER BY d.due_at, d.id LIMIT $5 FOR UPDATE OF d SKIP LOCKED
"""
"""Of this platform and app: what is due by real time ($3) and, by exam time ($4), still of use."""

CONSENTS: Final = """
SELECT id, open_id, template_id, subscribe_id, remaining, lasting, answered_at,
       CASE WHEN c.id = ANY($5::bigint[]) THEN (
           SELECT count(*) FROM delivery d
           WHERE d.open_id = c.open_id AND d.template_id = c.template_id AND d.platform = c.platform
           AND (d.state IN ('calling', 'unknown') OR d.uncertain)) ELSE 0 END AS in_doubt
FROM message_consent c
WHERE id = ANY(ARRAY(
    SELECT theirs.id FROM unnest($3::text[], $4::text[]) AS key (open_id, template_id)
    CROSS JOIN LATERAL (SELECT id FROM message_consent m WHERE m.platform = $1 AND m.app_id = $2
        AND m.open_id = key.open_id AND m.template_id = key.template_id AND (m.remaining > 0 OR m.lasting) OFFSET 0
    ) AS theirs
    UNION ALL SELECT unnest($5::bigint[])
)) AND (remaining > 0 OR lasting OR id = ANY($5::bigint[]))
ORDER BY id
"""
"""What these people agreed to for these templates, and the consents that earlier tries have taken ($5): of these also
how many messages, theirs among them, may have gone out or not. Each key is looked up by itself (OFFSET 0): there are
millions of consents, whatever the statistics say."""
OURS: Final = CONSENTS + "FOR UPDATE OF c SKIP LOCKED"

SPEND: Final = "UPDATE message_consent SET remaining = remaining - 1 WHERE id = ANY($1::bigint[])"
CALLED: Final = """
UPDATE delivery d SET state = 'calling', attempts = attempts + 1, leased_until = $1, called_at = $2,
       open_id = a.open_id, template_id = a.template_id, consent_id = a.consent_id, last_consent = a.last_consent
FROM unnest($3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bool[])
     AS a(id, open_id, template_id, consent_id, last_consent)
WHERE d.id = a.id
"""
PUT_OFF: Final = """
UPDATE delivery d SET due_at = a.due_at FROM unnest($1::bigint[], $2::timestamptz[]) AS a(id, due_at) WHERE d.id = a.id
"""
SETTLE: Final = """
UPDATE delivery d SET state = a.state, reason = a.reason, settled_at = $1
FROM unnest($2::bigint[], $3::text[], $4::text[]) AS a(id, state, reason) WHERE d.id = a.id
"""

RECORD: Final = """
UPDATE delivery d SET state = a.state, reason = a.reason, message_id = a.message_id, uncertain = a.uncertain,
       due_at = coalesce(a.due_at, d.due_at), leased_until = NULL,
       settled_at = CASE WHEN a.due_at IS NULL THEN $1::timestamptz END,
       consent_id = CASE WHEN a.holds THEN d.consent_id END
FROM unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::bool[], $8::timestamptz[], $9::bool[])
     AS a(id, attempt, state, reason, message_id, uncertain, due_at, holds)
WHERE d.id = a.id AND d.attempts = a.attempt
AND (d.state = 'calling' OR d.uncertain AND d.state IN ('waiting', 'unknown'))
RETURNING d.id, d.reminder_id
"""
"""What became of calls. A worker that was given up meanwhile still tells what it knows, of the same try."""
CONSENTS_BACK: Final = """
UPDATE message_consent c SET remaining = CASE WHEN a.gone THEN 0 ELSE c.remaining + 1 END,
       lasting = c.lasting AND NOT a.gone
FROM (SELECT c.id, bool_or(a.gone) AS gone FROM message_consent c
      JOIN unnest($1::bigint[], $2::bool[], $3::timestamptz[]) AS a(id, gone, called_at) ON a.id = c.id
      WHERE NOT a.gone AND NOT c.lasting OR a.gone AND (c.answered_at IS NULL OR c.answered_at <= a.called_at)
      GROUP BY c.id ORDER BY c.id) a
WHERE c.id = a.id
"""
"""Free again, or gone: unless the person has agreed anew since the call."""

ABANDONED: Final = """
SELECT d.id, d.reminder_id, d.uncertain, d.consent_id, d.last_consent, d.open_id, d.template_id, d.called_at,
       d.attempts, r.due_at, r.expires_at, c.lasting
FROM delivery d JOIN reminder r ON r.id = d.reminder_id LEFT JOIN message_consent c ON c.id = d.consent_id
WHERE d.platform = $1 AND d.state = 'calling' AND d.leased_until < $2
ORDER BY d.id LIMIT $3 FOR UPDATE OF d SKIP LOCKED
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery in a worker's hands. `attempts`: tries before this one; the last two are its reminder's, exam time."""

    due: Due
    attempts: int
    due_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A call and what followed from it. `attempt`: which try it was."""

    call: Call
    attempt: int
    called_at: datetime
    answered: Answered
    step: Step


class DeliveryRows:
    """One platform's. Everything but `record` happens inside the caller's transaction."""

    def __init__(self, database: Database, *, platform: str, app_id: str) -> None:
        self._database, self._platform, self._app_id = database, platform, app_id

    async def claim(self, limit: int, *, now: datetime, exam_now: datetime) -> list[Claimed]:
        """The next ones whose time has come, held."""
        rows = await self._database.rows(CLAIM, self._platform, self._app_id, now, exam_now, limit)
        return [_claimed(row) for row in rows]

    async def consents(self, keys: Sequence[Key], taken: Sequence[int]) -> tuple[list[Consent], frozenset[Key]]:
        """The consents of these people to these templates, held; and whose another worker holds now. `taken`: by
        earlier tries."""
        asked = [self._platform, self._app_id, [key[0] for key in keys], [key[1] for key in keys], list(taken)]
        ours = [_consent(row) for row in await self._database.rows(OURS, *asked)]
        if {one.key for one in ours} >= set(keys) and {one.id for one in ours} >= set(taken):
            return ours, frozenset()
        held = {one.id for one in ours}
        others = [_consent(row) for row in await self._database.rows(CONSENTS, *asked)]
        return ours, frozenset(one.key for one in others if one.id not in held)

    async def carry_out(self, decisions: Sequence[Decision], *, now: datetime, lease: timedelta) -> None:
        """Write the decisions down, the consents of calls among them."""
        calls = [one for one in decisions if isinstance(one, Call)]
        if spent := sorted(call.consent.id for call in calls if call.spends):
            await self._database.execute(SPEND, spent)
        if calls:
            await self._database.execute(
                CALLED,
                now + lease,
                now,
                [call.due.id for call in calls],
                [call.consent.key[0] for call in calls],
                [call.consent.key[1] for call in calls],
                [call.consent.id for call in calls],
                [call.last_consent for call in calls],
            )
        if later := [one for one in decisions if isinstance(one, Later)]:
            await self._database.execute(PUT_OFF, [one.due.id for one in later], [now + one.wait for one in later])
        if settled := [one for one in decisions if isinstance(one, Settled)]:
            ids, states = [one.due.id for one in settled], [one.state.value for one in settled]
            await self._database.execute(SETTLE, now, ids, states, [one.reason for one in settled])

    async def record(self, done: Sequence[Done], *, now: datetime) -> frozenset[int]:
        """Write down what became of calls; which deliveries it settled or put off."""
        rows = await self._database.rows(
            RECORD,
            now,
            [one.call.due.id for one in done],
            [one.attempt for one in done],
            [one.step.state.value for one in done],
            [one.answered.reason for one in done],
            [one.answered.message_id for one in done],
            [one.step.uncertain for one in done],
            [now + one.step.wait if one.step.wait is not None else None for one in done],
            [one.step.consent is not ConsentFate.FREE for one in done],
        )
        told = frozenset(row["id"] for row in rows)
        back = [one for one in done if one.call.due.id in told and one.step.consent in BACK]
        if back:
            ids, gone = [one.call.consent.id for one in back], [one.step.consent is ConsentFate.GONE for one in back]
            await self._database.execute(CONSENTS_BACK, ids, gone, [one.called_at for one in back])
        return told

    async def abandoned(self, *, now: datetime, limit: int) -> list[tuple[Call, Claimed]]:
        """Calls over which a worker died, held."""
        rows = await self._database.rows(ABANDONED, self._platform, now, limit)
        return [_abandoned(row) for row in rows]


BACK: Final = frozenset({ConsentFate.FREE, ConsentFate.GONE})


def settled_as(decisions: Sequence[Decision], state: DeliveryState) -> list[int]:
    """The reminders whose deliveries were settled so without a call."""
    return [one.due.reminder_id for one in decisions if isinstance(one, Settled) and one.state is state]


def _claimed(row: dict[str, Any]) -> Claimed:
    due = Due(
        id=row["id"],
        reminder_id=row["reminder_id"],
        is_wanted=row["is_wanted"],
        open_id=row["open_id"],
        uncertain=row["uncertain"],
        consent_id=row["consent_id"],
        last_consent=row["last_consent"],
        called=(row["called"], row["template_id"]) if row["called_at"] else None,
        called_at=row["called_at"],
    )
    return Claimed(due=due, attempts=row["attempts"], due_at=row["due_at"], expires_at=row["expires_at"])


def _consent(row: dict[str, Any]) -> Consent:
    return Consent(
        id=row["id"],
        key=(row["open_id"], row["template_id"]),
        subscribe_id=row["subscribe_id"],
        remaining=row["remaining"],
        lasting=row["lasting"],
        answered_at=row["answered_at"],
        in_doubt=row["in_doubt"],
    )


def _abandoned(row: dict[str, Any]) -> tuple[Call, Claimed]:
    key = (row["open_id"], row["template_id"])
    due = Due(
        id=row["id"],
        reminder_id=row["reminder_id"],
        is_wanted=True,
        open_id=row["open_id"],
        uncertain=row["uncertain"],
        consent_id=row["consent_id"],
        last_consent=row["last_consent"],
        called=key,
        called_at=row["called_at"],
    )
    consent = Consent(
        id=row["consent_id"], key=key, subscribe_id="", remaining=0, lasting=bool(row["lasting"]), answered_at=None
    )
    call = Call(due=due, consent=consent, spends=False, last_consent=row["last_consent"])
    claimed = Claimed(due=due, attempts=row["attempts"] - 1, due_at=row["due_at"], expires_at=row["expires_at"])
    return call, claimed
