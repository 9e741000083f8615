"""The OpenAPI 3.1 document, made from the same table of routes that serves: what it says is what happens."""

import typing
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from backend.server_sent import CONTENT_TYPE
from miniprogram_api.problems import PROBLEM_JSON, Problem
from miniprogram_api.requests import CANDIDATE, HEADERS, SECURED, STAFF, Upload
from miniprogram_api.typed_routes import JSON, Parameters, Route, parameters

REF: Final = "#/components/schemas/{model}"
ALWAYS: Final = (429, 500, 503)
ANY_SHAPE: Final = ("*/*", CONTENT_TYPE)


def document(routes: Iterable[Route], *, asked: Iterable[Any], title: str, version: str) -> dict[str, Any]:
    """The whole document. Paths are those of `routes`, in their order."""
    table = [(route, parameters(route, asked)) for route in routes]
    schemas, definitions = models_json_schema(_models(table), ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for route, wanted in table:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, wanted, schemas)
    components = {
        "schemas": definitions.get("$defs", {}),
        "securitySchemes": {
            CANDIDATE: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            STAFF: {"type": "http", "scheme": "bearer", "description": "a session of the staff's"},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": components,
    }


def _models(
    table: Iterable[tuple[Route, Parameters]],
) -> list[tuple[type[BaseModel], typing.Literal["validation", "serialization"]]]:
    models: dict[tuple[type[BaseModel], typing.Literal["validation", "serialization"]], None] = {
        (Problem, "serialization"): None
    }
    for route, wanted in table:
        if wanted.body is not None:
            models[(wanted.body, "validation")] = None
        if wanted.query is not None:
            models[(wanted.query, "validation")] = None
        if route.answer is not None:
            models[(route.answer, "serialization")] = None
    return list(models)


def _operation(route: Route, wanted: Parameters, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "summary": (route.handler.__doc__ or "").strip().partition("\n")[0],
        "responses": _responses(route, wanted, schemas),
    }
    if given := [*_path_parameters(wanted), *_query_parameters(wanted), *_headers(wanted)]:
        operation["parameters"] = given
    if wanted.body is not None:
        operation["requestBody"] = _content(JSON, schemas[(wanted.body, "validation")])
    elif Upload in wanted.asked.values():
        operation["requestBody"] = _content("multipart/form-data", FILE)
    if scheme := _secured(wanted):
        operation["security"] = [{scheme: []}]
    return operation


FILE: Final = {
    "type": "object",
    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
    "required": ["file"],
}


def _content(kind: str, schema: Any) -> dict[str, Any]:
    return {"required": True, "content": {kind: {"schema": schema}}}


def _responses(route: Route, wanted: Parameters, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "done"}
    if route.answer is not None:
        done["content"] = {JSON: {"schema": schemas[(route.answer, "serialization")]}}
    elif route.produces != JSON:
        # What may be of any type may have any shape: platforms are answered each in its own words. Of a stream each
        # event is read by itself.
        bytes_of_it = {"type": "string", "contentMediaType": route.produces}
        done["content"] = {route.produces: {"schema": {} if route.produces in ANY_SHAPE else bytes_of_it}}
    problem = {
        "description": "refused, in words",
        "content": {PROBLEM_JSON: {"schema": schemas[(Problem, "serialization")]}},
    }
    statuses = {*ALWAYS, *route.refusals}
    if wanted.body or wanted.query or _headers(wanted) or Upload in wanted.asked.values():
        statuses |= {413, 422}
    if wanted.path:
        statuses.add(404)
    if scheme := _secured(wanted):
        statuses |= {401, 403} if scheme == STAFF else {401}
    refused = {str(status): problem for status in sorted(statuses)}
    return {str(route.status): done, **refused, **{str(status): done for status in route.likewise}}


def _path_parameters(wanted: Parameters) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": kind.json_schema()}
        for name, kind in wanted.path.items()
    ]


def _query_parameters(wanted: Parameters) -> list[dict[str, Any]]:
    if wanted.query is None:
        return []
    schema = wanted.query.model_json_schema(ref_template=REF)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": part}
        for name, part in schema["properties"].items()
    ]


def _headers(wanted: Parameters) -> list[Mapping[str, Any]]:
    return [HEADERS[kind] for kind in wanted.asked.values() if kind in HEADERS]


def _secured(wanted: Parameters) -> str | None:
    """The scheme whose token a call needs."""
    return next((SECURED[kind] for kind in wanted.asked.values() if kind in SECURED), None)
