"""A sandbox over real HTTP, and those who talk to it."""

from dataclasses import replace

import pytest
from pytest_aiohttp.plugin import AiohttpClient, AiohttpServer

from sandbox.app import create_app
from sandbox.keys import SandboxKeys
from sandbox.settings import SandboxSettings, Template
from tests.sandbox.actors import Client, Merchant, MovableTime, Phone, Server, Service

ONE_TIME, LONG_TERM, WITH_ENUM = "TEMPLATE-ONE-TIME", "TEMPLATE-LONG-TERM", "TEMPLATE-ENUM"
TEMPLATES = {
    ONE_TIME: Template(keys=("thing1", "time2"), title="报名提醒"),
    LONG_TERM: Template(keys=("thing1",), long_term=True),
    WITH_ENUM: Template(keys=("enum1",), enums={"enum1": ("通过", "不通过")}),
}


@pytest.fixture(scope="session")
def keys() -> SandboxKeys:
    return SandboxKeys.generate()


@pytest.fixture
def real_time() -> MovableTime:
    return MovableTime()


@pytest.fixture
async def service(aiohttp_server: AiohttpServer) -> Service:
    service = Service()
    server = await aiohttp_server(service.app())
    service.url = str(server.make_url("/"))
    return service


@pytest.fixture
def settings(keys: SandboxKeys, service: Service) -> SandboxSettings:
    """Resends follow at once, so that no test waits for them."""
    app = keys.wechat_app(push_url=f"{service.url}callbacks/wechat/messages", templates=TEMPLATES)
    return SandboxSettings(
        wechat=replace(app, push_resends=(0, 0, 0)),
        wechatpay=replace(keys.merchant(), notification_resends=(0, 0, 0)),
        alipay=replace(keys.alipay.app(), notification_resends=(0, 0, 0)),
        baidu=replace(
            keys.baidu.app(
                notify_url=f"{service.url}callbacks/baidu/payments",
                refund_audit_url=f"{service.url}callbacks/baidu/refund-audits",
                refund_url=f"{service.url}callbacks/baidu/refunds",
            ),
            notification_resends=(0, 0, 0),
        ),
        api_url=service.url,
    )


@pytest.fixture
async def sandbox(settings: SandboxSettings, real_time: MovableTime, aiohttp_client: AiohttpClient) -> Client:
    """Started after the service, so that it stops before it: its last posts still find somebody."""
    return await aiohttp_client(create_app(settings, real_time=real_time))


@pytest.fixture
def phone(sandbox: Client) -> Phone:
    return Phone(sandbox)


@pytest.fixture
def server(sandbox: Client, keys: SandboxKeys) -> Server:
    return Server(sandbox, keys)


@pytest.fixture
def merchant(sandbox: Client, keys: SandboxKeys, service: Service) -> Merchant:
    return Merchant(sandbox, keys, f"{service.url}callbacks/wechat/payments")
