"""The document: valid, whole, and what the service does."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from miniprogram_api.app import PREFIX, routes
from tests.api.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")
STATUSES = re.compile(r"[1-5][0-9]{2}")
PROMISED = """
POST /sessions
POST /sessions/password
POST /sessions/refresh
DELETE /sessions/current
POST /accounts
GET /account
GET /account/export
PUT /account/password
PUT /account/phone
PUT /account/recovery-question
GET /recovery-questions
POST /bindings
GET /bindings
DELETE /bindings/{platform}
GET /exams
GET /exams/{code}
GET /exams/{code}/form
GET /exams/{code}/calendar
GET /exams/{code}/areas
GET /exams/{code}/sites
GET /exams/{code}/specialities
GET /exams/{code}/confirmation-points
GET /code-lists
POST /registrations
GET /registrations
GET /registrations/{registration_id}
PUT /registrations/{registration_id}/sections/basic
PUT /registrations/{registration_id}/sections/registration
PUT /registrations/{registration_id}/sections/education
PUT /registrations/{registration_id}/sections/work
POST /registrations/{registration_id}/photo
POST /registrations/{registration_id}/submit
POST /registrations/{registration_id}/withdraw
POST /registrations/{registration_id}/supplement
GET /registrations/{registration_id}/commitment
POST /registrations/{registration_id}/commitment
GET /registrations/{registration_id}/steps
POST /registrations/{registration_id}/payment
GET /registrations/{registration_id}/payment
GET /registrations/{registration_id}/application-form.pdf
GET /registrations/{registration_id}/admit-card
GET /registrations/{registration_id}/admit-card.pdf
POST /inquiries
GET /inquiries
GET /inquiries/{inquiry_id}
POST /inquiries/{inquiry_id}/messages
POST /inquiries/{inquiry_id}/pictures
POST /inquiries/{inquiry_id}/ask-person
GET /inquiries/{inquiry_id}/messages
GET /inquiries/{inquiry_id}/events
POST /staff/sessions
DELETE /staff/sessions/current
GET /subscriptions
POST /subscriptions
POST /admit-cards/verify
GET /admit-cards/{admit_number}/photo
POST /door-lists
POST /door-lists/{door_list}/marks
"""
OPEN = {"/sessions", "/sessions/password", "/sessions/refresh", "/accounts", "/recovery-questions", "/bindings"} | {
    "/password-resets/question/lookup",
    "/password-resets/question",
    "/password-resets/recovery-code",
    "/password-resets",
    "/face-logins",
    "/face-logins/{face_login}/complete",
    "/account-recoveries",
    "/result-queries",
    "/staff/sessions",
}
"""Calls that need no access token, beside what was published."""


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for path, found in document["paths"].items():
        for method, operation in found.items():
            yield method.upper(), path, operation


def walk(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every object inside."""
    if isinstance(node, Mapping):
        yield node
        for below in node.values():
            yield from walk(below)
    elif isinstance(node, list):
        for below in node:
            yield from walk(below)


@pytest.fixture
def world(read_world: World) -> World:
    return read_world


@pytest.fixture
def document(world: World) -> Mapping[str, Any]:
    return world.document


async def test_it_says_what_openapi_3_1_asks_for(document: Mapping[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert set(document) == {"openapi", "info", "paths", "components"}
    assert document["info"] == {"title": "zhunkao", "version": "test"}
    for _, path, operation in operations(document):
        assert path.startswith("/") and operation["summary"].endswith("."), path
        assert all(STATUSES.fullmatch(status) for status in operation["responses"])
        assert all(response["description"] for response in operation["responses"].values())
        for parameter in operation.get("parameters", ()):
            assert {"name", "in", "required", "schema"} <= set(parameter)
            assert parameter["in"] in ("path", "query", "header")


async def test_every_schema_in_it_is_one_and_every_reference_leads_somewhere(document: Mapping[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    for node in walk(document["paths"]):
        if "schema" in node:
            Draft202012Validator.check_schema(node["schema"])
    for node in walk(document):
        if "$ref" in node:
            assert node["$ref"].removeprefix("#/components/schemas/") in schemas


async def test_every_route_there_is_stands_in_it_and_nothing_else(document: Mapping[str, Any]) -> None:
    served = {(route.method, route.path) for route in routes()}
    assert {(method, path) for method, path, _ in operations(document)} == served


async def test_every_call_promised_stands_in_it(document: Mapping[str, Any]) -> None:
    told = {f"{method} {path.removeprefix(PREFIX)}" for method, path, _ in operations(document)}
    assert set(PROMISED.split("\n")) - {""} <= told


async def test_operations_are_named_once(document: Mapping[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))


async def test_a_path_names_each_of_its_parameters(document: Mapping[str, Any]) -> None:
    for _, path, operation in operations(document):
        named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), path


async def test_what_needs_a_session_says_so_and_answers_401_without_one(
    world: World, document: Mapping[str, Any]
) -> None:
    for method, path, operation in operations(document):
        if path.startswith(PREFIX):
            call = path.removeprefix(PREFIX)
            open_call = call in OPEN or call.startswith("/exams") or call in ("/code-lists", "/notices")
            assert ("security" in operation) != (open_call and (method, call) != ("GET", "/bindings")), path
        if "security" in operation:
            answer = await world.call(method, path.removeprefix(PREFIX).replace("{platform}", "wechat"))
            assert answer.status == 401 or "{" in path, path


async def test_every_call_of_a_candidate_keeps_to_what_a_mini_program_can_send(document: Mapping[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert method in ("GET", "POST", "PUT", "DELETE"), path
        for kind in operation.get("requestBody", {}).get("content", {}):
            assert kind in ("application/json", "multipart/form-data"), path


async def test_what_is_sent_may_have_no_field_the_document_does_not_know(document: Mapping[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for _, path, operation in operations(document):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            if kind == "application/json":
                name = content["schema"]["$ref"].rpartition("/")[2]
                assert schemas[name]["additionalProperties"] is False, path


async def test_the_reference_shows_every_call_without_a_script_or_another_host(world: World) -> None:
    async with world.http.get(f"{world.api_url}/docs") as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        page = await answer.text()
    for method, path, _ in operations(world.document):
        assert f"<b>{method}</b><code>{path}</code>" in page
    assert "<script" not in page and not re.search(r"(?:src|href)=['\"]https?://", page)
