"""Every error as application/problem+json, in the reader's language, with the trace id that finds it in the log."""

from http import HTTPStatus
from typing import Annotated

import pydantic_core
import structlog
from aiohttp import web
from pydantic import BaseModel, Field
from redis.exceptions import RedisError

from backend.answering import Handler, route_of
from backend.database import UNANSWERED
from backend.errors import Fault, Refusal, Unavailable
from backend.tracing import trace_id
from backend.wording import Language, say
from miniprogram_api.requests import language_of

log = structlog.get_logger(__name__)
PROBLEM_JSON = "application/problem+json"


class FieldProblem(BaseModel):
    """One fault of one field."""

    field: str
    code: str
    message: str


class Problem(BaseModel):
    """RFC 9457, with a stable `code` and the faults of each field."""

    type: str = "about:blank"
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    code: str
    detail: str
    errors: list[FieldProblem]
    trace_id: str


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One wrapper maps every refusal and every fault to an answer; nothing else of the service knows HTTP statuses."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return problem(refusal, language_of(request))
    except web.HTTPException as error:
        return _plain(error.status, language_of(request), error.headers.get("Allow"))
    except (*UNANSWERED, RedisError) as error:
        log.error("dependency_failed", path=route_of(request), error=type(error).__name__)
        return problem(Unavailable("try_later"), language_of(request))
    except Exception:
        log.exception("unexpected", path=route_of(request))
        return _plain(500, language_of(request), None)


def problem(refusal: Refusal, language: Language) -> web.Response:
    """The refusal as an answer."""
    body = Problem(
        title=HTTPStatus(refusal.status).phrase,
        status=refusal.status,
        code=refusal.code,
        detail=say("errors", refusal.code, language, **refusal.values),
        errors=[_field_problem(fault, language) for fault in refusal.faults],
        trace_id=trace_id(),
    )
    headers: dict[str, str] = {"Content-Language": language}
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    return web.Response(
        body=pydantic_core.to_json(body), status=refusal.status, content_type=PROBLEM_JSON, headers=headers
    )


def _field_problem(fault: Fault, language: Language) -> FieldProblem:
    return FieldProblem(field=fault.field, code=fault.code, message=say("faults", fault.code, language, **fault.values))


def _plain(status: int, language: Language, allow: str | None) -> web.Response:
    code = {404: "path_unknown", 405: "method_not_allowed", 413: "body_too_large"}.get(
        status, "unexpected" if status >= 500 else "request_faulty"
    )
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=say("errors", code, language),
        errors=[],
        trace_id=trace_id(),
    )
    headers = {"Content-Language": language, **({"Allow": allow} if allow else {})}
    return web.Response(body=pydantic_core.to_json(body), status=status, content_type=PROBLEM_JSON, headers=headers)
