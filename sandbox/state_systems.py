"""The state's systems that check identity and education.

No wire format of theirs is public, so this port is our own: JSON `{name, id_type, id_number}` in, `{"result": …}` out.
"""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from sandbox.ground import Ground
from sandbox.problems import Message, read_body
from sandbox.state import StateAnswers

Result = Literal["passed", "failed", "pending"]


class Question(Message):
    """Who is asked about."""

    name: Annotated[str, Field(min_length=1)]
    id_type: Annotated[str, Field(min_length=1)]
    id_number: Annotated[str, Field(min_length=1)]


class Answers(Message):
    """What is to be answered about a document number from now on; what is left out stays as it was."""

    id_number: Annotated[str, Field(min_length=1)]
    identity: Result | None = None
    education: Result | None = None


class StateSystems:
    """Passes everybody about whom nothing else was said."""

    def __init__(self, ground: Ground) -> None:
        self._store = ground.store

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/state/identity", self._identity),
            web.post("/state/education", self._education),
            web.post("/sandbox/identity", self._set),
        ]

    async def _identity(self, request: web.Request) -> web.Response:
        question = await read_body(request, Question)
        return web.json_response({"result": self._known(question.id_number).identity})

    async def _education(self, request: web.Request) -> web.Response:
        question = await read_body(request, Question)
        return web.json_response({"result": self._known(question.id_number).education})

    async def _set(self, request: web.Request) -> web.Response:
        wanted = await read_body(request, Answers)
        known = self._known(wanted.id_number)
        answers = StateAnswers(
            identity=wanted.identity or known.identity, education=wanted.education or known.education
        )
        self._store.state.state_answers[wanted.id_number.upper()] = answers
        self._store.changed()
        return web.json_response(
            {"id_number": wanted.id_number, "identity": answers.identity, "education": answers.education}
        )

    def _known(self, id_number: str) -> StateAnswers:
        return self._store.state.state_answers.get(id_number.upper(), StateAnswers())
