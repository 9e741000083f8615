"""The desk over HTTP: whose a question is, what colleagues see of it and of the candidate; what nobody else sees."""

import asyncio
import json
import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from uuid import UUID

import pytest
from aiohttp import FormData

from backend.inquiries.models import Inquiry, InquiryState
from backend.staff.models import Level, Role
from tests.api.test_inquiries import picture, show
from tests.api.world import YI, Phone
from tests.console.conftest import Console
from tests.console.desk import Sitting, asks, sitting, writes


@pytest.fixture
async def first(console: Console) -> Sitting:
    return await sitting(console, "desk.first", "示例甲")


@pytest.fixture
async def second(console: Console) -> Sitting:
    return await sitting(console, "desk.second", "示例乙")


@pytest.fixture
async def phone(console: Console) -> Phone:
    return await console.world.person()


@pytest.fixture
async def inquiry(phone: Phone) -> str:
    return await asks(phone)


async def row(inquiry: str) -> Inquiry:
    return await Inquiry.get(id=inquiry)


def listed(body: str) -> list[str]:
    """The inquiries of a list, in its order."""
    return re.findall(r'id="line-([0-9a-f-]{36})"', body)


async def test_of_clerks_who_claim_at_once_exactly_one_has_it_and_the_others_are_told_who(
    console: Console, first: Sitting, second: Sitting, phone: Phone
) -> None:
    for _ in range(5):
        inquiry = await asks(phone)
        answers = await asyncio.gather(*(one.act(inquiry, "claim") for one in (first, second) * 3))
        claimed_by = (await row(inquiry)).claimed_by_id
        winner, loser = (first, second) if claimed_by == first.member.id else (second, first)
        statuses = {
            one: [status for status, _ in answers[place::2]] for place, one in enumerate((first.name, second.name))
        }
        assert (statuses[winner.name], statuses[loser.name]) == ([303] * 3, [409] * 3)
        told = [body for status, body in answers if status == 409]
        assert all(f"{winner.name}正在处理这条咨询" in body for body in told)
        audit = await console.world.built.database.rows(
            "SELECT actor_id FROM audit_record WHERE act = 'claimed' AND subject_id = $1", inquiry
        )
        assert [one["actor_id"] for one in audit] == [str(winner.member.id)]


async def test_of_two_answers_at_once_one_is_given_and_the_other_stays_with_its_writer(
    first: Sitting, second: Sitting, phone: Phone, inquiry: str
) -> None:
    (one, _), (other, body) = await asyncio.gather(
        first.act(inquiry, "answer", text="第一种答复"), second.act(inquiry, "answer", text="第二种答复")
    )
    assert sorted((one, other)) == [303, 409]
    said = (await phone.call("GET", f"/inquiries/{inquiry}/messages")).json["items"]
    assert len([message for message in said if message["author"] == "staff"]) == 1
    if other == 409:
        assert "第二种答复" in unescape(body)
        status, _ = await second.act(inquiry, "hand-over", to=str(second.member.id))
        assert (status, (await second.act(inquiry, "answer", text="第二种答复"))[0]) == (303, 303)


async def test_an_answer_sent_twice_is_one_and_makes_it_the_clerks(first: Sitting, phone: Phone, inquiry: str) -> None:
    for _ in range(2):
        assert (await first.act(inquiry, "answer", text="1月29日起。", key="a-first-answer"))[0] == 303
    said = (await phone.call("GET", f"/inquiries/{inquiry}/messages")).json["items"]
    assert [message["text"] for message in said[1:]] == ["1月29日起。"]
    assert (await row(inquiry)).claimed_by_id == first.member.id


async def test_it_is_handed_over_inside_the_office_to_somebody_who_is_there(
    console: Console, first: Sitting, second: Sitting, inquiry: str
) -> None:
    elsewhere = await sitting(console, "desk.other", "另一考点", level=Level.SITE, area="内蒙古", site="乌海")
    await first.act(inquiry, "claim")
    assert (await first.act(inquiry, "hand-over", to=str(elsewhere.member.id)))[0] == 404
    assert (await second.post("/inbox/away"))[0] == 303
    status, body = await first.act(inquiry, "hand-over", to=str(second.member.id))
    assert status == 409 and "示例乙已离开" in body
    await second.post("/inbox/back")
    assert (await first.act(inquiry, "hand-over", to=str(second.member.id)))[0] == 303
    assert (await row(inquiry)).claimed_by_id == second.member.id
    assert (await first.act(inquiry, "release"))[0] == 409
    assert (await second.act(inquiry, "release"))[0] == 303
    assert (await row(inquiry)).claimed_by_id is None


async def test_whoever_leaves_gives_back_all_they_had_and_takes_nothing_until_they_are_back(
    first: Sitting, second: Sitting, phone: Phone
) -> None:
    mine = [await asks(phone) for _ in range(3)]
    for inquiry in mine:
        await first.act(inquiry, "claim")
    await second.act(kept := await asks(phone), "claim")
    await first.post("/inbox/away")
    await first.post("/inbox/away")
    assert [(await row(one)).claimed_by_id for one in mine] == [None] * 3
    assert (await row(kept)).claimed_by_id == second.member.id
    status, body = await first.act(mine[0], "claim")
    assert status == 409 and "离开状态" in body
    await first.post("/inbox/back")
    assert (await first.act(mine[0], "claim"))[0] == 303


async def test_nothing_is_handed_to_somebody_who_is_leaving(first: Sitting, second: Sitting, phone: Phone) -> None:
    inquiries = [await asks(phone) for _ in range(6)]
    await asyncio.gather(
        *(first.act(one, "hand-over", to=str(second.member.id)) for one in inquiries), second.post("/inbox/away")
    )
    assert not await Inquiry.exists(claimed_by_id=second.member.id)


async def test_the_oldest_waits_first_and_each_list_has_its_own(
    console: Console, first: Sitting, second: Sitting, phone: Phone
) -> None:
    await console.world.at("2023-12-01 09:00")
    oldest = await asks(phone)
    await console.world.at("2023-12-01 10:00")
    other, aside, done = [await asks(phone) for _ in range(3)]
    changing = await asks(phone, kind="account_change", name="测试䶮")
    await first.act(other, "claim")
    await first.act(aside, "snooze", until="2023-12-02T09:00")
    await first.act(done, "close")
    assert listed((await first.get("/inbox"))[1]) == [oldest, other, changing]
    assert listed((await first.get("/inbox?kind=account_change"))[1]) == [changing]
    assert listed((await first.get("/inbox?which=mine"))[1]) == [other]
    assert listed((await second.get("/inbox?which=mine"))[1]) == []
    assert listed((await first.get("/inbox?which=snoozed"))[1]) == [aside]
    assert listed((await first.get("/inbox?which=closed"))[1]) == [done]
    await first.act(oldest, "answer", text="好的")
    assert listed((await first.get("/inbox?which=answered"))[1]) == [oldest]


async def test_what_was_put_aside_comes_back_when_it_is_time_or_when_the_candidate_writes(
    console: Console, first: Sitting, phone: Phone
) -> None:
    one, other = await asks(phone), await asks(phone)
    for inquiry in (one, other):
        assert (await first.act(inquiry, "snooze", until="2023-11-30T09:00"))[0] == 422
        assert (await first.act(inquiry, "snooze", until="2023-12-02T09:00"))[0] == 303
    assert listed((await first.get("/inbox"))[1]) == []
    await writes(phone, other, "还在吗？")
    assert listed((await first.get("/inbox"))[1]) == [other]
    await console.world.at("2023-12-02 09:00")
    assert set(listed((await first.get("/inbox"))[1])) == {one, other}


async def test_a_page_goes_on_where_the_one_before_ended(console: Console, first: Sitting, phone: Phone) -> None:
    await asks(phone)
    await console.world.built.database.execute(
        "INSERT INTO inquiry (id, kind, state, site_id, opened_at, waiting_since) "
        "SELECT gen_random_uuid(), 'question', 'open', site_id, opened_at, waiting_since + number % 7 * interval '1s' "
        "FROM inquiry, generate_series(1, 130) AS number"
    )
    found, path = [], "/inbox/lines?which=waiting"
    while True:
        _, body = await first.get(path)
        found += listed(body)
        following = re.search(r'hx-get="([^"]+)"', body)
        if following is None:
            break
        path = unescape(following[1])
    assert (len(found), len(set(found))) == (131, 131)
    rows = await Inquiry.all().order_by("waiting_since", "id")
    assert found == [str(one.id) for one in rows]


async def test_a_note_is_for_colleagues_and_reaches_no_candidate(
    first: Sitting, second: Sitting, phone: Phone, inquiry: str
) -> None:
    for _ in range(2):
        assert (await first.act(inquiry, "notes", note="先问一下考区", key="a-first-note"))[0] == 303
    _, body = await second.get(f"/inbox/{inquiry}")
    assert unescape(body).count("先问一下考区") == 1
    for path in ("", "/messages"):
        assert "考区" not in (await phone.call("GET", f"/inquiries/{inquiry}{path}")).body.decode()
    reached = await phone.call("GET", f"/inquiries/{inquiry}/messages")
    assert [one["author"] for one in reached.json["items"]] == ["candidate"]


async def test_a_draft_is_kept_for_its_writer_alone_until_it_is_sent(
    first: Sitting, second: Sitting, inquiry: str
) -> None:
    await first.act(inquiry, "draft", text="写到一半")
    await first.act(inquiry, "draft", text="写到一半的答复")
    assert "写到一半的答复" in (await first.get(f"/inbox/{inquiry}"))[1]
    assert "写到一半" not in (await second.get(f"/inbox/{inquiry}"))[1]
    await first.act(inquiry, "answer", text="写完的答复")
    assert "写到一半" not in (await first.get(f"/inbox/{inquiry}"))[1]


async def test_beside_the_talk_stand_registration_steps_and_past_questions_of_the_offices_own(
    first: Sitting, phone: Phone
) -> None:
    await phone.submitted()
    past, now = await asks(phone, "住宿吗？"), await asks(phone)
    _, body = await first.get(f"/inbox/{now}")
    shown = unescape(body)
    number = (await phone.mine("GET")).json["registration_number"]
    assert number in shown and f"/inbox/{past}" in shown and "报名确认" in shown
    assert phone.who.id_number not in shown and "13800000000" not in shown


async def test_of_a_candidate_of_another_office_only_the_name_and_what_they_wrote_is_seen(
    console: Console, first: Sitting, phone: Phone
) -> None:
    await phone.submitted()
    await asks(phone, "另一个问题")
    there = await asks(phone, "能在你们那里考吗？", area="内蒙古", site="乌海")
    other = await sitting(console, "desk.other", "另一考点", level=Level.SITE, area="内蒙古", site="乌海")
    _, body = await other.get(f"/inbox/{there}")
    shown = unescape(body)
    assert "测试甲" in shown and "能在你们那里考吗？" in shown and 'id="out-of-scope"' in shown
    number = (await phone.mine("GET")).json["registration_number"]
    assert number not in shown and "另一个问题" not in shown and 'class="steps"' not in shown
    _, filled = await other.get(f"/inbox/{there}/canned?text=%7Bname%7D%7Bnext_step%7D%7Bregistration_number%7D")
    assert json.loads(filled)["text"] == "测试甲【待填：next_step】【待填：registration_number】"


async def test_another_office_s_inquiry_is_not_found_on_any_page(console: Console, phone: Phone, inquiry: str) -> None:
    message = (await show(phone, inquiry, picture())).json["id"]
    other = await sitting(console, "desk.other", "另一考点", level=Level.SITE, area="内蒙古", site="乌海")
    centre = await sitting(console, "desk.centre", "示例中心", level=Level.NATION)
    for stranger in (other, centre):
        for path in ("", "/talk", f"/pictures/{message}", "/canned?text=x"):
            assert (await stranger.get(f"/inbox/{inquiry}{path}"))[0] == 404
        for act in ("answer", "claim", "release", "hand-over", "snooze", "close", "reopen", "notes", "draft", "marks"):
            sent = {"text": "示例", "note": "示例", "to": str(stranger.member.id)}
            assert (await stranger.act(inquiry, act, **sent))[0] == 404, act
        assert listed((await stranger.get("/inbox"))[1]) == []
        assert "毕业证" not in (await stranger.post("/inbox/search", text="毕业证"))[1].replace('value="毕业证"', "")
    assert (await row(inquiry)).state is InquiryState.OPEN


async def test_a_picture_is_seen_by_the_office_that_was_asked(first: Sitting, phone: Phone, inquiry: str) -> None:
    message = (await show(phone, inquiry, picture())).json["id"]
    answer, _ = await first.console.call("GET", f"/inbox/{inquiry}/pictures/{message}", token=first.token)
    assert (answer.status, answer.content_type) == (200, "image/jpeg")


async def answered(clerk: Sitting, inquiry: str, content: bytes, **sent: str) -> tuple[int, str]:
    """An answer with a picture, as a browser sends it."""
    form = FormData()
    for name, value in sent.items():
        form.add_field(name, value)
    form.add_field("picture", BytesIO(content), filename="paper.png", content_type="image/png")
    answer, body = await clerk.console.call("POST", f"/inbox/{inquiry}/answer", token=clerk.token, sent=form)
    return answer.status, body


async def test_a_picture_in_an_answer_is_kept_as_ours_and_seen_by_who_asked_and_the_office_alone(
    first: Sitting, phone: Phone, inquiry: str
) -> None:
    for _ in range(2):
        status, body = await answered(first, inquiry, picture(), text="请按此样本填写", key="one")
        assert status == 303, body
    status, body = await answered(first, inquiry, picture((200, 300)), text="", key="two")
    assert status == 303, body
    messages = (await phone.call("GET", f"/inquiries/{inquiry}/messages")).json["items"]
    shown = [(one["text"], one["picture"]) for one in messages if one["author"] == "staff"]
    assert shown == [("请按此样本填写", True), ("", True)]
    theirs = messages[-1]["id"]
    mine = await phone.call("GET", f"/inquiries/{inquiry}/pictures/{theirs}")
    assert (mine.status, mine.body[:2]) == (200, b"\xff\xd8")  # re-encoded
    stranger = await first.console.world.person(YI)
    assert (await stranger.call("GET", f"/inquiries/{inquiry}/pictures/{theirs}")).status == 404
    answer, _ = await first.console.call("GET", f"/inbox/{inquiry}/pictures/{theirs}", token=first.token)
    assert (answer.status, answer.content_type) == (200, "image/jpeg")
    other = await sitting(first.console, "desk.other", "另一考点", level=Level.SITE, area="内蒙古", site="乌海")
    assert (await other.get(f"/inbox/{inquiry}/pictures/{theirs}"))[0] == 404
    assert (await answered(other, inquiry, picture(), text="示例"))[0] == 404


async def test_what_is_no_picture_is_refused_and_the_words_are_still_there(
    first: Sitting, phone: Phone, inquiry: str
) -> None:
    for content in (b"no picture", picture(kind="GIF"), picture((6000, 6000))):
        status, body = await answered(first, inquiry, content, text="写好的答复", key="one")
        assert status == 422 and ">写好的答复</textarea>" in body
    status, body = await answered(first, inquiry, b"0" * (6 * 1024 * 1024), text="写好的答复", key="one")
    assert status == 413 and "没有任何改动" in body
    status, body = await first.act(inquiry, "answer", text=" ", key="one")
    assert status == 422
    messages = (await phone.call("GET", f"/inquiries/{inquiry}/messages")).json["items"]
    assert [one["author"] for one in messages] == ["candidate"]


async def test_a_canned_answer_says_what_the_records_say_and_one_with_a_gap_is_not_sent(
    first: Sitting, phone: Phone
) -> None:
    await phone.submitted()
    inquiry = await asks(phone)
    _, filled = await first.get(f"/inbox/{inquiry}/canned?text=%7Bname%7D%EF%BC%8C%7Bsite%7D")
    assert json.loads(filled)["text"] == "测试甲，示例市"
    status, body = await first.act(inquiry, "answer", text="请在【待填：deadline】前完成")
    assert status == 422 and "没有填写" in body
    assert (await row(inquiry)).state is InquiryState.OPEN


async def test_a_canned_answer_is_worded_in_versions_and_nobody_overwrites_a_colleague(
    first: Sitting, second: Sitting
) -> None:
    sent = {"name": "食宿", "text": "考点不安排食宿。", "number": "0"}
    statuses = [
        status for status, _ in await asyncio.gather(*(one.post("/canned-answers", **sent) for one in (first, second)))
    ]
    assert sorted(statuses) == [303, 409]
    assert (await second.post("/canned-answers", **{**sent, "text": "请自行安排食宿。", "number": "1"}))[0] == 303
    assert (await first.post("/canned-answers", **{**sent, "number": "1"}))[0] == 409
    assert (await first.post("/canned-answers", **{**sent, "text": "{unknown}", "number": "2"}))[0] == 422
    _, body = await first.get("/canned-answers")
    assert "请自行安排食宿。" in body and "考点不安排食宿。" not in body and "谨防诈骗" in body


async def test_colleagues_see_who_reads_and_types_until_the_cache_forgets(
    console: Console, first: Sitting, second: Sitting, inquiry: str
) -> None:
    await first.act(inquiry, "marks", doing="typing")
    assert "示例甲正在输入" in (await second.get(f"/inbox/{inquiry}"))[1]
    assert "示例甲正在输入" not in (await first.get(f"/inbox/{inquiry}"))[1]
    await console.world.built.cache.redis.flushall()
    status, body = await second.get(f"/inbox/{inquiry}")
    assert status == 200 and "示例甲正在输入" not in body


async def test_an_open_page_that_looks_by_itself_keeps_nobody_signed_in(
    console: Console, first: Sitting, inquiry: str
) -> None:
    ago = timedelta(minutes=29)
    await console.world.built.database.execute("UPDATE staff_session SET seen_at = now() - $1::interval", ago)
    unattended = {"X-Unattended": "1"}
    for _ in range(2):
        answer, _ = await console.call("GET", "/inbox/lines", token=first.token, headers=unattended)
        assert answer.status == 200
    rows = await console.world.built.database.rows("SELECT now() - seen_at > '28 minutes' AS long FROM staff_session")
    assert [one["long"] for one in rows] == [True]
    await first.get(f"/inbox/{inquiry}")
    rows = await console.world.built.database.rows("SELECT now() - seen_at > '28 minutes' AS long FROM staff_session")
    assert [one["long"] for one in rows] == [False]


async def test_a_question_that_waits_while_a_window_closes_is_marked(
    console: Console, first: Sitting, phone: Phone, inquiry: str
) -> None:
    assert 'class="urgent"' not in (await first.get("/inbox"))[1]
    await console.world.at("2023-12-02 10:00")
    assert "已等待超过24小时" in (await first.get("/inbox"))[1]


async def test_closed_and_opened_again_by_a_clerk(first: Sitting, inquiry: str) -> None:
    await first.act(inquiry, "claim")
    assert (await first.act(inquiry, "close"))[0] == 303
    assert ((await row(inquiry)).state, (await row(inquiry)).claimed_by_id) == (InquiryState.CLOSED, None)
    assert (await first.act(inquiry, "claim"))[0] == 409
    assert (await first.act(inquiry, "reopen"))[0] == 303
    assert listed((await first.get("/inbox"))[1]) == [inquiry]


async def test_each_inbox_is_counted_for_the_offices_above_it(console: Console, first: Sitting, phone: Phone) -> None:
    done, _, _ = [await asks(phone) for _ in range(3)]
    await asks(phone, area="内蒙古", site="乌海")
    await first.act(done, "close")
    area = await sitting(console, "desk.area", "示例考区", level=Level.AREA, area="河北")
    centre = await sitting(console, "desk.centre", "示例中心", level=Level.NATION)
    counted = await console.world.built.inquiry_counts.by_site(
        (await console.world.built.staff_sessions.at_work(area.token, address=None)).clerk
    )
    assert [(one.site, one.waiting, one.closed) for one in counted] == [("示例市", 2, 1)]
    _, body = await centre.get("/inbox/counts")
    assert "示例市" in body and "乌海" in body
    _, body = await area.get("/inbox/counts")
    assert "示例市" in body and "乌海" not in body
    assert (await area.get("/inbox"))[0] == 403


async def test_a_member_who_only_reads_sees_the_inbox_and_does_nothing(console: Console, inquiry: str) -> None:
    reader = await sitting(
        console, "desk.reader", "示例丙", level=Level.SITE, area="河北", site="示例市", roles=[Role.READ]
    )
    status, body = await reader.get(f"/inbox/{inquiry}")
    assert status == 200 and "<textarea" not in body
    assert (await reader.act(inquiry, "claim"))[0] == 403
    assert (await reader.post("/inbox/export.csv"))[0] == 403


async def test_somebody_else_s_question_beside_mine_is_theirs(first: Sitting, console: Console, phone: Phone) -> None:
    other = await console.world.person(YI)
    theirs, mine = await asks(other, "别人的问题"), await asks(phone)
    _, body = await first.get(f"/inbox/{mine}/talk")
    assert "别人的问题" not in body and UUID(theirs) != UUID(mine)
