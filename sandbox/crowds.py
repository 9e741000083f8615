"""Many people at once, who all agreed to one template, for whoever measures; and how many messages reached each."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated

from aiohttp import web
from pydantic import Field

from sandbox.ground import Ground
from sandbox.platforms import Platform
from sandbox.problems import Message, Problem, read_body


class NewCrowd(Message):
    """`accepts`: how often each agrees to the template."""

    platform: str
    count: Annotated[int, Field(ge=1, le=1_000_000)]
    template_id: str
    accepts: Annotated[int, Field(ge=0)] = 1


class Crowds:
    """`POST /sandbox/crowds`, `GET /sandbox/crowds`."""

    def __init__(self, ground: Ground, platforms: Mapping[str, Platform]) -> None:
        self._ground, self._platforms = ground, platforms

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/sandbox/crowds", self._gather), web.get("/sandbox/crowds", self._count)]

    async def _gather(self, request: web.Request) -> web.Response:
        """Their open ids. Nothing is pushed about what a crowd agrees to."""
        crowd = await read_body(request, NewCrowd)
        if (platform := self._platforms.get(crowd.platform)) is None:
            raise Problem(422, "unknown_platform", f"The sandbox doesn't play {crowd.platform}.")
        people = [platform.new_person(name=None, id_number=None, phone=None) for _ in range(crowd.count)]
        for person in people:
            self._ground.people.add(person)
            for _ in range(crowd.accepts):
                platform.agree(person, crowd.template_id)
        return web.json_response({"open_ids": [person.open_id for person in people]}, status=201)

    async def _count(self, request: web.Request) -> web.Response:
        """How many people have how many messages: `{"people": {"0": 12, "1": 988}}`, and which each has."""
        everybody = self._ground.people.all(request.query.get("platform"))
        received = {person.open_id: len(self._ground.people.inbox(person)) for person in everybody}
        people = {str(number): count for number, count in sorted(Counter(received.values()).items())}
        return web.json_response({"people": people, "received": received})
