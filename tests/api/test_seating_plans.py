"""A plan from its preview until it is frozen; one candidate moved; what the checker won't have; who comes first."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend.errors import Conflict, Faulty, Refusal
from backend.events import Event
from backend.exams.reference import bundled_files
from backend.registrations.models import Registration, State
from backend.seating.facts import Need, SeatPlace
from backend.seating.layout import places
from backend.seating.models import AdmitNumber, PlanState, Seat, SeatingPlan
from backend.staff.scope import Clerk
from tests.api.seating import SESSIONS, arrange, more, waiting
from tests.api.test_import_command import said
from tests.api.world import World
from tests.worker.waiting import until
from zhunkao.journey.people import EXAM

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
"""How many statements of others wait for a lock."""


async def refused(work: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        await work
    return refusal.value.code


async def numbers(world: World) -> dict[UUID, str]:
    """The admit numbers that hold, by registration."""
    return {row.registration_id: row.number for row in await AdmitNumber.filter(retired_at=None)}


async def test_what_was_previewed_is_adopted_and_nothing_is_written_before(world: World) -> None:
    site = await waiting(world, 40)
    preview = await world.built.seating.preview(site, EXAM, seed=7)
    assert (preview.candidates, preview.rooms, preview.wrong, preview.neighbours) == (40, 2, 0, 0)
    assert await SeatingPlan.all().count() == await Seat.all().count() == await AdmitNumber.all().count() == 0
    done = await world.built.seating.adopt(site, EXAM, seed=7, inputs_hash=preview.inputs_hash)
    assert done.seated == 40
    plan = await SeatingPlan.get(id=done.plan_id)
    assert (plan.state, plan.inputs_hash, plan.neighbours) == (PlanState.ADOPTED, preview.inputs_hash, 0)
    assert await Event.filter(name="registration:seated").count() == 40


async def test_previews_of_several_seeds_come_best_first(world: World) -> None:
    site = await waiting(world, 30)
    await world.built.database.execute(
        "UPDATE registration SET form = jsonb_set(form, '{work,employer}', '\"示例医院\"') WHERE id IN "
        "(SELECT id FROM registration ORDER BY id LIMIT 22)"
    )
    found = await world.built.seating.compare(site, EXAM, seeds=[1, 2, 3])
    assert {one.seed for one in found} == {1, 2, 3} and len({one.inputs_hash for one in found}) == 1
    assert [one.neighbours for one in found] == sorted(one.neighbours for one in found)
    assert all(one.neighbours >= one.least_neighbours > 0 for one in found)
    for seeds in ([], list(range(21)), [-1]):
        with pytest.raises(Faulty, match="plan_faulty"):
            await world.built.seating.compare(site, EXAM, seeds=seeds)


async def test_of_two_clerks_who_adopt_at_once_one_adopts_and_the_other_looks_anew(world: World) -> None:
    site = await waiting(world, 12)
    previews = await world.built.seating.compare(site, EXAM, seeds=[1, 2])
    outcomes = await asyncio.gather(
        *(world.built.seating.adopt(site, EXAM, seed=one.seed, inputs_hash=one.inputs_hash) for one in previews),
        return_exceptions=True,
    )
    assert [one.code for one in outcomes if isinstance(one, Conflict)] == ["plan_outdated"]
    assert await SeatingPlan.all().count() == 1
    assert await Seat.all().count() == 12 * SESSIONS and await AdmitNumber.all().count() == 12


async def test_somebody_whose_money_goes_back_meanwhile_is_not_seated(world: World) -> None:
    """A refund holds the registration; the arrangement waits for it, and finds it gone."""
    site = await waiting(world, 8)
    left = (await Registration.all().order_by("id"))[3]
    refund = await asyncpg.connect(world.settings.database_url)
    try:
        async with refund.transaction():
            await refund.execute("SELECT 1 FROM registration WHERE id = $1 FOR UPDATE", left.id)
            arranging = asyncio.create_task(arrange(world, site))
            await until(lambda: refund.fetchval(WAITS))
            await refund.execute(
                "UPDATE registration SET state = 'cancelled', payment_state = 'refunded' WHERE id = $1", left.id
            )
        assert await arranging == 7
    finally:
        await refund.close()
    assert not await Seat.exists(registration_id=left.id)
    assert (await Registration.get(id=left.id)).state is State.CANCELLED


async def test_a_plan_the_checker_finds_wrong_is_adopted_by_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = await waiting(world, 5)
    room = (await world.built.venues.rooms(site, EXAM))[0]

    def all_on_one_chair(task: Any, *, seed: int) -> dict[UUID, SeatPlace]:
        return {one.registration_id: SeatPlace(room.id, 1) for one in task.examinees}

    monkeypatch.setattr("backend.seating.adopting.arrange", all_on_one_chair)
    assert (await world.built.seating.preview(site, EXAM, seed=1)).wrong > 0
    assert await refused(arrange(world, site)) == "plan_wrong"
    assert await SeatingPlan.all().count() == await Seat.all().count() == await AdmitNumber.all().count() == 0
    assert await Registration.filter(state=State.APPROVED).count() == 5


async def test_a_plan_is_withdrawn_whole_and_arranged_anew_until_the_area_has_frozen_it(world: World) -> None:
    site = await waiting(world, 20)
    _, area = await world.known_clerks()
    await arrange(world, site)
    assert await world.built.seating.withdraw(site, EXAM, reason="试室有误") == 20
    assert await Registration.filter(state=State.APPROVED).count() == 20
    assert await Seat.all().count() == await AdmitNumber.all().count() == 0
    assert await arrange(world, site, seed=8) == 20
    plan = await SeatingPlan.get(state=PlanState.ADOPTED)
    returned = await world.built.seating_checks.send_back(area, plan.id, reason="同单位考生相邻过多")
    assert (returned.state, returned.reason) == (PlanState.RETURNED, "同单位考生相邻过多")
    for _ in range(2):
        assert (await world.built.seating_checks.freeze(area, plan.id)).state is PlanState.FROZEN
    assert await world.built.seating.withdraw(site, EXAM, reason="再排") == 0
    assert await refused(world.built.seating_checks.send_back(area, plan.id, reason="再看")) == "plan_frozen"
    withdrawn = await SeatingPlan.get(state=PlanState.WITHDRAWN)
    assert await refused(world.built.seating_checks.freeze(area, withdrawn.id)) == "plan_withdrawn"
    assert [one.id for one in await world.built.seating_checks.plans(area, EXAM, after=withdrawn.id)] == [plan.id]


async def test_nobody_is_arranged_anew_once_the_admit_cards_are_out(world: World, tmp_path: Path) -> None:
    site = await waiting(world, 6)
    assert await arrange(world, site) == 6
    (source,) = [file for file in bundled_files() if file.name == "hebei-2024.toml"]
    longer = tmp_path / source.name
    text = source.read_text(encoding="utf-8").replace('end = "2024-03-08" }', 'end = "2024-04-05" }')
    longer.write_text(text, encoding="utf-8")
    await world.built.exam_loading.load([longer], accept_outside=True)
    await asyncio.sleep(1.1)  # what an operator loads is known a second later
    await world.at("2024-03-31 23:59")
    await more(world, 50, 50)
    await Registration.filter(registration_number="like_50").update(state=State.APPROVED)
    assert await arrange(world, site) == 1
    await world.at("2024-04-01 00:00")
    assert await refused(arrange(world, site)) == "admit_cards_out"
    assert await refused(world.built.seating.withdraw(site, EXAM, reason="再排")) == "admit_cards_out"


async def test_one_candidate_is_moved_and_nobody_else(world: World) -> None:
    site = await waiting(world, 30)
    await arrange(world, site)
    before = await numbers(world)
    row = (await Registration.all().order_by("id"))[0]
    await Registration.filter(id=row.id).update(admit_card_downloaded_at=world.built.clock.now())
    assert await refused(world.built.reseating.reseat(site, row.id, reason="设备故障")) == "reseated_despite_card"
    await world.built.seating_needs.note(site, row.id, Need.FRONT_ROW, reason="视力障碍")
    done = await world.built.reseating.reseat(site, row.id, reason="视力障碍", despite_admit_card=True)
    after = await numbers(world)
    assert done.retired == before[row.id] != after[row.id] == done.admit_number
    assert {key: one for key, one in after.items() if key != row.id} == {
        key: one for key, one in before.items() if key != row.id
    }
    seats = await Seat.filter(registration_id=row.id, freed_at=None)
    assert len({(seat.room_id, seat.number) for seat in seats}) == 1 and len(seats) == SESSIONS
    assert places(30, 5)[seats[0].number][0] == 0, "the front row"
    again = await Registration.get(id=row.id)
    assert (again.state, again.admit_card_downloaded_at) == (State.SEATED, None)
    assert await Event.filter(name="registration:reseated", candidate_id=row.candidate_id).count() == 1


async def test_a_retired_number_s_seat_is_given_to_nobody(world: World) -> None:
    site = await waiting(world, 3)
    await arrange(world, site)
    row = (await Registration.all().order_by("id"))[0]
    retired = {(await world.built.reseating.reseat(site, row.id, reason="设备故障")).retired for _ in range(5)}
    assert len(retired) == 5
    assert not retired & set((await numbers(world)).values())
    await more(world, 100, 140)
    await (
        Registration.filter(registration_number__startswith="like_1")
        .exclude(state=State.SEATED)
        .update(state=State.APPROVED)
    )
    await arrange(world, site)
    assert not retired & set((await numbers(world)).values())


async def test_nobody_is_moved_who_has_no_seat_or_whose_exam_has_begun(
    world: World, stop_at: Callable[[str], None]
) -> None:
    site = await waiting(world, 2)
    row = (await Registration.all().order_by("id"))[0]
    assert await refused(world.built.reseating.reseat(site, row.id, reason="设备故障")) == "not_seated"
    await arrange(world, site)
    assert await refused(world.built.reseating.reseat(site, row.id, reason=" ")) == "plan_faulty"
    stop_at("2024-04-13 08:59:59.999999")
    await world.built.reseating.reseat(site, row.id, reason="设备故障")
    stop_at("2024-04-13 09:00:00")
    assert await refused(world.built.reseating.reseat(site, row.id, reason="设备故障")) == "exam_begun"


async def test_a_candidate_moved_by_two_clerks_at_once_ends_on_one_seat(world: World) -> None:
    site = await waiting(world, 4)
    await arrange(world, site)
    row = (await Registration.all().order_by("id"))[0]
    await asyncio.gather(*(world.built.reseating.reseat(site, row.id, reason="设备故障") for _ in range(3)))
    assert await Seat.filter(registration_id=row.id, freed_at=None).count() == SESSIONS
    assert await AdmitNumber.filter(registration_id=row.id, retired_at=None).count() == 1
    assert await AdmitNumber.filter(registration_id=row.id).count() == 4


async def manifest_of(world: World, site: Clerk) -> str:
    plan = await SeatingPlan.all().first()
    assert plan is not None
    return await world.built.seating_checks.manifest(site, plan.id)


async def test_a_manifest_is_verified_by_command_and_a_changed_one_refused(world: World, tmp_path: Path) -> None:
    site = await waiting(world, 10)
    await arrange(world, site)
    text = await manifest_of(world, site)
    (tmp_path / "plan.json").write_text(text, encoding="utf-8")
    status, out, err = await said(world, tmp_path, "verify-manifest", "plan.json")
    assert status == 0, err
    assert out.startswith("plan.json: signed by this service; its seats stand as they were signed\n")
    assert "seed 7: 10 candidates in 1 rooms, 40 seats, 0 pairs of neighbours" in out
    (tmp_path / "plan.json").write_text(text.replace('"seed": 7', '"seed": 8'), encoding="utf-8")
    status, out, err = await said(world, tmp_path, "verify-manifest", "plan.json")
    assert (status, out) == (1, "")
    assert err == "Error: it is not as it was signed: something in it was changed\n"


async def test_a_manifest_tells_seats_that_were_changed_behind_the_service(world: World) -> None:
    site = await waiting(world, 5)
    await arrange(world, site)
    text = await manifest_of(world, site)
    row = (await Registration.all().order_by("id"))[0]
    await world.built.reseating.reseat(site, row.id, reason="设备故障")
    assert not (await world.built.manifest_checks.verify(text)).withdrawn, "to be moved is no change of the plan"
    await world.built.database.execute("UPDATE seat SET number = 29 WHERE id = (SELECT min(id) FROM seat)")
    with pytest.raises(ValueError, match="are not those that were signed"):
        await world.built.manifest_checks.verify(text)
    stranger = json.loads(text)
    stranger["public_key"] = "A" * 43 + "="
    with pytest.raises(ValueError, match="none of this service's"):
        await world.built.manifest_checks.verify(json.dumps(stranger))
