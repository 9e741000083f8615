"""One decision on many registrations: each has an outcome of its own, done or refused and why.

Batch by batch, each one transaction, so that nobody waits for thousands; the clerk's scope is part of the query.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from backend.database import Database
from backend.errors import NotFound, Refusal
from backend.exams.catalogue import Exams
from backend.registrations.materials import asked_for
from backend.registrations.models import Registration, State
from backend.registrations.moves import MOVES, Act
from backend.registrations.office import DUTIES, Office
from backend.registrations.rows import Held, held
from backend.staff.scope import Clerk

BATCH: Final = 100
ENDS: Final = {act: frozenset(step.end for step in MOVES if step.act is act) for act in DUTIES}
Decide = Callable[[Clerk, Held], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one registration, or would: its state now, and the refusal. Outside the scope nothing is known of
    it."""

    registration_id: UUID
    registration_number: str | None
    state: State | None
    refusal: Refusal | None

    def is_done(self, act: Act) -> bool:
        """Whether it is where the act leads, by this time or by one before."""
        return self.state is not None and self.state in ENDS[act]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`outcomes`: a refusal where the act can't be done as things stand. `papers`: those that can be refused there."""

    outcomes: Sequence[Outcome]
    papers: Sequence[str]


class BulkReview:
    """The offices' acts on many at once."""

    def __init__(self, *, database: Database, exams: Exams, office: Office) -> None:
        self._database, self._exams, self._office = database, exams, office

    async def preview(self, clerk: Clerk, act: Act, ids: Sequence[UUID]) -> Preview:
        """What the act would come to, each in the order of the ids, once; nothing is written and nobody waits.

        Raises NotAllowed.
        """
        clerk.require(DUTIES[act])
        wanted = list(dict.fromkeys(ids))
        found: dict[UUID, Outcome] = {}
        papers: dict[str, None] = {}
        for batch in _batches(wanted):
            for row in await Registration.filter(id__in=batch, **clerk.registrations()):
                one = await held(self._exams, row)
                found[row.id] = await self._foreseen(one, act)
                papers |= dict.fromkeys(asked_for(one.policy)) if act is Act.REFUSE else {}
        return Preview(outcomes=[found.get(one) or _unknown(one) for one in wanted], papers=tuple(papers))

    async def act(
        self,
        clerk: Clerk,
        act: Act,
        ids: Sequence[UUID],
        *,
        reasons: Sequence[str] = (),
        until: datetime | None = None,
        despite: str | None = None,
        papers: Mapping[str, str] | None = None,
    ) -> list[Outcome]:
        """The outcomes in the order of the ids, each once; what is said is said of each, as in `Office.act`.

        Raises NotAllowed, and Faulty where no reason is given.
        """
        self._office.require_said(clerk, act, reasons)
        wanted = list(dict.fromkeys(ids))
        decide = partial(self._office.decide, act=act, reasons=reasons, until=until, despite=despite, papers=papers)
        found: dict[UUID, Outcome] = {}
        for batch in _batches(wanted):
            async with self._database.transaction():
                for row in await self._in_scope(clerk, batch):
                    found[row.id] = await self._one(clerk, row, decide)
        return [found.get(one) or _unknown(one) for one in wanted]

    async def _foreseen(self, one: Held, act: Act) -> Outcome:
        refusal = None
        try:
            await self._office.check(one, act)
        except Refusal as refused:
            refusal = refused
        row = one.row
        return Outcome(
            registration_id=row.id, registration_number=row.registration_number, state=row.state, refusal=refusal
        )

    async def _in_scope(self, clerk: Clerk, ids: Sequence[UUID]) -> list[Registration]:
        """Locked in one order everywhere, so that two who decide at once wait for each other and for nothing else."""
        query = Registration.filter(id__in=ids, **clerk.registrations()).order_by("id")
        return await query.select_for_update(of=("registration",))

    async def _one(self, clerk: Clerk, row: Registration, decide: Decide) -> Outcome:
        refusal, before = None, row.state
        try:
            async with self._database.transaction():
                await decide(clerk, await held(self._exams, row))
        except Refusal as refused:
            refusal = refused
        return Outcome(
            registration_id=row.id,
            registration_number=row.registration_number,
            state=before if refusal else row.state,
            refusal=refusal,
        )


def _batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _unknown(registration_id: UUID) -> Outcome:
    refusal = NotFound("registration_unknown")
    return Outcome(registration_id=registration_id, registration_number=None, state=None, refusal=refusal)
