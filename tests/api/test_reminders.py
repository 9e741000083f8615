"""Reminders on their whole way, over the API: told when and as the notices ask, closed by being done, never twice."""

import asyncio
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from backend.clock import EXAM_ZONE
from backend.errors import NotFound
from backend.events import EventName, tell
from backend.reminders import words
from tests.api.world import JIA, Phone, World
from zhunkao.journey.people import AREA, EXAM, SITE

CANDIDATE = """
INSERT INTO candidate (id, username, username_key, password_hash, name, id_type, id_number, id_number_index, phone,
    recovery_question, recovery_answer_hash, identity_check, education_check, created_at)
VALUES ($1, 'sample', 'sample', '-', '测试', 'resident_id_card', '', '1', '', 'first_school', '', 'passed', 'passed',
    $2)
"""
REGISTRATION = """
INSERT INTO registration (id, candidate_id, exam_id, state, payment_state, version, registration_number,
    verification_code, form, confirmation_point_id, rolls, reasons, created_at, submitted_at)
VALUES ($1, $2, $3, 'submitted', 'none', 1, 'S1', 'AAAA1111', $4::text::jsonb, $5, false, '[]', $6, $6)
"""
HANDED_OVER = """
INSERT INTO registration (id, candidate_id, exam_id, state, payment_state, version, registration_number,
    verification_code, form, origin, rolls, reasons, confirmed_by, created_at, submitted_at, payment_due_since)
VALUES ($1, $2, $3, 'approved', 'due', 1, 'S1', 'AAAA1111', $4::text::jsonb, $5, false, '[]', 'staff', $6, $6, $6)
"""
EXTENDED = """
exam = "health-2024"
level = "area"
area = "河北"
part = "extended"
sample = true
[windows]
pre_registration = { start = "2023-12-01", end = "2023-12-16" }
"""
"""Two days more for the sample area."""


async def sweep(world: World) -> None:
    """What a worker does every other second, until nothing is left to do."""
    await world.built.reminders.sweep()


async def at(world: World, when: str) -> None:
    await world.at(when)
    await sweep(world)


async def todos(phone: Phone, kind: str | None = None) -> list[Any]:
    items = (await phone.call("GET", "/todos")).json["items"]
    return [item for item in items if kind in (None, item["kind"])]


async def told(world: World, kind: str) -> list[str]:
    """When reminders of this kind have gone out, in order."""
    rows = await world.built.database.rows(
        "SELECT to_char(sent_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI') AS at FROM reminder "
        "WHERE kind = $1 AND sent_at IS NOT NULL ORDER BY sent_at",
        kind,
    )
    return [row["at"] for row in rows]


async def test_whose_checks_are_not_passed_is_told_two_days_before_and_no_more_once_they_are(world: World) -> None:
    phone = await world.person(JIA, identity="failed")
    await sweep(world)
    await at(world, "2023-12-13 08:00")
    (todo,) = await todos(phone, "checks_due")
    assert todo["state"] == "open" and "12月14日 24:00" in todo["text"]
    await world.sandbox(
        "POST",
        "/sandbox/identity",
        {"id_number": JIA.id_number, "identity": "passed", "education": "passed"},
    )
    await world.built.checks.check(phone.candidate_id)
    await sweep(world)
    assert [item["state"] for item in await todos(phone, "checks_due")] == ["done"]


async def test_a_draft_is_reminded_three_days_and_one_day_before_pre_registration_ends(world: World) -> None:
    phone = await world.person(JIA)
    await phone.draft()
    await sweep(world)
    assert await todos(phone, "submit_due") == []
    await at(world, "2023-12-12 07:59")
    assert await todos(phone, "submit_due") == []
    await at(world, "2023-12-12 08:00")
    (todo,) = await todos(phone, "submit_due")
    assert (todo["state"], todo["due_at"]) == ("open", "2023-12-15T00:00:00+08:00")
    assert "12月14日 24:00" in todo["text"]
    await at(world, "2023-12-14 08:00")
    assert len(await todos(phone, "submit_due")) == 1
    assert await told(world, "submit_due") == ["12-12 08:00", "12-14 08:00"]


async def test_what_is_done_is_reminded_of_no_more(world: World) -> None:
    phone = await world.person(JIA)
    await phone.draft()
    await at(world, "2023-12-12 08:00")
    await phone.fill_in()
    assert (await phone.mine("POST", "/submit")).status == 200
    await at(world, "2023-12-14 12:00")
    (todo,) = await todos(phone, "submit_due")
    assert todo["state"] == "done"
    assert await told(world, "submit_due") == ["12-12 08:00"]


async def test_who_must_confirm_is_told_at_once_where_until_when_and_how(world: World) -> None:
    phone = await world.person(JIA)
    await phone.submitted()
    await sweep(world)
    (todo,) = await todos(phone, "confirm_due")
    assert todo["state"] == "open" and todo["registration"] == phone.registration
    assert "示例市卫生健康委人事科" in todo["text"] and "0000-0000000" in todo["text"]
    assert todo["due_at"] == "2023-12-19T00:00:00+08:00"


async def test_the_fee_is_reminded_of_four_times_until_it_is_paid(world: World) -> None:
    phone = await world.person(JIA)
    await phone.submitted()
    await world.approved(phone)
    await at(world, "2024-01-29 09:00")
    (todo,) = await todos(phone, "payment_due")
    assert "260.00" in todo["text"] or "240.00" in todo["text"]
    for when in ("2024-02-06 08:00", "2024-02-08 08:00", "2024-02-08 18:00"):
        await at(world, when)
    assert await told(world, "payment_due") == ["01-29 09:00", "02-06 08:00", "02-08 08:00", "02-08 18:00"]
    assert [item["state"] for item in await todos(phone, "payment_due")] == ["open"]
    (result,) = await todos(phone, "review_result")  # the site's word was no news any more when it could be told
    assert "已通过资格审核" in result["text"]


@pytest.mark.parametrize("paid_at", ["2024-02-01 10:00"])
async def test_who_has_paid_is_reminded_of_the_fee_no_more_and_told_that_it_came(world: World, paid_at: str) -> None:
    phone = await world.person(JIA)
    await phone.submitted()
    await world.approved(phone)
    await at(world, "2024-01-29 09:00")
    await world.at(paid_at)
    order = await phone.order()
    await phone.pay(order.json["client"])
    await phone.paid()
    for when in ("2024-02-06 08:00", "2024-02-08 08:00", "2024-02-08 18:00"):
        await at(world, when)
    assert await told(world, "payment_due") == ["01-29 09:00"]
    assert [item["state"] for item in await todos(phone, "payment_due")] == ["done"]
    (result,) = await todos(phone, "payment_result")
    assert "成功缴纳" in result["text"] and result["state"] == "done"
    planned = await world.built.database.rows("SELECT kind FROM reminder WHERE state = 'planned'")
    assert planned == []


async def test_a_unit_s_half_day_is_told_and_reminded_of_before_it_ends(world: World) -> None:
    """乌海 2025: units bring the papers of all their people in a half day of theirs, who hand them in before."""
    exam, area, site = "health-2025", "内蒙古", "乌海"
    point = (await world.built.exams.points(exam, area, site))[0].id
    candidate, registration = uuid4(), uuid4()
    rows, now = world.built.database.rows, datetime(2024, 11, 28, 10, tzinfo=EXAM_ZONE)
    await rows(CANDIDATE, candidate, now)
    choice = {"area": area, "site": site, "confirmation_point": point}
    form = json.dumps({"registration": choice, "work": {"employer": "乌海市人民医院"}})
    facts = await world.built.exams.exam(exam)
    await rows(REGISTRATION, registration, candidate, facts.id, form, point, now)
    await world.at("2024-11-28 10:00")
    async with world.built.database.transaction():
        await tell(EventName.REGISTRATION_SUBMITTED, subject_id=registration, candidate_id=candidate, at=now)
    for when in ("2024-11-28 10:00", "2024-12-03 12:00", "2024-12-04 12:00", "2024-12-05 12:00"):
        await at(world, when)
    found, _ = await world.built.todos.of(candidate)
    (todo,) = [one for one in found if one.kind == "confirm_due"]
    said = words.text("confirm_due", todo.facts, todo.until, "zh-CN")
    assert "交给单位" in said and "12月5日上午" in said and "市政府A座501办公室" in said and "0473-8992296" in said
    assert todo.until is not None and todo.until.date() == date(2024, 12, 5)
    opens = todo.until
    sent = await told(world, "confirm_due")
    assert sent == ["11-28 10:00", f"12-03 {opens:%H:%M}", f"12-04 {opens:%H:%M}"]


async def test_a_moved_window_moves_what_has_not_gone_out_and_nothing_else(world: World, tmp_path: Path) -> None:
    phone = await world.person(JIA)
    await phone.draft()
    await phone.save("registration", {"area": AREA, "site": SITE})
    await at(world, "2023-12-12 08:00")
    extended = tmp_path / "extended.toml"
    extended.write_text(EXTENDED, encoding="utf-8")
    await world.built.exam_loading.load([extended], accept_outside=True)
    await asyncio.sleep(1.2)  # a process looks for a new calendar once a second
    await sweep(world)
    (todo,) = await todos(phone, "submit_due")
    assert todo["due_at"] == "2023-12-17T00:00:00+08:00"
    await at(world, "2023-12-14 12:00")
    assert await told(world, "submit_due") == ["12-12 08:00"]
    await at(world, "2023-12-16 12:00")
    assert (await told(world, "submit_due"))[1:] == ["12-16 12:00"]


async def test_after_an_outage_only_the_latest_word_of_a_matter_goes_out_and_the_rest_is_missed(world: World) -> None:
    phone = await world.person(JIA)
    await phone.draft()
    await sweep(world)
    await at(world, "2023-12-14 20:00")
    assert await told(world, "submit_due") == ["12-14 20:00"]
    rows = await world.built.database.rows("SELECT state FROM reminder WHERE kind = 'submit_due' ORDER BY due_at")
    assert [row["state"] for row in rows] == ["missed", "sent"]
    await at(world, "2023-12-15 09:00")
    (todo,) = await todos(phone, "submit_due")
    assert todo["state"] == "missed"


async def test_what_an_operator_holds_back_waits_and_goes_out_afterwards(world: World) -> None:
    phone = await world.person(JIA)
    await phone.draft()
    await world.built.reminders.pauses.pause("submit_due")
    await at(world, "2023-12-12 09:00")
    assert await told(world, "submit_due") == []
    assert [one["kind"] for one in await todos(phone)] == ["account_changed"]
    await world.built.reminders.pauses.resume(None)
    await at(world, "2023-12-12 10:00")
    assert await told(world, "submit_due") == ["12-12 10:00"]
    with pytest.raises(NotFound, match="reminder_kind_unknown"):
        await world.built.reminders.pauses.pause("colour")


async def test_many_workers_at_once_plan_and_hand_out_each_reminder_once(world: World) -> None:
    phone = await world.person(JIA)
    await phone.draft()
    await world.at("2023-12-12 08:00")
    await asyncio.gather(*(sweep(world) for _ in range(6)))
    assert await told(world, "submit_due") == ["12-12 08:00"]
    waiting = await world.built.database.rows("SELECT id FROM event WHERE processed_at IS NULL")
    assert waiting == []


async def test_a_preview_counts_and_names_masked_and_leaves_nothing_behind(world: World, tmp_path: Path) -> None:
    phone = await world.person(JIA)
    await phone.draft()
    await phone.save("registration", {"area": AREA, "site": SITE})
    extended = tmp_path / "extended.toml"
    extended.write_text(EXTENDED, encoding="utf-8")

    async def load() -> None:
        await world.built.exam_loading.load([extended], accept_outside=True)

    previews = world.built.reminders.previews
    usual, moved = await previews.of(EXAM, named=True), await previews.of(EXAM, first=load)
    assert {(one.kind, str(one.day), one.reminders) for one in usual.counted} == {
        ("submit_due", "2023-12-12", 1),
        ("submit_due", "2023-12-14", 1),
    }
    assert {(one.kind, str(one.day)) for one in moved.counted} == {
        ("submit_due", "2023-12-14"),
        ("submit_due", "2023-12-16"),
    }
    assert {one.name for one in usual.named} == {"测**"} and any(one.kind == "payment_due" for one in usual.told)
    assert await world.built.database.rows("SELECT id FROM reminder WHERE kind = 'submit_due'") == []


async def test_an_office_sees_how_many_of_its_candidates_were_told_and_who_was_not(world: World) -> None:
    phone = await world.person(JIA)
    await phone.submitted()
    site, _ = await world.clerks()
    elsewhere, _ = await world.clerks_elsewhere()
    await sweep(world)
    await at(world, "2023-12-19 00:00")
    await world.built.forfeitures.sweep()
    await at(world, "2023-12-19 08:00")
    counts = world.built.reminder_counts
    assert ("confirm_due", "missed") in {(one.kind, one.state) for one in await counts.by_kind(site, EXAM)}
    unreached, following = await counts.not_reached(site, EXAM, limit=1)
    assert [one.kind for one in unreached] == ["confirm_due"] and following is not None
    assert await counts.by_platform(site, EXAM) is not None
    assert await counts.by_kind(elsewhere, EXAM) == []
    assert await counts.not_reached(elsewhere, EXAM) == ([], None)
    assert (await phone.call("GET", "/todos?limit=1")).json["next"]


async def test_the_military_whose_unit_sees_to_everything_is_reminded_of_nothing(world: World) -> None:
    """National plan 2021, part ten: paid and printed through the site."""
    candidate, rows = uuid4(), world.built.database.rows
    facts, now = await world.built.exams.exam("health-2021"), datetime(2021, 1, 20, 10, tzinfo=EXAM_ZONE)
    await rows(CANDIDATE, candidate, now)
    form = json.dumps({"registration": {"area": "湖南", "site": "湘西"}})
    for registration, origin in ((uuid4(), "military"),):
        await rows(HANDED_OVER, registration, candidate, facts.id, form, origin, now)
        async with world.built.database.transaction():
            await tell(
                EventName.REGISTRATION_REVIEWED,
                subject_id=registration,
                candidate_id=candidate,
                at=now,
                state="approved",
                by="staff",
            )
    await at(world, "2021-01-20 10:00")
    assert await rows("SELECT kind FROM reminder") == []
