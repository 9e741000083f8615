"""A worker whose reminders all say the same, as a process of its own: `python -m tests.deliveries.worker`."""

import asyncio

from tests.deliveries.outbox import PLATFORMS
from tests.deliveries.words import AlwaysDue, SameWords
from zhunkao.reminding import reminding
from zhunkao.services import services
from zhunkao.settings import load


async def work() -> None:
    settings = load()
    async with services(settings) as built:
        way_out = reminding(
            settings,
            database=built.database,
            clock=built.clock,
            cache=built.cache,
            platforms={name: built.platforms.named(name) for name in PLATFORMS},
            still_due=AlwaysDue(built.database, built.clock),
            rendering=SameWords(),
        )
        while True:
            await way_out.sending.send()
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(work())
