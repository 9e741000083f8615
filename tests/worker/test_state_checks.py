"""Identity and education are asked about until the state's systems have decided."""

from aiohttp import web

from sandbox.app import create_app as create_sandbox
from tests.api.world import JIA, Phone, World
from tests.worker.queue import Queue
from zhunkao.demo.sandbox import sandbox_settings
from zhunkao.journey.people import EXAM

CHECK = "check_candidate"


async def checks(phone: Phone) -> tuple[str, str]:
    account = (await phone.call("GET", "/account")).json
    return account["identity_check"], account["education_check"]


async def decided(world: World, identity: str, education: str) -> None:
    body = {"id_number": JIA.id_number, "identity": identity, "education": education}
    await world.sandbox("POST", "/sandbox/identity", body)


async def test_what_is_pending_is_asked_about_again_until_it_has_passed(world: World, queue: Queue) -> None:
    phone = await world.person(identity="pending")
    assert await queue.jobs() == [(CHECK, "todo", 1)]
    refused = await phone.call("POST", "/registrations", body={"exam": EXAM})
    assert (refused.status, refused.code) == (409, "identity_pending")
    assert refused.json["detail"] == "身份信息正在核验，通过后即可报考，通常需要几分钟。"
    await queue.time_passes()
    await world.run_jobs()
    assert (await queue.jobs(), await checks(phone)) == ([(CHECK, "todo", 2)], ("pending", "pending"))
    await decided(world, "passed", "pending")
    await queue.time_passes()
    await world.run_jobs()
    assert (await queue.jobs(), await checks(phone)) == ([(CHECK, "todo", 3)], ("passed", "pending"))
    assert (await phone.call("POST", "/registrations", body={"exam": EXAM})).status == 201
    await decided(world, "passed", "passed")
    await queue.time_passes()
    await world.run_jobs()
    assert (await queue.jobs(), await checks(phone)) == ([(CHECK, "succeeded", 4)], ("passed", "passed"))


async def test_what_has_failed_is_not_asked_about_again(world: World, queue: Queue) -> None:
    phone = await world.person(identity="failed")
    assert (await queue.jobs(), await checks(phone)) == ([(CHECK, "succeeded", 1)], ("failed", "failed"))
    refused = await phone.call("POST", "/registrations", body={"exam": EXAM})
    assert (refused.status, refused.code) == (409, "identity_failed")


async def test_while_the_state_s_systems_are_away_nothing_is_decided_and_afterwards_it_is(
    world: World, queue: Queue
) -> None:
    phone = await world.stranger()
    answer = await world.call("POST", "/accounts", body=await phone.account())
    phone.token = answer.json["access_token"]
    await world.runners[0].cleanup()
    await world.run_jobs()
    assert (await queue.jobs(), await checks(phone)) == ([(CHECK, "todo", 1)], ("pending", "pending"))
    assert 0 < (await queue.seconds_to_wait())[0] <= 3
    world.runners[0] = await back_again(world)
    await queue.time_passes()
    await world.run_jobs()
    assert (await queue.jobs(), await checks(phone)) == ([(CHECK, "succeeded", 2)], ("passed", "passed"))


async def back_again(world: World) -> web.AppRunner:
    """The sandbox as it was, on its port."""
    runner = web.AppRunner(create_sandbox(sandbox_settings(world.settings, world.keys)), shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", world.settings.sandbox_port).start()
    return runner
