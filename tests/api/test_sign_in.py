"""Signing in and staying so: by the platform's code, by password, with tokens that end when they should."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from backend.clock import real_now
from tests.api.world import JIA, PASSWORD, YI, Phone, World
from zhunkao.journey.people import Person


def later(monkeypatch: pytest.MonkeyPatch, module: str, **by: float) -> None:
    """Real time as that module sees it, moved on."""
    monkeypatch.setattr(f"{module}.real_now", lambda: real_now() + timedelta(**by))


async def password(world: World, login: str, secret: str = PASSWORD, **more: Any) -> Any:
    return await world.call("POST", "/sessions/password", body={"login": login, "password": secret, **more})


async def refresh(world: World, token: str) -> Any:
    return await world.call("POST", "/sessions/refresh", body={"refresh_token": token})


async def test_a_platform_user_nobody_has_bound_gets_a_binding_token(world: World) -> None:
    phone = await world.stranger()
    answer = await world.call("POST", "/sessions", body={"platform": "wechat", "code": await phone.code()})
    assert answer.status == 200
    assert answer.json["status"] == "binding_required"
    assert answer.json["expires_in"] == 600
    assert set(answer.json) == {"status", "binding_token", "expires_in"}


async def test_a_bound_candidate_signs_in_by_the_platforms_code_alone(world: World) -> None:
    phone = await world.person()
    answer = await world.call("POST", "/sessions", body={"platform": "wechat", "code": await phone.code()})
    assert (answer.status, answer.json["status"]) == (200, "signed_in")
    assert answer.json["candidate"] == {"id": str(phone.candidate_id), "username": JIA.username, "name": JIA.name}
    phone.token = answer.json["access_token"]
    assert (await phone.call("GET", "/account")).status == 200


async def test_a_login_code_serves_once(world: World) -> None:
    phone = await world.person()
    code = await phone.code()
    assert (await world.call("POST", "/sessions", body={"platform": "wechat", "code": code})).status == 200
    answer = await world.call("POST", "/sessions", body={"platform": "wechat", "code": code})
    assert (answer.status, answer.code) == (422, "login_code_refused")
    assert answer.faults == {"code": "login_code_refused"}


async def test_an_invented_login_code_is_refused(world: World) -> None:
    answer = await world.call("POST", "/sessions", body={"platform": "wechat", "code": "0a1b2c3d"})
    assert (answer.status, answer.code) == (422, "login_code_refused")


async def test_a_platform_the_service_is_not_configured_for_is_refused_in_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(world.built.platforms._platforms, "alipay")
    answer = await world.call("POST", "/sessions", body={"platform": "alipay", "code": "x"})
    assert (answer.status, answer.code, answer.faults) == (422, "platform_not_offered", {"platform": "not_offered"})


@pytest.mark.parametrize(
    "login",
    [
        JIA.username,
        JIA.username.upper(),
        f" {JIA.username} ",
        JIA.id_number,
        f"{JIA.id_number[:6]} {JIA.id_number[6:]}",
    ],
)
async def test_user_name_and_document_number_sign_in_however_they_are_written(world: World, login: str) -> None:
    await world.person()
    answer = await password(world, login)
    assert (answer.status, answer.json["candidate"]["username"]) == (200, JIA.username)


async def test_a_document_number_that_ends_in_x_signs_in_in_either_case(world: World) -> None:
    phone = await world.stranger()
    number = Person(name=JIA.name, username=JIA.username, birth="19900107").id_number
    assert number.endswith("X")
    answer = await world.call("POST", "/accounts", body=await phone.account(id_number=number))
    assert answer.status == 201
    assert (await password(world, number.lower())).status == 200


async def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(world: World) -> None:
    await world.person()
    wrong, unknown = await password(world, JIA.username, "wrong-2024"), await password(world, "nobody_here")
    assert (wrong.status, wrong.code) == (unknown.status, unknown.code) == (401, "login_failed")
    assert {**wrong.json, "trace_id": ""} == {**unknown.json, "trace_id": ""}


async def test_with_a_binding_token_the_platform_account_is_bound_in_the_same_step(world: World) -> None:
    phone = await world.person()
    await phone.call("DELETE", "/bindings/wechat")
    answer = await password(world, JIA.username, binding_token=await phone.binding_token())
    assert answer.status == 200
    again = await world.call("POST", "/sessions", body={"platform": "wechat", "code": await phone.code()})
    assert again.json["status"] == "signed_in"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic dTpw", "bearer", "Bearer \u00e9\u00e8", "Token abc", "Bearer a b"]
)
async def test_a_call_without_a_token_that_can_be_one_is_refused(world: World, header: str) -> None:
    answer = await world.call("GET", "/account", headers={"Authorization": header} if header else {})
    assert (answer.status, answer.code) in ((401, "not_signed_in"), (401, "session_ended"))


async def test_a_token_that_was_changed_is_refused(world: World) -> None:
    phone = await world.person()
    head, claims, signature = phone.token.split(".")
    for changed in (f"{head}.{claims}.", f"{head}.{claims}.{signature[::-1]}", f"{claims}.{head}.{signature}", "x.y.z"):
        answer = await world.call("GET", "/account", token=changed)
        assert (answer.status, answer.code) == (401, "session_ended")


async def test_a_binding_token_is_no_access_token_nor_the_other_way_round(world: World) -> None:
    phone = await world.person()
    other = await world.stranger(YI)
    answer = await world.call("GET", "/account", token=await other.binding_token())
    assert (answer.status, answer.code) == (401, "session_ended")
    answer = await password(world, JIA.username, binding_token=phone.token)
    assert (answer.status, answer.code) == (401, "binding_token_expired")


async def test_an_access_token_ends_after_fifteen_minutes_and_is_refreshed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await world.person()
    later(monkeypatch, "backend.candidates.tokens", minutes=13)
    assert (await phone.call("GET", "/account")).status == 200
    later(monkeypatch, "backend.candidates.tokens", minutes=15)
    assert (await phone.call("GET", "/account")).code == "session_ended"
    fresh = await refresh(world, phone.refresh_token)
    assert (await world.call("GET", "/account", token=fresh.json["access_token"])).status == 200


async def test_a_binding_token_ends_after_ten_minutes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = await world.stranger()
    body = await phone.account()
    later(monkeypatch, "backend.candidates.tokens", minutes=10)
    answer = await world.call("POST", "/accounts", body=body)
    assert (answer.status, answer.code) == (401, "binding_token_expired")


async def test_exam_time_moved_by_months_ends_nobodys_session(world: World) -> None:
    phone = await world.person()
    await world.at("2024-06-30 12:00")
    assert (await phone.call("GET", "/account")).status == 200
    assert (await refresh(world, phone.refresh_token)).status == 200


async def test_a_refresh_token_gives_the_next_pair(world: World) -> None:
    phone = await world.person()
    first = await refresh(world, phone.refresh_token)
    assert (first.status, first.json["expires_in"]) == (200, 900)
    assert first.json["refresh_token"] != phone.refresh_token
    second = await refresh(world, first.json["refresh_token"])
    assert second.status == 200
    assert (await world.call("GET", "/account", token=second.json["access_token"])).status == 200


async def test_a_refresh_token_used_again_ends_the_whole_family(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    fresh = (await refresh(world, phone.refresh_token)).json
    assert (await refresh(world, phone.refresh_token)).code == "session_ended"
    assert (await refresh(world, fresh["refresh_token"])).code == "session_ended"
    for token in (phone.token, fresh["access_token"]):
        phone.token = token
        assert (await phone.call("GET", "/account")).code == "session_ended"
        assert (await phone.mine("GET", "/steps")).code == "session_ended"


async def test_the_reuse_of_one_familys_token_leaves_the_others_alone(world: World) -> None:
    phone = await world.person()
    other = (await password(world, JIA.username)).json
    await refresh(world, phone.refresh_token)
    await refresh(world, phone.refresh_token)
    assert (await refresh(world, other["refresh_token"])).status == 200


async def test_of_refreshes_at_once_with_one_token_one_succeeds_at_most(world: World) -> None:
    phone = await world.person()
    answers = await asyncio.gather(*(refresh(world, phone.refresh_token) for _ in range(8)))
    assert sum(answer.status == 200 for answer in answers) == 1
    assert {answer.code for answer in answers if answer.status != 200} == {"session_ended"}


@pytest.mark.parametrize("token", ["x", ".", "no-uuid.secret", "00000000-0000-0000-0000-000000000000.secret"])
async def test_a_refresh_token_that_never_was_one_is_refused(world: World, token: str) -> None:
    answer = await refresh(world, token)
    assert (answer.status, answer.code) == (401, "session_ended")


async def test_a_session_not_used_for_thirty_days_has_ended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = await world.person()
    later(monkeypatch, "backend.candidates.sessions", days=29)
    fresh = await refresh(world, phone.refresh_token)
    assert fresh.status == 200
    later(monkeypatch, "backend.candidates.sessions", days=60)
    assert (await refresh(world, fresh.json["refresh_token"])).code == "session_ended"


async def test_signing_out_ends_this_session_and_no_other(world: World) -> None:
    phone = await world.person()
    other = (await password(world, JIA.username)).json["access_token"]
    answer = await phone.call("DELETE", "/sessions/current")
    assert (answer.status, answer.body) == (204, b"")
    assert (await phone.call("GET", "/account")).code == "session_ended"
    assert (await refresh(world, phone.refresh_token)).code == "session_ended"
    assert (await world.call("GET", "/account", token=other)).status == 200


async def test_a_password_changed_while_the_old_one_is_being_verified_lets_nobody_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await world.person()
    passwords = world.built.accounts._passwords
    verified, go_on = asyncio.Event(), asyncio.Event()
    verify = passwords.verify

    async def held_back(stored: str | None, secret: str) -> bool:
        found = await verify(stored, secret)
        verified.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(passwords, "verify", held_back)
    signing_in = asyncio.create_task(password(world, JIA.username))
    await verified.wait()
    monkeypatch.setattr(passwords, "verify", verify)
    changed = await _changed_password(phone, signing_in, go_on)
    assert changed.status == 200
    assert (await signing_in).code == "login_failed"


async def _changed_password(phone: Phone, signing_in: "asyncio.Task[Any]", go_on: asyncio.Event) -> Any:
    """From another address: the tries of one account from one address wait for each other."""
    async with phone.world.elsewhere() as elsewhere:
        changed = await elsewhere.call(
            "PUT",
            "/account/password",
            token=phone.token,
            body={"password": PASSWORD, "new_password": "another-2024"},
        )
    go_on.set()
    return changed
