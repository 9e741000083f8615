"""Several workers over the same rows: they share them, and one that dies leaves nothing twice and nothing lost."""

import asyncio
from pathlib import Path

from backend.cache import Cache
from backend.clock import real_now
from notifications.pace import ALONE, Pace
from tests.api.world import JIA, YI, Phone, World
from tests.deliveries.outbox import Outbox
from tests.deliveries.words import TEMPLATES
from tests.foundation.other_processes import python
from tests.worker.waiting import until
from zhunkao.embedded.places import free_port
from zhunkao.settings import as_environment

NEWS = TEMPLATES["news"]


async def test_four_workers_send_each_reminder_once(outbox: Outbox, world: World) -> None:
    people = [await world.person(JIA), await world.person(YI)]
    for phone in people:
        await outbox.accepts(phone, 10)
        for _ in range(10):
            await outbox.reminder(phone)
    workers = [outbox.another_worker() for _ in range(4)]
    for _ in range(15):
        await asyncio.gather(*(one.sending.send() for one in workers))
        await outbox.time_passes()
    assert await outbox.states() == ["sent"] * 20
    assert [len(await outbox.inbox(phone)) for phone in people] == [10, 10]


async def test_what_a_killed_worker_was_calling_about_is_unknown_and_is_not_called_again(
    outbox: Outbox, phone: Phone, world: World, tmp_path: Path
) -> None:
    await outbox.accepts(phone, 2)
    await outbox.fault("wechat", "timeout", seconds=60, lands=True)
    await outbox.reminder(phone)
    with python("-m", "tests.deliveries.worker", folder=tmp_path, **as_environment(world.settings)) as first:
        await until(lambda: arrived(outbox, phone))
        first.kill()
        first.wait()
    assert await outbox.states() == ["calling"]
    await outbox.send()
    assert await outbox.states() == ["calling"]
    await outbox.change("UPDATE delivery SET leased_until = now() - interval '1 second'")
    for _ in range(3):
        await outbox.send()
        await outbox.time_passes()
    assert await outbox.deliveries() == [("wechat", "unknown", "worker_died")]
    assert len(await outbox.inbox(phone)) == 1
    await outbox.told("subscribe_msg_sent_event", 1)
    assert await outbox.states() == ["sent"]


async def arrived(outbox: Outbox, phone: Phone) -> bool:
    return bool(await outbox.inbox(phone))


async def test_a_worker_by_itself_tells_of_an_account_that_was_bound_and_of_its_figures(
    outbox: Outbox, phone: Phone, world: World, tmp_path: Path
) -> None:
    accept = {"template_id": NEWS, "answer": "accept"}
    await world.sandbox("POST", f"/sandbox/users/{phone.user_id}/subscribe", accept)
    await outbox.told("subscribe_msg_popup_event", 1)
    settings = world.settings.model_copy(update={"worker_port": free_port()})
    with python("-m", "zhunkao", "worker", folder=tmp_path, **as_environment(settings)):
        await until(lambda: arrived(outbox, phone))
        await until(lambda: settled(outbox))
        async with world.http.get(f"http://127.0.0.1:{settings.worker_port}/metrics") as answer:
            figures = await answer.text()
    assert 'zhunkao_reminders_settled_total{platform="wechat",state="sent"} 1.0' in figures
    assert 'zhunkao_reminders_lag_seconds_count{platform="wechat"} 1.0' in figures
    assert "zhunkao_loop_lag_seconds_count" in figures
    assert await outbox.deliveries() == [("wechat", "sent", None)]


async def settled(outbox: Outbox) -> bool:
    return "sent" in await outbox.states()


async def test_a_slow_worker_that_was_given_up_still_tells_what_it_knows(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone, 2)
    await outbox.fault("wechat", "timeout", seconds=1.5, lands=True)
    await outbox.reminder(phone)
    slow = asyncio.create_task(outbox.another_worker().sending.send())
    await until(lambda: arrived(outbox, phone))
    await outbox.change("UPDATE delivery SET leased_until = now() - interval '1 second'")
    await outbox.send()
    assert await outbox.deliveries() == [("wechat", "unknown", "worker_died")]
    await slow
    assert (await outbox.states(), len(await outbox.inbox(phone))) == (["unknown"], 1)


async def test_a_worker_that_is_told_to_stop_records_what_it_has_begun(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone)
    await outbox.fault("wechat", "timeout", seconds=1.5, lands=True)
    await outbox.reminder(phone)
    sending = asyncio.create_task(outbox.send())
    await until(lambda: arrived(outbox, phone))  # the platform has it, and has not answered yet
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert "calling" not in await outbox.states()


async def test_the_pace_is_shared_by_all_and_careful_where_nobody_can_be_asked(world: World) -> None:
    first, second = (Pace(world.built.cache, "wechat", 100) for _ in range(2))
    await asyncio.sleep(1 - real_now().timestamp() % 1)  # all of it within one second
    assert [await first.take(60), await second.take(60), await first.take(60)] == [60, 40, 0]
    nobody = Cache("redis://127.0.0.1:1")
    assert await Pace(nobody, "wechat", 100).take(60) == 100 // ALONE
    await nobody.close()
