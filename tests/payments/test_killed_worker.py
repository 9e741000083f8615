"""A worker that is killed, as a real process, after a notification was kept and before it was acted on."""

from pathlib import Path

import asyncpg

from tests.api.world import Phone, World
from tests.foundation.other_processes import python
from tests.payments.books import Books
from tests.platforms.teller import Teller
from tests.worker.waiting import until
from zhunkao.settings import as_environment

SOMEBODY_WAITS = """
SELECT 1 FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%registration%'
"""


async def test_a_payment_whose_worker_was_killed_is_made_once_by_the_next_one(
    world: World, phone: Phone, books: Books, teller: Teller, tmp_path: Path
) -> None:
    number = (await phone.order()).json["order_number"]
    environment = as_environment(world.settings)
    holder = await asyncpg.connect(world.settings.database_url)
    async with holder.transaction():
        await holder.execute("SELECT 1 FROM registration FOR UPDATE")
        letter = teller.letter(teller.transaction(number, 26000, "2024-01-29T09:10:00+08:00"))
        assert await books.deliver(letter) == 200
        with python("-m", "zhunkao", "worker", folder=tmp_path, **environment) as first:
            await until(lambda: world.built.database.rows(SOMEBODY_WAITS))
            first.kill()
            first.wait()
    await holder.close()
    assert (await books.outcomes(), await books.payments()) == ([None], [])
    with python("-m", "zhunkao", "worker", folder=tmp_path, **environment):
        await until(books.all_acted_on)
    assert (await books.outcomes(), await books.payments()) == (["paid"], [(number, 26000, True)])
    assert await books.events() == ["order:opened", "payment:received"]
    assert (await phone.mine("GET")).json["payment_state"] == "paid"
