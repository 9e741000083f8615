"""The automatic first answer: from the candidate's own records, marked, or none; and a person, always to be had."""

from typing import Any
from uuid import UUID

import pytest

from tests.api.world import YI, Phone, World
from tests.inquiries.talk import Log, Talk

MARK = "自动答复"


@pytest.fixture
async def phone(world: World) -> Phone:
    return await world.person()


async def ask(phone: Phone, text: str, **more: Any) -> tuple[Any, list[tuple[str, str]]]:
    """The inquiry that was opened, and what stands in it."""
    opened = await phone.call("POST", "/inquiries", body={"kind": "question", "text": text, **more})
    assert opened.status == 201, opened.body
    return opened.json, await read(phone, opened.json["id"])


async def read(phone: Phone, inquiry: str) -> list[tuple[str, str]]:
    items = (await phone.call("GET", f"/inquiries/{inquiry}/messages")).json["items"]
    return [(one["author"], one["text"]) for one in items]


async def test_a_sure_question_is_answered_from_the_records_and_marked(phone: Phone) -> None:
    await phone.submitted()
    inquiry, log = await ask(phone, "我的报名成功了吗")
    (asked, (author, said)) = log
    assert asked == ("candidate", "我的报名成功了吗")
    assert (author, inquiry["state"]) == ("automatic", "answered")
    assert MARK in said
    step = await phone.step("confirmation")
    assert step["message"] in said
    assert step["where"] in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("现场确认去哪里", "您的报名点"),
        ("缴费什么时候开始", "网上缴费"),
        ("我的缴费状态", "网上缴费"),
        ("成绩保留几年", "两年为一个周期"),
        ("成绩可以复核吗", "不接受成绩复核申请"),
    ],
)
async def test_each_kind_of_question_has_its_answer(phone: Phone, text: str, said: str) -> None:
    await phone.submitted()
    _, log = await ask(phone, text)
    assert log[1][0] == "automatic"
    if said != "您的报名点":
        assert said in log[1][1]
    else:
        assert (await phone.step("confirmation"))["where"] in log[1][1]


async def test_the_answer_is_in_the_language_of_whoever_asks(phone: Phone) -> None:
    await phone.submitted()
    body = {"kind": "question", "text": "成绩可以复核吗"}
    opened = await phone.call("POST", "/inquiries", body=body, headers={"Accept-Language": "en"})
    assert "An automatic answer" in (await read(phone, opened.json["id"]))[1][1]


async def test_what_the_records_do_not_say_is_left_to_a_person(phone: Phone) -> None:
    await phone.submitted()
    for text in ("为什么确认不通过", "我的毕业证丢了怎么办", "你好"):
        inquiry, log = await ask(phone, text)
        assert (inquiry["state"], len(log)) == ("open", 1)


async def test_without_a_registration_or_at_another_site_nothing_is_answered_automatically(phone: Phone) -> None:
    here = {"area": "河北", "site": "示例市"}
    assert len((await ask(phone, "我的报名成功了吗", **here))[1]) == 1
    await phone.submitted()
    assert len((await ask(phone, "我的报名成功了吗", area="内蒙古", site="乌海"))[1]) == 1
    assert len((await ask(phone, "我的报名成功了吗", **here))[1]) == 2


async def test_a_request_to_change_the_account_is_never_answered_automatically(phone: Phone) -> None:
    await phone.submitted()
    opened = await phone.call("POST", "/inquiries", body={"kind": "account_change", "text": "我的报名成功了吗"})
    assert len(await read(phone, opened.json["id"])) == 1


async def test_a_person_can_always_be_asked_for_and_then_nothing_is_automatic(world: World, phone: Phone) -> None:
    await phone.submitted()
    inquiry, _ = await ask(phone, "我的报名成功了吗")
    path = f"/inquiries/{inquiry['id']}"
    first, again = [await phone.call("POST", f"{path}/ask-person") for _ in range(2)]
    assert (first.json["state"], again.json) == ("open", first.json)
    assert [author for author, _ in await read(phone, inquiry["id"])] == ["candidate", "automatic", "system"]
    assert (await phone.call("POST", f"{path}/messages", body={"text": "我的缴费状态"})).status == 201
    assert [author for author, _ in await read(phone, inquiry["id"])][3:] == ["candidate"]
    rows = await world.built.database.rows("SELECT waiting_since IS NOT NULL AS waits FROM inquiry")
    assert rows == [{"waits": True}]
    other = await world.person(YI)
    assert (await other.call("POST", f"{path}/ask-person")).code == "inquiry_unknown"


async def test_once_a_person_has_answered_nothing_is_automatic(world: World, phone: Phone) -> None:
    await phone.submitted()
    inquiry, _ = await ask(phone, "请问怎么办理护士证")
    site, _ = await world.clerks()
    await world.built.answers.answer(site, UUID(inquiry["id"]), "请到发证机关办理。")
    await phone.call("POST", f"/inquiries/{inquiry['id']}/messages", body={"text": "我的缴费状态"})
    assert [author for author, _ in await read(phone, inquiry["id"])] == ["candidate", "staff", "candidate"]


async def test_a_second_sure_question_is_answered_at_once_too(phone: Phone) -> None:
    await phone.submitted()
    inquiry, _ = await ask(phone, "我的报名成功了吗")
    await phone.call("POST", f"/inquiries/{inquiry['id']}/messages", body={"text": "我的缴费状态"})
    log = await read(phone, inquiry["id"])
    assert [author for author, _ in log] == ["candidate", "automatic"] * 2
    assert "网上缴费" in log[3][1]


async def test_a_closed_inquiry_gets_no_person_any_more(world: World, phone: Phone) -> None:
    await phone.submitted()
    inquiry, _ = await ask(phone, "我的报名成功了吗")
    site, _ = await world.clerks()
    await world.built.answers.close(site, UUID(inquiry["id"]))
    answer = await phone.call("POST", f"/inquiries/{inquiry['id']}/ask-person")
    assert (answer.status, answer.code) == (409, "inquiry_closed")


async def test_in_a_platforms_chat_it_is_answered_there_until_a_person_is_asked_for(world: World, log: Log) -> None:
    phone = await world.person()
    await phone.submitted()
    talk = Talk(phone=phone, log=log)
    await talk.says("我的报名成功了吗")
    await world.run_jobs()
    (said,) = await talk.heard()
    assert MARK in said
    await talk.says("转人工")
    await talk.says("我的缴费状态")
    await world.run_jobs()
    assert await talk.heard() == [said, "已转给考点工作人员，请等待答复。"]
    assert await log.inquiries() == [("open", "示例市", True)]
