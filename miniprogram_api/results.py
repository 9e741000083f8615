"""Results: one's own, or those of whoever's admit number and document number go together."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from backend.exams.marks import Mark, Status
from backend.personal_data import mask_document
from backend.results.reading import Results, ResultView
from backend.wording import Language, say
from miniprogram_api.requests import Address, Caller
from miniprogram_api.shapes import In, Moment, Text
from miniprogram_api.typed_routes import Routes

routes = Routes()


class ResultQueryIn(In):
    exam: Annotated[Text, Field(min_length=1, max_length=32)]
    admit_number: Annotated[Text, Field(min_length=1, max_length=32)]
    id_number: Annotated[Text, Field(min_length=1, max_length=64)]


class MarkOut(BaseModel):
    """One subject, and in `text` what became of it where there is no score. `year`: the exam year whose score it is."""

    subject: str
    status: Status
    text: str
    score: int | None
    pass_line: int | None
    passed: bool
    year: int


class ResultOut(BaseModel):
    """What the exam said. `rolled`: last year's subjects that count; `rolls_on`: those that will count next year, under
    this `archive_number`; `report_until`: until when the score report may be downloaded; `certificate_handed_out_at`:
    when a nurse's 成绩合格证明 was; `sample`: made up."""

    exam: str
    exam_name: str
    admit_number: str
    archive_number: str | None
    name: str
    id_number: str
    speciality: str
    level: str
    subjects: list[MarkOut]
    rolled: list[MarkOut]
    rolls_on: list[str]
    qualified: bool
    message: str
    no_appeals: str
    published_at: Moment
    report_until: Moment | None
    certificate_handed_out_at: Moment | None
    sample: bool


@routes.add("GET", "/registrations/{registration_id}/results", refusals=(409,))
async def show_results(registration_id: UUID, caller: Caller, results: Results, language: Language) -> ResultOut:
    """What the exam said, once it is published."""
    return _out(await results.mine(caller.candidate_id, registration_id), language)


@routes.add("POST", "/result-queries", refusals=(404, 409))
async def query_results(body: ResultQueryIn, address: Address, results: Results, language: Language) -> ResultOut:
    """The result of whoever's admit number and document number go together, without signing in."""
    return _out(await results.query(body.exam, body.admit_number, body.id_number, address=address), language)


def _out(view: ResultView, language: Language) -> ResultOut:
    return ResultOut(
        exam=view.exam.code,
        exam_name=view.exam.name,
        admit_number=view.admit_number,
        archive_number=view.archive_number,
        name=view.name,
        id_number=mask_document(view.id_number),
        speciality=view.speciality_name,
        level=view.level,
        subjects=[_mark(mark, view.exam.year, language) for mark in view.marks],
        rolled=[_mark(mark, view.exam.year - 1, language) for mark in view.rolled],
        rolls_on=list(view.rolls_on),
        qualified=view.qualified,
        message=_message(view, language),
        no_appeals=say("results", "no_appeals", language),
        published_at=view.published_at,
        report_until=view.report_until,
        certificate_handed_out_at=view.certificate_handed_out_at,
        sample=view.sample,
    )


def _mark(mark: Mark, year: int, language: Language) -> MarkOut:
    return MarkOut(
        subject=mark.subject,
        status=mark.status,
        text=say("results", f"void_{mark.violation}" if mark.violation else mark.status, language),
        score=mark.score,
        pass_line=mark.pass_line,
        passed=mark.passed,
        year=year,
    )


def _message(view: ResultView, language: Language) -> str:
    if view.qualified:
        return say("results", "qualified", language)
    if view.rolls_on:
        return say("results", "rolls_on", language, subjects=view.rolls_on)
    return say("results", "not_qualified", language)
