"""Last year's record of a candidate: found by their document, or merged by the site; the automatic rule asked of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, cast

from backend import audit
from backend.audit import SYSTEM
from backend.candidates.models import Candidate
from backend.clock import Clock
from backend.database import Database
from backend.events import EventName, tell
from backend.exams.marks import marks_of
from backend.registrations.auto_confirmation import AutoConfirmation, Past, decide, meaning
from backend.registrations.models import PastRegistration, Registration, ScoreMerge, State
from backend.registrations.rows import Held, let_payment_fall_due

MergeState = Literal["needed", "merged"]
NEEDED: Final[MergeState] = "needed"
MERGED: Final[MergeState] = "merged"

HELD_BY_READERS: Final = "SELECT pg_advisory_xact_lock_shared(hashtextextended('past_registration', 0))"
HELD_BY_WRITER: Final = "SELECT pg_advisory_xact_lock(hashtextextended('past_registration', 0))"
"""Taken before any registration's row, by both sides: else the two could wait for each other."""


async def hold_last_year(database: Database) -> None:
    """First in a transaction that keeps what the rule says of last year's records: a file of them that is being
    imported waits for its end, or it for the file's. So the file finds every registration that has not seen it.
    """
    await database.rows(HELD_BY_READERS)


async def record_of(held: Held, candidate: Candidate) -> PastRegistration | None:
    """The merged record, else the one under the candidate's own document."""
    merge = await ScoreMerge.get_or_none(registration_id=held.row.id).select_related("past")
    return merge.past if merge else await documented(held, candidate)


async def documented(held: Held, candidate: Candidate) -> PastRegistration | None:
    """Last year's record under this very document type and number."""
    return await PastRegistration.get_or_none(
        kind=held.exam.kind,
        year=held.exam.year - 1,
        id_type=candidate.id_type,
        id_number_index=bytes(candidate.id_number_index),
    )


async def numbered(held: Held) -> list[PastRegistration]:
    """Last year's records under the archive number that was typed, width, case and spaces aside."""
    return await PastRegistration.filter(
        kind=held.exam.kind,
        year=held.exam.year - 1,
        archive_number__in=spellings(held.form.registration.archive_number),
    )


def spellings(archive_number: str | None) -> tuple[str, ...]:
    """How last year's file may have the number that was typed; none where none was."""
    typed = meaning(archive_number)
    return (typed, typed.upper()) if typed else ()


async def merge_state(held: Held, record: PastRegistration | None) -> MergeState | None:
    """As `merge_state_of`, of one registration."""
    under_another = record is None and held.form.registration.archive_number and await numbered(held)
    return merge_state_of(held.row.score_merge, found=record is not None, under_another=bool(under_another))


def merge_state_of(stands: str | None, *, found: bool, under_another: bool) -> MergeState | None:
    """Whether scores are merged, or must be: the archive number typed is last year's, under another document
    (candidates' notice 2024: "证件类型或证件编号如与上一年度不一致…申请进行考试成绩的合并")."""
    if found:
        return MERGED if stands == MERGED else None
    return NEEDED if under_another else None


async def automatic(held: Held, record: PastRegistration | None, candidate: Candidate) -> AutoConfirmation:
    """What the automatic rule says of this form beside that record, the row's `score_merge` being known."""
    return decide(
        enabled=held.policy is not None and held.policy.auto_confirmation,
        past=await _past(held, record) if record else None,
        this_year={**held.form.stored(), "name": candidate.name},
        document_changed=held.row.score_merge == NEEDED,
    )


async def confirm_by_system(held: Held, clock: Clock) -> None:
    """Make it confirmed, in the caller's transaction; the caller saves the row."""
    row, now = held.row, clock.now()
    row.state, row.confirmed_by, row.confirmed_at = State.CONFIRMED, "system", now
    let_payment_fall_due(held, now)
    after: dict[str, Any] = {"state": row.state}
    await audit.record(clock, SYSTEM, "confirmed", "registration", row.id, after=after)
    await tell(EventName.REGISTRATION_CONFIRMED, subject_id=row.id, candidate_id=row.candidate_id, at=now, by="system")


async def _decided_void(held: Held) -> bool:
    """Whether anything of what this candidate sat last year was decided void here, whatever the import says of it."""
    last_year = {"exam__kind": held.exam.kind, "exam__year": held.exam.year - 1}
    found = Registration.filter(candidate_id=held.row.candidate_id, **last_year)
    return any(await found.values_list("voids", flat=True))


async def _past(held: Held, record: PastRegistration) -> Past:
    return past_of(
        attendance=record.attendance,
        qualified=record.qualified,
        archive_number=record.archive_number,
        form=record.form,
        marks=record.marks,
        decided_void=await _decided_void(held),
    )


def past_of(
    *,
    attendance: str,
    qualified: bool,
    archive_number: str,
    form: Mapping[str, Any],
    marks: Sequence[Mapping[str, Any]],
    decided_void: bool,
) -> Past:
    """Last year's record as the rule reads it. `decided_void`: something of last year was decided void here."""
    return Past(
        attendance=cast(Literal["sat", "absent", "void"], attendance),  # a CHECK holds the three words
        qualified=qualified,
        archive_number=archive_number,
        form=form,
        violated=decided_void or any(mark.status == "void" for mark in marks_of(marks)),
    )
