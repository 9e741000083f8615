"""诚信考试承诺书: who has passed the review of an area that asks for it signs it once; nothing waits for it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.events import Event, EventName
from backend.exams.commitment_letters import commitment_letter
from backend.registrations.models import Commitment, Registration
from backend.registrations.moves import Act
from backend.staff.scope import clerk
from tests.api import wuhai
from tests.api.test_military import AT_2025, hand_over, opened, row
from tests.api.world import JIA, YI, Phone, World

TITLE = "2025年全国卫生专业技术资格考试内蒙古考区考生诚信考试承诺书"
SIGNED_AT = "2025-01-20T10:"
"""The hour; a slow machine takes its seconds."""


async def approved(world: World) -> Phone:
    site, area = await wuhai.clerks(world)
    phone = await wuhai.submitted(world)
    await wuhai.approved(world, site, area, phone)
    return phone


async def test_who_has_passed_the_review_reads_the_areas_letter_and_signs_it(world: World) -> None:
    phone = await approved(world)
    shown = (await phone.mine("GET", "/commitment")).json
    assert (shown["title"], shown["version"], shown["signed_at"]) == (TITLE, 1, None)
    assert shown["sample"] and "如有违纪违规行为" in shown["text"]
    answer = await phone.mine("POST", f"/commitment?letter={shown['version']}")
    signed_at = answer.json["commitment_signed_at"]
    assert (answer.status, answer.json["state"], signed_at[:14]) == (200, "approved", SIGNED_AT)
    assert (await phone.mine("GET", "/commitment")).json["signed_at"] == signed_at
    letter = commitment_letter(wuhai.EXAM, wuhai.AREA)
    assert letter is not None
    kept = await Commitment.get(registration_id=phone.registration)
    assert (kept.letter_version, kept.letter_digest) == (1, letter.digest)
    assert (await AuditRecord.get(act="committed")).after["letter_digest"] == letter.digest
    assert await Event.filter(name=EventName.REGISTRATION_COMMITTED).count() == 1


async def test_it_is_a_step_of_its_own_between_the_review_and_the_fee(world: World) -> None:
    site, area = await wuhai.clerks(world)
    phone = await wuhai.submitted(world)
    before = await phone.step("commitment")
    assert (before["state"], before["action"]) == ("upcoming", None)
    assert before["message"] == f"资格审核通过后，需在这里签订《{TITLE}》"
    await wuhai.approved(world, site, area, phone)
    order = [one["step"] for one in (await phone.mine("GET", "/steps")).json["items"]]
    assert order[3:6] == ["review", "commitment", "payment"]
    step = await phone.step("commitment")
    assert (step["title"], step["state"], step["action"]) == ("诚信承诺", "current", "sign_commitment")
    assert step["sample"] and step["until"] is None and TITLE in step["message"]
    await phone.mine("POST", "/commitment")
    done = await phone.step("commitment")
    assert (done["state"], done["at"][:14], done["message"]) == ("done", SIGNED_AT, f"已签订《{TITLE}》")


async def test_before_the_review_is_passed_nothing_is_signed(world: World) -> None:
    site, _ = await wuhai.clerks(world)
    phone = await wuhai.submitted(world)
    await wuhai.confirmed(world, site, phone)
    await world.built.office.act(site, Act.SITE_APPROVE, UUID(phone.registration))
    answer = await phone.mine("POST", "/commitment")
    assert (answer.status, answer.code) == (409, "commitment_before_approval")
    assert await Commitment.all().count() == 0


async def test_signed_again_or_twice_at_once_it_is_signed_once_and_keeps_its_time(world: World) -> None:
    phone = await approved(world)
    answers = await asyncio.gather(*(phone.mine("POST", "/commitment") for _ in range(4)))
    (signed_at,) = {answer.json["commitment_signed_at"] for answer in answers}
    await world.at("2025-01-21 10:00")
    assert (await phone.mine("POST", "/commitment")).json["commitment_signed_at"] == signed_at
    assert await AuditRecord.filter(act="committed").count() == await Commitment.all().count() == 1


async def test_a_letter_that_was_worded_anew_since_it_was_read_is_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await approved(world)
    letter = commitment_letter(wuhai.EXAM, wuhai.AREA)
    assert letter is not None
    newer = replace(letter, version=2, text="另一文本")
    with monkeypatch.context() as patch:
        patch.setattr("backend.exams.commitment_letters.commitment_letters", lambda: (letter, newer))
        answer = await phone.mine("POST", "/commitment?letter=1")
        assert (answer.status, answer.code) == (409, "commitment_reworded")
    await phone.mine("POST", "/commitment?letter=1")
    monkeypatch.setattr("backend.exams.commitment_letters.commitment_letters", lambda: (letter, newer))
    shown = (await phone.mine("GET", "/commitment")).json
    assert (shown["version"], shown["text"]) == (1, letter.text)


async def test_the_notice_ties_neither_fee_nor_admit_card_to_the_letter_so_neither_waits_for_it(world: World) -> None:
    phone = await approved(world)
    await world.at("2025-02-07 10:00")
    assert (await phone.step("payment"))["state"] == "current"
    await Registration.filter(id=phone.registration).update(state="seated", payment_state="paid")
    await world.at("2025-04-02 10:00")
    card = await phone.step("admit_card")
    assert (card["state"], card["action"]) == ("current", "download_admit_card")
    step = await phone.step("commitment")
    assert (step["state"], step["action"]) == ("current", "sign_commitment")
    assert "签订前后都可以照常缴费和打印准考证" in step["message"]
    assert (await phone.mine("POST", "/commitment")).status == 200


async def test_where_no_area_asks_for_a_letter_there_is_none_and_no_step_of_it(world: World) -> None:
    phone = await world.person()
    await phone.submitted()
    for method in ("GET", "POST"):
        answer = await phone.mine(method, "/commitment")
        assert (answer.status, answer.code) == (404, "commitment_not_asked")
    assert "commitment" not in {one["step"] for one in (await phone.mine("GET", "/steps")).json["items"]}


async def test_the_military_whose_part_of_the_notice_names_no_letter_signs_none(world: World, tmp_path: Path) -> None:
    await world.at(AT_2025)
    await hand_over(world, tmp_path, row(JIA))
    phone = await opened(world)
    assert (await phone.mine("POST", "/commitment")).code == "commitment_not_asked"
    assert "commitment" not in {one["step"] for one in (await phone.mine("GET", "/steps")).json["items"]}


async def test_nobody_signs_for_somebody_else(world: World) -> None:
    phone = await approved(world)
    other = await world.person(YI)
    other.registration = phone.registration
    for method in ("GET", "POST"):
        answer = await other.mine(method, "/commitment")
        assert (answer.status, answer.code) == (404, "registration_unknown")


async def test_the_offices_see_whose_letter_is_still_unsigned_and_only_their_own_people(world: World) -> None:
    phone = await approved(world)
    site, area = await clerk("wuhai.site"), await clerk("wuhai.area")
    number = (await Registration.get(id=phone.registration)).registration_number
    for office in (site, area):
        assert await world.built.commitments.unsigned(office, wuhai.EXAM) == [number]
        assert await world.built.commitments.unsigned(office, wuhai.EXAM, after=str(number)) == []
    for stranger in await world.clerks():
        assert await world.built.commitments.unsigned(stranger, wuhai.EXAM) == []
    await phone.mine("POST", "/commitment")
    assert await world.built.commitments.unsigned(site, wuhai.EXAM) == []
