"""Messages by template at Alipay and Baidu: the consent tap, the send call, what reaches the inbox; and crowds."""

import json
from typing import Any

import pytest

from sandbox.keys import SandboxKeys
from tests.sandbox.actors import Client, Phone, Server, Service
from tests.sandbox.forms import AlipayMerchant, BaiduMerchant

SEND = "alipay.open.app.mini.templatemessage.send"
DATA = json.dumps({"keyword1": {"value": "请缴费"}}, ensure_ascii=False)


@pytest.fixture
def alipay(sandbox: Client, keys: SandboxKeys, service: Service) -> AlipayMerchant:
    return AlipayMerchant(sandbox, keys.alipay, service.url)


@pytest.fixture
def baidu(sandbox: Client, keys: SandboxKeys) -> BaiduMerchant:
    return BaiduMerchant(sandbox, keys.baidu)


@pytest.fixture
async def person(sandbox: Client, phone: Phone, platform: str) -> dict[str, Any]:
    chosen = {"platform": platform, "keys": ["keyword1"], "title": "待办"}
    async with sandbox.put("/sandbox/templates/T", json=chosen) as answer:
        assert answer.status == 200
    return await phone.person(platform=platform)


async def tap(sandbox: Client, person: dict[str, Any], answer: str = "accept", **more: str) -> dict[str, Any]:
    body = {"template_id": "T", "answer": answer, **more}
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/subscribe", json=body) as response:
        return dict(await response.json())


@pytest.mark.parametrize("platform", ["wechat", "alipay", "baidu"])
async def test_a_template_is_shown_as_the_consent_sheet_names_it(
    sandbox: Client, person: dict[str, Any], platform: str
) -> None:
    async with sandbox.get(f"/sandbox/templates/T?platform={platform}") as answer:
        assert (answer.status, (await answer.json())["title"]) == (200, "待办")
    async with sandbox.get(f"/sandbox/templates/another?platform={platform}") as answer:
        assert answer.status == 404


async def by_alipay(alipay: AlipayMerchant, person: dict[str, Any], **changed: Any) -> str:
    content = {"to_open_id": person["open_id"], "user_template_id": "T", "page": "pages/a", "data": DATA, **changed}
    node = await alipay.call(SEND, content)
    return str(node.get("sub_code", node["code"]))


async def by_baidu(baidu: BaiduMerchant, person: dict[str, Any], **changed: str) -> int:
    form = {"template_id": "T", "touser_openId": person["open_id"], "subscribe_id": "one", "data": DATA, **changed}
    query = {"access_token": (await baidu.token())["access_token"]}
    path = "/baidu/rest/2.0/smartapp/template/message/subscribe/send"
    async with baidu.sandbox.post(path, params=query, data=form) as answer:
        return int((await answer.json())["errno"])


@pytest.mark.parametrize("platform", ["alipay"])
async def test_at_alipay_each_accept_allows_one_message(
    sandbox: Client, phone: Phone, alipay: AlipayMerchant, person: dict[str, Any]
) -> None:
    assert (await tap(sandbox, person))["behavior"] == "subscribe"
    assert (await tap(sandbox, person, "reject"))["behavior"] == "cancel"
    assert [await by_alipay(alipay, person) for _ in range(2)] == ["10000", "USER_NOT_SUBSCRIBED"]
    (arrived,) = await phone.inbox(person)
    assert arrived["content"]["data"] == {"keyword1": "请缴费"}


@pytest.mark.parametrize("platform", ["alipay"])
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"to_open_id": "nobody"}, "invalid-openid"),
        ({"user_template_id": "ANOTHER"}, "USER_TEMPLATE_ILLEGAL"),
        ({"data": "{}"}, "USER_TEMPLATE_LACK_KEYWORD"),
        ({"data": json.dumps({"keyword1": {"value": "长" * 51}})}, "USER_KEYWORD_LENGTH_ERROR"),
        ({"data": "{"}, "isv.illegal-json"),
        ({"page": ""}, "isv.invalid-parameter"),
        ({"form_id": "x"}, "FORM_ID_NOT_MATCH_APPID"),
    ],
)
async def test_what_alipay_refuses_uses_up_no_accept(
    sandbox: Client, alipay: AlipayMerchant, person: dict[str, Any], changed: dict[str, Any], code: str
) -> None:
    await tap(sandbox, person)
    assert await by_alipay(alipay, person, **changed) == code
    assert await by_alipay(alipay, person) == "10000"


@pytest.mark.parametrize("platform", ["baidu"])
async def test_at_baidu_each_subscribe_id_allows_one_message_however_often_it_is_accepted(
    sandbox: Client, phone: Phone, baidu: BaiduMerchant, person: dict[str, Any]
) -> None:
    assert [(await tap(sandbox, person, subscribe_id="one"))["status"] for _ in range(2)] == [1, 1]
    assert [await by_baidu(baidu, person) for _ in range(2)] == [0, 4007]
    await tap(sandbox, person, subscribe_id="one")
    assert await by_baidu(baidu, person) == 4007
    assert len(await phone.inbox(person)) == 1


@pytest.mark.parametrize("platform", ["baidu"])
@pytest.mark.parametrize(
    ("changed", "errno"),
    [
        ({"template_id": "ANOTHER"}, 4001),
        ({"touser_openId": "nobody"}, 4010),
        ({"data": "{}"}, 2002),
        ({"data": "{"}, 2002),
        ({"subscribe_id": "another"}, 4007),
    ],
)
async def test_what_baidu_refuses_uses_up_nothing(
    sandbox: Client, baidu: BaiduMerchant, person: dict[str, Any], changed: dict[str, str], errno: int
) -> None:
    await tap(sandbox, person, subscribe_id="one")
    assert await by_baidu(baidu, person, **changed) == errno
    assert await by_baidu(baidu, person) == 0


@pytest.mark.parametrize("platform", ["baidu"])
async def test_who_cancels_at_baidu_is_not_subscribed(
    sandbox: Client, baidu: BaiduMerchant, person: dict[str, Any]
) -> None:
    await tap(sandbox, person, subscribe_id="one")
    assert (await tap(sandbox, person, "reject", subscribe_id="one"))["status"] == 0
    assert await by_baidu(baidu, person) == 4007


@pytest.mark.parametrize("platform", ["wechat"])
async def test_a_crowd_has_agreed_and_is_counted(sandbox: Client, server: Server, phone: Phone, platform: str) -> None:
    chosen = {"keys": ["thing1"]}
    async with sandbox.put("/sandbox/templates/CROWD", json=chosen) as answer:
        assert answer.status == 200
    body = {"platform": platform, "count": 3, "template_id": "CROWD", "accepts": 1}
    async with sandbox.post("/sandbox/crowds", json=body) as answer:
        (first, *_) = (await answer.json())["open_ids"]
    data = {"thing1": {"value": "待办"}}
    assert (await server.send(touser=first, template_id="CROWD", data=data))["errcode"] == 0
    async with sandbox.get("/sandbox/crowds?platform=wechat") as answer:
        assert (await answer.json())["people"] == {"0": 2, "1": 1}


async def test_a_fault_may_be_played_each_third_time(phone: Phone, server: Server) -> None:
    path = "/cgi-bin/message/subscribe/send"
    await phone.fault(path=path, kind="error_code", error_code=-1, every=3, times=2)
    codes = [(await server.send(touser="nobody"))["errcode"] for _ in range(7)]
    assert codes == [40003, 40003, -1, 40003, 40003, -1, 40003]
