"""The staff's own door: password and code, sessions that end, and nothing told to who guesses."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from backend.audit import AuditRecord
from backend.clock import real_now
from backend.staff import sessions, totp
from backend.staff.models import StaffAccess, StaffMember, StaffSession
from backend.staff.scope import clerk
from tests.api.staff_people import PASSWORD, Colleague, colleague, wrong
from tests.api.world import Answer, World

SignIn = Callable[..., Awaitable[Answer]]


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """All failures of a test fall into one window, whenever it is run."""
    now = time.time()
    monkeypatch.setattr("backend.cache.time", SimpleNamespace(time=lambda: now))


@pytest.fixture
async def site(world: World) -> Colleague:
    await world.clerks()
    return await colleague(world)


async def sign_in(world: World, **sent: str) -> Answer:
    body = {"username": "test.site", "password": PASSWORD, "code": "000000", **sent}
    return await world.call("POST", "/staff/sessions", body=body)


async def moved(session: str, by: timedelta) -> None:
    """As if so much real time had passed for this session."""
    row = await StaffSession.get(id=session.partition(".")[0])
    changed = {name: getattr(row, name) - by for name in ("started_at", "seen_at", "expires_at")}
    await StaffSession.filter(id=row.id).update(**changed)


async def out(world: World, token: str) -> Any:
    """How the service answers this token: None where it is somebody's at work."""
    answer = await world.call("DELETE", "/staff/sessions/current", token=token)
    return None if answer.status == 204 else answer.code


async def test_user_name_password_and_code_open_a_session_that_signing_out_ends(world: World, site: Colleague) -> None:
    answer = await sign_in(world, code=await site.code())
    assert answer.status == 201
    assert answer.json["member"] | {"id": ""} == {
        "id": "",
        "username": "test.site",
        "name": "示例考点",
        "level": "site",
        "roles": ["confirm", "review", "seating", "desk", "finance", "read"],
    }
    assert answer.json["idle_seconds"] == 1800
    token = answer.json["token"]
    assert await out(world, token) is None
    assert await out(world, token) == "staff_session_ended"
    acts = [row.act for row in await AuditRecord.filter(subject="staff_member", address="127.0.0.1").order_by("id")]
    assert acts[-2:] == ["signed_in", "signed_out"]


async def test_the_token_is_kept_as_a_hash_and_nowhere_else(world: World, site: Colleague) -> None:
    secret = (await site.token()).partition(".")[2]
    rows = await world.built.database.rows("SELECT session::text AS row FROM staff_session session")
    assert rows and all(secret not in row["row"] and secret.encode().hex() not in row["row"] for row in rows)


async def test_nothing_tells_a_wrong_name_from_a_wrong_password_or_a_wrong_code(world: World, site: Colleague) -> None:
    code = await site.code()
    tries = [
        await sign_in(world, username="nobody.here", code=code),
        await sign_in(world, password="another long phrase", code=code),
        await sign_in(world, code=wrong(code)),
    ]
    assert {(one.status, one.code, one.json["detail"]) for one in tries} == {
        (401, "staff_sign_in_failed", "用户名、密码或验证码不正确。")
    }
    recorded = await AuditRecord.filter(act="sign_in_failed").order_by("id")
    member = str((await StaffMember.get(username="test.site")).id)
    assert [(row.subject_id, row.after["step"]) for row in recorded] == [
        ("unknown", "password"),
        (member, "password"),
        (member, "code"),
    ]


async def test_a_code_serves_once_also_for_two_who_send_it_at_once(world: World, site: Colleague) -> None:
    code = await site.code()
    answers = await asyncio.gather(*(sign_in(world, code=code) for _ in range(4)))
    assert sorted(one.status for one in answers) == [201, 401, 401, 401]
    assert (await sign_in(world, code=code)).status == 401


async def test_an_earlier_code_does_not_serve_after_a_later_one(world: World, site: Colleague) -> None:
    step = totp.step_of(real_now())
    await StaffAccess.all().update(totp_step=step - 2)
    assert (await sign_in(world, code=totp.code_at(site.secret, step))).status == 201
    assert (await sign_in(world, code=totp.code_at(site.secret, step - 1))).status == 401


async def test_a_recovery_code_serves_in_the_place_of_the_app_once(world: World, site: Colleague) -> None:
    code = site.recovery_codes[3]
    answers = await asyncio.gather(*(sign_in(world, code=code.lower()) for _ in range(3)))
    assert sorted(one.status for one in answers) == [201, 401, 401]
    assert (await sign_in(world, code=site.recovery_codes[4])).status == 201


async def test_five_wrong_passwords_lock_the_account_from_that_address_alone(world: World, site: Colleague) -> None:
    for name in ("test.site", "nobody.here"):
        for _ in range(5):
            assert (await sign_in(world, username=name, password="another long phrase")).status == 401
        locked = await sign_in(world, username=f" {name.upper()}", code=await site.code())
        assert (locked.status, locked.code) == (429, "staff_too_many_failures")
        assert locked.headers["Retry-After"] == "900"
    async with world.elsewhere() as elsewhere:
        assert (await sign_in(elsewhere, code=await site.code())).status == 201


async def test_five_wrong_codes_lock_the_codes_of_an_account_from_everywhere(world: World, site: Colleague) -> None:
    for _ in range(5):
        assert (await sign_in(world, code=wrong(await site.code()))).status == 401
    async with world.elsewhere() as elsewhere:
        answer = await sign_in(elsewhere, code=await site.code())
        assert (answer.status, answer.code) == (429, "staff_too_many_codes")


async def test_a_session_ends_when_nobody_was_there_for_half_an_hour(world: World, site: Colleague) -> None:
    token = await site.token()
    await moved(token, sessions.IDLE - timedelta(minutes=1))
    assert (await world.built.staff_sessions.at_work(token, address=None)).username == "test.site"
    # That was a sign of life.
    await moved(token, timedelta(minutes=2))
    assert (await world.built.staff_sessions.at_work(token, address=None)).username == "test.site"
    await moved(token, sessions.IDLE)
    assert await out(world, token) == "staff_session_ended"


async def test_a_session_ends_after_a_working_day_whoever_is_there(world: World, site: Colleague) -> None:
    token = await site.token()
    await moved(token, sessions.LONGEST)
    await StaffSession.all().update(seen_at=real_now())
    assert await out(world, token) == "staff_session_ended"


async def test_a_member_s_end_ends_their_sessions_and_their_signing_in(world: World, site: Colleague) -> None:
    token, other = await site.token(), await site.token()
    area = await clerk("test.area")
    member = (await clerk("test.site")).member_id
    await world.built.appointments.end(area, member)
    await world.built.appointments.end(area, member)
    assert [await out(world, one) for one in (token, other)] == ["staff_session_ended"] * 2
    assert (await sign_in(world, code=await site.code())).code == "staff_sign_in_failed"
    assert await AuditRecord.filter(act="service_ended", subject_id=str(member)).count() == 1


async def test_a_candidate_s_token_opens_nothing_of_the_staff_s_nor_the_other_way_round(
    world: World, site: Colleague
) -> None:
    phone, token = await world.person(), await site.token()
    assert await out(world, phone.token) == "staff_session_ended"
    answer = await world.call("GET", "/account", token=token)
    assert (answer.status, answer.code) == (401, "session_ended")


async def test_a_token_that_is_none_is_refused_in_words(world: World) -> None:
    for token in ("x", "a.b.c", "00000000-0000-0000-0000-000000000000.secret", "é"):
        assert await out(world, token) in ("staff_session_ended", "not_signed_in")


async def test_who_has_set_up_no_second_factor_is_told_so_once_the_password_is_right(world: World) -> None:
    await world.clerks()
    found = Colleague(world=world, username="test.site")
    at_work = await found.invited()
    assert at_work.is_setting_up
    answer = await sign_in(world)
    assert (answer.status, answer.code) == (403, "staff_no_second_factor")


async def test_the_document_has_a_scheme_of_its_own_for_the_staff(world: World) -> None:
    assert set(world.document["components"]["securitySchemes"]) == {"access_token", "staff_session"}
    signing_out = world.document["paths"]["/api/v1/staff/sessions/current"]["delete"]
    assert signing_out["security"] == [{"staff_session": []}]
