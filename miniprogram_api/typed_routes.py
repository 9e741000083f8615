"""Routes with types: what a handler takes and gives is read from its signature, checked, and told as OpenAPI 3.1.

A handler is `async def name(…) -> Out`. Its parameters, by kind:
- a name in the path: that part of the path, as its type;
- `body`: the JSON body, a pydantic model; every fault of it is answered together;
- `query`: the query string, a pydantic model;
- of a type in `asked`: made from the request (the session, the language, …);
- anything else: the service of that type, found once at start.
"""

import inspect
import re
import typing
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pydantic_core
from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from backend.errors import Fault, Faulty, NotFound
from backend.server_sent import send

Handler = Callable[..., Awaitable[Any]]
Asked = Callable[[web.Request], Awaitable[Any]]
AiohttpHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Before = Callable[[Mapping[str, Any]], Awaitable[None]]
JSON = "application/json"


class Urgency(StrEnum):
    """Who is let in where not all can be (crowding.py). `apart`: always is, as it only asks whether we live, waits
    for something to happen, or is a platform's callback."""

    LATER = "later"
    USUAL = "usual"
    FIRST = "first"
    APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer with more than a body: headers, or bytes of another type."""

    body: BaseModel | bytes | None
    status: int = 200
    headers: Mapping[str, str] | None = None
    content_type: str = JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """An answer that goes on: events as they are written, until there are no more."""

    events: AsyncGenerator[bytes, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """So many calls of one kind within so many seconds, by one candidate."""

    name: str
    calls: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One call of the API, as it was declared."""

    method: str
    path: str
    handler: Handler
    status: int
    likewise: tuple[int, ...]
    refusals: tuple[int, ...]
    produces: str
    answer: type[BaseModel] | None
    file: bool
    urgency: Urgency
    pace: Pace | None


class Routes:
    """A room's table of routes. `urgency`: of those that say nothing else."""

    def __init__(self, urgency: Urgency = Urgency.USUAL) -> None:
        self._urgency = urgency
        self.table: list[Route] = []

    def add(
        self,
        method: str,
        path: str,
        *,
        status: int = 200,
        likewise: Iterable[int] = (),
        refusals: Iterable[int] = (),
        produces: str = JSON,
        file: bool = False,
        urgency: Urgency | None = None,
        pace: Pace | None = None,
    ) -> Callable[[Handler], Handler]:
        """Declare a call. `refusals`: the statuses its problems can have beyond those every call has; `likewise`: other
        statuses whose body has the same shape as the answer's, and is no problem; `pace`: how often one candidate may
        call it; `urgency`: of this call alone."""

        def declare(handler: Handler) -> Handler:
            answer = typing.get_type_hints(handler, include_extras=True)["return"]
            model = _answer_model(answer)
            self.table.append(
                Route(
                    method=method,
                    path=path,
                    handler=handler,
                    status=status,
                    likewise=tuple(likewise),
                    refusals=tuple(refusals),
                    produces=produces,
                    answer=model,
                    file=file,
                    urgency=urgency or self._urgency,
                    pace=pace,
                )
            )
            return handler

        return declare


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What a handler's signature asks for."""

    path: Mapping[str, TypeAdapter[Any]]
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    asked: Mapping[str, Any]
    services: Mapping[str, Any]


def parameters(route: Route, asked: Iterable[Any]) -> Parameters:
    """Sort a handler's parameters by kind."""
    hints = typing.get_type_hints(route.handler, include_extras=True)
    names = set(re.findall(r"{(\w+)}", route.path))
    path: dict[str, TypeAdapter[Any]] = {}
    requested: dict[str, Any] = {}
    services: dict[str, Any] = {}
    known = set(asked)
    for name in inspect.signature(route.handler).parameters:
        kind = hints[name]
        if name in names:
            path[name] = TypeAdapter(kind)
        elif name not in ("body", "query"):
            (requested if kind in known else services)[name] = kind
    return Parameters(path=path, body=hints.get("body"), query=hints.get("query"), asked=requested, services=services)


def bind(
    route: Route, *, asked: Mapping[Any, Asked], services: Mapping[type, object], before: Before | None = None
) -> AiohttpHandler:
    """The aiohttp handler of a route; `before` is asked once it is known who calls.

    Raises KeyError at start for a service nobody provides.
    """
    wanted = parameters(route, asked)
    fixed = {name: services[kind] for name, kind in wanted.services.items()}
    makers = {name: asked[kind] for name, kind in wanted.asked.items()}

    async def handle(request: web.Request) -> web.StreamResponse:
        arguments = dict(fixed)
        for name, make in makers.items():
            arguments[name] = await make(request)
        if before is not None:
            await before(arguments)
        for name, kind in wanted.path.items():
            arguments[name] = _from_path(kind, request.match_info[name])
        if wanted.query is not None:
            arguments["query"] = checked(wanted.query, dict(request.query))
        if wanted.body is not None:
            arguments["body"] = checked_json(wanted.body, await _json(request))
        answer = await route.handler(**arguments)
        if isinstance(answer, Stream):
            return await send(request, answer.events)
        return _response(route, answer)

    return handle


def checked(model: type[BaseModel], value: Mapping[str, Any]) -> BaseModel:
    """The value as the model. Raises Faulty `request_faulty` naming every field."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Faulty("request_faulty", faults=faults_of(error)) from error


def checked_json(model: type[BaseModel], raw: bytes) -> BaseModel:
    """The JSON as the model. Raises Faulty `request_faulty` naming every field."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise Faulty("request_faulty", faults=faults_of(error)) from error


def faults_of(error: ValidationError) -> list[Fault]:
    """Pydantic's findings as faults of ours: the kind as the code, never the value."""
    faults = []
    for found in error.errors(include_url=False, include_input=False, include_context=True):
        field = ".".join(str(part) for part in found["loc"]) or "body"
        faults.append(Fault(field, FAULT_CODES.get(found["type"], "malformed"), dict(found.get("ctx") or {})))
    return faults


FAULT_CODES = {
    "missing": "missing",
    "extra_forbidden": "not_a_field",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "literal_error": "not_in_list",
    "enum": "not_in_list",
    "date_from_datetime_parsing": "not_a_date",
    "date_parsing": "not_a_date",
    "date_type": "not_a_date",
    "int_parsing": "not_a_number",
    "int_type": "not_a_number",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "json_invalid": "not_json",
}


async def _json(request: web.Request) -> bytes:
    if request.content_type != JSON:
        raise Faulty("not_json", faults=[Fault("body", "not_json")])
    return await request.read()


def _from_path(kind: TypeAdapter[Any], value: str) -> Any:
    try:
        return kind.validate_strings(value)
    except ValidationError as error:
        raise NotFound("path_unknown") from error


def _response(route: Route, answer: Any) -> web.Response:
    if isinstance(answer, Reply):
        body = _body(answer.body)
        return web.Response(
            body=body, status=answer.status, headers=answer.headers, content_type=answer.content_type if body else None
        )
    return web.Response(body=_body(answer), status=route.status, content_type=JSON if answer is not None else None)


def _body(answer: BaseModel | bytes | None) -> bytes | None:
    if isinstance(answer, BaseModel):
        return pydantic_core.to_json(answer)
    return answer


def _answer_model(answer: Any) -> type[BaseModel] | None:
    origin = typing.get_origin(answer)
    if origin is typing.Annotated:  # Annotated[Reply, Model]: a reply whose body is that model
        return typing.cast("type[BaseModel]", typing.get_args(answer)[1])
    return answer if isinstance(answer, type) and issubclass(answer, BaseModel) else None
