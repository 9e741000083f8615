"""Other people's things are not found, by any route there is or will be: whose each route is stands in one table."""

import io
import re
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Any, Final, get_type_hints

import aiohttp
import pytest

from backend.documents.photos import sample_photo
from miniprogram_api.app import PREFIX, routes
from miniprogram_api.requests import CANDIDATE, SECURED, STAFF
from miniprogram_api.typed_routes import Route
from tests.api.faces import begin
from tests.api.staff_people import colleague
from tests.api.test_inquiries import asked, picture, show
from tests.api.world import YI, Answer, Phone, World

NOBODYS: Final = "00000000-0000-4000-8000-000000000000"
HEADERS: Final = {"If-Match": '"1"', "Idempotency-Key": "an-intention-of-mine"}


class Whose(Enum):
    """Whose what a route is about can be."""

    ONE_S_OWN = auto()
    """Of the caller by the session alone: there is nothing to name, and what is answered holds nobody else's."""
    NAMED = auto()
    """One thing of the caller's, which the path names: another's is not found."""
    EVERYBODY_S = auto()
    """Published, and the same for all."""
    PROVED = auto()
    """Without a session, for whoever sends a proof: a password, a code, a token, two numbers that go together."""
    STAFF_S = auto()
    """An office's: tests/console/test_scope.py."""
    PLATFORM_S = auto()
    """Signed by a platform, or for the machines around: no person's."""


WHOSE: Final[Mapping[str, Whose]] = {
    "GET /account": Whose.ONE_S_OWN,
    "GET /account/export": Whose.ONE_S_OWN,
    "PUT /account/password": Whose.ONE_S_OWN,
    "PUT /account/phone": Whose.ONE_S_OWN,
    "PUT /account/recovery-question": Whose.ONE_S_OWN,
    "GET /bindings": Whose.ONE_S_OWN,
    "DELETE /bindings/{platform}": Whose.ONE_S_OWN,
    "DELETE /sessions/current": Whose.ONE_S_OWN,
    "POST /registrations": Whose.ONE_S_OWN,
    "GET /registrations": Whose.ONE_S_OWN,
    "POST /inquiries": Whose.ONE_S_OWN,
    "GET /inquiries": Whose.ONE_S_OWN,
    "GET /todos": Whose.ONE_S_OWN,
    "GET /subscriptions": Whose.ONE_S_OWN,
    "POST /subscriptions": Whose.ONE_S_OWN,
    "GET /registrations/{registration_id}": Whose.NAMED,
    "PUT /registrations/{registration_id}/sections/basic": Whose.NAMED,
    "PUT /registrations/{registration_id}/sections/registration": Whose.NAMED,
    "PUT /registrations/{registration_id}/sections/education": Whose.NAMED,
    "PUT /registrations/{registration_id}/sections/work": Whose.NAMED,
    "POST /registrations/{registration_id}/photo": Whose.NAMED,
    "POST /registrations/{registration_id}/submit": Whose.NAMED,
    "POST /registrations/{registration_id}/withdraw": Whose.NAMED,
    "POST /registrations/{registration_id}/supplement": Whose.NAMED,
    "GET /registrations/{registration_id}/commitment": Whose.NAMED,
    "POST /registrations/{registration_id}/commitment": Whose.NAMED,
    "GET /registrations/{registration_id}/steps": Whose.NAMED,
    "POST /registrations/{registration_id}/materials/{kind}": Whose.NAMED,
    "GET /registrations/{registration_id}/materials/{kind}": Whose.NAMED,
    "POST /registrations/{registration_id}/payment": Whose.NAMED,
    "GET /registrations/{registration_id}/payment": Whose.NAMED,
    "GET /registrations/{registration_id}/application-form.pdf": Whose.NAMED,
    "GET /registrations/{registration_id}/admit-card": Whose.NAMED,
    "GET /registrations/{registration_id}/admit-card.pdf": Whose.NAMED,
    "GET /registrations/{registration_id}/score-report.pdf": Whose.NAMED,
    "GET /registrations/{registration_id}/results": Whose.NAMED,
    "GET /inquiries/{inquiry_id}": Whose.NAMED,
    "POST /inquiries/{inquiry_id}/messages": Whose.NAMED,
    "POST /inquiries/{inquiry_id}/ask-person": Whose.NAMED,
    "POST /inquiries/{inquiry_id}/pictures": Whose.NAMED,
    "GET /inquiries/{inquiry_id}/pictures/{message_id}": Whose.NAMED,
    "GET /inquiries/{inquiry_id}/messages": Whose.NAMED,
    "GET /inquiries/{inquiry_id}/events": Whose.NAMED,
    "GET /recovery-questions": Whose.EVERYBODY_S,
    "GET /code-lists": Whose.EVERYBODY_S,
    "GET /exams": Whose.EVERYBODY_S,
    "GET /exams/{code}": Whose.EVERYBODY_S,
    "GET /exams/{code}/form": Whose.EVERYBODY_S,
    "GET /exams/{code}/calendar": Whose.EVERYBODY_S,
    "GET /exams/{code}/areas": Whose.EVERYBODY_S,
    "GET /exams/{code}/sites": Whose.EVERYBODY_S,
    "GET /exams/{code}/specialities": Whose.EVERYBODY_S,
    "GET /exams/{code}/confirmation-points": Whose.EVERYBODY_S,
    "GET /notices": Whose.EVERYBODY_S,
    "POST /sessions": Whose.PROVED,
    "POST /sessions/password": Whose.PROVED,
    "POST /sessions/refresh": Whose.PROVED,
    "POST /accounts": Whose.PROVED,
    "POST /bindings": Whose.PROVED,
    "POST /password-resets": Whose.PROVED,
    "POST /password-resets/question/lookup": Whose.PROVED,
    "POST /password-resets/question": Whose.PROVED,
    "POST /password-resets/recovery-code": Whose.PROVED,
    "POST /face-logins": Whose.PROVED,
    "POST /face-logins/{face_login}/complete": Whose.PROVED,
    "POST /account-recoveries": Whose.PROVED,
    "POST /result-queries": Whose.PROVED,
    "POST /staff/sessions": Whose.PROVED,
    "DELETE /staff/sessions/current": Whose.STAFF_S,
    "POST /admit-cards/verify": Whose.STAFF_S,
    "GET /admit-cards/{admit_number}/photo": Whose.STAFF_S,
    "POST /door-lists": Whose.STAFF_S,
    "POST /door-lists/{door_list}/marks": Whose.STAFF_S,
    "GET /callbacks/{platform}/messages": Whose.PLATFORM_S,
    "POST /callbacks/{platform}/messages": Whose.PLATFORM_S,
    "POST /callbacks/{platform}/payments": Whose.PLATFORM_S,
    "POST /callbacks/{platform}/refunds": Whose.PLATFORM_S,
    "POST /callbacks/{platform}/refund-audits": Whose.PLATFORM_S,
    "GET /healthz": Whose.PLATFORM_S,
    "GET /readyz": Whose.PLATFORM_S,
    "GET /metrics": Whose.PLATFORM_S,
}
"""Every route, by its method and its path below the prefix. A new one has to be written down here."""
THEIRS: Final = ("registration_unknown", "inquiry_unknown")
OWNERS_WORDS: Final = (*THEIRS, "order_unknown", "material_unknown")


def name_of(route: Route) -> str:
    return f"{route.method} {route.path.removeprefix(PREFIX)}"


def those(whose: Whose) -> Iterator[Route]:
    return (route for route in routes() if WHOSE[name_of(route)] is whose)


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


async def ask(phone: Phone, route: Route, about: Mapping[str, str]) -> Answer:
    """The route's call with a faultless body, about what is named."""
    operation = phone.world.document["paths"][route.path][route.method.lower()]
    named = {
        parameter["name"]: str(example(parameter["schema"], {}))
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "path"
    } | dict(about)
    path = re.sub(r"{(\w+)}", lambda found: named[found[1]], route.path.removeprefix(PREFIX))
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        form = aiohttp.FormData()
        form.add_field("file", io.BytesIO(sample_photo(1)), filename="photo.jpg")
        return await phone.call(route.method, path, data=form, headers=HEADERS)
    components = phone.world.document["components"]["schemas"]
    body = example(content["application/json"]["schema"], components) if content else None
    return await phone.call(route.method, path, body=body, headers=HEADERS)


async def owned(owner: Phone, *, submitted: bool) -> dict[str, str]:
    """One of everything a candidate can have that a path names."""
    await owner.draft()
    if submitted:
        await owner.fill_in()
        await owner.mine("POST", "/submit")
    inquiry = await asked(owner)
    shown = await show(owner, inquiry, picture())
    return {"registration_id": owner.registration, "inquiry_id": inquiry, "message_id": str(shown.json["id"])}


def nobodys(mine: Mapping[str, str]) -> dict[str, str]:
    return {name: "9" if name == "message_id" else NOBODYS for name in mine}


async def all_of(phone: Phone) -> list[Any]:
    """What somebody reads of their own."""
    found = [(await phone.call("GET", path)).json for path in ("/account", "/registrations", "/inquiries", "/bindings")]
    messages = [await phone.call("GET", f"/inquiries/{one['id']}/messages") for one in found[2]["items"]]
    return [*found, *(answer.json for answer in messages), (await phone.mine("GET")).json]


def test_every_route_says_whose_it_is_and_asks_for_just_that_session() -> None:
    assert {name_of(route) for route in routes()} == set(WHOSE)
    wanted = {Whose.ONE_S_OWN: {CANDIDATE}, Whose.NAMED: {CANDIDATE}, Whose.STAFF_S: {STAFF}}
    for route in routes():
        asked_for = {SECURED[kind] for kind in get_type_hints(route.handler).values() if kind in SECURED}
        whose = WHOSE[name_of(route)]
        assert asked_for == wanted.get(whose, set()), name_of(route)
        assert (whose is Whose.NAMED) == ("_id}" in route.path), name_of(route)


@pytest.mark.parametrize("submitted", [False, True], ids=["draft", "submitted"])
async def test_somebody_elses_registration_is_not_found_just_like_one_nobody_has(world: World, submitted: bool) -> None:
    """And so are somebody else's inquiries, their messages and pictures."""
    owner, other = await world.person(), await world.person(YI)
    mine = await owned(owner, submitted=submitted)
    before = await all_of(owner)
    for route in those(Whose.NAMED):
        theirs, none = [await ask(other, route, about) for about in (mine, nobodys(mine))]
        assert theirs.status == none.status == 404, name_of(route)
        assert {**theirs.json, "trace_id": ""} == {**none.json, "trace_id": ""}, name_of(route)
        assert theirs.code in OWNERS_WORDS, name_of(route)
    assert await all_of(owner) == before


async def test_their_owner_is_told_of_them_by_the_same_calls(world: World) -> None:
    """Without which the test above could pass on things that aren't there."""
    owner = await world.person()
    mine = await owned(owner, submitted=True)
    for route in those(Whose.NAMED):
        if route.path.endswith("/events"):  # goes on for as long as it is listened to
            continue
        answer = await ask(owner, route, mine)
        missing = answer.status == 404 and answer.code in (*THEIRS, "picture_unknown", "path_unknown")
        assert not missing, name_of(route)


async def test_what_is_one_s_own_holds_nothing_of_anybody_else(world: World) -> None:
    owner, other = await world.person(), await world.person(YI)
    mine = await owned(owner, submitted=True)
    told = [mine["registration_id"], mine["inquiry_id"], str(owner.candidate_id), owner.who.name, owner.open_id]
    for route in those(Whose.ONE_S_OWN):
        if route.method == "GET":
            body = (await ask(other, route, {})).body.decode()
            assert not [one for one in told if one in body], name_of(route)


async def test_a_body_or_a_query_names_nothing_of_somebody_else(world: World) -> None:
    owner, other = await world.person(), await world.person(YI)
    mine = await owned(owner, submitted=True)
    question = {"kind": "question", "text": "示例", "registration": mine["registration_id"]}
    answer = await other.call("POST", "/inquiries", body=question)
    assert (answer.status, answer.code) == (404, "registration_unknown")
    answer = await other.call("GET", f"/inquiries?after={mine['inquiry_id']}")
    assert (answer.status, answer.code) == (404, "inquiry_unknown")
    other_inquiry = await asked(other)
    answer = await other.call("GET", f"/inquiries/{other_inquiry}/pictures/{mine['message_id']}")
    assert answer.status == 404
    begun = (await begin(owner)).json["id"]
    path = f"/face-logins/{begun}/complete"
    answer = await world.call("POST", path, body={"code": await other.code()})
    assert (answer.status, answer.code) == (404, "face_login_unknown")


async def test_without_a_session_of_a_candidate_no_route_says_anything(world: World) -> None:
    owner = await world.person()
    mine = await owned(owner, submitted=False)
    await world.clerks()
    staff, ended = await (await colleague(world)).token(), owner.token
    await owner.call("DELETE", "/sessions/current")
    for token in ("", "x", staff, ended):
        owner.token = token
        expected = (401, "session_ended" if token else "not_signed_in")
        for route in (*those(Whose.NAMED), *those(Whose.ONE_S_OWN)):
            if name_of(route) != "DELETE /sessions/current" or token != ended:  # to end it again is harmless
                answer = await ask(owner, route, mine)
                assert (answer.status, answer.code) == expected, name_of(route)


async def test_what_can_be_no_registration_is_no_path(world: World) -> None:
    phone = await world.person()
    for route in those(Whose.NAMED):
        answer = await ask(phone, route, {"registration_id": "not-a-uuid", "inquiry_id": "not-a-uuid"})
        assert (answer.status, answer.code) == (404, "path_unknown"), name_of(route)
