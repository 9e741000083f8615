"""The score report (成绩单), which candidates print in its window and keep: it isn't printed again later.

What it tells of rolling and of appeals is the candidates' notice of 2024.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.documents.barcodes import qr
from backend.documents.dates import day
from backend.documents.photos import photo_svg
from backend.documents.sheets import Sheet, counted, head

TEMPLATE = "score_report"


class Outcome(StrEnum):
    """What became of a subject."""

    PASSED = "合格"
    FAILED = "不合格"
    ABSENT = "缺考"
    VOID = "成绩无效"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One subject's score; one that rolls over from last year tells its year."""

    subject: str
    year: int
    score: int | None
    """None where there is none: absent, void."""
    pass_line: int | None
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport(Sheet):
    """One candidate's scores in one exam; theirs alone, so the document number stands whole."""

    name: str
    gender: str | None
    id_type: str
    id_number: str
    admit_number: str
    archive_number: str | None
    """档案号, which next year's registration asks for: without it these scores don't roll."""
    level: str
    speciality: str
    speciality_code: str
    photo: bytes | None
    scores: tuple[Score, ...]
    qualified: bool | None
    """Whether all subjects together give the qualification; None while that isn't decided."""
    rolling_years: int
    """1: all subjects in one year; 2: in two that follow each other."""
    published_at: datetime
    issued_by: str | None
    """Who publishes the scores, under whose name the report ends."""
    qr_text: str | None
    """What tells a true report from a made-up one, where the service answers such a question."""


def score_report_data(report: ScoreReport) -> dict[str, object]:
    """The data of the template. Raises ValueError for a QR text that is too long."""
    return {
        **head(report, "成绩单"),
        "name": report.name,
        "gender": report.gender,
        "id_type": report.id_type,
        "id_number": report.id_number,
        "admit_number": report.admit_number,
        "archive_number": report.archive_number,
        "level": report.level,
        "speciality": f"{report.speciality}（{report.speciality_code}）",
        "photo": photo_svg(report.photo) if report.photo else None,
        "scores": [_score(score) for score in report.scores],
        "qualified": report.qualified,
        "rolling": report.rolling_years > 1,
        "published": day(report.published_at),
        "issued_by": report.issued_by,
        "qr": qr(report.qr_text) if report.qr_text else None,
    }


def _score(score: Score) -> dict[str, object]:
    return {
        "subject": score.subject,
        "year": f"{score.year}年",
        "score": counted(score.score),
        "pass_line": counted(score.pass_line),
        "outcome": score.outcome,
    }
