"""What the staff answer, on its way into a chat: within the platform's limits, in order, and never twice."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.errors import Conflict, Faulty, NotAllowed, NotFound
from backend.inquiries.models import Inquiry
from backend.staff.scope import Clerk
from tests.api.test_inquiries import picture
from tests.api.world import World
from tests.foundation.other_processes import python
from tests.inquiries.talk import Log, Talk, elsewhere, national, newest, placed
from tests.worker.waiting import until
from zhunkao.settings import as_environment

SEND = {"wechat": "/cgi-bin/message/custom/send", "baidu": "/rest/2.0/smartapp/message/custom/send"}
LATER = "UPDATE chat_delivery SET due_at = now() WHERE state = 'waiting'"
LONG_AGO = "UPDATE chat_delivery SET claimed_at = claimed_at - interval '1 day' WHERE state = 'sending'"
AS_IF_RESCUED = """
UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL WHERE status = 'doing' AND task_name <> 'retry_stalled'
"""


@pytest.fixture
def platform() -> str:
    return "wechat"


@pytest.fixture
async def talk(world: World, log: Log, platform: str) -> Talk:
    """A candidate of the sample site who has asked something."""
    phone = await placed(world)
    talk = Talk(phone=phone if platform == "wechat" else await phone.also_on(platform), log=log)
    await talk.says("毕业证丢了怎么办？")
    return talk


@pytest.fixture
async def site(world: World, talk: Talk) -> Clerk:
    return (await world.clerks())[0]


@pytest.fixture
async def inquiry(world: World, talk: Talk) -> UUID:
    return await newest(world)


async def answer(world: World, site: Clerk, inquiry: UUID, text: str = "1月29日起。") -> None:
    await world.built.answers.answer(site, inquiry, text)
    await world.run_jobs()


async def fault(world: World, platform: str, **fault: Any) -> None:
    await world.sandbox("POST", "/sandbox/faults", {"platform": platform, "path": SEND[platform], **fault})


@pytest.mark.parametrize("platform", ["wechat", "baidu"])
async def test_an_answer_reaches_the_chat_and_the_mini_program(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID, platform: str
) -> None:
    await answer(world, site, inquiry)
    assert (await talk.heard(), await log.deliveries()) == (["1月29日起。"], [("sent", None)])
    assert (await log.inquiries())[0][0] == "answered"
    read = (await talk.phone.call("GET", f"/inquiries/{inquiry}/messages")).json["items"]
    assert [one["author"] for one in read] == ["candidate", "staff"]
    events = await log.rows("SELECT name, candidate_id FROM event WHERE name LIKE 'inquiry:%' ORDER BY id")
    assert [row["name"] for row in events] == ["inquiry:opened", "inquiry:asked", "inquiry:answered"]
    assert events[2]["candidate_id"] is not None


async def test_a_message_opens_an_answered_inquiry_again_and_after_a_close_a_new_one(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID
) -> None:
    await answer(world, site, inquiry)
    await talk.says("谢谢，还有一个问题")
    assert await log.inquiries() == [("open", "示例市", True)]
    await world.built.answers.close(site, inquiry)
    await world.built.answers.close(site, inquiry)
    await talk.says("又来了")
    assert await log.inquiries() == [("closed", "示例市", True), ("open", "示例市", True)]
    with pytest.raises(Conflict, match="inquiry_closed"):
        await answer(world, site, inquiry)


async def test_only_the_site_that_was_asked_answers(world: World, talk: Talk, inquiry: UUID) -> None:
    _, area = await world.clerks()
    other, centre = await elsewhere(world), await national(world)
    with pytest.raises(NotAllowed, match="not_this_office"):
        await answer(world, area, inquiry)
    for clerk in (other, centre):
        with pytest.raises(NotFound, match="inquiry_unknown"):
            await answer(world, clerk, inquiry)
        with pytest.raises(NotFound, match="inquiry_unknown"):
            await world.built.answers.close(clerk, inquiry)
    assert await talk.heard() == []


async def test_the_centre_answers_whoever_has_not_chosen(world: World, log: Log) -> None:
    talk = Talk(phone=await world.stranger(), log=log)
    await talk.says("怎么报名？")
    site, _ = await world.clerks()
    with pytest.raises(NotFound):
        await answer(world, site, await newest(world))
    await answer(world, await national(world), await newest(world), "请先选择考区。")
    assert (await talk.heard())[1:] == ["请先选择考区。"]


async def test_a_picture_is_told_of_in_a_chat_and_seen_in_the_mini_program(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID
) -> None:
    await world.built.answers.answer(site, inquiry, "请按样本填写。", picture=picture())
    await world.run_jobs()
    assert await talk.heard() == ["请按样本填写。\n（图片请在小程序“咨询”中查看）"]
    theirs = (await talk.phone.call("GET", f"/inquiries/{inquiry}/messages")).json["items"][-1]
    seen = await talk.phone.call("GET", f"/inquiries/{inquiry}/pictures/{theirs['id']}")
    assert (theirs["author"], theirs["picture"], seen.status) == ("staff", True, 200)
    with pytest.raises(Faulty, match="too_long"):  # with the words that tell of it
        await world.built.answers.answer(site, inquiry, "长" * 600, picture=picture())


async def test_whoever_has_nothing_but_the_chat_is_sent_no_picture(world: World, log: Log) -> None:
    talk = Talk(phone=await world.stranger(), log=log)
    await talk.says("怎么报名？")
    before = await log.messages()
    with pytest.raises(Conflict, match="picture_unseen"):
        await world.built.answers.answer(await national(world), await newest(world), "请看", picture=picture())
    assert await log.messages() == before


async def test_an_answer_sent_twice_by_its_client_is_one(world: World, talk: Talk, site: Clerk, inquiry: UUID) -> None:
    answers = world.built.answers
    first, again = [await answers.answer(site, inquiry, "好的", client_message_id="the-same-answer") for _ in range(2)]
    await world.run_jobs()
    assert (first.id, await talk.heard()) == (again.id, ["好的"])


@pytest.mark.parametrize("text", ["", "  \n", "长" * 601])
async def test_an_answer_is_of_a_length_that_every_chat_takes(
    world: World, site: Clerk, inquiry: UUID, text: str
) -> None:
    with pytest.raises(Faulty, match="inquiry_incomplete"):
        await answer(world, site, inquiry, text)


@pytest.mark.parametrize("platform", ["wechat", "baidu"])
async def test_a_sixth_answer_to_one_message_is_not_even_tried_and_the_next_message_allows_five_more(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID, platform: str
) -> None:
    for number in range(1, 7):
        await answer(world, site, inquiry, f"第{number}条")
    assert await talk.heard() == [f"第{number}条" for number in range(1, 6)]
    assert await log.deliveries() == [("sent", None)] * 5 + [("refused", "count_used_up")]
    await talk.says("收到")
    await answer(world, site, inquiry, "第7条")
    assert (await talk.heard())[-1] == "第7条"


async def test_after_48_hours_nothing_is_tried(world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID) -> None:
    await log.change("UPDATE chat SET said_at = now() - interval '48 hours' + interval '1 minute'")
    await answer(world, site, inquiry, "还来得及")
    await log.change("UPDATE chat SET said_at = now() - interval '48 hours'")
    await answer(world, site, inquiry, "太晚了")
    assert await talk.heard() == ["还来得及"]
    assert await log.deliveries() == [("sent", None), ("refused", "outside_window")]


async def test_whoever_enters_may_be_told_two_things_within_a_minute(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID
) -> None:
    await log.change("UPDATE chat SET said_at = now() - interval '3 days'")
    await talk.enters()
    for number in range(1, 4):
        await answer(world, site, inquiry, f"第{number}条")
    assert await log.deliveries() == [("sent", None)] * 2 + [("refused", "outside_window")]
    await talk.enters()
    await log.change("UPDATE chat SET entered_at = now() - interval '1 minute'")
    await answer(world, site, inquiry, "第4条")
    assert await talk.heard() == ["第1条", "第2条"]


@pytest.mark.parametrize(
    ("platform", "code", "reason"),
    [
        ("wechat", 45015, "outside_window"),
        ("wechat", 45047, "count_used_up"),
        ("wechat", 40003, "errcode_40003"),
        ("baidu", 90001, "over_limit"),
        ("baidu", 30022, "errno_30022"),
    ],
)
async def test_what_the_platform_refuses_is_refused_for_good(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID, platform: str, code: int, reason: str
) -> None:
    await fault(world, platform, kind="error_code", error_code=code)
    await answer(world, site, inquiry)
    await log.change("UPDATE chat_delivery SET due_at = now()")
    await world.built.deliveries.sweep()
    assert (await talk.heard(), await log.deliveries()) == ([], [("refused", reason)])


@pytest.mark.parametrize(("platform", "stale"), [("wechat", 40001), ("wechat", 42001), ("baidu", 111)])
async def test_a_stale_token_is_fetched_anew_once_and_the_answer_sent(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID, platform: str, stale: int
) -> None:
    await fault(world, platform, kind="error_code", error_code=stale)
    await answer(world, site, inquiry)
    assert (await talk.heard(), await log.deliveries()) == (["1月29日起。"], [("sent", None)])


@pytest.mark.parametrize(
    ("platform", "code", "reason"),
    [("wechat", -1, "errcode_-1"), ("wechat", 45011, "errcode_45011"), ("baidu", 18, "platform_too_frequent")],
)
async def test_what_was_certainly_not_taken_is_sent_later_and_counts_once(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID, platform: str, code: int, reason: str
) -> None:
    await fault(world, platform, kind="error_code", error_code=code)
    await answer(world, site, inquiry, "第1条")
    await answer(world, site, inquiry, "第2条")
    assert (await talk.heard(), await log.deliveries()) == ([], [("waiting", reason), ("waiting", None)])
    await log.change(LATER)
    await world.built.deliveries.sweep()
    assert await talk.heard() == ["第1条", "第2条"]
    assert [state for state, _ in await log.deliveries()] == ["sent", "sent"]
    assert (await log.rows("SELECT answers_left FROM chat"))[0]["answers_left"] == 3


async def test_it_is_not_tried_for_ever(world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID) -> None:
    await fault(world, "wechat", kind="error_code", error_code=-1, times=99)
    await answer(world, site, inquiry)
    for _ in range(9):
        await log.change(LATER)
        await world.built.deliveries.sweep()
    assert await log.deliveries() == [("refused", "errcode_-1")]
    assert (await log.rows("SELECT attempts FROM chat_delivery"))[0]["attempts"] == 5
    assert (await log.rows("SELECT answers_left FROM chat"))[0]["answers_left"] == 5


async def test_while_the_platform_is_away_the_answer_waits(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID
) -> None:
    await world.runners[0].cleanup()
    await answer(world, site, inquiry)
    assert await log.deliveries() == [("waiting", "not_reached")]


@pytest.mark.parametrize("platform", ["wechat", "baidu"])
@pytest.mark.parametrize("lands", [True, False], ids=["it arrived", "it was lost"])
async def test_without_an_answer_nobody_knows_and_it_is_not_sent_again(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID, platform: str, lands: bool
) -> None:
    await fault(world, platform, kind="status", status=502, lands=lands)
    await answer(world, site, inquiry)
    assert await log.deliveries() == [("unknown", "no_answer")]
    await log.change("UPDATE chat_delivery SET due_at = now() - interval '1 day'")
    await world.built.deliveries.sweep()
    assert await talk.heard() == (["1月29日起。"] if lands else [])


async def test_many_workers_send_each_answer_once_and_in_order(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID
) -> None:
    texts = [f"第{number}条" for number in range(1, 6)]
    for text in texts:
        await world.built.answers.answer(site, inquiry, text)
    (chat,) = await log.rows("SELECT id FROM chat")
    deliveries = world.built.deliveries
    await asyncio.gather(*(deliveries.send(chat["id"]) for _ in range(10)), deliveries.sweep(), deliveries.sweep())
    await world.run_jobs()
    assert (await talk.heard(), await log.deliveries()) == (texts, [("sent", None)] * 5)


async def test_an_answer_over_which_a_worker_was_killed_is_unknown_and_never_sent_again(
    world: World, log: Log, talk: Talk, site: Clerk, inquiry: UUID, tmp_path: Path
) -> None:
    """Killed while the platform, which has delivered it, holds its answer back."""

    async def told() -> bool:
        return bool(await talk.heard())

    await fault(world, "wechat", kind="timeout", lands=True, seconds=600)
    await world.built.answers.answer(site, inquiry, "只说一次")
    with python("-m", "zhunkao", "worker", folder=tmp_path, **as_environment(world.settings)) as worker:
        await until(told)
        worker.kill()
        worker.wait()
    assert await log.deliveries() == [("sending", None)]
    await world.built.deliveries.sweep()
    assert await log.deliveries() == [("sending", None)]
    await world.built.answers.answer(site, inquiry, "第二句")
    await log.change(LONG_AGO)
    await world.built.deliveries.sweep()
    await log.change(AS_IF_RESCUED)
    await world.run_jobs()
    assert await log.deliveries() == [("unknown", None), ("sent", None)]
    assert await talk.heard() == ["只说一次", "第二句"]


async def test_what_was_asked_in_the_mini_program_is_answered_there(world: World, log: Log) -> None:
    phone = await placed(world)
    opened = await phone.call("POST", "/inquiries", body={"kind": "question", "text": "毕业证丢了怎么办？"})
    site, _ = await world.clerks()
    await answer(world, site, UUID(opened.json["id"]))
    assert await log.deliveries() == []
    read = (await phone.call("GET", f"/inquiries/{opened.json['id']}/messages")).json["items"]
    assert [one["text"] for one in read] == ["毕业证丢了怎么办？", "1月29日起。"]


async def test_who_asks_for_an_account_is_answered_by_a_code_and_by_nothing_else(world: World) -> None:
    phone = await world.stranger()
    asked = {"platform": "wechat", "code": await phone.code(), "name": "测试甲", "id_type": "resident_id_card"}
    asked |= {"id_number": phone.who.id_number, "area": "河北", "site": "示例市", "phone": "13800000000"}
    assert (await world.call("POST", "/account-recoveries", body=asked)).status == 202
    site, _ = await world.clerks()
    with pytest.raises(NotFound, match="inquiry_unknown"):
        await answer(world, site, await newest(world))


async def test_whoever_had_a_question_has_it_no_longer_once_its_site_is_chosen(world: World, log: Log) -> None:
    talk = Talk(phone=await world.stranger(), log=log)
    await talk.says("怎么报名？")
    inquiry = await newest(world)
    await world.built.claims.claim(await national(world), inquiry)
    await talk.says("15")
    await talk.says("03")
    row = await Inquiry.get(id=inquiry)
    assert (row.site_id is not None, row.claimed_by_id, row.claimed_at) == (True, None, None)
