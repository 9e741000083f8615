"""诚信考试承诺书: read, and signed once. "审核通过的考生须签订…考生诚信考试承诺书" (Wuhai 2025, part one).

The notice says of whom the letter is asked, by no day, and ties nothing to it: neither fee nor seat nor admit card wait
for a signature (decision 20). Military candidates are handed over by another part of that notice, which asks no letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend import audit
from backend.audit import Actor
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict, NotFound
from backend.events import EventName, tell
from backend.exams.catalogue import Exams, Policy
from backend.exams.commitment_letters import CommitmentLetter, commitment_letter
from backend.registrations.corrections import is_after
from backend.registrations.models import Commitment, Origin, Registration
from backend.registrations.rows import Held, held, hold, require_version
from backend.registrations.standing import SIGNABLE
from backend.staff.duties import Duty
from backend.staff.scope import Clerk


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentView:
    """The letter as its candidate reads it, and when they signed it. A signed one stays in the words it had."""

    letter: CommitmentLetter
    signed_at: datetime | None


def letter_asked(exam: str, policy: Policy | None, origin: str) -> CommitmentLetter | None:
    """The letter this exam's candidates of that place are to sign; None where none is asked of them."""
    if policy is None or not policy.commitment_letter or origin == Origin.MILITARY:
        return None
    return commitment_letter(exam, policy.area.name)


class Commitments:
    """`candidate_id` is part of every query: nobody else's registration is found."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def view(self, candidate_id: UUID, registration_id: UUID) -> CommitmentView:
        """Raises NotFound `registration_unknown`, `commitment_not_asked`."""
        row = await Registration.get_or_none(id=registration_id, candidate_id=candidate_id)
        if row is None:
            raise NotFound("registration_unknown")
        mine, signed = await held(self._exams, row), await Commitment.get_or_none(registration=row)
        letter = _asked(mine)
        if signed is None:
            return CommitmentView(letter=letter, signed_at=None)
        read = commitment_letter(letter.exam, letter.area, signed.letter_version)
        return CommitmentView(letter=read or letter, signed_at=signed.signed_at)

    async def sign(
        self,
        candidate_id: UUID,
        registration_id: UUID,
        *,
        letter_version: int | None,
        expected_version: int | None,
        actor: Actor,
    ) -> Registration:
        """Sign the letter. Again is harmless. `letter_version`: of the letter that was read, if the client says it.

        Raises NotFound `commitment_not_asked`; Conflict `commitment_before_approval`, `commitment_after_exam`,
        `commitment_reworded`; Outdated.
        """
        async with self._database.transaction():
            mine = await hold(self._exams, registration_id, candidate_id=candidate_id)
            letter = _asked(mine)
            if await Commitment.exists(registration=mine.row):
                return mine.row
            require_version(mine.row, expected_version)
            if mine.row.state not in SIGNABLE:
                raise Conflict("commitment_before_approval")
            if is_after(mine.exam, self._clock.now()):
                raise Conflict("commitment_after_exam")
            if letter_version not in (None, letter.version):
                raise Conflict("commitment_reworded")
            await self._keep(mine.row, letter, actor)
        return mine.row

    async def unsigned(self, clerk: Clerk, exam_code: str, *, after: str = "", limit: int = 50) -> Sequence[str]:
        """The registration numbers in the clerk's scope whose letter is still to be signed, after that one."""
        clerk.require(Duty.SEE_COMMITMENTS)
        exam = await self._exams.exam(exam_code)
        areas = [
            policy.area.id
            for policy in await self._exams.policies(exam_code)
            if letter_asked(exam_code, policy, Origin.CANDIDATE) is not None
        ]
        found = Registration.filter(
            exam_id=exam.id,
            origin=Origin.CANDIDATE,
            state__in=SIGNABLE,
            site__area_id__in=areas,
            commitments__id__isnull=True,
            registration_number__gt=after,
            **clerk.registrations(),
        )
        numbers = await found.order_by("registration_number").limit(limit).values_list("registration_number", flat=True)
        return [str(number) for number in numbers]

    async def _keep(self, row: Registration, letter: CommitmentLetter, actor: Actor) -> None:
        now = self._clock.now()
        await Commitment.create(
            registration=row, letter_version=letter.version, letter_digest=letter.digest, signed_at=now
        )
        row.version += 1
        await row.save(update_fields=["version"])
        after = {"letter_version": letter.version, "letter_digest": letter.digest}
        await audit.record(self._clock, actor, "committed", "registration", row.id, after=after)
        await tell(EventName.REGISTRATION_COMMITTED, subject_id=row.id, candidate_id=row.candidate_id, at=now)


def _asked(mine: Held) -> CommitmentLetter:
    letter = letter_asked(mine.exam.code, mine.policy, mine.row.origin)
    if letter is None:
        raise NotFound("commitment_not_asked")
    return letter
