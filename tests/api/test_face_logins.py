"""A face is a way back for its owner and for nobody else, and tells nobody else anything: on every platform alike."""

import asyncio
import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend.candidates.models import FaceLogin
from backend.clock import real_now
from backend.events import Event, EventName
from tests.api.faces import (
    NEW_PASSWORD,
    PLATFORMS,
    WENT_WELL,
    begin,
    complete,
    reset,
    shape,
    shown,
    sign_in,
    told,
)
from tests.api.world import JIA, PASSWORD, YI, World

CLIENTS = {"wechat": {"verifyId"}, "alipay": {"url", "certifyId"}, "baidu": {"url"}}
LEFT: dict[str, dict[str, Any]] = {
    "wechat": {"errCode": 90002},
    "alipay": {"resultStatus": "6001"},
    "baidu": {"redirect": None},
}


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# -- the way back -----------------------------------------------------------------------------------------------------


async def test_the_face_gives_the_right_to_a_new_password_and_every_session_ends(world: World, platform: str) -> None:
    phone = await world.person(platform=platform)
    begun = await begin(phone)
    assert begun.json["expires_in"] == 3600
    assert set(begun.json["client"]) == CLIENTS[platform]
    await phone.face(begun.json["client"])
    done = await complete(phone, begun, platform_result=WENT_WELL[platform])
    assert (done.status, done.json["binding_token"]) == (200, None)
    assert (await phone.call("GET", "/account")).status == 200
    assert (await reset(world, done.json["reset_token"])).status == 204
    assert (await phone.call("GET", "/account")).code == "session_ended"
    assert (await sign_in(world, NEW_PASSWORD)).status == 200


async def test_a_reset_ends_the_sessions_of_the_other_platforms_too(world: World, platform: str) -> None:
    wechat = await world.person()
    phones = [wechat, *[await wechat.also_on(other) for other in ("alipay", "baidu")]]
    proven = next(phone for phone in phones if phone.platform == platform)
    assert (await reset(world, (await shown(proven)).json["reset_token"])).status == 204
    for phone in phones:
        assert (await phone.call("GET", "/account")).code == "session_ended"
        assert (await phone.sign_in()).json["status"] == "signed_in"


async def test_from_a_new_platform_account_a_binding_is_offered_too(world: World, platform: str) -> None:
    phone = await world.person(platform=platform)
    await phone.call("DELETE", f"/bindings/{platform}")
    new = await world.stranger(platform=platform)
    done = (await shown(new)).json
    assert (await reset(world, done["reset_token"])).status == 204
    body = {"binding_token": done["binding_token"], "login": JIA.username, "password": NEW_PASSWORD}
    assert (await world.call("POST", "/bindings", body=body)).json["status"] == "signed_in"
    assert (await new.sign_in()).json["status"] == "signed_in"


async def test_the_right_is_for_a_password_and_for_nothing_else(world: World, platform: str) -> None:
    await world.person()
    done = (await shown(await world.stranger(platform=platform))).json
    assert done["binding_token"] is not None
    for token in (done["reset_token"], done["binding_token"]):
        assert (await world.call("GET", "/account", token=token)).status == 401
    body = {"binding_token": done["reset_token"], "login": JIA.username, "password": PASSWORD}
    assert (await world.call("POST", "/bindings", body=body)).status == 401
    assert (await reset(world, done["binding_token"])).status == 401


async def test_the_owner_is_told_before_the_password_is_set(world: World, platform: str) -> None:
    owner = await world.person()
    await shown(await world.stranger(platform=platform))
    events = await Event.filter(name=EventName.ACCOUNT_CHANGED, candidate_id=owner.candidate_id).order_by("-id")
    assert (events[0].payload["changed"], events[0].payload["way"]) == ("face_proved", "face")
    assert (await sign_in(world, PASSWORD)).status == 200


async def test_a_proven_person_without_an_account_is_told_so(world: World, platform: str) -> None:
    answer = await shown(await world.stranger(platform=platform))
    assert (answer.status, answer.code) == (404, "no_account")


# -- nobody else ------------------------------------------------------------------------------------------------------


async def test_until_the_face_has_passed_all_answers_are_the_same_with_and_without_an_account(
    world: World, platform: str
) -> None:
    await world.person()
    known, unknown = await world.stranger(platform=platform), await world.stranger(YI, platform=platform)
    for outcome in ("no_match", "cancelled", "not_in_records"):
        answers = []
        for phone in (known, unknown):
            begun = await begin(phone)
            await phone.face(begun.json["client"], outcome)
            answers.append(((begun.status, shape(begun)), told(await complete(phone, begun))))
        assert answers[0] == answers[1]


async def test_until_the_face_has_passed_the_same_is_asked_of_the_database_with_and_without_an_account(
    world: World, platform: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What costs time is the same work; `make bench ARGS=faces` measures that it takes the same."""
    await world.person()
    caplog.set_level(logging.DEBUG, logger="tortoise.db_client")
    asked = []
    for phone in (await world.stranger(platform=platform), await world.stranger(YI, platform=platform)):
        caplog.clear()
        begun = await begin(phone)
        await phone.face(begun.json["client"], "no_match")
        assert (await complete(phone, begun)).code == "face_no_match"
        asked.append(
            [str(record.args[0]) for record in caplog.records if isinstance(record.args, tuple) and record.args]
        )
    assert asked[0] == asked[1]
    assert any('"face_login"' in statement for statement in asked[0])
    assert not any('FROM "candidate"' in statement for statement in asked[0])


async def test_what_the_client_says_is_never_believed(world: World, platform: str) -> None:
    phone = await world.person(platform=platform)
    begun = await begin(phone)
    answer = await complete(phone, begun, platform_result=WENT_WELL[platform])
    assert (answer.status, answer.code) == (409, "face_not_completed")
    await phone.face(begun.json["client"], "no_match")
    answer = await complete(phone, begun, platform_result=WENT_WELL[platform])
    assert (answer.status, answer.code) == (409, "face_no_match")


async def test_another_user_of_the_platform_finds_nothing_to_complete(world: World, platform: str) -> None:
    phone, other = await world.person(platform=platform), await world.stranger(YI, platform=platform)
    begun = await begin(phone)
    await phone.face(begun.json["client"])
    answer = await complete(other, begun)
    assert (answer.status, answer.code) == (404, "face_login_unknown")
    assert (await complete(phone, begun)).status == 200


async def test_a_code_of_another_platform_completes_nothing(world: World, platform: str) -> None:
    phone = await world.person(platform=platform)
    begun = await begin(phone)
    await phone.face(begun.json["client"])
    for other in PLATFORMS:
        answer = await complete(await world.stranger(platform=other), begun)
        assert answer.code == ("face_login_unknown" if other == platform else "login_code_refused")
    assert (await complete(phone, begun)).status == 200


async def test_a_code_used_before_completes_nothing(world: World, platform: str) -> None:
    phone = await world.person(platform=platform)
    code = await phone.code()
    begun = await begin(phone, code=code)
    await phone.face(begun.json["client"])
    assert (await complete(phone, begun, code=code)).code == "login_code_refused"
    assert (await complete(phone, begun)).status == 200


async def test_a_stranger_with_the_right_name_and_number_does_not_pass(world: World, platform: str) -> None:
    await world.person()
    assert (await shown(await world.stranger(YI, platform=platform), "pass", JIA)).code == "face_no_match"


async def test_a_face_shown_to_another_person_s_certificate_passes_nobody(world: World, platform: str) -> None:
    """Alipay's and Baidu's pages open on any phone; whose face they see decides."""
    await world.person()
    thief, owner = await world.stranger(YI, platform=platform), await world.stranger(platform=platform)
    begun = await begin(owner)
    await thief.face(begun.json["client"])
    assert (await complete(owner, begun)).status == 409


async def test_a_face_login_nobody_began_is_not_found(world: World) -> None:
    phone = await world.stranger()
    answer = await world.call("POST", f"/face-logins/{uuid4()}/complete", body={"code": await phone.code()})
    assert (answer.status, answer.code) == (404, "face_login_unknown")


# -- once -------------------------------------------------------------------------------------------------------------


async def test_a_certificate_serves_once(world: World, platform: str) -> None:
    phone = await world.person(platform=platform)
    begun = await begin(phone)
    await phone.face(begun.json["client"])
    assert (await complete(phone, begun)).status == 200
    answer = await complete(phone, begun)
    assert (answer.status, answer.code) == (409, "face_login_used")


async def test_of_many_who_complete_one_certificate_at_once_one_gets_the_right(world: World, platform: str) -> None:
    phone = await world.person(platform=platform)
    begun = await begin(phone)
    await phone.face(begun.json["client"])
    answers = await asyncio.gather(*(complete(phone, begun) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 5
    assert {answer.code for answer in answers if answer.status == 409} == {"face_login_used"}
    proofs = await Event.filter(name=EventName.ACCOUNT_CHANGED, candidate_id=phone.candidate_id)
    assert [event.payload["changed"] for event in proofs].count("face_proved") == 1


async def test_a_cancelled_face_may_be_shown_again_to_the_same_certificate(world: World, platform: str) -> None:
    phone = await world.person(platform=platform)
    begun = await begin(phone)
    assert LEFT[platform].items() <= (await phone.face(begun.json["client"], "cancelled")).items()
    assert (await complete(phone, begun)).code == "face_not_completed"
    await phone.face(begun.json["client"])
    assert (await complete(phone, begun)).status == 200


async def test_a_face_that_failed_stays_failed(world: World, platform: str) -> None:
    phone = await world.person(platform=platform)
    begun = await begin(phone)
    await phone.face(begun.json["client"], "no_match")
    assert (await complete(phone, begun)).code == "face_no_match"
    await phone.face(begun.json["client"])
    assert (await complete(phone, begun)).code == "face_login_used"


async def test_an_hour_later_it_has_expired(world: World, platform: str) -> None:
    phone = await world.person(platform=platform)
    begun = await begin(phone)
    await phone.face(begun.json["client"])
    await FaceLogin.filter(id=begun.json["id"]).update(expires_at=real_now() - timedelta(seconds=1))
    assert (await complete(phone, begun)).code == "face_login_expired"


async def test_a_certificate_that_the_platform_has_no_more_has_expired(world: World, platform: str) -> None:
    phone = await world.person(platform=platform)
    begun = await begin(phone)
    await FaceLogin.filter(id=begun.json["id"]).update(certificate="none of theirs")
    assert (await complete(phone, begun)).code == "face_login_expired"
