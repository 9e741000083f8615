"""The control calls: persons, and what they do with their phones."""

import base64
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import ChatPlatform, FaceOutcome, FacePlatform, Outcome, Platform, Said
from sandbox.problems import Message, Problem, read_body


class NewUser(Message):
    """A person with a platform's app."""

    platform: str
    name: str | None = None
    id_number: str | None = None
    phone: str | None = None


class Payment(Message):
    """The tap on "pay": `client` is what our API's payment call returned, handed over as it is."""

    client: dict[str, Any]
    outcome: Outcome = "paid"


class Face(Message):
    """The face in front of the phone: `client` is what our API's face login returned, handed over as it is."""

    client: dict[str, Any]
    outcome: FaceOutcome = "pass"


class Consent(Message):
    """The tap on the consent sheet; `subscribe_id` is what the service gave the form, at Baidu."""

    template_id: Annotated[str, Field(min_length=1)]
    answer: Literal["accept", "reject", "ban"] = "accept"
    subscribe_id: str = ""


class ChatAct(Message):
    """What is written in the customer-service chat, or shown (`picture`: a file in base64), or that it is entered."""

    text: Annotated[str, Field(min_length=1)] | None = None
    picture: Annotated[str, Field(min_length=1)] | None = None
    enters: bool = False

    def said(self) -> Said:
        """Problem 422 for none of them, for two, or for what isn't base64."""
        if (self.text is not None) + (self.picture is not None) + self.enters != 1:
            raise Problem(422, "bad_body", "One of text, picture and enters is said at a time.")
        try:
            picture = base64.b64decode(self.picture, validate=True) if self.picture is not None else None
        except ValueError:
            raise Problem(422, "bad_body", "picture must be base64.") from None
        return Said(text=self.text, picture=picture, enters=self.enters)


class UrlCheck(Message):
    """Saving the push address in a platform's console."""

    platform: str


class Control:
    """Creates persons, and plays their thumbs."""

    def __init__(
        self,
        ground: Ground,
        platforms: Mapping[str, Platform],
        *,
        faces: Mapping[str, FacePlatform],
        chats: Mapping[str, ChatPlatform],
    ) -> None:
        self._people = ground.people
        self._platforms = platforms
        self._faces, self._chats = faces, chats

    def routes(self) -> list[web.RouteDef]:
        user = "/sandbox/users/{user_id}"
        return [
            web.get("/sandbox/users", self._list),
            web.post("/sandbox/users", self._create),
            web.post(f"{user}/codes", self._code),
            web.post(f"{user}/pay", self._pay),
            web.post(f"{user}/subscribe", self._subscribe),
            web.get(f"{user}/inbox", self._inbox),
            web.post(f"{user}/face", self._face),
            web.post(f"{user}/chat", self._chat),
            web.post("/sandbox/push-url", self._check_push_url),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        people = self._people.all(request.query.get("platform"))
        return web.json_response({"items": [shown(person) for person in people], "next": None})

    async def _create(self, request: web.Request) -> web.Response:
        new = await read_body(request, NewUser)
        person = self._platform(new.platform).new_person(name=new.name, id_number=new.id_number, phone=new.phone)
        self._people.add(person)
        return web.json_response(shown(person), status=201)

    async def _code(self, request: web.Request) -> web.Response:
        person = self._person(request)
        return web.json_response({"code": self._platform(person.platform).new_code(person)}, status=201)

    async def _pay(self, request: web.Request) -> web.Response:
        person, payment = self._person(request), await read_body(request, Payment)
        result = self._platform(person.platform).pay(person, payment.client, payment.outcome)
        return web.json_response(result)

    async def _face(self, request: web.Request) -> web.Response:
        person = self._person(request)
        if person.platform not in self._faces:
            raise not_played()
        face = await read_body(request, Face)
        return web.json_response(self._faces[person.platform].face(person, face.client, face.outcome))

    async def _subscribe(self, request: web.Request) -> web.Response:
        person, consent = self._person(request), await read_body(request, Consent)
        platform = self._platform(person.platform)
        result = platform.subscribe(person, consent.template_id, consent.answer, consent.subscribe_id)
        return web.json_response(result)

    async def _inbox(self, request: web.Request) -> web.Response:
        arrivals = self._people.inbox(self._person(request))
        return web.json_response({"items": [asdict(arrival) for arrival in arrivals], "next": None})

    async def _chat(self, request: web.Request) -> web.Response:
        person = self._person(request)
        if person.platform not in self._chats:
            raise not_played()
        act = await read_body(request, ChatAct)
        return web.json_response(self._chats[person.platform].chat(person, act.said()))

    async def _check_push_url(self, request: web.Request) -> web.Response:
        check = await read_body(request, UrlCheck)
        if check.platform not in self._chats:
            raise not_played()
        return web.json_response({"accepted": await self._chats[check.platform].check_push_url()})

    def _person(self, request: web.Request) -> Person:
        return self._people.get(request.match_info["user_id"])

    def _platform(self, name: str) -> Platform:
        try:
            return self._platforms[name]
        except KeyError:
            known = ", ".join(self._platforms)
            raise Problem(422, "unknown_platform", f"The sandbox plays {known}, not {name}.") from None


def shown(person: Person) -> dict[str, Any]:
    """`{user_id, platform, open_id, union_id, name, id_number, phone}`."""
    return {"user_id": person.user_id, **asdict(person)}


def not_played() -> Problem:
    """What the sandbox has no part for."""
    return Problem(501, "not_played", "The sandbox doesn't play this part of the platform yet.")
