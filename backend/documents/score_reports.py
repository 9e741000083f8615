"""A candidate's score report, drawn from their result inside its window; that they have it is noted once."""

from typing import Final
from uuid import UUID

import structlog

from backend import audit
from backend.audit import Actor
from backend.clock import Clock
from backend.database import Database
from backend.documents.filled_forms import word
from backend.documents.rendering import Renderer
from backend.documents.score_report import TEMPLATE, Outcome, Score, ScoreReport, score_report_data
from backend.events import EventName, tell
from backend.results.models import Result
from backend.results.reading import Results
from backend.results.score_report import ReportedSubject, score_report
from backend.results.score_report import ScoreReport as Reported
from backend.storage import Storage

log = structlog.get_logger(__name__)

WITHOUT_SCORE: Final = {"absent": Outcome.ABSENT, "void": Outcome.VOID}


class ScoreReports:
    def __init__(
        self, *, database: Database, clock: Clock, results: Results, storage: Storage, renderer: Renderer
    ) -> None:
        self._database, self._clock, self._results = database, clock, results
        self._storage, self._renderer = storage, renderer

    async def pdf(self, candidate_id: UUID, registration_id: UUID, *, actor: Actor) -> bytes:
        """The report as a PDF; the first download is noted.

        Raises as `Results.mine` does, also to the military where the notice keeps results from them; OutOfWindow
        `stage_over` after its window.
        """
        view = await self._results.mine(candidate_id, registration_id)
        reported = score_report(view, now=self._clock.now())
        photo = await self._storage.get(reported.photo) if reported.photo else None
        paper = self._paper(reported, photo, rolling_years=view.exam.rolling_years)
        rendered = await self._renderer.render(TEMPLATE, score_report_data(paper))
        if rendered.missing:
            log.warning("characters_without_font", registration=str(registration_id), characters=rendered.missing)
        await self._note_download(candidate_id, registration_id, actor)
        return rendered.pdf

    def _paper(self, reported: Reported, photo: bytes | None, *, rolling_years: int) -> ScoreReport:
        return ScoreReport(
            exam_name=reported.exam_name,
            printed_at=self._clock.now().replace(second=0, microsecond=0),
            sample=reported.sample,
            area=reported.area,
            site=reported.site,
            name=reported.name,
            gender=word("gender", reported.gender),
            id_type=word("id_type", reported.id_type),
            id_number=reported.id_number,
            admit_number=reported.admit_number,
            archive_number=reported.archive_number,
            level=word("level", reported.level),
            speciality=reported.speciality,
            speciality_code=reported.speciality_code,
            photo=photo,
            scores=tuple(_score(one) for one in reported.subjects),
            qualified=reported.qualified,
            rolling_years=rolling_years,
            published_at=reported.published_at,
            issued_by=None,
            qr_text=None,
        )

    async def _note_download(self, candidate_id: UUID, registration_id: UUID, actor: Actor) -> None:
        now = self._clock.now()
        async with self._database.transaction():
            first = Result.filter(registration_id=registration_id, report_downloaded_at=None)
            if not await first.update(report_downloaded_at=now):
                return
            await audit.record(self._clock, actor, "downloaded", "score_report", registration_id)
            await tell(EventName.SCORE_REPORT_DOWNLOADED, subject_id=registration_id, candidate_id=candidate_id, at=now)


def _score(one: ReportedSubject) -> Score:
    passed = Outcome.PASSED if one.passed else Outcome.FAILED
    return Score(
        subject=one.subject,
        year=one.year,
        score=one.score,
        pass_line=one.pass_line,
        outcome=WITHOUT_SCORE.get(one.status, passed),
    )
