"""The clock's part: who hasn't confirmed or supplemented in time forfeits the exam, once, in the very second."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import structlog

from backend.audit import AuditRecord
from backend.events import Event, EventName
from backend.exams.calendar import midnight
from backend.exams.reference import bundled_files
from backend.exams.stages import Stage
from backend.registrations.models import OverdueReview, Registration
from backend.registrations.moves import Act
from tests.api.crowd import crowd
from tests.api.world import Phone, World
from tests.foundation.other_processes import python
from tests.worker.waiting import until
from zhunkao.journey.people import AREA, EXAM
from zhunkao.settings import as_environment

CONFIRMATION_CLOSES, AREA_REVIEW_CLOSES = "2023-12-19 00:00:00", "2024-01-23 00:00:00"
JUST_BEFORE = "2023-12-18 23:59:59.999999"
SOMEBODY_RECORDS = """
SELECT 1 FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%audit_record%'
"""


async def submitted(world: World) -> Phone:
    phone = await world.person()
    await phone.submitted()
    return phone


async def confirmation_ends(world: World, folder: Path, day: str) -> None:
    """The sample area's file is published again with another last day of confirmation; known when this returns."""
    last, moved = 'end = "2023-12-18" }', f'end = "{day}" }}'
    (path,) = [path for path in bundled_files() if path.name == "hebei-2024.toml"]
    text = path.read_text(encoding="utf-8")
    assert last in text
    (folder / path.name).write_text(text.replace(last, moved), encoding="utf-8")
    await world.built.exam_loading.load([folder / path.name], accept_outside=False)

    async def known() -> bool:
        closes_at = (await world.built.exams.calendar(EXAM, AREA)).closes_at(Stage.CONFIRMATION)
        return closes_at == midnight(date.fromisoformat(day)) + timedelta(days=1)

    await until(known)


async def states() -> list[tuple[str, str | None]]:
    return [(row.state, row.forfeited_reason) for row in await Registration.all()]


@pytest.mark.parametrize(
    ("now", "state"), [(JUST_BEFORE, ("submitted", None)), (CONFIRMATION_CLOSES, ("forfeited", "not_confirmed"))]
)
async def test_who_has_not_confirmed_forfeits_in_the_second_in_which_confirmation_is_over(
    world: World, stop_at: Callable[[str], None], now: str, state: tuple[str, str | None]
) -> None:
    phone = await submitted(world)
    stop_at(now)
    await world.built.forfeitures.sweep()
    kept = (await phone.mine("GET")).json
    assert (kept["state"], kept["forfeited_reason"]) == state


async def test_a_forfeited_candidate_is_told_when_it_was_over_where_to_ask_and_what_can_be_done(world: World) -> None:
    phone = await submitted(world)
    before = (await phone.mine("GET")).headers["ETag"]
    await world.at(CONFIRMATION_CLOSES)
    assert await world.built.forfeitures.sweep() == 1
    step = await phone.step("confirmation")
    assert (step["state"], step["until"], step.get("action")) == ("failed", "2023-12-19T00:00:00+08:00", None)
    assert step["message"].startswith("报名确认已于 12月18日 24:00 截止，没有您的确认记录，本次考试按放弃处理。")
    assert "0000-0000000" in step["where"]
    english = await phone.mine("GET", "/steps", headers={"Accept-Language": "en"})
    message = next(one["message"] for one in english.json["items"] if one["step"] == "confirmation")
    assert message.startswith("Confirmation closed at 18 Dec 24:00 and yours is not recorded: this exam is forfeited.")
    assert (await phone.step("payment"))["message"] == "本次考试无需再办理"
    assert (await phone.mine("GET")).headers["ETag"] != before


async def test_a_draft_lapses_and_its_form_is_told_as_never_handed_in(world: World) -> None:
    phone = await submitted(world)
    await phone.mine("POST", "/withdraw")
    await world.at(CONFIRMATION_CLOSES)
    assert await world.built.forfeitures.sweep() == 1
    assert await states() == [("forfeited", "not_confirmed")]
    form, confirmation = await phone.step("form"), await phone.step("confirmation")
    assert (form["state"], form["message"]) == ("failed", "网上预报名已截止，未提交的报名信息已失效")
    assert confirmation["message"] == "本次考试无需再办理"
    assert (await Event.get(name=EventName.REGISTRATION_FORFEITED)).payload["from"] == "draft"


async def test_who_was_confirmed_or_reviewed_stays_and_the_staff_are_told_once(world: World) -> None:
    phone = await submitted(world)
    site, area = await world.clerks()
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    await world.at(AREA_REVIEW_CLOSES)
    with structlog.testing.capture_logs() as logged:
        told = await asyncio.gather(*(world.built.overdue_reviews.sweep() for _ in range(4)))
    assert sorted(told) == [0, 0, 0, 1]
    assert [entry["log_level"] for entry in logged if entry["event"] == "review_overdue"] == ["error"]
    assert await world.built.forfeitures.sweep() == 0
    assert await states() == [("confirmed", None)]
    (overdue,) = await world.built.overdue_reviews.for_clerk(area)
    assert (overdue.exam, overdue.site, overdue.registrations) == ("health-2024", "示例市", 1)
    assert await world.built.overdue_reviews.for_clerk(site) == [overdue]
    assert await Event.filter(name=EventName.REVIEW_OVERDUE).count() == 1


async def test_before_the_areas_review_is_over_nobody_is_told_of_anything(
    world: World, stop_at: Callable[[str], None]
) -> None:
    phone = await submitted(world)
    site, _ = await world.clerks()
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    stop_at("2024-01-22 23:59:59.999999")
    assert await world.built.overdue_reviews.sweep() == 0
    assert await OverdueReview.all().count() == 0


@pytest.mark.parametrize(
    ("now", "state"),
    [("2024-01-09 11:59:59.999999", ("returned", None)), ("2024-01-09 12:00", ("forfeited", "not_supplemented"))],
)
async def test_a_supplement_that_was_not_handed_in_costs_the_exam_at_its_own_deadline(
    world: World, stop_at: Callable[[str], None], now: str, state: tuple[str, str | None]
) -> None:
    await submitted(world)
    await world.built.database.execute(
        "UPDATE registration SET state = 'returned', returned_by = 'site', confirmed_by = 'staff', "
        "supplement_until = '2024-01-09T12:00:00+08:00'"
    )
    stop_at(now)
    await world.built.forfeitures.sweep()
    assert await states() == [state]


async def test_a_window_moved_later_moves_the_deadline_with_it(world: World, tmp_path: Path) -> None:
    phone = await submitted(world)
    await confirmation_ends(world, tmp_path, "2023-12-20")
    await world.at(CONFIRMATION_CLOSES)
    assert await world.built.forfeitures.sweep() == 0
    await world.at("2023-12-21 00:00:00")
    assert await world.built.forfeitures.sweep() == 1
    assert "12月20日 24:00" in (await phone.step("confirmation"))["message"]


async def test_a_window_moved_after_the_deadline_gives_back_what_was_forfeited(world: World, tmp_path: Path) -> None:
    phone = await submitted(world)
    await world.at(CONFIRMATION_CLOSES)
    await world.built.forfeitures.sweep()
    await confirmation_ends(world, tmp_path, "2023-12-20")
    assert await world.built.forfeitures.sweep() == 1
    assert await states() == [("submitted", None)]
    assert (await phone.step("confirmation"))["state"] == "current"
    assert [record.act for record in await AuditRecord.filter(act__in=["forfeited", "restored"]).order_by("id")] == [
        "forfeited",
        "restored",
    ]
    assert await world.built.forfeitures.sweep() == 0


async def test_many_workers_at_once_forfeit_each_registration_once(world: World) -> None:
    await submitted(world)
    await crowd(world, 1700)
    await world.at(CONFIRMATION_CLOSES)
    counts = await asyncio.gather(*(world.built.forfeitures.sweep() for _ in range(4)))
    counts.append(await world.built.forfeitures.sweep())
    assert sum(counts) == 1701
    assert set(await states()) == {("forfeited", "not_confirmed")}
    assert await AuditRecord.filter(act="forfeited").count() == 1701
    assert await Event.filter(name=EventName.REGISTRATION_FORFEITED).count() == 1701
    assert {row.version for row in await Registration.all()} == {(await Registration.first()).version}  # type: ignore[union-attr]


async def test_every_forfeiture_is_on_record_with_the_clock_as_its_actor(world: World) -> None:
    phone = await submitted(world)
    await world.at(CONFIRMATION_CLOSES)
    await world.built.forfeitures.sweep()
    record = await AuditRecord.get(act="forfeited")
    assert (record.actor_kind, record.subject_id, record.before) == (
        "system",
        phone.registration,
        {"state": "submitted"},
    )
    assert record.after == {"state": "forfeited", "reason": "not_confirmed"}


async def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_the_next_one_does_it_once(
    world: World, tmp_path: Path
) -> None:
    await submitted(world)
    await world.at(CONFIRMATION_CLOSES)
    environment = as_environment(world.settings)
    holder = await asyncpg.connect(world.settings.database_url)
    async with holder.transaction():
        await holder.execute("LOCK TABLE audit_record IN SHARE MODE")
        with python("-m", "zhunkao", "worker", folder=tmp_path, **environment) as first:
            await until(lambda: world.built.database.rows(SOMEBODY_RECORDS))
            first.kill()
            first.wait()
    await holder.close()
    assert await states() == [("submitted", None)]
    with python("-m", "zhunkao", "worker", folder=tmp_path, **environment):
        await until(forfeited)
    assert await AuditRecord.filter(act="forfeited").count() == 1


async def forfeited() -> Any:
    return await Registration.exists(state="forfeited")
