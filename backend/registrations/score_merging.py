"""成绩合并: the site ties last year's record to a candidate whose document has changed since, and says what it saw.

Candidates' notice 2024: "历史考生填报的证件类型或证件编号如与上一年度不一致，须携带本人有效身份证件及相关证明材料，至
所在考点考试管理机构申请进行考试成绩的合并；如未按要求提出以上申请，将默认为自动放弃上一年度考试成绩".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.candidates.models import Candidate
from backend.clock import Clock
from backend.database import Database, violated
from backend.errors import Conflict, Fault, Faulty
from backend.events import EventName, tell
from backend.exams.calendar import Calendar
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.personal_data import PersonalData, mask_document
from backend.registrations.last_year import MERGED, automatic, confirm_by_system, documented, hold_last_year, numbered
from backend.registrations.models import PastRegistration, Registration, ScoreMerge, State
from backend.registrations.past import ABOUT_PAST_ID_NUMBER
from backend.registrations.rows import Held, hold_in_scope
from backend.registrations.standing import MERGEABLE
from backend.staff.duties import Duty
from backend.staff.scope import Clerk


@dataclass(frozen=True, slots=True, kw_only=True)
class LastYear:
    """Last year's record as the clerk compares it with the papers on the desk; the number masked."""

    year: int
    name: str
    id_type: str
    id_number: str | None
    archive_number: str


class ScoreMerging:
    def __init__(self, *, database: Database, clock: Clock, exams: Exams, personal_data: PersonalData) -> None:
        self._database, self._clock, self._exams, self._personal_data = database, clock, exams, personal_data

    async def look_up(self, clerk: Clerk, registration_id: UUID) -> LastYear:
        """The record that would be merged, by the archive number the candidate typed. Raises as `merge` does."""
        async with self._database.transaction():
            held = await self._in_scope(clerk, registration_id)
            record = await self._mergeable(held)
        number = record.id_number and self._personal_data.decrypt(bytes(record.id_number), about=ABOUT_PAST_ID_NUMBER)
        return LastYear(
            year=record.year,
            name=record.form["name"],
            id_type=record.id_type,
            id_number=mask_document(number) if number else None,
            archive_number=record.archive_number,
        )

    async def merge(self, clerk: Clerk, registration_id: UUID, *, evidence: Sequence[str]) -> Registration:
        """Tie the record to the registration; the automatic rule is asked again. `evidence`: what papers were seen.

        Raises NotAllowed, NotFound; OutOfWindow outside `score_merge`; Faulty `evidence_needed`; Conflict
        `merge_not_needed`, `archive_number_unknown`, `archive_number_ambiguous`, `record_is_anothers`.
        """
        seen = [line.strip() for line in evidence if line.strip()]
        if not seen:
            raise Faulty("evidence_needed", faults=[Fault("evidence", "missing")])
        async with self._database.transaction():
            await hold_last_year(self._database)
            held = await self._in_scope(clerk, registration_id)
            record = await self._mergeable(held)
            await self._tie(clerk, held, record, seen)
            await self._ask_again(held, record)
            await held.row.save()
        return held.row

    async def _in_scope(self, clerk: Clerk, registration_id: UUID) -> Held:
        clerk.require(Duty.MERGE_SCORES)
        held = await hold_in_scope(self._exams, clerk, registration_id)
        _require_open(held.calendar, self._clock.now())
        return held

    async def _mergeable(self, held: Held) -> PastRegistration:
        candidate = await Candidate.get(id=held.row.candidate_id)
        merged = held.row.score_merge == MERGED
        if merged or held.row.state not in MERGEABLE or await documented(held, candidate):
            raise Conflict("merge_not_needed")
        found = await numbered(held) if held.form.registration.archive_number else []
        if len(found) != 1:
            raise Conflict("archive_number_ambiguous" if found else "archive_number_unknown")
        await _require_nobody_elses(held, found[0])
        return found[0]

    async def _tie(self, clerk: Clerk, held: Held, record: PastRegistration, evidence: list[str]) -> None:
        try:
            async with self._database.transaction():
                await ScoreMerge.create(
                    registration=held.row,
                    past=record,
                    evidence=evidence,
                    merged_at=self._clock.now(),
                    merged_by=str(clerk.member_id),
                )
        except IntegrityError as error:
            if not violated(error, "score_merge_past"):
                raise
            raise Conflict("record_is_anothers") from error
        after = {"archive_number": record.archive_number, "year": record.year, "evidence": evidence}
        await audit.record(self._clock, clerk.actor, "scores_merged", "registration", held.row.id, after=after)

    async def _ask_again(self, held: Held, record: PastRegistration) -> None:
        row = held.row
        row.score_merge = MERGED
        decision = await automatic(held, record, await Candidate.get(id=row.candidate_id))
        row.rolls, row.auto_confirmation = decision.rolls, decision.stored()
        row.version += 1
        await tell(
            EventName.REGISTRATION_SCORES_MERGED,
            subject_id=row.id,
            candidate_id=row.candidate_id,
            at=self._clock.now(),
            outcome=decision.outcome,
        )
        if decision.outcome == "confirmed" and row.state is State.SUBMITTED:
            await confirm_by_system(held, self._clock)


def _require_open(calendar: Calendar, now: datetime) -> None:
    """Where the stage goes with the site's review it only closes with it: the earlier it is asked for, the better."""
    goes_with_review = calendar.stage(Stage.SCORE_MERGE) == calendar.stage(Stage.SITE_REVIEW)
    if not goes_with_review or calendar.state(Stage.SCORE_MERGE, now) != "upcoming":
        calendar.require_open(Stage.SCORE_MERGE, now)


async def _require_nobody_elses(held: Held, record: PastRegistration) -> None:
    """The record's own document may be somebody's who is in this exam themselves: then it is theirs."""
    owner = Candidate.filter(id_type=record.id_type, id_number_index=bytes(record.id_number_index))
    ids = await owner.values_list("id", flat=True)
    if await Registration.exists(exam_id=held.exam.id, candidate_id__in=list(ids)):
        raise Conflict("record_is_anothers")
