"""Other people's registrations are not found, by any route there is or will be."""

import io
from typing import Any

import aiohttp
import pytest

from backend.documents.photos import sample_photo
from miniprogram_api.app import PREFIX, routes
from miniprogram_api.typed_routes import Route
from tests.api.world import YI, Answer, Phone, World

BELOW_A_REGISTRATION = [route for route in routes() if "{registration_id}" in route.path]
NOBODYS = "00000000-0000-4000-8000-000000000000"
HEADERS = {"If-Match": '"1"', "Idempotency-Key": "an-intention-of-mine"}


def example(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """The least value the schema takes."""
    if "$ref" in schema:
        return example(components[schema["$ref"].rpartition("/")[2]], components)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if "anyOf" in schema:
        return example(schema["anyOf"][0], components)
    if schema.get("type") == "object":
        return {name: example(schema["properties"][name], components) for name in schema.get("required", ())}
    least = {"string": "x" * schema.get("minLength", 1), "integer": schema.get("minimum", 0), "array": []}
    return least.get(schema.get("type", ""))


async def ask(phone: Phone, route: Route, registration: str) -> Answer:
    """The route's call with a faultless body, for that registration."""
    path = route.path.removeprefix(PREFIX).replace("{registration_id}", registration)
    operation = phone.world.document["paths"][route.path][route.method.lower()]
    for parameter in operation["parameters"]:
        if parameter["in"] == "path" and parameter["name"] != "registration_id":
            path = path.replace(f"{{{parameter['name']}}}", str(example(parameter["schema"], {})))
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        form = aiohttp.FormData()
        form.add_field("file", io.BytesIO(sample_photo(1)), filename="photo.jpg")
        return await phone.call(route.method, path, data=form, headers=HEADERS)
    components = phone.world.document["components"]["schemas"]
    body = example(content["application/json"]["schema"], components) if content else None
    return await phone.call(route.method, path, body=body, headers=HEADERS)


def test_there_are_routes_to_try() -> None:
    assert len(BELOW_A_REGISTRATION) >= 14
    assert {"payment", "steps", "submit"} <= {route.path.rpartition("/")[2] for route in BELOW_A_REGISTRATION}


@pytest.mark.parametrize("submitted", [False, True], ids=["draft", "submitted"])
async def test_somebody_elses_registration_is_not_found_just_like_one_nobody_has(world: World, submitted: bool) -> None:
    owner, other = await world.person(), await world.person(YI)
    await owner.draft()
    if submitted:
        await owner.fill_in()
        await owner.mine("POST", "/submit")
    before = (await owner.mine("GET")).json
    for route in BELOW_A_REGISTRATION:
        theirs, nobodys = [await ask(other, route, registration) for registration in (owner.registration, NOBODYS)]
        assert theirs.status == nobodys.status == 404, f"{route.method} {route.path}"
        assert {**theirs.json, "trace_id": ""} == {**nobodys.json, "trace_id": ""}, f"{route.method} {route.path}"
        assert theirs.code in ("registration_unknown", "order_unknown", "material_unknown")
    assert (await owner.mine("GET")).json == before


async def test_without_a_session_no_route_says_anything_of_a_registration(world: World) -> None:
    owner = await world.person()
    await owner.draft()
    owner.token = ""
    for route in BELOW_A_REGISTRATION:
        answer = await ask(owner, route, owner.registration)
        assert (answer.status, answer.code) == (401, "not_signed_in"), f"{route.method} {route.path}"


async def test_what_can_be_no_registration_is_no_path(world: World) -> None:
    phone = await world.person()
    for route in BELOW_A_REGISTRATION:
        answer = await ask(phone, route, "not-a-uuid")
        assert (answer.status, answer.code) == (404, "path_unknown"), f"{route.method} {route.path}"
