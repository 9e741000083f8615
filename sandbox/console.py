"""The platforms' consoles, as far as the sandbox needs them: choosing message templates for the mini-program."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from aiohttp import web
from pydantic import Field

from sandbox.problems import Message, Problem, read_body


@dataclass(slots=True, kw_only=True)
class TemplateRecord:
    """A template put in at run time; fields as in the settings."""

    keys: list[str]
    title: str = ""
    long_term: bool = False
    enums: dict[str, list[str]] = field(default_factory=dict)


class Templated(Protocol):
    """A platform's part that sends by templates."""

    def add_template(self, template_id: str, template: TemplateRecord) -> None:
        """What choosing a template in the platform's console does."""


class ChosenTemplate(Message):
    """A template and its keywords: `thing1` and `time2` at WeChat, `keyword1` at the others."""

    platform: str = "wechat"
    keys: Annotated[list[Annotated[str, Field(pattern=r"^[a-z_]+\d+$")]], Field(min_length=1)]
    title: str = ""
    long_term: bool = False
    enums: Annotated[dict[str, list[str]], Field(default_factory=dict)]


class Console:
    """`PUT /sandbox/templates/{template_id}` adds or replaces a template while the sandbox runs."""

    def __init__(self, platforms: Mapping[str, Templated]) -> None:
        self._platforms = platforms

    def routes(self) -> list[web.RouteDef]:
        return [web.put("/sandbox/templates/{template_id}", self._choose)]

    async def _choose(self, request: web.Request) -> web.Response:
        chosen = await read_body(request, ChosenTemplate)
        template_id = request.match_info["template_id"]
        if (platform := self._platforms.get(chosen.platform)) is None:
            raise Problem(422, "unknown_platform", f"The sandbox plays no messages of {chosen.platform}.")
        platform.add_template(template_id, TemplateRecord(**chosen.model_dump(exclude={"platform"})))
        return web.json_response({"template_id": template_id, **chosen.model_dump()})
