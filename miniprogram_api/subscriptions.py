"""Agreeing to reminders on the platform: what to ask for now, and what was answered."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from backend.reminders.asking import MOST_AT_ONCE, AskingStep
from backend.reminders.consents import Consents, WhatToAsk
from miniprogram_api.requests import Caller
from miniprogram_api.shapes import In, Moment, Text
from miniprogram_api.sign_in import PlatformName
from miniprogram_api.typed_routes import Routes

routes = Routes()


class StepIn(In):
    """`platform`: left out, the one this session was begun on."""

    step: AskingStep
    platform: PlatformName | None = None


class TemplateOut(BaseModel):
    """A template to ask for. `subscribe_id` goes into Baidu's form beside it, and comes back with the answer."""

    template_id: str
    subscribe_id: str | None = None


class SubscriptionsOut(BaseModel):
    """What to ask for now, in one tap. `ask_again_at`: when there may be more, for those who said no lately."""

    platform: PlatformName | None = None
    items: Annotated[list[TemplateOut], Field(max_length=MOST_AT_ONCE)]
    ask_again_at: Moment | None = None

    @classmethod
    def of(cls, found: WhatToAsk) -> "SubscriptionsOut":
        return cls.model_validate(
            {
                "platform": found.platform,
                "items": [
                    TemplateOut(template_id=one.template_id, subscribe_id=one.subscribe_id) for one in found.templates
                ],
                "ask_again_at": found.again_at,
            }
        )


class AnswersIn(In):
    """What was answered, by template; `subscribe_id`: at Baidu, the name of the one that was."""

    platform: PlatformName
    answers: Annotated[dict[Text, Literal["accept", "reject", "ban"]], Field(min_length=1, max_length=8)]
    subscribe_id: Annotated[Text, Field(max_length=32)] | None = None


@routes.add("GET", "/subscriptions")
async def subscriptions(query: StepIn, caller: Caller, consents: Consents) -> SubscriptionsOut:
    """Which templates to ask for at this step: at most three, none where enough is agreed or somebody just refused."""
    return SubscriptionsOut.of(
        await consents.to_ask(caller.candidate_id, caller.claims.session_id, query.step, query.platform)
    )


@routes.add("POST", "/subscriptions", status=204, refusals=(409,))
async def subscribed(body: AnswersIn, caller: Caller, consents: Consents) -> None:
    """What the phone says was answered. Where the platform tells us itself, its word is the one that counts."""
    await consents.report(caller.candidate_id, body.platform, body.answers, body.subscribe_id)
