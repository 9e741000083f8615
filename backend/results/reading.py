"""Results as they are read: by their owner, or by who knows an admit number and the document that goes with it.

One indexed statement a read, for the minute in which they come out. Before their instant nobody is told more than that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend.candidates.logins import ABOUT_ID_NUMBER, spelt_login
from backend.candidates.models import IdType
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.errors import Conflict, NotFound
from backend.exams.catalogue import ExamFacts, Exams
from backend.exams.marks import Mark, marks_of
from backend.exams.results_due import results_due
from backend.personal_data import PersonalData
from backend.registrations.models import Origin
from backend.results.guessing import Guessing
from backend.results.judgement import is_shown

SELECT: Final = """
SELECT registration.exam_id, registration.origin, registration.photo, registration.form -> 'registration' AS choice,
    registration.form -> 'basic' ->> 'gender' AS gender,
    candidate.name, candidate.id_type, candidate.id_number, result.id AS result_id, result.admit_number,
    result.archive_number, result.marks, result.rolled, result.rolls_on, result.qualified, result.sample,
    certificate.handed_out_at, publication.publish_at, publication.report_until
"""
MINE: Final = f"""
{SELECT} FROM registration JOIN candidate ON candidate.id = registration.candidate_id
LEFT JOIN result ON result.registration_id = registration.id
LEFT JOIN certificate ON certificate.registration_id = registration.id
LEFT JOIN results_publication AS publication ON publication.exam_id = registration.exam_id
WHERE registration.id = $1 AND registration.candidate_id = $2
"""
QUERIED: Final = f"""
{SELECT} FROM admit_number
JOIN registration ON registration.id = admit_number.registration_id AND registration.exam_id = $1
JOIN candidate ON candidate.id = registration.candidate_id AND candidate.id_number_index = $3
JOIN result ON result.registration_id = registration.id AND result.admit_number = admit_number.number
JOIN results_publication AS publication ON publication.exam_id = registration.exam_id
LEFT JOIN certificate ON certificate.registration_id = registration.id
WHERE admit_number.number = $2 AND admit_number.retired_at IS NULL
"""
"""An admit number that isn't there and one that is another person's: no row, after the same work."""
PUBLISHED: Final = "SELECT 1 FROM results_publication WHERE exam_id = $1 AND publish_at <= $2"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """What one exam said of one person. `rolled`: last year's marks that count; `rolls_on`: subjects for next year.

    `id_number` is whole: mask it before it is shown. `photo` is its key in the store. `certificate_handed_out_at`: the
    nurses' 成绩合格证明.
    """

    exam: ExamFacts
    admit_number: str
    name: str
    gender: str | None
    id_type: IdType
    id_number: str
    photo: str | None
    area: str
    site: str
    speciality: str
    speciality_name: str
    level: str
    marks: tuple[Mark, ...]
    rolled: tuple[Mark, ...]
    rolls_on: tuple[str, ...]
    qualified: bool
    archive_number: str | None
    published_at: datetime
    report_until: datetime | None
    certificate_handed_out_at: datetime | None
    sample: bool


class Results:
    def __init__(
        self, *, database: Database, clock: Clock, exams: Exams, personal_data: PersonalData, guessing: Guessing
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._personal_data, self._guessing = personal_data, guessing

    async def mine(self, candidate_id: UUID, registration_id: UUID) -> ResultView:
        """The candidate's own.

        Raises NotFound `registration_unknown`; Conflict `results_not_public` to the military where the notice says so,
        `results_not_published`, and once they are out `no_result`.
        """
        rows = await self._database.rows(MINE, registration_id, candidate_id)
        if not rows:
            raise NotFound("registration_unknown")
        row, exam = rows[0], await self._exams.by_id(rows[0]["exam_id"])
        if not _is_shown(row, exam):
            raise Conflict("results_not_public")
        if row["publish_at"] is None or row["publish_at"] > self._clock.now():
            raise self._unpublished(exam)
        if row["result_id"] is None:
            raise Conflict("no_result")
        return await self._view(row, exam)

    async def query(self, exam_code: str, admit_number: str, id_number: str, *, address: str | None) -> ResultView:
        """Whose admit number and document number go together, without an account.

        Raises NotFound `result_not_found` alike for a number that is nobody's, one that is another's and one whose
        result isn't public; Conflict
        `results_not_published`; TooMany where somebody is guessing.
        """
        exam = await self._exams.exam(exam_code)
        index = self._personal_data.index(spelt_login(id_number), about=ABOUT_ID_NUMBER)
        if not await self._database.rows(PUBLISHED, exam.id, self._clock.now()):
            raise self._unpublished(exam)
        number = spelt_login(admit_number)
        async with self._guessing.guess(admit_number=number, document=index.hex(), address=address) as guess:
            rows = await self._database.rows(QUERIED, exam.id, number, index)
            if not rows or not _is_shown(rows[0], exam):
                raise NotFound("result_not_found")
            guess.right = True
        return await self._view(rows[0], exam)

    def _unpublished(self, exam: ExamFacts) -> Conflict:
        due = results_due(exam.results_rule, exam.exam_days)
        if due is None or due <= self._clock.now():
            return Conflict("results_not_published")
        return Conflict("results_not_published_yet", until=due)

    async def _view(self, row: Mapping[str, Any], exam: ExamFacts) -> ResultView:
        choice = json.loads(row["choice"])
        known = (await self._exams.specialities_of(exam.kind)).get(choice["speciality"])
        return ResultView(
            exam=exam,
            admit_number=row["admit_number"],
            name=row["name"],
            gender=row["gender"],
            id_type=IdType(row["id_type"]),
            id_number=self._personal_data.decrypt(bytes(row["id_number"]), about=ABOUT_ID_NUMBER),
            photo=row["photo"],
            area=choice["area"],
            site=choice["site"],
            speciality=choice["speciality"],
            speciality_name=known.name if known else choice["speciality"],
            level=choice["level"],
            marks=marks_of(json.loads(row["marks"])),
            rolled=marks_of(json.loads(row["rolled"])),
            rolls_on=tuple(json.loads(row["rolls_on"])),
            qualified=row["qualified"],
            archive_number=row["archive_number"],
            published_at=row["publish_at"].astimezone(EXAM_ZONE),
            report_until=row["report_until"].astimezone(EXAM_ZONE) if row["report_until"] else None,
            certificate_handed_out_at=row["handed_out_at"].astimezone(EXAM_ZONE) if row["handed_out_at"] else None,
            sample=row["sample"] or exam.sample,
        )


def _is_shown(row: Mapping[str, Any], exam: ExamFacts) -> bool:
    return is_shown(exam.military, of_the_military=row["origin"] == Origin.MILITARY)
