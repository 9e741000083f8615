"""The candidate's papers: the application form, the admit card, the score report."""

from uuid import UUID

from pydantic import BaseModel

from backend.documents.papers import Papers
from backend.documents.score_reports import ScoreReports
from miniprogram_api.pacing import DRAWN
from miniprogram_api.requests import Caller
from miniprogram_api.shapes import Moment
from miniprogram_api.typed_routes import Reply, Routes

routes = Routes()
PDF = "application/pdf"


class SittingOut(BaseModel):
    subject: str
    starts_at: Moment
    ends_at: Moment
    venue: str
    address: str
    room: str
    seat: str


class AdmitCardOut(BaseModel):
    """What is on the card; `sample`: some of it is made up, not published."""

    admit_number: str
    exam_name: str
    name: str
    speciality: str
    site: str
    sittings: list[SittingOut]
    sample: bool


@routes.add("GET", "/registrations/{registration_id}/application-form.pdf", produces=PDF, refusals=(409,), pace=DRAWN)
async def application_form(registration_id: UUID, caller: Caller, papers: Papers) -> Reply:
    """The application form to print, sign and have stamped."""
    return pdf_reply(await papers.application_form(caller.candidate_id, registration_id), "application-form.pdf")


@routes.add("GET", "/registrations/{registration_id}/admit-card", refusals=(409,))
async def admit_card(registration_id: UUID, caller: Caller, papers: Papers) -> AdmitCardOut:
    """What is on the admit card, inside its window."""
    card = await papers.card(caller.candidate_id, registration_id)
    return AdmitCardOut.model_validate(card, from_attributes=True)


@routes.add("GET", "/registrations/{registration_id}/admit-card.pdf", produces=PDF, refusals=(409,), pace=DRAWN)
async def admit_card_pdf(registration_id: UUID, caller: Caller, papers: Papers) -> Reply:
    """The admit card to print, inside its window."""
    return pdf_reply(await papers.card_pdf(caller.candidate_id, registration_id, actor=caller.actor), "admit-card.pdf")


@routes.add("GET", "/registrations/{registration_id}/score-report.pdf", produces=PDF, refusals=(409,), pace=DRAWN)
async def score_report_pdf(registration_id: UUID, caller: Caller, score_reports: ScoreReports) -> Reply:
    """The score report to print and keep, from the instant at which results are out until its window ends."""
    report = await score_reports.pdf(caller.candidate_id, registration_id, actor=caller.actor)
    return pdf_reply(report, "score-report.pdf")


def pdf_reply(content: bytes, name: str) -> Reply:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return Reply(body=content, headers=headers, content_type=PDF)
