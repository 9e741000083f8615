"""成绩合并 through the front door: told, asked for at the site with papers, rolled; not asked for, forfeited."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.candidates.document_numbers import check_character
from backend.errors import Refusal
from backend.events import Event
from backend.registrations.models import PastRegistration, Registration, ScoreMerge, State
from backend.staff.scope import Clerk
from tests.api.world import JIA, YI, Phone, World
from zhunkao.journey.people import MOVED, Person


class Renumbered(Person):
    """Somebody whose number was given anew by another county since last year."""

    @property
    def id_number(self) -> str:
        first = f"130104{self.birth}000"
        return first + check_character(first)


RENEWED = Renumbered(name=YI.name, username="ceshi_yi", birth=YI.birth, archive_number=YI.archive_number)
PAPERS = ["现居民身份证", "公安机关出具的身份证号码变更证明"]


async def changed(world: World, folder: Path, who: Person = RENEWED) -> Phone:
    """测试乙 with another document number than last year's, bound and signed in."""
    await world.last_year(folder / "2023.csv")
    return await world.person(who)


async def merge(world: World, phone: Phone, who: Clerk, *papers: str) -> Registration:
    return await world.built.score_merging.merge(who, UUID(phone.registration), evidence=papers or PAPERS)


async def refused(world: World, phone: Phone, who: Clerk, *papers: str) -> str:
    with pytest.raises(Refusal) as refusal:
        await merge(world, phone, who, *papers)
    assert await ScoreMerge.all().count() == 0
    return refusal.value.code


async def test_who_has_another_document_than_last_year_is_told_to_ask_for_a_merge_and_by_when(
    world: World, tmp_path: Path
) -> None:
    phone = await changed(world, tmp_path)
    found = (await phone.submitted())["auto_confirmation"]
    assert (found["outcome"], found["reason"], found["rolls"]) == ("not_applicable", "document_changed", False)
    assert "申请成绩合并" in found["message"]
    step = await phone.step("results")
    assert step["state"] == "current" and "申请成绩合并" in step["message"] and "自动放弃" in step["message"]
    assert step["until"] is not None


async def test_merged_the_automatic_rule_is_asked_again_and_confirms(world: World, tmp_path: Path) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted()
    site, _ = await world.clerks()
    row = await merge(world, phone, site)
    assert (row.state, row.confirmed_by, row.rolls, row.score_merge) == (State.CONFIRMED, "system", True, "merged")
    kept = (await phone.mine("GET")).json
    assert (kept["auto_confirmation"]["outcome"], kept["auto_confirmation"]["rolls"]) == ("confirmed", True)
    assert (await phone.step("results"))["message"] == "成绩公布后可在这里查询"
    assert (await phone.step("confirmation"))["state"] == "done"
    record = await AuditRecord.get(act="scores_merged")
    assert record.actor_id == str(site.member_id)
    assert record.after is not None and record.after["evidence"] == PAPERS
    told = [event.name.value for event in await Event.filter(subject_id=phone.registration).order_by("id")]
    assert told[-2:] == ["registration:scores_merged", "registration:confirmed"]


async def test_where_something_differs_scores_are_merged_and_the_differences_told(world: World, tmp_path: Path) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted(work={"employer": "示例市第二医院"})
    site, _ = await world.clerks()
    row = await merge(world, phone, site)
    assert (row.state, row.rolls) == (State.SUBMITTED, True)
    found = (await phone.mine("GET")).json["auto_confirmation"]
    assert (found["outcome"], [one["field"] for one in found["differences"]]) == ("failed", ["work.employer"])


async def test_withdrawn_and_submitted_again_it_stays_merged(world: World, tmp_path: Path) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted(work={"employer": "示例市第二医院"})
    site, _ = await world.clerks()
    await merge(world, phone, site)
    withdrawn = await phone.mine("POST", "/withdraw")
    phone.etag = withdrawn.headers["ETag"]
    await phone.save("work", {**withdrawn.json["sections"]["work"], "employer": "示例市第一医院"})
    submitted = (await phone.mine("POST", "/submit")).json
    assert (submitted["state"], submitted["auto_confirmation"]["rolls"]) == ("confirmed", True)


async def test_a_clerk_sees_last_years_record_masked_before_merging(world: World, tmp_path: Path) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted()
    site, _ = await world.clerks()
    record = await world.built.score_merging.look_up(site, UUID(phone.registration))
    assert (record.name, record.year, record.archive_number) == (YI.name, 2023, "SAMPLE0002")
    assert record.id_number == f"{YI.id_number[:4]}{'*' * 10}{YI.id_number[-4:]}"


@pytest.mark.parametrize(
    ("now", "code"),
    [("2023-12-02 09:00:00", None), ("{last}", None), ("{after}", "stage_over")],
    ids=["before the review opens", "the last moment of the review", "a moment later"],
)
async def test_scores_are_merged_until_the_site_s_review_closes(
    world: World, tmp_path: Path, stop_at: Callable[[str], None], now: str, code: str | None
) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted()
    site, _ = await world.clerks()
    closes = (await phone.step("results"))["until"][:19].replace("T", " ")
    stop_at(now.format(last=f"{_before(closes)}.999999", after=closes))
    if code is None:
        assert (await merge(world, phone, site)).rolls
        return
    assert await refused(world, phone, site) == code
    step = await phone.step("results")
    assert step["message"] == "未在规定时间内申请成绩合并，已视为自动放弃上一年度成绩，两年成绩不再滚动"


def _before(midnight: str) -> str:
    return str(datetime.fromisoformat(midnight) - timedelta(seconds=1))


async def test_without_papers_nothing_is_merged(world: World, tmp_path: Path) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted()
    site, _ = await world.clerks()
    assert await refused(world, phone, site, " ") == "evidence_needed"


async def test_only_the_site_merges_and_only_its_own(world: World, tmp_path: Path) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted()
    site, area = await world.clerks()
    assert await refused(world, phone, area) == "not_this_office"
    await Registration.all().update(site_id=None)
    assert await refused(world, phone, site) == "registration_unknown"


async def test_who_is_found_by_document_needs_no_merge(world: World, tmp_path: Path) -> None:
    phone = await changed(world, tmp_path, MOVED)
    await phone.submitted()
    site, _ = await world.clerks()
    assert await refused(world, phone, site) == "merge_not_needed"
    assert (await phone.step("results"))["message"] == "成绩公布后可在这里查询"


@pytest.mark.parametrize("state", [State.DRAFT, State.REJECTED])
async def test_what_is_not_handed_in_or_over_is_not_merged(world: World, tmp_path: Path, state: State) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted()
    await Registration.all().update(state=state)
    site, _ = await world.clerks()
    assert await refused(world, phone, site) == "merge_not_needed"


async def test_an_archive_number_nobody_had_is_told_to_the_clerk_and_not_asked_of_the_candidate(
    world: World, tmp_path: Path
) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted(registration={"archive_number": "SAMPLE9999"})
    site, _ = await world.clerks()
    assert await refused(world, phone, site) == "archive_number_unknown"
    assert (await phone.step("results"))["message"] == "成绩公布后可在这里查询"


async def test_an_archive_number_of_two_people_is_not_guessed(world: World, tmp_path: Path) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted()
    await PastRegistration.all().update(archive_number="SAMPLE0002")
    site, _ = await world.clerks()
    assert await refused(world, phone, site) == "archive_number_ambiguous"


async def test_the_record_of_somebody_who_is_in_the_exam_themselves_is_theirs(world: World, tmp_path: Path) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted()
    owner = await world.person(replace(YI, username="ceshi_yi_old"))
    await owner.draft()
    site, _ = await world.clerks()
    assert await refused(world, phone, site) == "record_is_anothers"


async def test_of_two_who_claim_one_record_one_gets_it(world: World, tmp_path: Path) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted()
    other = await world.person(JIA)
    await other.submitted(registration={"archive_number": "SAMPLE0002"})
    site, _ = await world.clerks()
    done = await asyncio.gather(*(merge(world, one, site) for one in (phone, other)), return_exceptions=True)
    assert [one.code for one in done if isinstance(one, Refusal)] == ["record_is_anothers"]
    assert await ScoreMerge.all().count() == 1
    assert await Registration.filter(score_merge="merged").count() == 1


async def test_merging_again_is_refused(world: World, tmp_path: Path) -> None:
    phone = await changed(world, tmp_path)
    await phone.submitted()
    site, _ = await world.clerks()
    await merge(world, phone, site)
    with pytest.raises(Refusal) as refusal:
        await merge(world, phone, site)
    assert refusal.value.code == "merge_not_needed"
