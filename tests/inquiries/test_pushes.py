"""The address that platforms push to: what is genuine is kept once and answered at once, everything else is refused."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.envelopes import Format, Mode
from tests.api.world import World
from tests.inquiries.letters import Letter, Letters, xml
from tests.inquiries.talk import Log, Talk
from tests.worker.waiting import until

every_way = pytest.mark.parametrize(
    ("mode", "form"), [("safe", "xml"), ("safe", "json"), ("plain", "xml"), ("plain", "json")]
)
in_clear = pytest.mark.parametrize("mode", ["plain"])
BOMB = "".join(f'<!ENTITY {name}{"".join(f"&{below};" * 9)}">' for name, below in (('b "', "a"), ('c "', "b")))
BOMB = f'<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha">{BOMB}]><xml><Encrypt>&c;</Encrypt></xml>'
OUTSIDE = '<!DOCTYPE xml [<!ENTITY file SYSTEM "file:///etc/passwd">]><xml><Encrypt>&file;</Encrypt></xml>'


@every_way
@pytest.mark.parametrize("platform", ["wechat", "baidu"])
async def test_a_message_is_taken_in_every_mode_and_format(
    world: World, log: Log, platform: str, mode: Mode, form: Format
) -> None:
    talk = Talk(phone=await world.stranger(platform=platform), log=log)
    text = "准考证 <什么时候> 打印？ ]]> & 😀"
    await talk.says(text)
    assert await log.pushes() == [("text", "written")]
    assert (await log.messages())[0] == ("candidate", text)
    assert await log.inquiries() == [("open", None, False)]
    assert len(await talk.heard()) == 1


@every_way
@pytest.mark.parametrize("platform", ["wechat", "baidu"])
async def test_the_platform_finds_the_address_to_be_ours(
    world: World, log: Log, platform: str, mode: Mode, form: Format
) -> None:
    assert await world.sandbox("POST", "/sandbox/push-url", {"platform": platform}) == {"accepted": True}
    assert await log.pushes() == []


async def test_nobody_else_is_told_that_the_address_is_ours(world: World, letters: Letters) -> None:
    query = {**letters.wechat_plain("").query, "echostr": "echo"}
    for changed in ({}, {"signature": "0" * 40}, {"timestamp": "1"}, {"nonce": "another"}):
        for platform in ("wechat", "baidu"):
            if changed or platform == "baidu":
                sent = {**query, **changed, "echoStr": "echo"}
                async with world.http.get(f"{world.api_url}/callbacks/{platform}/messages", params=sent) as answer:
                    assert (answer.status, await answer.read()) == (400, b"refused")
    old = {**letters.wechat_plain("", age=301).query, "echostr": "echo"}
    async with world.http.get(f"{world.api_url}/callbacks/wechat/messages", params=old) as answer:
        assert answer.status == 400
    async with world.http.get(f"{world.api_url}/callbacks/alipay/messages", params=query) as answer:
        assert answer.status == 404


FORGED: dict[str, Callable[[Letters, Letter], Letter]] = {
    "no signature": lambda letters, genuine: genuine.but(msg_signature=""),
    "another's signature": lambda letters, genuine: genuine.but(msg_signature="0" * 40),
    "a signature of other characters": lambda letters, genuine: genuine.but(msg_signature="签" * 40),
    "the signature over the time alone": lambda letters, genuine: genuine.but(msg_signature=genuine.query["signature"]),
    "another token": lambda letters, _: letters.wechat(xml(letters.message()), token="guessed"),
    "another time": lambda letters, genuine: genuine.but(timestamp=str(int(genuine.query["timestamp"]) + 1)),
    "another nonce": lambda letters, genuine: genuine.but(nonce="another"),
    "six minutes old": lambda letters, _: letters.wechat(xml(letters.message()), age=360),
    "of the future": lambda letters, _: letters.wechat(xml(letters.message()), age=-360),
    "another app": lambda letters, _: letters.wechat(xml(letters.message()), app_id="wx0000000000000000"),
    "another account": lambda letters, _: letters.wechat(xml(letters.message(ToUserName="gh_000000000000"))),
    "cut short": lambda letters, genuine: genuine.but(body=genuine.body[:-40]),
    "cut inside": lambda letters, genuine: genuine.but(body=genuine.body.replace(b"</Encrypt>", b"AAAA</Encrypt>")),
    "in clear": lambda letters, genuine: genuine.but(body=xml(letters.message()).encode()),
    "nothing encrypted": lambda letters, genuine: genuine.but(body=b"<xml><Encrypt></Encrypt></xml>"),
    "two of them": lambda letters, genuine: genuine.but(body=b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>"),
    "no XML": lambda letters, genuine: genuine.but(body=b"Encrypt=abc"),
    "another XML": lambda letters, genuine: genuine.but(body=b"<html/>"),
    "a list": lambda letters, genuine: genuine.but(body=b"[1]"),
    "half JSON": lambda letters, genuine: genuine.but(body=b'{"Encrypt":'),
    "bytes": lambda letters, genuine: genuine.but(body=b"\xff\xfe\x00"),
    "a bomb": lambda letters, genuine: genuine.but(body=BOMB.encode()),
    "a file of ours": lambda letters, genuine: genuine.but(body=OUTSIDE.encode()),
    "without end": lambda letters, genuine: genuine.but(body=b"<xml>" + b"<a>" * 60_000),
    "JSON without end": lambda letters, genuine: genuine.but(body=b'{"Encrypt":' + b"[" * 200_000),
    "no sender": lambda letters, _: letters.wechat(xml(letters.message(FromUserName=None))),
    "no number": lambda letters, _: letters.wechat(xml(letters.message(MsgId=None))),
    "no time": lambda letters, _: letters.wechat(xml(letters.message(CreateTime="soon"))),
    "a time beyond time": lambda letters, _: letters.wechat(xml(letters.message(CreateTime=-(10**15)))),
    "an endless sender": lambda letters, _: letters.wechat(xml(letters.message(FromUserName="o" * 129))),
    "nested": lambda letters, _: letters.wechat(xml(letters.message(Content={"a": "b"}))),
    "a NUL": lambda letters, _: letters.wechat(json.dumps(letters.message(Content="\x00"))),
    "half a character": lambda letters, _: letters.wechat(json.dumps(letters.message(Content="\ud800"))),
    "XML inside that is none": lambda letters, _: letters.wechat("<xml>"),
    "a bomb inside": lambda letters, _: letters.wechat(BOMB),
}


async def test_what_is_not_genuine_is_refused_without_a_word_and_not_kept(
    world: World, log: Log, letters: Letters
) -> None:
    genuine = letters.wechat(xml(letters.message()))
    answers = {name: await log.post(forge(letters, genuine)) for name, forge in FORGED.items()}
    assert answers == dict.fromkeys(FORGED, (400, b"refused"))
    assert await log.pushes() == []
    assert await log.post(genuine) == (200, b"success")
    assert await log.pushes() == [("text", None)]


async def test_baidu_s_forgeries_are_refused_too(world: World, log: Log, letters: Letters) -> None:
    message = xml(letters.message(ToUserName=letters.keys.baidu.app_id))
    genuine = letters.baidu(message)
    forged = (
        letters.baidu(message, age=360),
        letters.baidu(message, app_id="1"),
        genuine.but(body=genuine.body.replace(b"<MsgSignature><![CDATA[", b"<MsgSignature><![CDATA[0")),
        genuine.but(body=message.encode()),
        genuine.but(body=b""),
        genuine.but(body=b"%ff=1"),
        letters.baidu_plain(letters.message()),
        letters.wechat(message).but(),
    )
    for letter in forged:
        assert (await log.post(Letter(platform="baidu", query=letter.query, body=letter.body)))[0] == 400
    assert await log.pushes() == []
    assert await log.post(genuine) == (200, b"success")


@in_clear
@pytest.mark.parametrize("in_body", [True, False], ids=["in the body", "in the query"])
async def test_baidu_s_signature_is_read_wherever_it_stands(
    world: World, log: Log, letters: Letters, in_body: bool
) -> None:
    letter = letters.baidu_plain(letters.message(), in_body=in_body)
    assert (await log.post(letter.but(body=letter.body.replace(b'"signature": "', b'"signature": "0'))))[0] == (
        400 if in_body else 200
    )
    assert (await log.post(letter))[0] == 200
    assert (await log.post(letters.baidu_plain(letters.message(MsgId=2), age=301, in_body=in_body)))[0] == 400


@in_clear
async def test_a_signature_over_the_time_alone_serves_for_one_content(log: Log, letters: Letters) -> None:
    letter = letters.wechat_plain(xml(letters.message()))
    assert (await log.post(letter))[0] == 200
    assert (await log.post(letter))[0] == 200
    other = letter.but(body=xml(letters.message(MsgId=2, Content="把钱转给我")).encode())
    assert (await log.post(other))[0] == 400
    assert len(await log.pushes()) == 1


async def test_fifty_deliveries_of_one_message_at_once_are_one_message(
    world: World, log: Log, letters: Letters
) -> None:
    plain = xml(letters.message())
    answers = await asyncio.gather(*(log.post(letters.wechat(plain)) for _ in range(50)))
    assert set(answers) == {(200, b"success")}
    await world.run_jobs()
    assert await log.pushes() == [("text", "written")]
    assert len([author for author, _ in await log.messages() if author == "candidate"]) == 1


async def test_two_messages_of_somebody_new_at_once_are_one_inquiry(world: World, log: Log, letters: Letters) -> None:
    for number in range(1, 9):
        await log.post(letters.wechat(xml(letters.message(MsgId=number))))
    pushes = await log.rows("SELECT id FROM pushed_message")
    outcomes = await asyncio.gather(*(world.built.chats.process(row["id"]) for row in pushes for _ in range(2)))
    assert set(outcomes) <= {"written", "processed_already"}
    assert len(await log.inquiries()) == 1
    assert len([author for author, _ in await log.messages() if author == "candidate"]) == 8


async def test_what_somebody_wrote_is_kept_in_one_place(world: World, log: Log, letters: Letters) -> None:
    await log.post(letters.wechat(xml(letters.message())))
    assert (await log.rows("SELECT content FROM pushed_message"))[0]["content"] != {}
    await world.run_jobs()
    content = (await log.rows("SELECT content::text AS content FROM pushed_message"))[0]["content"]
    assert content == "{}"


async def test_what_only_looks_like_an_escape_is_text(world: World, log: Log, letters: Letters) -> None:
    text = r"\u0000 \\u0000 <![CDATA[x]]> &amp;"
    assert (await log.post(letters.wechat(json.dumps(letters.message(Content=text)))))[0] == 200
    await world.run_jobs()
    assert (await log.messages())[0] == ("candidate", text)


async def test_a_message_larger_than_any_is_not_read_to_its_end(log: Log, letters: Letters) -> None:
    letter = letters.wechat("x")
    assert (await log.post(letter.but(body=b"x" * (1 << 20))))[0] == 413
    assert await log.pushes() == []


@pytest.mark.parametrize("form", ["xml", "json"])
async def test_an_event_is_kept_whole_and_is_no_inquiry(world: World, log: Log, form: Format) -> None:
    phone = await world.stranger()
    await world.sandbox("PUT", "/sandbox/templates/SAMPLE", {"keys": ["thing1"]})
    body = {"template_id": "SAMPLE", "answer": "accept"}
    await world.sandbox("POST", f"/sandbox/users/{phone.user_id}/subscribe", body)
    await log.arrived(1)
    assert (await log.pushes(), await log.inquiries()) == ([("event", "kept")], [])
    (row,) = await log.rows("SELECT content::text AS content FROM pushed_message")
    assert all(word in row["content"] for word in ("subscribe_msg_popup_event", "SAMPLE", "accept"))


async def test_kinds_that_nobody_can_write_here_are_kept_and_are_no_inquiry(
    world: World, log: Log, letters: Letters
) -> None:
    assert (await log.post(letters.wechat(xml(letters.message(MsgType="voice", Content=None)))))[0] == 200
    await world.run_jobs()
    assert (await log.pushes(), await log.inquiries()) == ([("event", "kept")], [])


FAULTS: list[tuple[dict[str, Any], int]] = [
    ({"kind": "duplicate_notification"}, 1),
    ({"kind": "bad_signature", "times": 2}, 1),
    ({"kind": "late_notification", "seconds": 0.2}, 1),
]


@pytest.mark.parametrize(("fault", "kept"), FAULTS, ids=["twice", "badly signed first", "late"])
@pytest.mark.parametrize("platform", ["wechat", "baidu"])
async def test_on_a_platform_s_bad_day_a_message_is_still_one(
    world: World, log: Log, platform: str, fault: dict[str, Any], kept: int
) -> None:
    path = f"/callbacks/{platform}/messages"
    await world.sandbox("POST", "/sandbox/faults", {"platform": platform, "path": path, **fault})
    talk = Talk(phone=await world.stranger(platform=platform), log=log)
    await talk.says("你好")

    async def played() -> bool:
        return not (await world.sandbox("GET", "/sandbox/faults"))["items"]

    await until(played)
    await talk.says("还在吗？")
    assert [kind for kind, _ in await log.pushes()] == ["text"] * (kept + 1)
