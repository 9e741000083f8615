"""The steps of a registration: the call of every peak, so its room stands first: a router looks through in order."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import pydantic_core
from pydantic import BaseModel

from backend.candidates.tokens import AccessClaims
from backend.registrations.progress import Progress
from backend.registrations.step import Step, StepState
from backend.wording import Language, say, sentence
from miniprogram_api.shapes import Moment, Page
from miniprogram_api.typed_routes import Reply, Routes

routes = Routes()


class StepOut(BaseModel):
    """One step; `at`: when it was done or opens; `until`: its deadline; `action`: what can be done here;
    `sample`: something it says is made up, not published."""

    step: str
    title: str
    state: StepState
    at: Moment | None = None
    until: Moment | None = None
    where: str | None = None
    bring: list[str]
    message: str
    action: str | None = None
    sample: bool


@routes.add("GET", "/registrations/{registration_id}/steps")
async def show_steps(
    registration_id: UUID, claims: AccessClaims, progress: Progress, language: Language
) -> Annotated[Reply, Page[StepOut]]:
    """What is done, what is next, until when, where, what to bring."""
    items = [_step(step, language) for step in await progress.steps(claims, registration_id)]
    return Reply(body=pydantic_core.to_json({"items": items, "next": None}))


def _step(step: Step, language: Language) -> dict[str, Any]:
    """A StepOut, not made as one: the models' checks would cost this call a fifth of its time."""
    return {
        "step": step.step,
        "title": say("steps", step.step, language),
        "state": step.state,
        "at": _shown(step.at),
        "until": _shown(step.until),
        "where": step.where,
        "bring": step.bring,
        "message": sentence(say("steps", step.message, language, **step.values)),
        "action": step.action,
        "sample": step.sample,
    }


def _shown(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
