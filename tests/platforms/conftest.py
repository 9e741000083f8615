"""The clients of the platforms, in front of the sandbox and of servers that misbehave."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from pytest_aiohttp.plugin import AiohttpServer

from backend.cache import Cache
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.rsa_keys import private_key, public_key
from miniprogram_api.platforms.wechat.api import WeChatApi
from miniprogram_api.platforms.wechat.login import WeChatLogin
from miniprogram_api.platforms.wechat.pay import WeChatPay
from miniprogram_api.platforms.wechat.pay_notifications import Merchant
from sandbox.app import create_app
from sandbox.keys import SandboxKeys
from sandbox.settings import SandboxSettings
from tests.api.conftest import published_database_url, sandbox_keys, world
from tests.platforms.playing import Playing
from tests.platforms.scripted import Scripted
from tests.platforms.teller import Teller

__all__ = ["published_database_url", "sandbox_keys", "world"]


@pytest.fixture(scope="session")
def keys() -> SandboxKeys:
    return SandboxKeys.generate()


@pytest.fixture(scope="session")
def teller(keys: SandboxKeys) -> Teller:
    return Teller(keys)


@pytest.fixture(scope="session")
def merchant(keys: SandboxKeys) -> Merchant:
    """Who we are to WeChat Pay in these tests."""
    return Merchant(
        app_id=keys.app_id,
        mchid=keys.mchid,
        serial=keys.merchant_serial,
        key=private_key(keys.merchant_private_key_pem),
        api_v3_key=keys.api_v3_key,
        platform_keys={keys.platform_key_id: public_key(keys.platform_public_key_pem)},
        notify_url="http://127.0.0.1:1/callbacks/wechat/payments",
        refund_notify_url="http://127.0.0.1:1/callbacks/wechat/refunds",
    )


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    cache = Cache(redis_url)
    yield cache
    await cache.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def playing(keys: SandboxKeys, http: aiohttp.ClientSession, aiohttp_server: AiohttpServer) -> Playing:
    """The sandbox over real HTTP."""
    settings = SandboxSettings(
        wechat=keys.wechat_app(), wechatpay=keys.merchant(), alipay=keys.alipay.app(), baidu=keys.baidu.app()
    )
    server = await aiohttp_server(create_app(settings))
    return Playing(http=http, url=str(server.make_url("")).rstrip("/"))


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    """A server that answers what a test writes, to the byte."""
    async with Scripted() as server:
        yield server


@pytest.fixture
def login(playing: Playing, keys: SandboxKeys) -> WeChatLogin:
    api = WeChatApi(Outbound(playing.http, f"{playing.url}/wechat"))
    return WeChatLogin(api, app_id=keys.app_id, secret=keys.app_secret)


@pytest.fixture
def pay(playing: Playing, merchant: Merchant) -> WeChatPay:
    return WeChatPay(Outbound(playing.http, f"{playing.url}/wechatpay"), merchant)
