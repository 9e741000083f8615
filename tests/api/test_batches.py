"""批量打印准考证: ordered by the site, drawn by workers room by room, fetched by the site alone, and not for ever."""

import asyncio
from io import BytesIO
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4
from zipfile import ZipFile

import asyncpg
import pytest

from backend.audit import AuditRecord
from backend.candidates.models import Candidate
from backend.documents.models import Batch, BatchKind, BatchPart
from backend.errors import NotFound, Refusal
from backend.events import Event
from backend.registrations.models import Registration
from backend.seating.models import AdmitNumber
from backend.staff.scope import Clerk
from tests.api.crowd import crowd
from tests.api.results import seat
from tests.api.test_military import said_of_the_military
from tests.api.world import World
from tests.documents.reading import pages_of
from tests.foundation.other_processes import python
from tests.worker.queue import Queue
from tests.worker.waiting import until
from zhunkao.journey.people import EXAM
from zhunkao.settings import as_environment

IN_ITS_WINDOW: Final = "2024-04-02 09:00"
SEATED: Final = 35
"""A room, and some of the next one."""
STOPS: Final = (
    "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NEW; END $$",
    "CREATE TRIGGER stops BEFORE UPDATE ON batch_part FOR EACH ROW "
    "WHEN (NEW.drawn_at IS NOT NULL AND NEW.number > 1) EXECUTE FUNCTION stop()",
)
SOMEBODY_WAITS: Final = """
SELECT 1 FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'
    AND (SELECT drawn_at FROM batch_part WHERE number = 1) IS NOT NULL
"""
CUT: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'
"""
"""What the dead worker had sent last never arrived."""


async def seated(world: World, count: int = SEATED) -> Clerk:
    """So many seated at the sample site, and its clerk; cards may be printed."""
    phone = await world.person()
    await phone.submitted()
    await crowd(world, count - 1)
    await seat(world, phone)
    await world.at(IN_ITS_WINDOW)
    site, _ = await world.known_clerks()
    return site


async def order(world: World, site: Clerk, **asked: list[UUID]) -> int:
    return await world.built.batches.order(site, EXAM, BatchKind.ADMIT_CARDS, **asked)


async def done(world: World, site: Clerk) -> int:
    number = await order(world, site)
    await world.run_jobs()
    return number


async def refused(world: World, site: Clerk, kind: BatchKind = BatchKind.ADMIT_CARDS, **asked: list[UUID]) -> str:
    with pytest.raises(Refusal) as refusal:
        await world.built.batches.order(site, EXAM, kind, **asked)
    assert await Batch.all().count() == 0
    return refusal.value.code


async def archive(world: World, site: Clerk, batch: int) -> ZipFile:
    pieces = [piece async for piece in await world.built.batches.archive(site, batch)]
    return ZipFile(BytesIO(b"".join(pieces)))


def files_of(world: World, batch: int) -> list[Path]:
    return sorted((world.settings.data_folder / "storage" / "batches" / str(batch)).glob("*"))


async def test_a_site_s_cards_are_drawn_room_by_room_and_fetched_as_one_zip(world: World) -> None:
    site = await seated(world)
    batch = await order(world, site)
    before = await world.built.batches.look(site, batch)
    assert (before.state, before.cards, before.cards_drawn, before.fetchable) == ("drawing", SEATED, 0, False)
    await world.run_jobs()
    (after,) = await world.built.batches.listed(site)
    assert (after.state, after.parts, after.parts_drawn, after.cards_drawn) == ("done", 2, 2, SEATED)
    found = await archive(world, site, batch)
    assert found.testzip() is None
    pages = [pages_of(found.read(name)) for name in found.namelist()]
    assert [len(one) for one in pages] == [len(part.registrations) for part in await BatchPart.all().order_by("number")]
    numbers = sorted(await AdmitNumber.all().values_list("number", flat=True))
    assert all(str(number) in "".join(page for one in pages for page in one) for number in numbers)
    assert pages_of(await world.built.batches.pdf(site, batch, 2)) == pages[1]


async def test_who_fetches_a_batch_hands_its_cards_out_and_each_is_told_once(world: World) -> None:
    site = await seated(world, 3)
    batch = await done(world, site)
    assert await Event.filter(name="admit_card:downloaded").count() == 0
    await archive(world, site, batch)
    await world.built.batches.pdf(site, batch, 1)
    told = await Event.filter(name="admit_card:downloaded")
    assert [one.payload for one in told] == [{"by": "staff"}] * 3
    assert await Registration.filter(admit_card_downloaded_at=None).count() == 0
    records = await AuditRecord.filter(actor_id=str(site.member_id), subject="batch").order_by("id")
    assert [one.act for one in records] == ["ordered", "downloaded", "downloaded"]
    assert await AuditRecord.filter(act="downloaded", subject="admit_card").count() == 3


async def test_what_was_corrected_or_lost_its_seat_after_the_drawing_is_drawn_anew(world: World) -> None:
    site = await seated(world, 3)
    batch = await done(world, site)
    stays, goes, *_ = await Registration.all().order_by("id")
    await Candidate.filter(id=stays.candidate_id).update(name="测试龑")
    await Registration.filter(id=goes.id).update(state="cancelled")
    number = (await AdmitNumber.get(registration_id=goes.id)).number
    pages = pages_of(await world.built.batches.pdf(site, batch, 1))
    assert len(pages) == 2 and "测试龑" in "".join(pages) and number not in "".join(pages)


async def test_the_same_order_twice_is_one_batch_and_another_one_is_another(world: World) -> None:
    site = await seated(world, 3)
    ids = [row.id for row in await Registration.all()]
    first, second, few = await asyncio.gather(
        order(world, site), order(world, site), order(world, site, registrations=ids[:1])
    )
    assert first == second != few
    await world.run_jobs()
    assert (await world.built.batches.look(site, few)).cards_drawn == 1
    assert await order(world, site) != first


async def test_nothing_is_ordered_outside_the_window_or_for_whom_there_is_no_card(world: World) -> None:
    site = await seated(world, 2)
    one, other = await Registration.all().order_by("id")
    assert await refused(world, site, BatchKind.MILITARY_ADMIT_CARDS) == "stage_not_held"
    assert await refused(world, site, registrations=[one.id, uuid4()]) == "registration_unknown"
    await Registration.filter(id=other.id).update(state="approved")
    assert await refused(world, site, registrations=[one.id, other.id]) == "not_seated"
    await Registration.all().update(state="approved")
    assert await refused(world, site) == "nobody_to_print_for"
    await world.at("2024-03-31 23:59")
    assert await refused(world, site) == "stage_not_open_yet"
    await world.at("2024-04-22 00:00")
    assert await refused(world, site) == "stage_over"


async def test_the_military_s_cards_are_printed_apart_in_a_window_of_their_own(world: World) -> None:
    site = await seated(world, 3)
    soldier, *_ = await Registration.all().order_by("id")
    await Registration.filter(id=soldier.id).update(origin="military")
    await world.built.database.execute(
        "INSERT INTO calendar_window (exam_id, stage, position, opens_at, closes_at, sample, source) SELECT id, "
        "'military_admit_card', 1, '2024-03-26+08', '2024-04-09+08', true, 'sample' FROM exam WHERE code = $1",
        EXAM,
    )
    await said_of_the_military(world, payment="at_site", results_public=False)
    ordinary = await order(world, site)
    military = await world.built.batches.order(site, EXAM, BatchKind.MILITARY_ADMIT_CARDS)
    await world.run_jobs()
    (part,) = await BatchPart.filter(batch_id=military)
    assert part.registrations == [str(soldier.id)]
    assert (await world.built.batches.look(site, ordinary)).cards_drawn == 2
    assert len(pages_of(await world.built.batches.pdf(site, military, 1))) == 1


async def test_a_cancelled_batch_is_drawn_no_more_and_cannot_be_fetched(world: World) -> None:
    site = await seated(world, 3)
    batch = await order(world, site)
    await world.built.batches.cancel(site, batch)
    await world.built.batches.cancel(site, batch)
    await world.run_jobs()
    assert (await world.built.batches.look(site, batch)).cards_drawn == 0
    with pytest.raises(Refusal, match="batch_not_done"):
        await world.built.batches.archive(site, batch)
    assert await AuditRecord.filter(act="cancelled", subject="batch").count() == 1
    finished = await done(world, site)
    with pytest.raises(Refusal, match="batch_over"):
        await world.built.batches.cancel(site, finished)


async def test_a_batch_s_files_are_kept_a_week(world: World) -> None:
    site = await seated(world, 3)
    batch = await done(world, site)
    await world.at("2024-04-09 08:59")
    assert (await world.built.batch_drawing.sweep(), len(files_of(world, batch))) == (0, 1)
    assert (await world.built.batches.look(site, batch)).fetchable
    await world.at("2024-04-09 09:01")
    with pytest.raises(Refusal, match="batch_expired"):
        await world.built.batches.pdf(site, batch, 1)
    assert (await world.built.batch_drawing.sweep(), files_of(world, batch)) == (1, [])
    assert await world.built.batch_drawing.sweep() == 0


async def test_another_site_finds_no_batch(world: World) -> None:
    site = await seated(world, 1)
    batch = await done(world, site)
    stranger, _ = await world.clerks_elsewhere()
    for act in (world.built.batches.look, world.built.batches.cancel, world.built.batches.archive):
        with pytest.raises(NotFound):
            await act(stranger, batch)
    with pytest.raises(NotFound):
        await world.built.batches.pdf(stranger, batch, 1)


async def test_killed_in_the_middle_the_next_worker_draws_what_is_missing(world: World, tmp_path: Path) -> None:
    site = await seated(world)
    batch = await order(world, site)
    environment = as_environment(world.settings)
    for statement in STOPS:
        await world.built.database.execute(statement)
    holder = await asyncpg.connect(world.settings.database_url)
    await holder.execute("SELECT pg_advisory_lock(7)")
    with python("-m", "zhunkao", "worker", folder=tmp_path, **environment) as first:
        await until(lambda: world.built.database.rows(SOMEBODY_WAITS))
        first.kill()
        first.wait()
    await world.built.database.rows(CUT)
    await holder.close()
    drawn = (await BatchPart.get(number=1)).drawn_at
    assert (await world.built.batches.look(site, batch)).parts_drawn == 1
    # The dead worker's lease and job are found to be nobody's; that takes a minute, which is not waited for here.
    await world.built.database.execute("UPDATE batch_part SET leased_until = now()")
    await world.built.database.execute("UPDATE procrastinate_jobs SET status = 'todo' WHERE status = 'doing'")
    await Queue(world.built.database).time_passes()
    await world.run_jobs()
    after = await world.built.batches.look(site, batch)
    assert (after.state, after.cards_drawn) == ("done", SEATED)
    assert (await BatchPart.get(number=1)).drawn_at == drawn
    assert len(files_of(world, batch)) == 2
