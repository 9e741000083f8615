"""A worker that is killed, as a real process, after a platform has taken a refund and before that was written down."""

from pathlib import Path

import asyncpg
import pytest

from tests.api.world import Phone, World
from tests.foundation.other_processes import python
from tests.payments.books import Books
from tests.payments.giving_back import PLATFORMS, GivingBack
from tests.worker.waiting import until
from zhunkao.settings import as_environment

WRITES_DOWN = """
SELECT 1 FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%refund%'
"""


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_refund_whose_worker_was_killed_between_sending_and_recording_is_made_once(
    world: World, phone: Phone, books: Books, tmp_path: Path, platform: str
) -> None:
    site, area = await world.known_clerks()
    theirs = phone if platform == "wechat" else await phone.also_on(platform)
    back = GivingBack(world, books, theirs, site, area)
    await back.pay()
    await back.approved()
    environment = as_environment(world.settings)
    holder = await asyncpg.connect(world.settings.database_url)

    async def taken_and_not_written_down() -> bool:
        return bool(await world.built.database.rows(WRITES_DOWN)) and bool(await back.at_the_platform())

    with python("-m", "zhunkao", "worker", folder=tmp_path, **environment) as first:
        # Claimed, the row is held before the worker can write into it what the platform has said.
        await until(lambda: world.built.database.rows("SELECT 1 FROM refund WHERE due_at > now() + interval '60s'"))
        async with holder.transaction():
            await holder.execute("SELECT 1 FROM refund FOR UPDATE")
            await until(taken_and_not_written_down)
            first.kill()
            first.wait()
    await holder.close()
    assert await books.refunds() == [("requested", "approved")]
    await back.let_time_pass()
    with python("-m", "zhunkao", "worker", folder=tmp_path, **environment):
        await until(lambda: world.built.database.rows("SELECT 1 FROM refund WHERE state = 'succeeded'"))
    assert len(await back.at_the_platform()) == 1
    assert await books.refund_events() == ["refund:asked", "refund:approved", "refund:succeeded"]
