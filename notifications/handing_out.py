"""What falls due is handed out: checked once more, put into the to-do list, given to whoever sends it further.

A row is handed out once, in one transaction with whatever its channel makes of it. After an outage what is still of use
goes out, the latest word of each matter; what is past its time, or overtaken by a later word, is missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from backend.clock import Clock
from backend.database import Database
from backend.reminders.pauses import NOT_PAUSED
from notifications import statements as sql
from notifications.catalogue import Catalogue
from notifications.facts import Facts
from notifications.rules import FORFEITED
from notifications.timing import is_quiet

BATCH: Final = 500


class Channel(Protocol):
    """Whoever takes reminders further than the to-do list."""

    async def take(self, reminders: Sequence[int]) -> None:
        """Take these rows of `reminder`, in the transaction that makes them `sent`: both happen or neither does."""

    async def again(self, reminders: Sequence[int]) -> int:
        """Of these, try those once more that every platform refused; how many there were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """How many went out, and how many did not any more."""

    sent: int = 0
    withdrawn: int = 0
    missed: int = 0

    def __add__(self, other: "HandedOut") -> "HandedOut":
        return HandedOut(
            sent=self.sent + other.sent,
            withdrawn=self.withdrawn + other.withdrawn,
            missed=self.missed + other.missed,
        )

    @property
    def total(self) -> int:
        return self.sent + self.withdrawn + self.missed


def handing_out(holds: str) -> str:
    """$1: now, $2: at most how many, $3: the kinds that only tell."""
    return f"""
WITH due AS (
    SELECT id FROM reminder WHERE state = 'planned' AND due_at <= $1 AND {NOT_PAUSED}
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
), decided AS (
    SELECT reminder.id, CASE
        WHEN reminder.expires_at <= $1 THEN 'missed'
        WHEN NOT {holds} THEN 'withdrawn'
        WHEN EXISTS (SELECT FROM reminder AS later
            WHERE later.candidate_id = reminder.candidate_id AND later.kind = reminder.kind
                AND later.state = 'planned' AND later.due_at <= $1
                AND (later.due_at, later.id) > (reminder.due_at, reminder.id)
                AND regexp_replace(later.occasion, '/[^/]*$', '') = regexp_replace(reminder.occasion, '/[^/]*$', ''))
            THEN 'missed'
        ELSE 'sent' END AS state
    FROM due JOIN reminder USING (id) {sql.ASKED}
)
UPDATE reminder SET state = decided.state, sent_at = CASE WHEN decided.state = 'sent' THEN $1::timestamptz END,
    closed_at = CASE WHEN decided.state <> 'sent' OR reminder.kind = ANY($3::text[]) THEN $1::timestamptz END
FROM decided WHERE decided.id = reminder.id RETURNING reminder.id, reminder.state
"""


def running_out(holds: str) -> str:
    """$1: now, $2: at most how many. To-dos whose time is over: missed, unless they were done by then."""
    return f"""
WITH over AS (
    SELECT id FROM reminder WHERE state = 'sent' AND closed_at IS NULL AND expires_at <= $1
    ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
), decided AS (
    SELECT reminder.id, CASE WHEN {holds} OR coalesce({FORFEITED}, false) THEN 'missed' ELSE 'done' END AS state
    FROM over JOIN reminder USING (id) {sql.ASKED}
)
UPDATE reminder SET state = decided.state, closed_at = $1 FROM decided WHERE decided.id = reminder.id
RETURNING reminder.id
"""


class HandingOut:
    """`sweep` may run anywhere and at any time: nothing goes out in the night, and nothing twice."""

    def __init__(
        self, *, database: Database, clock: Clock, facts: Facts, catalogue: Catalogue, channel: Channel
    ) -> None:
        self._database, self._clock, self._facts, self._channel = database, clock, facts, channel
        holds = sql.still_holds({name: kind.whom for name, kind in catalogue.kinds.items()})
        self._handing_out, self._running_out = handing_out(holds), running_out(holds)
        self._tells = [name for name, kind in catalogue.kinds.items() if not kind.asks]

    async def sweep(self) -> HandedOut:
        """Hand out all that is due, and close the to-dos whose time is over."""
        while await self._run_out() == BATCH:
            pass
        done = HandedOut()
        while not is_quiet(self._clock.now()):
            batch = await self._hand_out()
            done += batch
            if batch.total < BATCH:
                break
        return done

    async def _hand_out(self) -> HandedOut:
        async with self._database.transaction():
            rows = await self._database.rows(self._handing_out, self._clock.now(), BATCH, self._tells)
            sent = [row["id"] for row in rows if row["state"] == "sent"]
            if sent:
                await self._facts.write(sent)
                await self._channel.take(sent)
        missed = sum(row["state"] == "missed" for row in rows)
        return HandedOut(sent=len(sent), missed=missed, withdrawn=len(rows) - len(sent) - missed)

    async def _run_out(self) -> int:
        async with self._database.transaction():
            return len(await self._database.rows(self._running_out, self._clock.now(), BATCH))
