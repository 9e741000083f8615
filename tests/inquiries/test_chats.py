"""What is written in a customer-service chat: whose inquiry it becomes, and at which site."""

from io import BytesIO
from typing import Any

import pytest
from PIL import ExifTags, Image

from tests.api.world import JIA, YI, World
from tests.inquiries.letters import Letters, xml
from tests.inquiries.talk import Log, Talk, newest, placed

MENU = "您好，请先回复数字选择考区，问题会转给您的考点：\n13 河北\n15 内蒙古\n31 上海\n43 湖南\n52 贵州"
SITES = "请回复数字选择内蒙古的考点（回复 0 重选考区）：\n03 乌海"
CHOSEN = "已转给内蒙古乌海考点，工作人员会在这里答复您。如需更换，请回复“选择考点”。"


@pytest.fixture
async def talk(world: World, log: Log) -> Talk:
    """Somebody whom the service doesn't know."""
    return Talk(phone=await world.stranger(YI), log=log)


def picture(**saved: Any) -> bytes:
    """A photograph of something, with what a camera writes into it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "a phone's maker"
    file = BytesIO()
    Image.new("RGB", (2400, 1200), "white").save(file, "JPEG", exif=exif, **saved)
    return file.getvalue()


async def test_a_candidate_s_messages_are_one_inquiry_at_the_site_of_their_registration(world: World, log: Log) -> None:
    talk = Talk(phone=await placed(world), log=log)
    await talk.says("现场确认要带什么？")
    await talk.says("需要学位证吗？")
    assert await log.inquiries() == [("open", "示例市", True)]
    assert await log.messages() == [("candidate", "现场确认要带什么？"), ("candidate", "需要学位证吗？")]
    assert await talk.heard() == []
    (mine,) = (await talk.phone.call("GET", "/inquiries")).json["items"]
    assert (mine["kind"], mine["area"], mine["site"], mine["registration"]) == ("question", "河北", "示例市", None)


async def test_the_registration_is_told_to_its_site_once_it_is_submitted(world: World, log: Log) -> None:
    phone = await world.person()
    await phone.submitted()
    await Talk(phone=phone, log=log).says("你好")
    (mine,) = (await phone.call("GET", "/inquiries")).json["items"]
    assert (mine["site"], mine["registration"]) == ("示例市", phone.registration)


async def test_whoever_has_no_registration_chooses_and_is_the_centre_s_until_then(log: Log, talk: Talk) -> None:
    await talk.says("怎么报名？")
    assert (await log.inquiries(), await talk.heard()) == ([("open", None, False)], [MENU])
    await talk.says("我还有一个问题，很长很长")
    assert await talk.heard() == [MENU]
    await talk.says("99")
    await talk.says("15")
    assert await talk.heard() == [MENU, MENU, SITES]
    assert await log.inquiries() == [("open", None, False)]
    await talk.says("乌海")
    assert (await log.inquiries(), (await talk.heard())[3:]) == ([("open", "乌海", False)], [CHOSEN])
    await talk.says("15")
    assert len(await talk.heard()) == 4
    assert len(await log.inquiries()) == 1


async def test_a_choice_can_be_taken_back_and_sticks_to_the_chat(log: Log, talk: Talk) -> None:
    for text in ("怎么报名？", "15", "0", "43", "5", "31"):
        await talk.says(text)
    assert await log.inquiries() == [("open", "湘西", False)]
    await talk.says("选择考点")
    for text in ("15", "03"):
        assert await log.inquiries() == [("open", "湘西", False)]
        await talk.says(text)
    assert await log.inquiries() == [("open", "乌海", False)]
    await log.change("UPDATE inquiry SET state = 'closed', closed_at = now(), waiting_since = NULL")
    heard = len(await talk.heard())
    await talk.says("又一个问题")
    assert await log.inquiries() == [("closed", "乌海", False), ("open", "乌海", False)]
    assert len(await talk.heard()) == heard


async def test_whoever_closed_without_choosing_is_asked_again(log: Log, talk: Talk) -> None:
    await talk.says("怎么报名？")
    await log.change("UPDATE inquiry SET state = 'closed', closed_at = now(), waiting_since = NULL")
    await talk.says("还是想问怎么报名")
    assert await talk.heard() == [MENU, MENU]
    assert [state for state, _, _ in await log.inquiries()] == ["closed", "open"]


async def test_a_bound_candidate_without_a_registration_is_asked_too_and_its_site_is_found_later(
    world: World, log: Log
) -> None:
    phone = await world.person()
    talk = Talk(phone=phone, log=log)
    await talk.says("怎么报名？")
    assert (await log.inquiries(), await talk.heard()) == ([("open", None, True)], [MENU])
    await phone.draft()
    await phone.save("registration", {"area": "河北", "site": "示例市"})
    await talk.says("已经填了")
    assert (await log.inquiries(), await talk.heard()) == ([("open", "示例市", True)], [MENU])


async def test_an_unbound_chat_s_inquiry_is_the_candidate_s_once_they_are_bound(
    world: World, log: Log, talk: Talk
) -> None:
    await talk.says("怎么报名？")
    answer = await world.call("POST", "/accounts", body=await talk.phone.account())
    talk.phone.token = answer.json["access_token"]
    assert (await talk.phone.call("GET", "/inquiries")).json["items"] == []
    await talk.says("我注册好了")
    (mine,) = (await talk.phone.call("GET", "/inquiries")).json["items"]
    assert mine["site"] is None
    read = (await talk.phone.call("GET", f"/inquiries/{mine['id']}/messages")).json["items"]
    assert [(one["author"], one["text"]) for one in read] == [
        ("candidate", "怎么报名？"),
        ("system", MENU),
        ("candidate", "我注册好了"),
    ]


async def test_a_chat_that_becomes_another_s_sees_nothing_of_the_former_s_matter(world: World, log: Log) -> None:
    phone = await placed(world)
    talk = Talk(phone=phone, log=log)
    await talk.says("我的问题")
    first = await newest(world)
    site, _ = await world.clerks()
    assert (await phone.call("DELETE", "/bindings/wechat")).status == 204
    await world.built.answers.answer(site, first, "您的审核结果是……")
    await world.run_jobs()
    assert (await talk.heard(), await log.deliveries()) == ([], [("refused", "not_their_chat")])
    await talk.says("我是另一个人")
    assert await log.inquiries() == [("answered", "示例市", True), ("open", None, False)]
    assert (await talk.heard()) == [MENU]
    mine = (await phone.call("GET", "/inquiries")).json["items"]
    assert [one["id"] for one in mine] == [str(first)]


@pytest.mark.parametrize("platform", ["wechat", "baidu"])
async def test_a_picture_is_fetched_from_the_platform_and_kept_as_ours(world: World, log: Log, platform: str) -> None:
    phone = await placed(world)
    other = phone if platform == "wechat" else await phone.also_on(platform)
    await Talk(phone=other, log=log).shows(picture())
    assert await log.messages() == [("candidate", "")]
    inquiry = await newest(world)
    (message,) = (await phone.call("GET", f"/inquiries/{inquiry}/messages")).json["items"]
    assert message["picture"] is True
    answer = await phone.call("GET", f"/inquiries/{inquiry}/pictures/{message['id']}")
    kept = Image.open(BytesIO(answer.body))
    assert (answer.status, kept.format, kept.size) == (200, "JPEG", (2000, 1000))
    assert not kept.getexif()


@pytest.mark.parametrize("platform", ["wechat", "baidu"])
async def test_what_is_no_picture_leaves_a_message_that_says_so(world: World, log: Log, platform: str) -> None:
    await Talk(phone=await world.stranger(platform=platform), log=log).shows(b"no picture at all")
    assert (await log.messages())[0] == ("candidate", "［图片无法读取］")


@pytest.mark.parametrize("mode", ["plain"])
async def test_no_other_host_is_asked_for_a_picture(world: World, log: Log, letters: Letters) -> None:
    media = world.settings.baidu.media_url
    host = media.removesuffix("/baidu/media")
    addresses = [
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        f"{host}/sandbox/users",
        f"{media}/../../sandbox/users",
        media.replace("http://", "http://somebody@") + "/1",
        media.replace("127.0.0.1", "127.0.0.1.example") + "/1",
        media + "stolen/1",
        "http://[",
        "",
    ]
    for number, address in enumerate(addresses, 1):
        message = letters.message(MsgType="image", Content=None, PicUrl=address, MsgId=number)
        assert (await log.post(letters.baidu_plain(message)))[0] == 200
    await world.run_jobs()
    texts = [text for author, text in await log.messages() if author == "candidate"]
    assert texts == ["［图片无法读取］"] * len(addresses)


async def test_a_picture_that_can_not_be_had_now_is_fetched_later(world: World, log: Log) -> None:
    phone = await placed(world)
    await world.built.cache.redis.flushall()
    fault = {"platform": "wechat", "path": "/cgi-bin/media/get", "kind": "status", "times": 2}
    await world.sandbox("POST", "/sandbox/faults", fault)
    await Talk(phone=phone, log=log).shows(picture())
    assert await log.pushes() == [("picture", None)]
    await log.change("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    await world.run_jobs()
    assert (await log.pushes(), await log.messages()) == ([("picture", "written")], [("candidate", "")])


async def test_a_page_that_somebody_shows_is_told_by_its_title(world: World, log: Log, letters: Letters) -> None:
    page = letters.message(MsgType="miniprogrampage", Content=None, Title="缴费", PagePath="pages/pay")
    await log.post(letters.wechat(xml(page)))
    await world.run_jobs()
    assert (await log.messages())[0] == ("candidate", "［小程序页面］缴费")


async def test_a_text_without_end_is_cut(world: World, log: Log, letters: Letters) -> None:
    await log.post(letters.wechat(xml(letters.message(Content="长" * 5000))))
    await world.run_jobs()
    assert len((await log.messages())[0][1]) == 2000


async def test_a_candidate_may_go_on_in_the_mini_program(world: World, log: Log) -> None:
    phone = await placed(world)
    await Talk(phone=phone, log=log).says("你好")
    inquiry = await newest(world)
    answer = await phone.call("POST", f"/inquiries/{inquiry}/messages", body={"text": "在小程序里补充"})
    assert answer.status == 201
    assert await log.messages() == [("candidate", "你好"), ("candidate", "在小程序里补充")]
    assert JIA.name not in str(await log.rows("SELECT * FROM audit_record"))
