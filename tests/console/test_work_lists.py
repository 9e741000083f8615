"""What a clerk must act on: each list with its count, for whom it is, and where it leads."""

import re
from html import unescape
from pathlib import Path
from uuid import UUID

from backend.candidates.models import Candidate
from backend.registrations.models import PaymentState, Registration, State
from backend.registrations.moves import Act
from tests.api.crowd import crowd
from tests.api.test_duties import one_of_everything
from tests.api.test_import_command import said
from tests.api.test_onsite_payments import ON_SITE
from tests.api.world import YI, Phone
from tests.console.conftest import Console

TASK = re.compile(r'<a href="([^"]+)">([^<]+)</a></td><td class="number"[^>]*>([^<]+)</td>')


async def tasks(console: Console, token: str) -> dict[str, str]:
    """By the list's address, how many are in it."""
    answer, body = await console.call("GET", "/", token=token)
    assert answer.status == 200, body
    return {unescape(path): number for path, _, number in TASK.findall(body)}


async def handed_in(console: Console) -> Phone:
    phone = await console.world.person()
    await phone.submitted()
    return phone


async def test_what_is_handed_in_waits_for_its_site_then_for_its_area(console: Console) -> None:
    world = console.world
    phone = await handed_in(console)
    site, _ = await world.clerks()
    await world.clerks_elsewhere()
    at_site, in_area, elsewhere = [await console.at_work(name) for name in ("test.site", "test.area", "other.site")]
    to_confirm, of_site, of_area = (
        f"/registrations?waiting={one}" for one in ("to_confirm", "to_review_at_site", "to_review_in_area")
    )
    found = await tasks(console, at_site)
    assert (found[to_confirm], found[of_site], of_area in found) == ("1", "0", False)
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    found = await tasks(console, at_site)
    assert (found[to_confirm], found[of_site]) == ("0", "1")
    await world.at("2023-12-20 10:00")
    await world.built.office.act(site, Act.SITE_APPROVE, UUID(phone.registration))
    assert (await tasks(console, at_site))[of_site] == "0"
    assert (await tasks(console, in_area))[of_area] == "1"
    _, body = await console.call("GET", of_area, token=in_area)
    assert "测试甲" in body and "待考区审核" in body
    assert set((await tasks(console, elsewhere)).values()) == {"0"}


async def test_everything_that_waits_is_in_a_list_that_it_is_found_in(console: Console) -> None:
    target = await one_of_everything(console.world)
    at_site, in_area = await console.at_work("test.site"), await console.at_work("test.area")
    found = {**await tasks(console, at_site), **await tasks(console, in_area)}
    for path in ("/corrections", "/violations", "/refunds?list=asked", "/account-recoveries"):
        assert found[path] == "1", path
        token = at_site if path == "/account-recoveries" else in_area
        _, body = await console.call("GET", path, token=token)
        assert "测试甲" in unescape(body), path
    assert (await tasks(console, at_site))["/account-changes"] == "1"
    _, body = await console.call("GET", "/account-changes", token=at_site)
    assert f"/account-changes/{target.change}" in body


async def test_supplements_that_are_late_fees_and_merges_have_lists_of_their_own(console: Console) -> None:
    world = console.world
    phone = await handed_in(console)
    await world.clerks()
    for statement in ON_SITE:
        await world.built.database.execute(statement)
    await world.built.database.execute("SELECT pg_sleep(1.1)")  # what is published is read anew every second
    token = await console.at_work("test.site")
    row = await Registration.get(id=phone.registration)
    row.state, row.returned_by, row.supplement_until = State.RETURNED, "site", row.created_at
    row.payment_state, row.score_merge = PaymentState.DUE, "needed"
    await row.save()
    for waiting in ("supplement_overdue", "fee_due", "scores_to_merge"):
        assert (await tasks(console, token))[f"/registrations?waiting={waiting}"] == "1", waiting
        _, body = await console.call("GET", f"/registrations?waiting={waiting}", token=token)
        assert "测试甲" in body


async def test_a_list_goes_on_by_its_key_and_counts_all_of_it(console: Console) -> None:
    phone = await handed_in(console)
    await crowd(console.world, 120)
    await console.world.clerks()
    token = await console.at_work("test.site")
    assert (await tasks(console, token))["/registrations?waiting=to_confirm"] == "121"
    found, path = set[str](), "/registrations?waiting=to_confirm"
    for _ in range(3):
        _, body = await console.call("GET", path, token=token, headers={"HX-Request": "true"})
        found |= set(re.findall(r'href="/registrations/([0-9a-f-]{36})"', body))
        more = re.search(r'hx-get="([^"]+)"', body)
        path = unescape(more[1]) if more else ""
    assert len(found) == 121 and phone.registration in found and not path


async def test_who_has_nothing_to_work_off_is_told_so(console: Console) -> None:
    world = console.world
    await world.clerks()
    await world.built.database.execute("UPDATE staff_member SET roles = '[\"read\"]' WHERE username = 'test.site'")
    _, body = await console.call("GET", "/", token=await console.at_work("test.site"))
    assert "没有待办事项" in body and not TASK.findall(body)


async def test_a_phone_finds_its_candidates_also_after_it_was_changed(console: Console) -> None:
    phone = await handed_in(console)
    await console.world.clerks()
    token = await console.at_work("test.site")

    async def finds(text: str) -> bool:
        answer, _ = await console.call("POST", "/search", token=token, sent={"text": text})
        return answer.headers.get("Location") == f"/registrations/{phone.registration}"

    assert await finds("13800000000") and await finds("+86 138-0000-0000") and await finds("138 0000 0000")
    body = {"password": "sample-2024", "phone": "13900000001"}
    assert (await phone.call("PUT", "/account/phone", body=body)).status == 200
    assert await finds("13900000001") and not await finds("13800000000")


async def test_phones_kept_before_they_could_be_searched_are_indexed_by_the_command_once(
    console: Console, tmp_path: Path
) -> None:
    phone = await handed_in(console)
    other = await console.world.person(YI)
    await console.world.clerks()
    token = await console.at_work("test.site")
    await Candidate.filter(id=phone.candidate_id).update(phone_index=None)
    answer, _ = await console.call("POST", "/search", token=token, sent={"text": "13800000000"})
    assert answer.status == 200
    status, out, err = await said(console.world, tmp_path, "index-phones")
    assert (status, out.strip()) == (0, "phones indexed: 1"), err
    assert await console.world.built.phone_index.fill() == 0
    answer, _ = await console.call("POST", "/search", token=token, sent={"text": "13800000000"})
    assert answer.headers["Location"] == f"/registrations/{phone.registration}"
    assert (await Candidate.get(id=other.candidate_id)).phone_index is not None
