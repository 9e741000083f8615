"""Limits protect the candidate and lock nobody out on the last day; without Redis everything else goes on."""

import asyncio
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from redis.asyncio import Redis

from sandbox.keys import SandboxKeys
from tests.api.world import JIA, PASSWORD, YI, Answer, World, running
from zhunkao.embedded.places import free_port


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """All failures of a test fall into one window, whenever it is run."""
    now = time.time()
    monkeypatch.setattr("backend.cache.time", SimpleNamespace(time=lambda: now))


async def password(world: World, login: str, secret: str) -> Answer:
    return await world.call("POST", "/sessions/password", body={"login": login, "password": secret})


async def fail(world: World, times: int, login: str = JIA.username) -> None:
    for _ in range(times):
        answer = await password(world, login, "wrong-2024")
        assert (answer.status, answer.code) == (401, "login_failed")


async def test_after_five_failures_the_right_password_is_refused_and_told_when_to_come_back(world: World) -> None:
    await world.person()
    await fail(world, 5)
    answer = await password(world, JIA.username, PASSWORD)
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (429, "too_many_failures", "900")


async def test_four_failures_lock_nothing(world: World) -> None:
    await world.person()
    await fail(world, 4)
    assert (await password(world, JIA.username, PASSWORD)).status == 200


async def test_failures_by_user_name_and_by_document_number_count_together(world: World) -> None:
    await world.person()
    await fail(world, 3)
    await fail(world, 2, JIA.id_number)
    assert (await password(world, JIA.id_number, PASSWORD)).code == "too_many_failures"


async def test_only_that_address_is_locked_for_that_account(world: World) -> None:
    await world.person()
    await fail(world, 5)
    async with world.elsewhere() as elsewhere:
        assert (await password(elsewhere, JIA.username, PASSWORD)).status == 200


async def test_only_that_account_is_locked_from_that_address(world: World) -> None:
    await world.person()
    await world.person(YI)
    await fail(world, 5)
    assert (await password(world, YI.username, PASSWORD)).status == 200


async def test_the_platforms_code_still_signs_in_whoever_is_locked(world: World) -> None:
    phone = await world.person()
    await fail(world, 5)
    answer = await world.call("POST", "/sessions", body={"platform": "wechat", "code": await phone.code()})
    assert (answer.status, answer.json["status"]) == (200, "signed_in")


async def test_a_login_nobody_has_is_locked_alike(world: World) -> None:
    await fail(world, 5, "nobody_here")
    answer = await password(world, "nobody_here", PASSWORD)
    assert (answer.status, answer.code) == (429, "too_many_failures")


async def test_a_wrong_password_typed_to_change_the_account_counts_as_well(world: World) -> None:
    phone = await world.person()
    body = {"password": "wrong-2024", "phone": "13900000000"}
    for _ in range(5):
        answer = await phone.call("PUT", "/account/phone", body=body)
        assert (answer.status, answer.faults) == (422, {"password": "password_wrong"})
    answer = await phone.call("PUT", "/account/phone", body={**body, "password": PASSWORD})
    assert (answer.status, answer.code) == (429, "too_many_failures")


async def test_a_burst_of_guesses_gets_no_further_than_one_after_the_other(world: World) -> None:
    await world.person()
    answers = await asyncio.gather(*(password(world, JIA.username, f"guess-{number:04}") for number in range(30)))
    assert sorted(answer.status for answer in answers) == [401] * 5 + [429] * 25


async def test_an_address_stops_at_two_hundred_failures_whomever_they_are_of(world: World) -> None:
    await world.person()
    guesses = [f"nobody_{number}" for number in range(50)] * 4
    for start in range(0, 200, 50):
        answers = await asyncio.gather(*(password(world, login, "wrong-2024") for login in guesses[start : start + 50]))
        assert {answer.status for answer in answers} == {401}
    assert (await password(world, JIA.username, PASSWORD)).code == "too_many_failures"
    async with world.elsewhere() as elsewhere:
        assert (await password(elsewhere, JIA.username, PASSWORD)).status == 200


async def test_no_login_that_was_tried_is_kept_readable(world: World) -> None:
    await fail(world, 2, YI.id_number)
    async with Redis.from_url(world.settings.redis_url, decode_responses=True) as redis:
        keys = [key async for key in redis.scan_iter()]
    assert any(key.startswith("login:") for key in keys)
    assert not any(YI.id_number in key for key in keys)


async def test_without_redis_people_sign_in_read_their_status_and_submit(
    published_database_url: str, tmp_path: Path, sandbox_keys: SandboxKeys
) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    async with running(published_database_url, nowhere, tmp_path, sandbox_keys) as world:
        phone = await world.person()
        assert (await password(world, JIA.username, PASSWORD)).status == 200
        assert (await phone.submitted())["state"] == "submitted"
        assert (await phone.step("form"))["state"] == "done"
        assert (await password(world, JIA.username, "wrong-2024")).code == "login_failed"
        assert await _readiness(world) == (200, {"status": "degraded", "database": True, "cache": False})


async def test_without_redis_no_limit_holds_and_nobody_is_locked(
    published_database_url: str, tmp_path: Path, sandbox_keys: SandboxKeys
) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    async with running(published_database_url, nowhere, tmp_path, sandbox_keys) as world:
        await world.person()
        await fail(world, 6)
        assert (await password(world, JIA.username, PASSWORD)).status == 200


async def _readiness(world: World) -> tuple[int, Any]:
    async with world.http.get(f"{world.api_url}/readyz") as answer:
        return answer.status, await answer.json()
