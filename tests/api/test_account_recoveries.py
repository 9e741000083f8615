"""The last way back: two of the site's staff see the documents and give out a one-time code."""

import asyncio
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from tortoise.expressions import Q

from backend.audit import AuditRecord
from backend.candidates.faces import FaceOutcome
from backend.candidates.models import RecoveryCode
from backend.clock import real_now
from backend.errors import Conflict, NotAllowed, NotFound
from backend.events import Event, EventName
from backend.inquiries.account_recoveries import told
from backend.inquiries.models import AccountRecovery, Inquiry, InquiryKind, InquiryMessage, InquiryState
from backend.staff.models import Level
from backend.staff.scope import Clerk, clerk
from tests.api.world import JIA, PASSWORD, YI, Answer, Phone, World
from zhunkao.journey.people import AREA, SITE

NEW_PASSWORD = "another-2024"


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """All failures of a test fall into one window, whenever it is run."""
    now = time.time()
    monkeypatch.setattr("backend.cache.time", SimpleNamespace(time=lambda: now))


async def ask(by: Phone, **changed: Any) -> Answer:
    body = {
        "platform": "wechat",
        "code": await by.code(),
        "name": by.who.name,
        "id_type": "resident_id_card",
        "id_number": by.who.id_number,
        "area": AREA,
        "site": SITE,
        "phone": "13800000000",
        **changed,
    }
    return await by.world.call("POST", "/account-recoveries", body=body)


async def asked(phone: Phone) -> UUID:
    """The inquiry of a request that was taken."""
    answer = await ask(phone)
    assert answer.status == 202, answer.body
    return UUID(str((await AccountRecovery.get(open_id=phone.open_id)).inquiry_id))


async def site_clerks(world: World) -> tuple[Clerk, Clerk]:
    for name in ("test.one", "test.two"):
        await world.built.members.create(username=name, name="示例考点", level=Level.SITE, area=AREA, site=SITE)
    return await clerk("test.one", address="192.0.2.1"), await clerk("test.two")


async def issued(world: World, phone: Phone) -> str:
    """A code, given out after two have seen the documents."""
    inquiry = await asked(phone)
    one, two = await site_clerks(world)
    for member in (one, two):
        await world.built.account_recoveries.documents_seen(member, inquiry)
    return await world.built.account_recoveries.issue_code(one, inquiry)


async def use(world: World, code: str, login: str = JIA.username) -> Answer:
    return await world.call("POST", "/password-resets/recovery-code", body={"login": login, "recovery_code": code})


async def reset(world: World, token: str) -> Answer:
    return await world.call("POST", "/password-resets", body={"reset_token": token, "new_password": NEW_PASSWORD})


# -- asking -----------------------------------------------------------------------------------------------------------


async def test_the_answer_is_the_same_with_and_without_an_account(world: World) -> None:
    await world.person()
    known, unknown = await ask(await world.stranger()), await ask(await world.stranger(YI))
    assert known.status == unknown.status == 202
    assert known.json == unknown.json
    assert known.json["status"] == "received"


async def test_the_inquiry_is_in_the_inbox_of_the_site_that_was_named(world: World) -> None:
    await world.person()
    inquiry = await Inquiry.get(id=await asked(await world.stranger()))
    assert (inquiry.kind, inquiry.state, inquiry.candidate_id) == (
        InquiryKind.ACCOUNT_RECOVERY,
        InquiryState.OPEN,
        None,
    )
    assert inquiry.site_id == (await world.built.exams.site(AREA, SITE)).id
    event = await Event.get(name=EventName.INQUIRY_OPENED)
    assert (event.subject_id, event.candidate_id) == (str(inquiry.id), None)
    assert JIA.id_number not in str(event.payload)


async def test_it_tells_what_was_tried(world: World) -> None:
    await world.person()
    phone = await world.stranger()
    for login in (JIA.username, JIA.id_number):
        body = {"login": login, "answer": "错的"}
        await world.call("POST", "/password-resets/question", body=body)
    body = {"platform": "wechat", "code": await phone.code(), "name": JIA.name, "id_type": "resident_id_card"}
    begun = await world.call("POST", "/face-logins", body={**body, "id_number": JIA.id_number})
    await phone.face(begun.json["client"], "not_in_records")
    await world.call("POST", f"/face-logins/{begun.json['id']}/complete", body={"code": await phone.code()})
    inquiry = await asked(phone)
    kept = await AccountRecovery.get(inquiry_id=inquiry)
    assert [(row["way"], row["outcome"], row["times"]) for row in kept.trail] == [
        ("face", "not_in_records", 1),
        ("question", "failed", 2),
    ]
    message = await InquiryMessage.get(inquiry_id=inquiry)
    assert "找回问题：答错 2 次" in message.text


async def test_another_document_is_taken_too(world: World) -> None:
    assert (await ask(await world.stranger(), id_type="passport", id_number="E12345678")).status == 202


async def test_a_second_request_of_a_wechat_user_on_one_day_is_refused(world: World) -> None:
    phone = await world.stranger()
    assert (await ask(phone)).status == 202
    again = await ask(phone, id_number=YI.id_number)
    assert (again.status, again.code) == (429, "account_recovery_today")
    assert await Inquiry.all().count() == 1
    await AccountRecovery.all().update(asked_on=(real_now() - timedelta(days=2)).date())
    assert (await ask(phone)).status == 202


async def test_a_stranger_s_request_does_not_use_up_the_candidate_s(world: World) -> None:
    assert (await ask(await world.stranger(YI), id_number=JIA.id_number)).status == 202
    assert (await ask(await world.stranger())).status == 202


async def test_of_many_requests_at_once_one_is_taken(world: World) -> None:
    phone = await world.stranger()
    answers = await asyncio.gather(*(ask(phone) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [202] + [429] * 4
    assert await Inquiry.all().count() == 1


async def test_faults_are_told_all_together_and_use_up_nothing(world: World) -> None:
    phone = await world.stranger()
    answer = await ask(phone, name="1", id_number="1", phone="1")
    assert answer.faults == {"name": "name_form", "id_number": "id_number_form", "phone": "phone_form"}
    assert (await ask(phone, site="没有的考点")).code == "site_unknown"
    assert (await ask(phone)).status == 202


async def test_number_and_phone_are_not_kept_readable(world: World) -> None:
    inquiry = await asked(await world.stranger())
    kept = await AccountRecovery.get(inquiry_id=inquiry)
    assert JIA.id_number.encode() not in bytes(kept.id_number)
    assert b"13800000000" not in bytes(kept.phone)


# -- the site's code --------------------------------------------------------------------------------------------------


async def test_two_of_the_site_see_the_documents_and_the_code_gives_a_new_password(world: World) -> None:
    phone = await world.person()
    code = await issued(world, await world.stranger())
    answer = await use(world, code)
    assert answer.status == 200, answer.body
    assert (await reset(world, answer.json["reset_token"])).status == 204
    assert (await phone.call("GET", "/account")).code == "session_ended"
    signed_in = await world.call("POST", "/sessions/password", body={"login": JIA.username, "password": NEW_PASSWORD})
    assert signed_in.status == 200


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
async def test_a_code_may_be_typed_as_it_was_heard(world: World, typed: Any) -> None:
    await world.person()
    assert (await use(world, typed(await issued(world, await world.stranger())))).status == 200


async def test_one_clerk_alone_gives_out_nothing_however_often(world: World) -> None:
    await world.person()
    inquiry = await asked(await world.stranger())
    one, _ = await site_clerks(world)
    recoveries = world.built.account_recoveries
    assert [await recoveries.documents_seen(one, inquiry) for _ in range(3)] == [1, 1, 1]
    with pytest.raises(Conflict, match="documents_not_seen"):
        await recoveries.issue_code(one, inquiry)


async def test_two_who_see_the_documents_at_once_are_two(world: World) -> None:
    await world.person()
    inquiry = await asked(await world.stranger())
    both = await site_clerks(world)
    recoveries = world.built.account_recoveries
    counts = await asyncio.gather(*(recoveries.documents_seen(one, inquiry) for one in both))
    assert sorted(counts) == [1, 2]
    assert await recoveries.issue_code(both[1], inquiry)


async def test_another_office_finds_nothing(world: World) -> None:
    await world.person()
    inquiry = await asked(await world.stranger())
    sites = await world.built.exams.sites("health-2024")
    other = next(one.site for one in sites if (one.site.area, one.site.name) != (AREA, SITE))
    members = world.built.members
    await members.create(username="test.other", name="另一考点", level=Level.SITE, area=other.area, site=other.name)
    await members.create(username="test.area", name="示例考区", level=Level.AREA, area=AREA)
    recoveries = world.built.account_recoveries
    for act in (recoveries.view, recoveries.documents_seen, recoveries.issue_code):
        with pytest.raises(NotFound, match="inquiry_unknown"):
            await act(await clerk("test.other"), inquiry)
        with pytest.raises(NotAllowed, match="not_this_office"):
            await act(await clerk("test.area"), inquiry)
        with pytest.raises(NotFound, match="inquiry_unknown"):
            await act((await clerk("test.other")), uuid4())


async def test_the_site_sees_what_it_compares_with_the_paper(world: World) -> None:
    await world.person()
    inquiry = await asked(await world.stranger())
    one, two = await site_clerks(world)
    await world.built.account_recoveries.documents_seen(two, inquiry)
    view = await world.built.account_recoveries.view(one, inquiry)
    assert (view.name, view.id_number, view.phone) == (JIA.name, JIA.id_number, "13800000000")
    assert view.seen_by == [two.member_id]


async def test_the_owner_is_told_that_a_code_was_given_out_before_it_is_used(world: World) -> None:
    phone = await world.person()
    await issued(world, await world.stranger())
    event = await Event.filter(name=EventName.ACCOUNT_CHANGED, candidate_id=phone.candidate_id).order_by("-id").first()
    assert event is not None
    assert event.payload["changed"] == "recovery_code_issued"


async def test_where_there_is_no_account_the_site_is_told(world: World) -> None:
    with pytest.raises(NotFound, match="no_account"):
        await issued(world, await world.stranger())


async def test_a_code_serves_once(world: World) -> None:
    await world.person()
    code = await issued(world, await world.stranger())
    assert (await use(world, code)).status == 200
    answer = await use(world, code)
    assert (answer.status, answer.code) == (401, "recovery_code_wrong")


async def test_of_many_who_use_one_code_at_once_one_gets_the_right(world: World) -> None:
    await world.person()
    code = await issued(world, await world.stranger())
    answers = await asyncio.gather(*(use(world, code) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [200, 401, 401, 401]


async def test_a_day_later_the_code_has_expired(world: World) -> None:
    await world.person()
    code = await issued(world, await world.stranger())
    kept = await RecoveryCode.get()
    assert kept.expires_at - kept.issued_at == timedelta(hours=24)
    await RecoveryCode.all().update(expires_at=real_now() - timedelta(seconds=1))
    assert (await use(world, code)).code == "recovery_code_wrong"


async def test_another_code_ends_the_one_before(world: World) -> None:
    await world.person()
    first = await issued(world, await world.stranger())
    inquiry = (await Inquiry.get()).id
    second = await world.built.account_recoveries.issue_code(await clerk("test.two"), inquiry)
    assert (await use(world, first)).code == "recovery_code_wrong"
    assert (await use(world, second)).status == 200


async def test_a_code_is_nobody_else_s(world: World) -> None:
    await world.person()
    await world.person(YI)
    code = await issued(world, await world.stranger())
    assert (await use(world, code, YI.username)).code == "recovery_code_wrong"
    assert (await use(world, code)).status == 200


async def test_a_wrong_code_reads_the_same_with_and_without_a_code_or_an_account(world: World) -> None:
    await world.person()
    await world.person(YI)
    await issued(world, await world.stranger())
    answers = [await use(world, "00000-00000", login) for login in (JIA.username, YI.username, "nobody_here")]
    assert len({(answer.status, answer.code, answer.json["detail"]) for answer in answers}) == 1


async def test_wrong_codes_lock_their_own_address_and_no_other(world: World) -> None:
    await world.person()
    code = await issued(world, await world.stranger())
    async with world.elsewhere() as elsewhere:
        for _ in range(5):
            assert (await use(elsewhere, "00000-00000")).code == "recovery_code_wrong"
        assert (await use(elsewhere, code)).code == "too_many_recovery_codes"
    assert (await use(world, code)).status == 200


async def test_the_code_is_kept_as_a_hash_and_every_act_is_audited(world: World) -> None:
    await world.person()
    code = await issued(world, await world.stranger())
    assert code.replace("-", "") not in (await RecoveryCode.get()).code_hash
    acts = await AuditRecord.filter(Q(subject="inquiry")).order_by("id")
    assert [one.act for one in acts] == ["asked_for_account", "saw_documents", "saw_documents", "issued_recovery_code"]
    assert (acts[1].actor_kind, acts[1].address) == ("staff", "192.0.2.1")
    assert code not in str([one.after for one in acts])


async def test_the_password_from_before_still_signs_in_until_the_new_one_is_set(world: World) -> None:
    await world.person()
    code = await issued(world, await world.stranger())
    await use(world, code)
    body = {"login": JIA.username, "password": PASSWORD}
    assert (await world.call("POST", "/sessions/password", body=body)).status == 200


def test_every_line_of_a_trail_has_words() -> None:
    outcomes = [one.value for one in FaceOutcome if one is not FaceOutcome.EXPIRED]
    rows = [{"way": "face", "outcome": outcome, "times": 2} for outcome in outcomes]
    rows += [{"way": way, "outcome": "failed", "times": 2} for way in ("question", "recovery_code")]
    assert len(told(rows).splitlines()) == 1 + len(rows)
    assert told([])
