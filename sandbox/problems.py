"""Errors of the sandbox's own calls (control, proxy, the state's systems), as application/problem+json."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, ValidationError

from sandbox.people import UnknownPerson

Body = TypeVar("Body", bound=BaseModel)


class Message(BaseModel):
    """The base of every control body: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class Problem(Exception):
    """Refused, and why in words."""

    def __init__(self, status: int, code: str, detail: str, errors: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.errors = status, code, detail, list(errors)

    def response(self) -> web.Response:
        """`{type, title, status, code, detail, errors}`."""
        body = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": self.errors,
        }
        return web.json_response(body, status=self.status, content_type="application/problem+json")


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers what the sandbox refuses, in words."""
    try:
        return await handler(request)
    except Problem as problem:
        return problem.response()
    except UnknownPerson as error:
        return Problem(404, "unknown_user", f"There is no user {error}.").response()


async def read_object(request: web.Request) -> dict[str, Any]:
    """The request's JSON object; an empty body counts as an empty one. Problem 400 for anything else."""
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise Problem(400, "not_json", "The body must be JSON.") from None
    if not isinstance(body, dict):
        raise Problem(400, "not_an_object", "The body must be a JSON object.")
    return body


async def read_body(request: web.Request, model: type[Body]) -> Body:
    """The request's body as the model. Problem 422 that names every wrong field."""
    try:
        return model.model_validate(await read_object(request))
    except ValidationError as error:
        raise Problem(422, "bad_body", "The body is not what this call takes.", faults_of(error)) from None


def faults_of(error: ValidationError) -> list[dict[str, str]]:
    """`[{field, code, message}]`, the field as a dotted path."""
    return [
        {"field": ".".join(map(str, fault["loc"])), "code": fault["type"], "message": fault["msg"]}
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    ]
