"""How members of the staff sign in: set up by an invitation, changed by themselves, each thing given serving once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.clock import real_now
from backend.errors import Conflict, Faulty, NotAllowed, NotFound, NotSignedIn, Refusal
from backend.staff.models import SecurityKey, StaffAccess, StaffChallenge, StaffCode, StaffSession
from backend.staff.security_keys import KeyRefused
from backend.staff.sessions import FRESH, AtWork
from tests.api.staff_people import ADDRESS, PASSWORD, Colleague, SoftKey, colleague
from tests.api.world import World

ANOTHER = "another sample phrase"


@pytest.fixture
async def setting_up(world: World) -> AtWork:
    """The site's clerk, just invited."""
    await world.clerks()
    return await Colleague(world=world, username="test.site").invited()


@pytest.fixture
def key(world: World) -> SoftKey:
    return SoftKey(origin=world.settings.console_url)


async def add(world: World, at_work: AtWork, key: SoftKey) -> None:
    asked = await world.built.credentials.begin_key(at_work)
    await world.built.credentials.add_key(at_work, asked.id, key.create(asked.options), name="办公室的密钥")


async def first_step(world: World, password: str = PASSWORD) -> tuple[UUID, dict[str, object]]:
    step = await world.built.signing_in.begin("test.site", password, address=ADDRESS)
    assert step.key is not None
    return step.id, step.key


async def test_a_key_is_set_up_and_signs_in_and_what_the_invitation_opened_is_a_whole_session(
    world: World, setting_up: AtWork, key: SoftKey
) -> None:
    signing_in = world.built.signing_in
    await add(world, setting_up, key)
    session = await StaffSession.get(id=setting_up.session_id)
    assert session.factor == "key" and session.expires_at - session.started_at == timedelta(hours=12)
    step, options = await first_step(world)
    started = await signing_in.by_key(step, key.get(options), address=ADDRESS)
    clerk = await world.built.staff_sessions.clerk(started.token, address=ADDRESS)
    assert clerk.member_id == setting_up.clerk.member_id
    assert (await SecurityKey.get()).sign_count == 1


async def test_until_a_second_factor_is_set_up_nothing_else_can_be_done(world: World) -> None:
    await world.clerks()
    invitation = await world.built.appointments.invite_by_operator("test.site")
    started = await world.built.credentials.accept("test.site", invitation.code, PASSWORD, address=ADDRESS)
    with pytest.raises(NotAllowed, match="staff_set_up_first"):
        await world.built.staff_sessions.clerk(started.token, address=ADDRESS)


async def test_a_challenge_serves_once_also_for_two_who_answer_at_once(
    world: World, setting_up: AtWork, key: SoftKey
) -> None:
    await add(world, setting_up, key)
    step, options = await first_step(world)
    tries = [world.built.signing_in.by_key(step, key.get(options), address=ADDRESS) for _ in range(3)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, Refusal)]
    assert len(refused) == 2 and {one.code for one in refused} <= {"staff_step_over", "security_key_refused"}
    with pytest.raises(NotSignedIn, match="staff_step_over"):
        await world.built.signing_in.by_key(step, key.get(options), address=ADDRESS)


@pytest.mark.parametrize("fault", ["origin", "challenge", "copy", "stranger", "rubbish"])
async def test_what_proves_nothing_signs_nobody_in(world: World, setting_up: AtWork, key: SoftKey, fault: str) -> None:
    await add(world, setting_up, key)
    step, options = await first_step(world)
    answer = key.get(options)
    await world.built.signing_in.by_key(step, answer, address=ADDRESS)
    step, options = await first_step(world)
    match fault:
        case "origin":
            key.origin = "https://console.example.com"
            answer = key.get(options)
        case "challenge":
            answer = key.get({**options, "challenge": "AAAA"})
        case "copy":  # it has counted less than the one we know
            key.count = 0
            answer = key.get(options)
        case "stranger":
            answer = SoftKey(origin=key.origin, count=9).get(options)
        case _:
            answer = {"rawId": 7}
    with pytest.raises(KeyRefused, match="security_key_refused"):
        await world.built.signing_in.by_key(step, answer, address=ADDRESS)
    assert await AuditRecord.filter(act="sign_in_failed").count() == 1


async def test_a_step_is_over_after_five_minutes(world: World, setting_up: AtWork, key: SoftKey) -> None:
    await add(world, setting_up, key)
    step, options = await first_step(world)
    await StaffChallenge.filter(id=step).update(expires_at=real_now())
    with pytest.raises(NotSignedIn, match="staff_step_over"):
        await world.built.signing_in.by_key(step, key.get(options), address=ADDRESS)


async def test_an_invitation_serves_once_and_for_its_own_member(world: World) -> None:
    await world.clerks()
    credentials = world.built.credentials
    invitation = await world.built.appointments.invite_by_operator("test.site")
    for name in ("test.area", "nobody.here"):
        with pytest.raises(NotSignedIn, match="staff_invitation_refused"):
            await credentials.accept(name, invitation.code, PASSWORD, address=ADDRESS)
    tries = [credentials.accept("test.site", invitation.code, PASSWORD, address=ADDRESS) for _ in range(3)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert len([one for one in outcomes if isinstance(one, NotSignedIn)]) == 2


async def test_a_newer_invitation_takes_the_place_of_the_one_before(world: World) -> None:
    await world.clerks()
    first = await world.built.appointments.invite_by_operator("test.site")
    second = await world.built.appointments.invite_by_operator("test.site")
    with pytest.raises(NotSignedIn):
        await world.built.credentials.accept("test.site", first.code, PASSWORD, address=ADDRESS)
    await StaffCode.filter(ended_at=None).update(expires_at=real_now())
    with pytest.raises(NotSignedIn):
        await world.built.credentials.accept("test.site", second.code, PASSWORD, address=ADDRESS)


async def test_an_invitation_taken_up_ends_all_there_was_before(world: World, key: SoftKey) -> None:
    await world.clerks()
    site = await colleague(world)
    token = await site.token()
    again = await site.invited()
    with pytest.raises(NotSignedIn):
        await world.built.staff_sessions.at_work(token, address=None)
    overview = await world.built.credentials.overview(again)
    assert (overview.keys, overview.app, overview.recovery_codes) == ((), False, 0)


@pytest.mark.parametrize("password", ["short", "x" * 129, "my test.SITE password"])
async def test_a_password_is_long_and_not_the_user_name(world: World, password: str) -> None:
    with pytest.raises(Faulty, match="password: staff_password_form"):
        await world.built.credentials.accept("test.site", "AAAAA-AAAAA", password, address=ADDRESS)


async def test_another_password_ends_every_other_session_and_every_step_that_waits(world: World) -> None:
    await world.clerks()
    site = await colleague(world)
    mine, other = await site.token(), await site.token()
    at_work = await world.built.staff_sessions.at_work(mine, address=ADDRESS)
    step = await world.built.signing_in.begin("test.site", PASSWORD, address=ADDRESS)
    with pytest.raises(Faulty, match="current: password_wrong"):
        await world.built.credentials.change_password(at_work, "not this phrase", ANOTHER, address=ADDRESS)
    await world.built.credentials.change_password(at_work, PASSWORD, ANOTHER, address=ADDRESS)
    assert (await world.built.staff_sessions.at_work(mine, address=ADDRESS)).session_id == at_work.session_id
    with pytest.raises(NotSignedIn, match="staff_session_ended"):
        await world.built.staff_sessions.at_work(other, address=ADDRESS)
    with pytest.raises(NotSignedIn, match="staff_step_over"):
        await world.built.signing_in.by_code(step.id, await site.code(), address=ADDRESS)
    with pytest.raises(NotSignedIn, match="staff_sign_in_failed"):
        await world.built.signing_in.begin("test.site", PASSWORD, address=ADDRESS)
    assert (await world.built.signing_in.begin("test.site", ANOTHER, address=ADDRESS)).app


async def test_an_unattended_desk_changes_nothing_about_signing_in(
    world: World, setting_up: AtWork, key: SoftKey
) -> None:
    credentials = world.built.credentials
    stale = replace(setting_up, started_at=real_now() - FRESH - timedelta(seconds=1))
    asked = await credentials.begin_key(setting_up)
    for act in (
        credentials.begin_key(stale),
        credentials.add_key(stale, asked.id, {}, name="示例"),
        credentials.begin_app(stale),
        credentials.add_app(stale, asked.id, "000000"),
        credentials.take_key(stale, 1),
        credentials.new_recovery_codes(stale),
    ):
        with pytest.raises(NotAllowed, match="staff_sign_in_not_fresh"):
            await act


async def test_the_last_key_stays_until_there_is_an_app(world: World, setting_up: AtWork, key: SoftKey) -> None:
    credentials = world.built.credentials
    await add(world, setting_up, key)
    row = await SecurityKey.get()
    with pytest.raises(Conflict, match="staff_last_factor"):
        await credentials.take_key(setting_up, row.id)
    app = await credentials.begin_app(setting_up)
    with pytest.raises(Faulty, match="code: staff_code_wrong"):
        await credentials.add_app(setting_up, app.id, "letters")
    site = Colleague(world=world, username="test.site", secret=app.secret)
    await credentials.add_app(setting_up, app.id, await site.code())
    await credentials.take_key(setting_up, row.id)
    await credentials.take_key(setting_up, row.id)
    assert (await credentials.overview(setting_up)).keys == ()
    with pytest.raises(NotFound, match="security_key_unknown"):
        await credentials.take_key(setting_up, row.id + 1)
    acts = [row.act for row in await AuditRecord.filter(subject="staff_member", actor_kind="staff").order_by("id")]
    assert acts == ["invitation_accepted", "security_key_added", "app_added", "security_key_taken"]


async def test_a_key_is_set_up_once(world: World, setting_up: AtWork, key: SoftKey) -> None:
    await add(world, setting_up, key)
    with pytest.raises(KeyRefused):
        await add(world, setting_up, key)
    other = await Colleague(world=world, username="test.area").invited()
    with pytest.raises(KeyRefused):
        await add(world, other, key)


async def test_secrets_are_at_rest_only_encrypted_or_hashed(world: World) -> None:
    await world.clerks()
    site = await colleague(world)
    access = await StaffAccess.get()
    assert access.totp_secret is not None and site.secret.encode() not in bytes(access.totp_secret)
    kept = await world.built.database.rows("SELECT encode(code_index, 'escape') AS code FROM staff_code")
    codes = {code.replace("-", "") for code in site.recovery_codes}
    assert len(kept) >= 10 and all(code not in row["code"] for row in kept for code in codes)


async def test_new_recovery_codes_take_the_place_of_those_before(world: World) -> None:
    await world.clerks()
    site = await colleague(world)
    at_work = await world.built.staff_sessions.at_work(await site.token(), address=ADDRESS)
    new = await world.built.credentials.new_recovery_codes(at_work)
    assert len(set(new) | set(site.recovery_codes)) == 20
    step = await world.built.signing_in.begin("test.site", PASSWORD, address=ADDRESS)
    with pytest.raises(NotSignedIn, match="staff_code_wrong"):
        await world.built.signing_in.by_code(step.id, site.recovery_codes[0], address=ADDRESS)
    await world.built.signing_in.by_code(step.id, new[0], address=ADDRESS)
    assert (await world.built.credentials.overview(at_work)).recovery_codes == 9
