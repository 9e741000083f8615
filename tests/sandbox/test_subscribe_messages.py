"""The consent tap, `subscribe/send`, and what reaches the inbox."""

from typing import Any

import pytest

from tests.sandbox.actors import Client, Phone, Server
from tests.sandbox.conftest import LONG_TERM, ONE_TIME, WITH_ENUM

DATA = {"thing1": {"value": "报名即将截止"}, "time2": {"value": "2024年12月25日 17:00"}}


async def send(server: Server, person: dict[str, Any], **changed: Any) -> int:
    message = {"touser": person["open_id"], "template_id": ONE_TIME, "data": DATA, "page": "pages/home"} | changed
    return int((await server.send(**message))["errcode"])


async def test_an_accepted_message_reaches_the_inbox_word_for_word(phone: Phone, server: Server) -> None:
    person = await phone.person()
    assert await phone.tap(person, ONE_TIME) == {"errMsg": "requestSubscribeMessage:ok", ONE_TIME: "accept"}
    assert await send(server, person) == 0
    [arrival] = await phone.inbox(person)
    assert arrival["kind"] == "subscribe_message"
    assert arrival["content"]["data"] == {"thing1": "报名即将截止", "time2": "2024年12月25日 17:00"}
    assert arrival["content"]["page"] == "pages/home"
    assert arrival["content"]["title"] == "报名提醒"


async def test_it_arrives_at_exam_time(phone: Phone, server: Server) -> None:
    person = await phone.person()
    await phone.tap(person, ONE_TIME)
    await phone.set_clock("2024-12-25T08:00:00+08:00")
    await send(server, person)
    assert (await phone.inbox(person))[0]["arrived_at"].startswith("2024-12-25T08:00")


async def test_without_a_tap_a_message_is_refused_with_43101(phone: Phone, server: Server) -> None:
    person = await phone.person()
    assert await send(server, person) == 43101
    assert await phone.inbox(person) == []


async def test_each_accept_allows_one_message_and_they_add_up(phone: Phone, server: Server) -> None:
    person = await phone.person()
    await phone.tap(person, ONE_TIME)
    await phone.tap(person, ONE_TIME)
    assert [await send(server, person) for _ in range(3)] == [0, 0, 43101]


async def test_a_rejecting_tap_allows_nothing(phone: Phone, server: Server) -> None:
    person = await phone.person()
    await phone.tap(person, ONE_TIME, "reject")
    assert await send(server, person) == 43101


async def test_one_accept_of_a_long_term_template_allows_any_number(phone: Phone, server: Server) -> None:
    person = await phone.person()
    await phone.tap(person, LONG_TERM)
    data = {"thing1": {"value": "待办"}}
    assert [await send(server, person, template_id=LONG_TERM, data=data) for _ in range(3)] == [0, 0, 0]


async def test_another_persons_accept_does_not_count(phone: Phone, server: Server) -> None:
    await phone.tap(await phone.person(), ONE_TIME)
    assert await send(server, await phone.person()) == 43101


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"touser": "onobody"}, 40003),
        ({"touser": None}, 40003),
        ({"template_id": "TEMPLATE-OF-NOBODY"}, 40037),
        ({"miniprogram_state": "beta"}, 47003),
        ({"lang": "fr_FR"}, 47003),
        ({"data": {"thing1": {"value": "只有一项"}}}, 47003),
        ({"data": DATA | {"thing9": {"value": "多一项"}}}, 47003),
        ({"data": DATA | {"thing1": "not an object"}}, 47003),
        ({"data": None}, 47003),
    ],
)
async def test_a_faulty_message_is_refused_and_uses_up_no_accept(
    phone: Phone, server: Server, changed: dict[str, Any], errcode: int
) -> None:
    person = await phone.person()
    await phone.tap(person, ONE_TIME)
    assert await send(server, person, **changed) == errcode
    assert await send(server, person) == 0


async def test_a_refused_value_is_named_by_its_key(phone: Phone, server: Server) -> None:
    person = await phone.person()
    await phone.tap(person, ONE_TIME)
    data = DATA | {"time2": {"value": "下周一"}}
    refusal = await server.send(touser=person["open_id"], template_id=ONE_TIME, data=data)
    assert refusal["errcode"] == 47003
    assert "data.time2.value" in refusal["errmsg"]


async def test_an_enum_takes_only_its_own_values(phone: Phone, server: Server) -> None:
    person = await phone.person()
    await phone.tap(person, WITH_ENUM)
    assert await send(server, person, template_id=WITH_ENUM, data={"enum1": {"value": "也许"}}) == 47003
    assert await send(server, person, template_id=WITH_ENUM, data={"enum1": {"value": "通过"}}) == 0


async def test_a_bad_token_is_refused_before_anything_else(phone: Phone, server: Server) -> None:
    assert (await server.send(token="nobody-gave-this", touser="onobody"))["errcode"] == 40001


async def test_tapping_on_a_template_the_app_does_not_have_fails(phone: Phone) -> None:
    assert (await phone.tap(await phone.person(), "TEMPLATE-OF-NOBODY"))["errCode"] == 20001


async def test_a_template_chosen_at_run_time_is_sent_and_listed(sandbox: Client, phone: Phone, server: Server) -> None:
    async with sandbox.put("/sandbox/templates/TEMPLATE-NEW", json={"keys": ["phrase1"], "title": "新"}) as response:
        assert response.status == 200
    person = await phone.person()
    await phone.tap(person, "TEMPLATE-NEW")
    assert await send(server, person, template_id="TEMPLATE-NEW", data={"phrase1": {"value": "通过"}}) == 0
    token = (await server.token())["access_token"]
    async with sandbox.get("/wechat/wxaapi/newtmpl/gettemplate", params={"access_token": token}) as response:
        listed = {item["priTmplId"]: item for item in (await response.json())["data"]}
    assert listed["TEMPLATE-NEW"]["title"] == "新"
    assert listed[LONG_TERM]["type"] == 3
