"""What a candidate reads at a peak: where a registration stands and its steps, in one indexed read.

The same statement says whether the session still stands, so that a read costs one round trip and not two.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from backend.candidates.tokens import AccessClaims
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.errors import NotFound, NotSignedIn
from backend.exams.catalogue import ExamFacts, Exams, Policy, SessionFacts
from backend.exams.prices import amount_fen
from backend.exams.results_due import results_due
from backend.registrations.commitment import letter_asked
from backend.registrations.military_steps import military_way
from backend.registrations.models import PaymentState, State
from backend.registrations.money_back import PROGRESS, MoneyBack
from backend.registrations.standing import Place, Standing
from backend.registrations.step import Step
from backend.registrations.steps import steps

STANDING: Final = """
SELECT session.id AS session, registration.id, registration.exam_id, registration.origin, registration.state,
    registration.payment_state,
    registration.confirmed_by, registration.forfeited_reason, registration.forfeited_from,
    ARRAY(SELECT jsonb_array_elements_text(registration.reasons)) AS reasons,
    registration.supplement_until, registration.submitted_at, registration.confirmed_at,
    registration.site_reviewed_at, registration.area_reviewed_at, registration.paid_at, registration.seated_at,
    registration.admit_card_downloaded_at, registration.confirmation_point_id,
    registration.form -> 'registration' ->> 'area' AS area,
    registration.form -> 'registration' ->> 'site' AS site,
    registration.form -> 'registration' ->> 'level' AS level,
    registration.form -> 'registration' ->> 'speciality' AS speciality,
    CASE jsonb_typeof(registration.form -> 'registration' -> 'subjects')
        WHEN 'array' THEN jsonb_array_length(registration.form -> 'registration' -> 'subjects') END AS subjects,
    CASE WHEN (registration.form -> 'education' ->> 'fresh_graduate')::boolean
        THEN registration.form -> 'education' ->> 'school' END AS school,
    refund.state AS refund_state, refund.amount_fen AS refund_fen,
    refund.kind AS refund_kind, refund.succeeded_at AS refunded_at,
    registration.auto_confirmation ->> 'outcome' AS auto_outcome, registration.score_merge,
    CASE registration.state WHEN 'confirmation_rejected' THEN (
        SELECT array_agg(kind || '：' || refused_because ORDER BY id) FROM material
        WHERE registration_id = registration.id AND refused_because IS NOT NULL) END AS refused,
    publication.publish_at, result.qualified, jsonb_array_length(result.rolls_on) AS rolls_on,
    result.sample AS result_is_sample, commitment.signed_at AS committed_at,
    candidate.identity_check,
    EXISTS (SELECT 1 FROM binding WHERE binding.candidate_id = $2 AND platform = 'wechat' AND unbound_at IS NULL)
        AS bound
FROM candidate
LEFT JOIN session ON session.id = $1 AND session.candidate_id = candidate.id AND session.ended_at IS NULL
LEFT JOIN registration ON registration.id = $3 AND registration.candidate_id = candidate.id
LEFT JOIN LATERAL (
    SELECT state, amount_fen, kind, succeeded_at FROM refund
    WHERE refund.registration_id = registration.id AND refund.state NOT IN ('asked', 'declined')
    ORDER BY refund.id DESC LIMIT 1
) AS refund ON true
LEFT JOIN results_publication AS publication ON publication.exam_id = registration.exam_id
LEFT JOIN result ON result.registration_id = registration.id
LEFT JOIN commitment ON commitment.registration_id = registration.id
WHERE candidate.id = $2
"""
"""One registration as its owner sees it, and whether their session still stands; a row without registration: not
theirs."""


class Progress:
    """The hot read: one statement, then rules on calendars this process already holds."""

    def __init__(self, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def steps(self, claims: AccessClaims, registration_id: UUID) -> list[Step]:
        """Raises NotSignedIn, NotFound."""
        rows = await self._database.rows(STANDING, claims.session_id, claims.candidate_id, registration_id)
        if not rows or rows[0]["session"] is None:
            raise NotSignedIn("session_ended")
        _, found = await self._read(rows)
        return found

    async def of(self, candidate_id: UUID, registration_id: UUID) -> tuple[Standing, list[Step]]:
        """Where it stands and its steps, for those who tell the candidate of them. Raises NotFound."""
        return await self._read(await self._database.rows(STANDING, None, candidate_id, registration_id))

    async def _read(self, rows: Sequence[Mapping[str, Any]]) -> tuple[Standing, list[Step]]:
        if not rows or rows[0]["id"] is None:
            raise NotFound("registration_unknown")
        row = rows[0]
        exam = await self._exams.by_id(row["exam_id"])
        calendar = await self._exams.calendar_or_national(exam.code, row["area"], row["site"])
        standing = await self._standing(row, exam)
        return standing, steps(standing, calendar, self._clock.now())

    async def _standing(self, row: Mapping[str, Any], facts: ExamFacts) -> Standing:
        exam, area, site = facts.code, row["area"], row["site"]
        is_out = row["publish_at"] is not None and row["publish_at"] <= self._clock.now()
        policy = await self._exams.policy_or_none(exam, area, site)
        sessions = await self._sessions(exam, area, row["speciality"])
        first, last = await self._exam_times(exam, area, sessions)
        place, place_is_sample = await self._place(exam, area, site, row["confirmation_point_id"])
        letter = letter_asked(exam, policy, row["origin"])
        made_up = {
            "confirmation": place_is_sample,
            "payment": policy is not None and policy.sample,
            "exam": any(session.sample for session in sessions),
            "results": is_out and bool(row["result_is_sample"]),
            "commitment": letter is not None and letter.sample,
        }
        military = military_way(facts, row["origin"])
        return Standing(
            state=State(row["state"]),
            payment_state=PaymentState(row["payment_state"]),
            bound=row["bound"] or military is not None,
            identity_check=row["identity_check"],
            payment_mode=policy.payment_mode if policy else "online",
            confirmed_online=policy is not None and policy.confirmation_mode == "online",
            amount_fen=_amount(policy, row["level"], row["subjects"]),
            by_system=row["confirmed_by"] == "system",
            forfeited_reason=row["forfeited_reason"],
            lapsed=row["forfeited_from"] == State.DRAFT,
            supplement_until=_local(row["supplement_until"]),
            auto_failed=row["auto_outcome"] == "failed",
            submitted_at=_local(row["submitted_at"]),
            confirmed_at=_local(row["confirmed_at"]),
            site_reviewed_at=_local(row["site_reviewed_at"]),
            area_reviewed_at=_local(row["area_reviewed_at"]),
            paid_at=_local(row["paid_at"]),
            seated_at=_local(row["seated_at"]),
            downloaded_at=_local(row["admit_card_downloaded_at"]),
            exam_starts_at=first,
            exam_ends_at=last,
            place=place,
            materials=tuple(policy.materials) if policy else (),
            refused=tuple(row["refused"] or ()),
            reasons=tuple(row["reasons"]),
            military=military,
            money_back=_money_back(row),
            results_due=results_due(facts.results_rule, facts.exam_days),
            results_at=_local(row["publish_at"]) if is_out else None,
            result=_result(row) if is_out else None,
            score_merge=row["score_merge"],
            commitment=letter.title if letter else None,
            committed_at=_local(row["committed_at"]),
            schools=facts.fresh_graduates_confirm_at == "school",
            school=row["school"],
            samples=frozenset(step for step, is_sample in made_up.items() if is_sample),
        )

    async def _sessions(self, exam: str, area: str | None, speciality: str | None) -> Sequence[SessionFacts]:
        """The speciality's own sessions; none where they aren't known."""
        return await self._exams.sessions(exam, area, speciality=speciality) if speciality else ()

    async def _exam_times(
        self, exam: str, area: str | None, mine: Sequence[SessionFacts]
    ) -> tuple[datetime | None, datetime | None]:
        """From the first of the candidate's own sessions to the last; of the whole exam where they aren't known."""
        if mine:
            return min(session.starts_at for session in mine), max(session.ends_at for session in mine)
        return await self._exams.exam_times(exam, area)

    async def _place(
        self, exam: str, area: str | None, site: str | None, point_id: int | None
    ) -> tuple[Place | None, bool]:
        """The place, and whether it is a sample."""
        if area is None or site is None or point_id is None:
            return None, False
        for point in await self._exams.points(exam, area, site):
            if point.id == point_id:
                place = Place(
                    name=point.name,
                    address=point.address,
                    phone=point.phone,
                    hand_in=point.hand_in,
                    closes_at=point.closes_at,
                )
                return place, point.sample
        return None, False


def _amount(policy: Policy | None, level: str | None, subjects: int | None) -> int | None:
    return amount_fen(policy.prices, level=level, subjects=subjects or 0) if policy and level else None


def _money_back(row: Mapping[str, Any]) -> MoneyBack | None:
    if row["refund_state"] is None:
        return None
    return MoneyBack(
        progress=PROGRESS[row["refund_state"]],
        amount_fen=row["refund_fen"],
        succeeded_at=row["refunded_at"],
        surplus=row["refund_kind"] == "surplus",
    )


def _result(row: Mapping[str, Any]) -> Literal["qualified", "rolls_on", "not_qualified"] | None:
    if row["qualified"] is None:
        return None
    if row["qualified"]:
        return "qualified"
    return "rolls_on" if row["rolls_on"] else "not_qualified"


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(EXAM_ZONE) if at else None
