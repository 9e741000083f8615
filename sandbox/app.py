"""The sandbox as one aiohttp application."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from aiohttp import web

from sandbox.alipay.platform import PREFIX as ALIPAY
from sandbox.alipay.platform import Alipay
from sandbox.baidu.platform import PREFIX as BAIDU
from sandbox.baidu.platform import Baidu
from sandbox.console import Console, Templated
from sandbox.control import Control
from sandbox.crowds import Crowds
from sandbox.ground import Ground
from sandbox.phone_page import PhonePage
from sandbox.platforms import ChatPlatform, FacePlatform, Platform
from sandbox.problems import problems
from sandbox.proxy import ApiProxy
from sandbox.settings import SandboxSettings
from sandbox.state_systems import StateSystems
from sandbox.wechat.platform import PREFIX as WECHAT
from sandbox.wechat.platform import WeChat
from sandbox.wechatpay.platform import PREFIX as WECHATPAY
from sandbox.wechatpay.platform import WeChatPay


class Part(Protocol):
    """Something with calls of its own."""

    def routes(self) -> list[web.RouteDef]:
        """Its calls, with their whole paths."""


def create_app(settings: SandboxSettings, *, real_time: Callable[[], float] = time.time) -> web.Application:
    """The whole sandbox. `real_time` (Unix seconds) is what codes, tokens and signatures live by; tests move it."""
    ground = Ground(settings, real_time)
    pay = WeChatPay(ground)
    wechat = WeChat(ground, pay.cashier)
    app = web.Application(middlewares=[problems])
    app.cleanup_ctx.extend([ground.run, pay.resume])
    app.on_shutdown.append(ground.close)
    platforms: dict[str, Platform] = {wechat.name: wechat}
    faces: dict[str, FacePlatform] = {wechat.name: wechat.faces}
    chats: dict[str, ChatPlatform] = {wechat.name: wechat}
    templated: dict[str, Templated] = {wechat.name: wechat.subscriptions}
    if settings.alipay is not None:
        alipay = Alipay(ground, settings.alipay)
        platforms[alipay.name], faces[alipay.name] = alipay, alipay.faces
        templated[alipay.name] = alipay.messages
        app.cleanup_ctx.append(alipay.resume)
        app.add_subapp(ALIPAY, alipay.app())
    if settings.baidu is not None:
        baidu = Baidu(ground, settings.baidu)
        platforms[baidu.name] = chats[baidu.name] = baidu
        faces[baidu.name], templated[baidu.name] = baidu.faces, baidu.subscriptions
        app.cleanup_ctx.append(baidu.resume)
        app.add_subapp(BAIDU, baidu.app())
    control = Control(ground, platforms, faces=faces, chats=chats)
    parts: list[Part] = [ground.clock, ground.faults, control, Console(templated), Crowds(ground, platforms)]
    parts += [StateSystems(ground), ApiProxy(ground, "/api/v1", settings.api_url), PhonePage()]
    if settings.desk_url is not None:
        parts.append(ApiProxy(ground, "/desk", settings.desk_url))
    for part in parts:
        app.add_routes(part.routes())
    app.add_subapp(WECHAT, wechat.app())
    app.add_subapp(WECHATPAY, pay.app())
    return app


async def serve(settings: SandboxSettings) -> None:
    """Listen on the settings' host and port until cancelled."""
    runner = web.AppRunner(create_app(settings))
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
