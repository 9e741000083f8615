"""The platforms' consoles, as far as the sandbox needs them: choosing message templates for the mini-program."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from aiohttp import web
from pydantic import Field

from sandbox.problems import Message, Problem, read_body
from sandbox.settings import Template


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

    def template(self, template_id: str) -> Template | None:
        """By id; None for one that nobody has chosen."""


class ChosenTemplate(Message):
    """A template and its keywords: `thing1` and `time2` at WeChat, `keyword1` at the others."""

    platform: str = "wechat"
    keys: Annotated[list[Annotated[str, Field(pattern=r"^[a-z_]+\d+$")]], Field(min_length=1)]
    title: str = ""
    long_term: bool = False
    enums: Annotated[dict[str, list[str]], Field(default_factory=dict)]


class Console:
    """`PUT /sandbox/templates/{template_id}` adds or replaces a template while the sandbox runs; `GET` of the same with
    `?platform=` shows it as the platform's consent sheet does."""

    def __init__(self, platforms: Mapping[str, Templated]) -> None:
        self._platforms = platforms

    def routes(self) -> list[web.RouteDef]:
        template = "/sandbox/templates/{template_id}"
        return [web.put(template, self._choose), web.get(template, self._show)]

    async def _choose(self, request: web.Request) -> web.Response:
        chosen = await read_body(request, ChosenTemplate)
        template_id = request.match_info["template_id"]
        record = TemplateRecord(**chosen.model_dump(exclude={"platform"}))
        self._platform(chosen.platform).add_template(template_id, record)
        return web.json_response({"template_id": template_id, **chosen.model_dump()})

    async def _show(self, request: web.Request) -> web.Response:
        template_id = request.match_info["template_id"]
        template = self._platform(request.query.get("platform", "wechat")).template(template_id)
        if template is None:
            raise Problem(404, "unknown_template", f"Nobody has chosen {template_id} there.")
        shown = {"title": template.title, "keys": list(template.keys), "long_term": template.long_term}
        return web.json_response({"template_id": template_id, **shown})

    def _platform(self, name: str) -> Templated:
        if (platform := self._platforms.get(name)) is None:
            raise Problem(422, "unknown_platform", f"The sandbox plays no messages of {name}.")
        return platform
