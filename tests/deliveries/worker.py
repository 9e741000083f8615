"""A worker whose reminders all say the same, as a process of its own: `python -m tests.deliveries.worker`."""

import asyncio

from tests.deliveries.outbox import platforms_of, way_out
from tests.deliveries.words import AlwaysDue, SameWords
from zhunkao.building import services
from zhunkao.settings import load


async def work() -> None:
    settings = load()
    async with services(settings) as built:
        sending = way_out(built, settings, AlwaysDue(), SameWords(), platforms_of(built)).sending
        while True:
            await built.clock.synchronise()  # exam time: nothing goes out in the night
            await sending.send()
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(work())
