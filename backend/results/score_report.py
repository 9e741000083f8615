"""The score report (成绩单) as data: what its paper will say. Pure.

It may be downloaded until the day told when the results came out: "考生须在规定时间内下载打印成绩单并妥善保管，逾期无法
补打和补办" (candidates' notice 2024).
"""

from dataclasses import dataclass
from datetime import datetime

from backend.errors import OutOfWindow
from backend.exams.marks import Mark, Status
from backend.results.reading import ResultView
from backend.wording import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedSubject:
    """One line of the report. `year`: the exam year whose score it is; last year's, where it rolled."""

    subject: str
    status: Status
    score: int | None
    pass_line: int | None
    passed: bool
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """One person's report. `id_number` is whole, as the paper has it; `photo` is its key in the store.

    `sample`: some of it is made up, not published.
    """

    exam_name: str
    year: int
    admit_number: str
    archive_number: str | None
    name: str
    gender: str | None
    id_type: str
    id_number: str
    photo: str | None
    area: str
    site: str
    speciality_code: str
    speciality: str
    level: str
    subjects: tuple[ReportedSubject, ...]
    qualified: bool
    published_at: datetime
    sample: bool


def score_report(view: ResultView, *, now: datetime) -> ScoreReport:
    """Raises OutOfWindow `stage_over` once it can't be downloaded any more."""
    if view.report_until is not None and view.report_until <= now:
        raise OutOfWindow("stage_over", stage=Term("stages", "score_report"), closes_at=view.report_until)
    year = view.exam.year
    lines = [*(_line(mark, year) for mark in view.marks), *(_line(mark, year - 1) for mark in view.rolled)]
    order = {subject: position for position, subject in enumerate(view.exam.subjects)}
    return ScoreReport(
        exam_name=view.exam.name,
        year=year,
        admit_number=view.admit_number,
        archive_number=view.archive_number,
        name=view.name,
        gender=view.gender,
        id_type=view.id_type,
        id_number=view.id_number,
        photo=view.photo,
        area=view.area,
        site=view.site,
        speciality_code=view.speciality,
        speciality=view.speciality_name,
        level=view.level,
        subjects=tuple(sorted(lines, key=lambda line: (order.get(line.subject, len(order)), -line.year))),
        qualified=view.qualified,
        published_at=view.published_at,
        sample=view.sample,
    )


def _line(mark: Mark, year: int) -> ReportedSubject:
    return ReportedSubject(
        subject=mark.subject,
        status=mark.status,
        score=mark.score,
        pass_line=mark.pass_line,
        passed=mark.passed,
        year=year,
    )
