"""Changes of an account's name and document: asked for with pictures, forwarded by the site, decided by the area."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.candidates.checks import Checks
from backend.candidates.document_numbers import check_character
from backend.candidates.models import CheckState, IdType
from backend.errors import Conflict, Faulty, NotAllowed, Refusal
from backend.events import Event, EventName
from backend.inquiries.models import AccountChange, ChangeState
from backend.staff.models import Level, Role
from backend.staff.scope import clerk
from tests.api.world import JIA, PASSWORD, YI, Phone, World
from tests.inquiries.changing import NAME, NUMBER, TAKER, account, ask, asked, forwarded, personal_data, said, show
from zhunkao.journey.people import AREA, EXAM, SITE, Person


async def progress(phone: Phone, inquiry: UUID) -> tuple[str, str | None, bool]:
    """How far the change is, as its candidate reads it: why it was declined, and whether it is decided."""
    change = (await phone.call("GET", f"/inquiries/{inquiry}")).json["account_change"]
    kept = (await AccountChange.get(inquiry_id=inquiry)).decided_at
    decided_at = datetime.fromisoformat(change["decided_at"]) if change["decided_at"] else None
    assert decided_at == (kept.replace(microsecond=0) if kept else None)
    assert change["message"]
    return change["state"], change["reason"], decided_at is not None


async def test_an_approved_change_changes_the_account_and_has_it_checked_again(world: World) -> None:
    phone = await world.person()
    inquiry = await asked(phone)
    area = await forwarded(world, inquiry)
    await world.built.account_changes.approve(area, inquiry)
    assert await account(phone) == (NAME, NUMBER[:4] + "**", "pending")
    assert await progress(phone, inquiry) == ("approved", None, True)
    refused = await phone.call("POST", "/registrations", body={"exam": EXAM})
    assert refused.code == "identity_pending"
    await world.run_jobs()
    assert (await account(phone))[2] == "passed"
    for login, status in ((NUMBER, 200), (JIA.id_number, 401)):
        body = {"login": login, "password": PASSWORD}
        assert (await world.call("POST", "/sessions/password", body=body)).status == status
    assert [text[:4] for text in await said(phone, inquiry)] == ["考点已核", "考区已同"]
    assert (await phone.call("GET", f"/inquiries/{inquiry}")).json["state"] == "answered"
    told = await Event.filter(name=EventName.ACCOUNT_CHANGED, payload__contains={"changed": "particulars"})
    assert [event.candidate_id for event in told] == [phone.candidate_id]


async def test_no_number_is_in_the_records_and_none_is_readable_in_the_database(world: World) -> None:
    phone = await world.person()
    inquiry = await asked(phone)
    area = await forwarded(world, inquiry)
    await world.built.account_changes.view(area, inquiry)
    await world.built.account_changes.approve(area, inquiry)
    records = [(one.act, one.before, one.after) for one in await AuditRecord.all().order_by("id")]
    events = [event.payload for event in await Event.all()]
    kept = await world.built.database.rows("SELECT account_change::text AS row FROM account_change")
    everything = json.dumps([records, events, kept], ensure_ascii=False)
    assert NUMBER not in everything and JIA.id_number not in everything
    assert NUMBER.encode().hex() not in everything
    acts = [act for act, _, _ in records]
    assert acts[-4:] == ["account_change_forwarded", "read", "changed", "account_change_approved"]
    assert records[-2][2] == {
        "name": NAME,
        "id_type": "resident_id_card",
        "changed": ["name", "id_type", "id_number"],
    }


async def test_the_offices_see_both_numbers_and_the_pictures(world: World) -> None:
    phone = await world.person()
    inquiry = await asked(phone)
    changes = world.built.account_changes
    site, area = await world.clerks()
    assert ([one.inquiry_id for one in await changes.waiting(site)], await changes.waiting(area)) == ([inquiry], [])
    await changes.forward(site, inquiry, recommended=True, note="已见户口簿")
    assert ([one.inquiry_id for one in await changes.waiting(area)], await changes.waiting(site)) == ([inquiry], [])
    view = await changes.view(area, inquiry)
    assert (view.name, view.id_number, view.wanted.name, view.wanted.id_number) == (
        JIA.name,
        JIA.id_number,
        NAME,
        NUMBER,
    )
    assert (view.recommended, view.note) == (True, "已见户口簿")
    assert (await changes.picture(area, inquiry, view.evidence[0])).startswith(b"\xff\xd8")


async def test_a_declined_change_changes_nothing_says_why_and_lets_another_be_asked(world: World) -> None:
    phone = await world.person()
    before, inquiry = await account(phone), await asked(phone)
    assert (await ask(phone, name=NAME)).code == "account_change_pending"
    assert await progress(phone, inquiry) == ("asked", None, False)
    area = await forwarded(world, inquiry)
    assert await progress(phone, inquiry) == ("forwarded", None, False)
    assert (await ask(phone, name=NAME)).code == "account_change_pending"
    await world.built.account_changes.decline(area, inquiry, reason="证件不清")
    assert await account(phone) == before
    assert (await said(phone, inquiry))[-1] == "考区没有同意变更：证件不清"
    assert await progress(phone, inquiry) == ("declined", "证件不清", True)
    assert (await ask(phone, name=NAME)).status == 201


@pytest.mark.parametrize(
    ("wanted", "faults"),
    [
        ({"name": "12345"}, {"name": "name_form"}),
        ({"name": JIA.name}, {"name": "correction_changes_nothing"}),
        ({"name": "1", "id_number": JIA.id_number}, {"name": "name_form", "id_number": "correction_changes_nothing"}),
        ({"id_number": NUMBER[:-1] + "?"}, {"id_number": "id_number_form"}),
        ({"id_type": "passport"}, {"id_number": "missing"}),
        ({"kind": "question", "name": NAME}, {"name": "only_account_change"}),
    ],
)
async def test_a_change_that_can_not_be_is_refused_with_every_fault(
    world: World, wanted: dict[str, Any], faults: dict[str, str]
) -> None:
    phone = await world.person()
    answer = await ask(phone, **wanted)
    assert (answer.status, answer.code, answer.faults) == (422, "inquiry_incomplete", faults)
    assert (await phone.call("GET", "/inquiries")).json["items"] == []


async def test_nothing_is_recommended_or_approved_without_a_picture_of_the_papers(world: World) -> None:
    phone = await world.person()
    inquiry = await asked(phone, shown=False)
    site, area = await world.clerks()
    changes = world.built.account_changes
    with pytest.raises(Conflict, match="account_change_without_evidence"):
        await changes.forward(site, inquiry, recommended=True, note="无照片")
    with pytest.raises(Faulty, match="note: missing"):
        await changes.forward(site, inquiry, recommended=False, note=" ")
    await changes.forward(site, inquiry, recommended=False, note="无照片")
    with pytest.raises(Conflict, match="account_change_without_evidence"):
        await changes.approve(area, inquiry)
    with pytest.raises(Faulty, match="reason: missing"):
        await changes.decline(area, inquiry, reason="")
    await show(phone, str(inquiry))
    assert (await changes.approve(area, inquiry)).state is ChangeState.APPROVED


async def test_the_site_forwards_once_and_the_area_decides_after_it(world: World) -> None:
    phone = await world.person()
    inquiry = await asked(phone)
    site, area = await world.clerks()
    changes = world.built.account_changes
    for decision in (changes.approve(area, inquiry), changes.decline(area, inquiry, reason="太早")):
        with pytest.raises(Conflict, match="account_change_not_forwarded"):
            await decision
    with pytest.raises(Conflict, match="account_change_waits"):
        await world.built.answers.close(site, inquiry)
    await changes.forward(site, inquiry, recommended=True, note="已见")
    with pytest.raises(Conflict, match="account_change_forwarded"):
        await changes.forward(site, inquiry, recommended=False, note="改变主意")
    with pytest.raises(NotAllowed, match="not_this_office"):
        await changes.approve(site, inquiry)
    await changes.approve(area, inquiry)
    await world.built.answers.close(site, inquiry)


async def test_only_the_desk_of_the_site_forwards_and_only_the_area_s_reviewers_decide(world: World) -> None:
    phone = await world.person()
    inquiry = await asked(phone)
    members, changes = world.built.members, world.built.account_changes
    await members.create(
        username="money.site", name="示例", level=Level.SITE, area=AREA, site=SITE, roles=[Role.FINANCE]
    )
    await members.create(username="money.area", name="示例", level=Level.AREA, area=AREA, roles=[Role.FINANCE])
    with pytest.raises(NotAllowed, match="not_this_role"):
        await changes.forward(await clerk("money.site"), inquiry, recommended=True, note="已见")
    await forwarded(world, inquiry)
    with pytest.raises(NotAllowed, match="not_this_role"):
        await changes.approve(await clerk("money.area"), inquiry)


async def test_two_who_decide_at_once_decide_once(world: World) -> None:
    phone = await world.person()
    inquiry = await asked(phone)
    area, changes = await forwarded(world, inquiry), world.built.account_changes

    async def outcome(decision: Any) -> str:
        try:
            return str((await decision).state)
        except Refusal as refusal:
            return refusal.code

    found = await asyncio.gather(
        *(outcome(changes.approve(area, inquiry)) for _ in range(4)),
        *(outcome(changes.decline(area, inquiry, reason="不符")) for _ in range(4)),
    )
    state = str((await AccountChange.get(inquiry_id=inquiry)).state)
    assert sorted(found) == sorted([state] * 4 + ["account_change_decided"] * 4)
    assert await AuditRecord.filter(act__in=["account_change_approved", "account_change_declined"]).count() == 1
    assert len(await said(phone, inquiry)) == 2
    assert ((await account(phone))[0] == NAME) == (state == "approved")


async def test_a_document_that_somebody_has_taken_meanwhile_is_refused_and_the_change_goes_on_waiting(
    world: World,
) -> None:
    phone = await world.person()
    before, inquiry = await account(phone), await asked(phone)
    area = await forwarded(world, inquiry)
    await world.person(TAKER)
    with pytest.raises(Conflict, match="document_taken"):
        await world.built.account_changes.approve(area, inquiry)
    assert await account(phone) == before
    assert (await AccountChange.get(inquiry_id=inquiry)).state is ChangeState.FORWARDED
    assert await AuditRecord.filter(act="changed", subject_id=str(phone.candidate_id)).count() == 0
    await world.built.account_changes.decline(area, inquiry, reason="该证件已有账号")


async def test_two_who_are_given_one_document_at_once_are_decided_by_the_database(world: World) -> None:
    one, other = await world.person(), await world.person(YI)
    inquiries = [await asked(phone, id_number=NUMBER) for phone in (one, other)]
    site, area = await world.clerks()
    changes = world.built.account_changes
    for inquiry in inquiries:
        await changes.forward(site, inquiry, recommended=True, note="已见")
    decided = await asyncio.gather(*(changes.approve(area, one) for one in inquiries), return_exceptions=True)
    refused = [found for found in decided if isinstance(found, BaseException)]
    assert [getattr(one, "code", one) for one in refused] == ["document_taken"]
    rows = await world.built.database.rows("SELECT state FROM account_change ORDER BY state")
    assert [row["state"] for row in rows] == ["approved", "forwarded"]


async def test_an_answer_about_the_old_document_is_not_taken_for_the_new_one(world: World) -> None:
    phone = await world.person()
    inquiry = await asked(phone)
    area = await forwarded(world, inquiry)

    class Slow:
        """The state's systems, which answer once the account is another."""

        async def identity(self, *, name: str, id_type: IdType, id_number: str) -> CheckState:
            assert id_number == JIA.id_number
            await world.built.account_changes.approve(area, inquiry)
            return CheckState.PASSED

        async def education(self, *, name: str, id_type: IdType, id_number: str) -> CheckState:
            return CheckState.PASSED

    built = world.built
    checks = Checks(
        database=built.database, clock=built.clock, personal_data=personal_data(world), state_systems=Slow()
    )
    await checks.check(phone.candidate_id)
    assert await account(phone) == (NAME, NUMBER[:4] + "**", "pending")
    await world.run_jobs()
    assert (await account(phone))[2] == "passed"


async def test_last_year_s_record_under_the_old_document_is_merged_by_its_own_rule(
    world: World, tmp_path: Path
) -> None:
    await world.last_year(tmp_path / "2023.csv")
    phone = await world.person(YI)
    inquiry = await asked(phone, id_number=NUMBER.replace(JIA.birth, YI.birth)[:-1] + _last(YI))
    await world.built.account_changes.approve(await forwarded(world, inquiry), inquiry)
    await world.run_jobs()
    found = (await phone.submitted())["auto_confirmation"]
    assert (found["reason"], found["rolls"]) == ("document_changed", False)
    site, _ = await world.known_clerks()
    row = await world.built.score_merging.merge(site, UUID(phone.registration), evidence=["户口簿"])
    assert (row.score_merge, row.rolls) == ("merged", True)


def _last(who: Person) -> str:
    return check_character("130104" + who.birth + "000")
