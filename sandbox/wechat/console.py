"""WeChat's console (mp.weixin.qq.com), as far as the sandbox needs it: choosing templates for the mini-program."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from sandbox.problems import Message, read_body
from sandbox.wechat.records import TemplateRecord
from sandbox.wechat.subscriptions import Subscriptions


class ChosenTemplate(Message):
    """A template and its keywords, such as `thing1` and `time2`."""

    keys: Annotated[list[Annotated[str, Field(pattern=r"^[a-z_]+\d+$")]], Field(min_length=1)]
    title: str = ""
    long_term: bool = False
    enums: Annotated[dict[str, list[str]], Field(default_factory=dict)]


class Console:
    """`PUT /sandbox/templates/{template_id}` adds or replaces a template while the sandbox runs."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions

    def routes(self) -> list[web.RouteDef]:
        return [web.put("/sandbox/templates/{template_id}", self._choose)]

    async def _choose(self, request: web.Request) -> web.Response:
        chosen = await read_body(request, ChosenTemplate)
        template_id = request.match_info["template_id"]
        self._subscriptions.add_template(template_id, TemplateRecord(**chosen.model_dump()))
        return web.json_response({"template_id": template_id, **chosen.model_dump()})
