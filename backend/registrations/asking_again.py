"""The automatic rule asked again of many: last year's file came, or was mended, after they were handed in.

The import notes whom it touches, in its own transaction; a sweep asks the rule of them in batches that are claimed
with FOR UPDATE SKIP LOCKED. A note goes with the answer's transaction, so any number of workers share the work, and one
that is killed has done whole batches and nothing twice. An answer that changes nothing is no change.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog

from backend.audit import SYSTEM
from backend.clock import Clock
from backend.database import Database
from backend.events import EventName
from backend.exams.catalogue import ExamFacts, Exams, Policy
from backend.registrations.auto_confirmation import AutoConfirmation, Past, decide
from backend.registrations.last_year import HELD_BY_WRITER, NEEDED, MergeState, merge_state_of, past_of, spellings
from backend.registrations.models import PaymentState, State
from backend.registrations.moves import payment_after
from backend.registrations.standing import MERGEABLE
from backend.staging import Bulk

log = structlog.get_logger(__name__)

BATCH: Final = 500

NOTE: Final = """
INSERT INTO rule_again (registration_id, since)
SELECT registration.id, $3
FROM registration JOIN exam ON exam.id = registration.exam_id AND exam.kind = $1 AND exam.year = $2 + 1
WHERE registration.state = ANY($4::text[]) AND registration.origin = 'candidate' AND registration.id IN (
    SELECT mine.id FROM past_written
    JOIN candidate USING (id_type, id_number_index)
    JOIN registration AS mine ON mine.candidate_id = candidate.id
    UNION ALL
    SELECT score_merge.registration_id FROM past_written JOIN score_merge ON score_merge.past_id = past_written.id
    UNION ALL
    SELECT lost.id FROM registration AS lost
    WHERE lost.auto_confirmation ->> 'reason' IN ('no_last_year', 'document_changed', 'area_without')
        AND NOT lost.rolls AND lost.form #>> '{registration,archive_number}' <> ''
)
ORDER BY registration.id
ON CONFLICT DO NOTHING
"""
"""Whom the rows just written may concern: by document, by a merge, or by an archive number that was found nowhere."""

CLAIM: Final = """
SELECT rule_again.id AS note, registration.id
FROM rule_again JOIN registration ON registration.id = rule_again.registration_id
ORDER BY rule_again.id LIMIT $1 FOR UPDATE SKIP LOCKED
"""
STANDING: Final = """
SELECT registration.id, registration.exam_id, registration.state, registration.payment_state, registration.form,
    registration.score_merge, registration.auto_confirmation, registration.rolls, candidate.name,
    coalesce(merged.attendance, documented.attendance) AS attendance,
    coalesce(merged.qualified, documented.qualified) AS qualified,
    coalesce(merged.archive_number, documented.archive_number) AS archive_number,
    coalesce(merged.form, documented.form) AS past_form, coalesce(merged.marks, documented.marks) AS past_marks,
    EXISTS (SELECT 1 FROM registration AS sat JOIN exam AS before ON before.id = sat.exam_id
        WHERE sat.candidate_id = registration.candidate_id AND before.kind = exam.kind AND before.year = exam.year - 1
            AND sat.voids <> '{}') AS decided_void
FROM registration
JOIN candidate ON candidate.id = registration.candidate_id
JOIN exam ON exam.id = registration.exam_id
LEFT JOIN score_merge ON score_merge.registration_id = registration.id
LEFT JOIN past_registration AS merged ON merged.id = score_merge.past_id
LEFT JOIN past_registration AS documented ON documented.kind = exam.kind AND documented.year = exam.year - 1
    AND documented.id_type = candidate.id_type AND documented.id_number_index = candidate.id_number_index
WHERE registration.id = ANY($1::uuid[]) AND registration.state = ANY($2::text[])
"""
"""This year's form beside last year's: the merged record, else the one under the candidate's own document."""

NUMBERED: Final = """
SELECT archive_number FROM past_registration WHERE kind = $1 AND year = $2 AND archive_number = ANY($3::text[])
"""
ANSWER: Final = """
WITH said AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::text[], $5::boolean[], $6::text[])
        AS said (id, found, rolls, score_merge, confirmed, payment_state)
), changed AS (
    UPDATE registration SET auto_confirmation = said.found::jsonb, rolls = said.rolls, score_merge = said.score_merge,
        version = version + 1,
        state = CASE WHEN said.confirmed THEN 'confirmed' ELSE state END,
        confirmed_by = CASE WHEN said.confirmed THEN $9 ELSE confirmed_by END,
        confirmed_at = CASE WHEN said.confirmed THEN $7 ELSE confirmed_at END,
        payment_due_since = CASE WHEN said.payment_state = 'due' AND registration.payment_state <> 'due' THEN $7
            ELSE payment_due_since END,
        payment_state = said.payment_state
    FROM said WHERE registration.id = said.id
    RETURNING registration.id, candidate_id, said.confirmed,
        jsonb_build_object('outcome', auto_confirmation -> 'outcome', 'reason', auto_confirmation -> 'reason') AS found,
        jsonb_build_object('rolls', registration.rolls) AS also
), acts AS (
    SELECT id, candidate_id, 1 AS position, 'compared' AS act, found || also AS after, $10 AS event, found AS payload
    FROM changed
    UNION ALL
    SELECT id, candidate_id, 2, 'confirmed', '{"state": "confirmed"}', $11, jsonb_build_object('by', $9::text)
    FROM changed WHERE confirmed
), recorded AS (
    INSERT INTO audit_record (at, recorded_at, actor_kind, actor_id, act, subject, subject_id, after)
    SELECT $7, now(), $9, $8, act, 'registration', id::text, after FROM acts ORDER BY id, position
), told AS (
    INSERT INTO event (name, candidate_id, subject_id, payload, happened_at, attempts)
    SELECT event, candidate_id, id::text, payload, $7, 0 FROM acts ORDER BY id, position
)
SELECT count(*) AS changed FROM changed
"""
FORGET: Final = "DELETE FROM rule_again WHERE id = ANY($1::bigint[])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the rule says of one registration now, and what follows from it."""

    id: UUID
    decision: AutoConfirmation
    score_merge: MergeState | None
    confirmed: bool
    payment_state: str


async def ask_again_of_written(into: Bulk, *, kind: str, year: int, now: datetime) -> None:
    """Inside the import's transaction, the rows of `past_written` being in place: note whom they concern."""
    await into.execute(HELD_BY_WRITER)
    await into.execute(NOTE, kind, year, now, sorted(MERGEABLE))


class AskingAgain:
    """`sweep` may run anywhere and at any time."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def sweep(self) -> int:
        """Ask the rule of all that are noted, batch after batch; how many were changed by the answer.

        It ends where a claim finds less than a batch: others hold the rest.
        """
        changed = 0
        while True:
            async with self._database.transaction():
                claimed = await self._database.rows(CLAIM, BATCH)
                changed += await self._ask([row["id"] for row in claimed])
                await self._database.execute(FORGET, [row["note"] for row in claimed])
            if len(claimed) < BATCH:
                break
        if changed:
            log.info("rule_asked_again", registrations=changed)
        return changed

    async def _ask(self, ids: Sequence[UUID]) -> int:
        rows = await self._database.rows(STANDING, list(ids), sorted(MERGEABLE))
        exams = {exam_id: await self._exams.by_id(exam_id) for exam_id in {row["exam_id"] for row in rows}}
        for row in rows:
            row["form"] = json.loads(row["form"])
        places = {_place(row) for row in rows}
        policies = {one: await self._exams.policy_or_none(exams[one[0]].code, *one[1:]) for one in places}
        numbers = {exam_id: await self._numbered(exam, rows) for exam_id, exam in exams.items()}
        return await self._answer(await asyncio.to_thread(_said, rows, policies, numbers))

    async def _numbered(self, exam: ExamFacts, rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
        """Which of the archive numbers typed by those who have no record were last year's."""
        lost = [row for row in rows if row["attendance"] is None and row["exam_id"] == exam.id]
        typed = [number for row in lost for number in _typed(row)]
        found = await self._database.rows(NUMBERED, exam.kind, exam.year - 1, typed) if typed else []
        return frozenset(row["archive_number"] for row in found)

    async def _answer(self, said: Sequence[Said]) -> int:
        if not said:
            return 0
        (done,) = await self._database.rows(
            ANSWER,
            [one.id for one in said],
            [json.dumps(one.decision.stored(), ensure_ascii=False) for one in said],
            [one.decision.rolls for one in said],
            [one.score_merge for one in said],
            [one.confirmed for one in said],
            [one.payment_state for one in said],
            self._clock.now(),
            SYSTEM.id,
            SYSTEM.kind,
            EventName.REGISTRATION_COMPARED.value,
            EventName.REGISTRATION_CONFIRMED.value,
        )
        return int(done["changed"])


def _said(
    rows: Sequence[Mapping[str, Any]],
    policies: Mapping[tuple[int, str, str], Policy | None],
    numbers: Mapping[int, frozenset[str]],
) -> list[Said]:
    """Of whom the rule says otherwise than it did."""
    found = []
    for row in rows:
        said = _of(row, policies[_place(row)], numbers[row["exam_id"]])
        before = json.loads(row["auto_confirmation"] or "null"), row["rolls"], row["score_merge"]
        if (said.decision.stored(), said.decision.rolls, said.score_merge) != before or said.confirmed:
            found.append(said)
    return found


def _of(row: Mapping[str, Any], policy: Policy | None, numbers: frozenset[str]) -> Said:
    past = _past(row)
    under_another = past is None and not numbers.isdisjoint(_typed(row))
    score_merge = merge_state_of(row["score_merge"], found=past is not None, under_another=under_another)
    decision = decide(
        enabled=policy is not None and policy.auto_confirmation,
        past=past,
        this_year={**row["form"], "name": row["name"]},
        document_changed=score_merge == NEEDED,
    )
    confirmed = decision.outcome == "confirmed" and row["state"] == State.SUBMITTED
    payment_state = row["payment_state"]
    if confirmed and policy is not None:
        payment_state = payment_after(
            state=State.CONFIRMED,
            payment_state=PaymentState(payment_state),
            payment_mode=policy.payment_mode,
            after_auto_confirmation=policy.after_auto_confirmation,
            by_system=True,
        ).value
    return Said(
        id=row["id"], decision=decision, score_merge=score_merge, confirmed=confirmed, payment_state=payment_state
    )


def _past(row: Mapping[str, Any]) -> Past | None:
    if row["attendance"] is None:
        return None
    return past_of(
        attendance=row["attendance"],
        qualified=row["qualified"],
        archive_number=row["archive_number"],
        form=json.loads(row["past_form"]),
        marks=json.loads(row["past_marks"]),
        decided_void=row["decided_void"],
    )


def _place(row: Mapping[str, Any]) -> tuple[int, str, str]:
    choice = row["form"]["registration"]
    return row["exam_id"], choice["area"], choice["site"]


def _typed(row: Mapping[str, Any]) -> tuple[str, ...]:
    return spellings(row["form"]["registration"].get("archive_number"))
