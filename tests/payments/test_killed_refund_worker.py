"""A worker that is killed, as a real process, after a platform has taken a refund and before that was written down."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.world import Phone, World
from tests.foundation.other_processes import python
from tests.payments.books import Books
from tests.payments.giving_back import PLATFORMS, SENDING, TELLING, GivingBack
from tests.worker.waiting import until
from zhunkao.settings import as_environment

OUTCOME = "SELECT 1 FROM refund WHERE state = 'succeeded'"


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_refund_whose_worker_was_killed_between_sending_and_recording_is_made_once(
    world: World, phone: Phone, books: Books, tmp_path: Path, platform: str
) -> None:
    site, area = await world.known_clerks()
    theirs = phone if platform == "wechat" else await phone.also_on(platform)
    back = GivingBack(world, books, theirs, site, area)
    number = await back.pay()
    if platform == "baidu":
        await unconsume(world, number)
    await back.approved()
    environment = as_environment(world.settings)
    # The platform takes the refund; its answer is on the way for longer than the worker lives, its notification lost.
    await back.fault(SENDING[platform], "timeout", lands=True, seconds=60)
    await back.fault(TELLING[platform], "drop_notification", times=1000)
    with python("-m", "zhunkao", "worker", folder=tmp_path, **environment) as first:
        assert len(await back.at_the_platform()) == 1
        first.kill()
        first.wait()
    assert await books.refunds() == [("requested", "approved")]
    await back.let_time_pass()
    with python("-m", "zhunkao", "worker", folder=tmp_path, **environment):
        await until(lambda: world.built.database.rows(OUTCOME))
    assert len(await back.at_the_platform()) == 1
    assert await books.refund_events() == ["refund:asked", "refund:approved", "refund:succeeded"]


async def unconsume(world: World, number: str) -> None:
    """So that Baidu takes the refund with the first call, and not with the second."""
    baidu: Any = world.built.platforms.named("baidu")
    order = await baidu.payments.find(number)
    await baidu.refunds._unconsume(order_id=str(order["orderId"]), user_id=str(order["userId"]))
