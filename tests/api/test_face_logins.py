"""A face is a way back for its owner and for nobody else, and tells nobody else anything."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from backend.candidates.models import FaceLogin
from backend.clock import real_now
from backend.events import Event, EventName
from tests.api.world import JIA, PASSWORD, YI, Answer, Phone, World
from zhunkao.journey.people import Person

NEW_PASSWORD = "another-2024"


async def begin(phone: Phone, who: Person | None = None, **changed: Any) -> Answer:
    who = who or phone.who
    body = {"platform": "wechat", "code": await phone.code(), "name": who.name, "id_type": "resident_id_card"}
    return await phone.world.call("POST", "/face-logins", body={**body, "id_number": who.id_number, **changed})


async def complete(phone: Phone, begun: Answer, **changed: Any) -> Answer:
    body = {"code": await phone.code(), **changed}
    return await phone.world.call("POST", f"/face-logins/{begun.json['id']}/complete", body=body)


async def shown(phone: Phone, outcome: str = "pass", who: Person | None = None) -> Answer:
    """Begun, the face shown, completed."""
    begun = await begin(phone, who)
    assert begun.status == 201, begun.body
    await phone.face(begun.json["client"], outcome)
    return await complete(phone, begun)


async def reset(world: World, token: str) -> Answer:
    return await world.call("POST", "/password-resets", body={"reset_token": token, "new_password": NEW_PASSWORD})


async def sign_in(world: World, password: str) -> Answer:
    return await world.call("POST", "/sessions/password", body={"login": JIA.username, "password": password})


# -- the way back -----------------------------------------------------------------------------------------------------


async def test_the_face_gives_the_right_to_a_new_password_and_every_session_ends(world: World) -> None:
    phone = await world.person()
    begun = await begin(phone)
    assert begun.json["expires_in"] == 3600
    assert set(begun.json["client"]) == {"verifyId"}
    assert (await phone.face(begun.json["client"]))["errCode"] == 0
    done = await complete(phone, begun, platform_result={"errCode": 0})
    assert (done.status, done.json["binding_token"]) == (200, None)
    assert (await phone.call("GET", "/account")).status == 200
    assert (await reset(world, done.json["reset_token"])).status == 204
    assert (await phone.call("GET", "/account")).code == "session_ended"
    assert (await sign_in(world, NEW_PASSWORD)).status == 200


async def test_from_a_new_wechat_account_a_binding_is_offered_too(world: World) -> None:
    phone = await world.person()
    await phone.call("DELETE", "/bindings/wechat")
    new = await world.stranger()
    done = (await shown(new)).json
    assert (await reset(world, done["reset_token"])).status == 204
    body = {"binding_token": done["binding_token"], "login": JIA.username, "password": NEW_PASSWORD}
    assert (await world.call("POST", "/bindings", body=body)).json["status"] == "signed_in"
    answer = await world.call("POST", "/sessions", body={"platform": "wechat", "code": await new.code()})
    assert answer.json["status"] == "signed_in"


async def test_the_owner_is_told_before_the_password_is_set(world: World) -> None:
    phone = await world.person()
    await shown(phone)
    events = await Event.filter(name=EventName.ACCOUNT_CHANGED, candidate_id=phone.candidate_id).order_by("-id")
    assert (events[0].payload["changed"], events[0].payload["way"]) == ("face_proved", "face")
    assert (await sign_in(world, PASSWORD)).status == 200


async def test_a_proven_person_without_an_account_is_told_so(world: World) -> None:
    answer = await shown(await world.stranger())
    assert (answer.status, answer.code) == (404, "no_account")


# -- nobody else ------------------------------------------------------------------------------------------------------


async def test_until_the_face_has_passed_all_answers_are_the_same_with_and_without_an_account(world: World) -> None:
    await world.person()
    known, unknown = await world.stranger(), await world.stranger(YI)
    for outcome in ("no_match", "cancelled", "not_in_records"):
        answers = []
        for phone in (known, unknown):
            begun = await begin(phone)
            await phone.face(begun.json["client"], outcome)
            answers.append(((begun.status, _shape(begun)), _same(await complete(phone, begun))))
        assert answers[0] == answers[1]


async def test_what_the_client_says_is_never_believed(world: World) -> None:
    phone = await world.person()
    begun = await begin(phone)
    answer = await complete(phone, begun, platform_result={"errCode": 0, "errMsg": "requestFacialVerify:ok"})
    assert (answer.status, answer.code) == (409, "face_not_completed")


async def test_another_wechat_user_finds_nothing_to_complete(world: World) -> None:
    phone, other = await world.person(), await world.stranger(YI)
    begun = await begin(phone)
    await phone.face(begun.json["client"])
    answer = await complete(other, begun)
    assert (answer.status, answer.code) == (404, "face_login_unknown")
    assert (await complete(phone, begun)).status == 200


async def test_a_code_used_before_completes_nothing(world: World) -> None:
    phone = await world.person()
    code = await phone.code()
    begun = await begin(phone, code=code)
    await phone.face(begun.json["client"])
    assert (await complete(phone, begun, code=code)).code == "login_code_refused"
    assert (await complete(phone, begun)).status == 200


async def test_a_stranger_with_the_right_name_and_number_does_not_pass(world: World) -> None:
    await world.person()
    assert (await shown(await world.stranger(YI), "pass", JIA)).code == "face_no_match"


async def test_a_face_login_nobody_began_is_not_found(world: World) -> None:
    phone = await world.stranger()
    answer = await world.call("POST", f"/face-logins/{uuid4()}/complete", body={"code": await phone.code()})
    assert (answer.status, answer.code) == (404, "face_login_unknown")


# -- once -------------------------------------------------------------------------------------------------------------


async def test_a_certificate_serves_once(world: World) -> None:
    phone = await world.person()
    begun = await begin(phone)
    await phone.face(begun.json["client"])
    assert (await complete(phone, begun)).status == 200
    answer = await complete(phone, begun)
    assert (answer.status, answer.code) == (409, "face_login_used")


async def test_of_many_who_complete_one_certificate_at_once_one_gets_the_right(world: World) -> None:
    phone = await world.person()
    begun = await begin(phone)
    await phone.face(begun.json["client"])
    answers = await asyncio.gather(*(complete(phone, begun) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 5
    assert {answer.code for answer in answers if answer.status == 409} == {"face_login_used"}


async def test_a_cancelled_face_may_be_shown_again_to_the_same_certificate(world: World) -> None:
    phone = await world.person()
    begun = await begin(phone)
    assert (await phone.face(begun.json["client"], "cancelled"))["errCode"] == 90002
    assert (await complete(phone, begun)).code == "face_not_completed"
    await phone.face(begun.json["client"])
    assert (await complete(phone, begun)).status == 200


async def test_a_face_that_failed_stays_failed(world: World) -> None:
    phone = await world.person()
    begun = await begin(phone)
    await phone.face(begun.json["client"], "no_match")
    assert (await complete(phone, begun)).code == "face_no_match"
    await phone.face(begun.json["client"])
    assert (await complete(phone, begun)).code == "face_login_used"


async def test_an_hour_later_it_has_expired(world: World) -> None:
    phone = await world.person()
    begun = await begin(phone)
    await phone.face(begun.json["client"])
    await FaceLogin.filter(id=begun.json["id"]).update(expires_at=real_now() - timedelta(seconds=1))
    assert (await complete(phone, begun)).code == "face_login_expired"


# -- limits -----------------------------------------------------------------------------------------------------------


async def test_after_three_failed_faces_a_wechat_user_begins_none_that_day(world: World) -> None:
    phone = await world.stranger(YI)
    for _ in range(3):
        assert (await shown(phone, "no_match")).code == "face_no_match"
    answer = await begin(phone, replace(YI, birth="19920303"))
    assert (answer.status, answer.code) == (429, "too_many_faces")
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400
    await FaceLogin.filter(open_id=phone.open_id).update(completed_at=real_now() - timedelta(days=1))
    assert (await begin(phone)).status == 201


async def test_certificates_begun_before_do_not_get_past_the_limit(world: World) -> None:
    phone = await world.stranger()
    begun = [await begin(phone) for _ in range(4)]
    for one in begun[:3]:
        await phone.face(one.json["client"], "no_match")
        assert (await complete(phone, one)).code == "face_no_match"
    await phone.face(begun[3].json["client"])
    assert (await complete(phone, begun[3])).code == "too_many_faces"


async def test_begun_and_cancelled_faces_count_against_nobody(world: World) -> None:
    await world.person()
    stranger = await world.stranger(YI)
    for _ in range(4):
        assert (await shown(stranger, "cancelled", JIA)).code == "face_not_completed"
    assert (await shown(stranger, "no_match", JIA)).code == "face_no_match"
    assert (await shown(await world.stranger())).status == 200


async def test_three_faces_that_failed_for_a_document_stop_others_but_not_the_bound_owner(world: World) -> None:
    owner = await world.person()
    for _ in range(3):
        assert (await shown(await world.stranger(YI), "pass", JIA)).code == "face_no_match"
    assert (await begin(await world.stranger())).code == "too_many_faces"
    assert (await shown(owner)).status == 200


async def test_a_wechat_user_begins_no_more_than_twenty_a_day(world: World) -> None:
    phone = await world.stranger()
    answers = [await begin(phone) for _ in range(21)]
    assert [answer.status for answer in answers] == [201] * 20 + [429]
    assert (await begin(await world.stranger(YI))).status == 201


# -- what is sent -----------------------------------------------------------------------------------------------------


async def test_another_document_than_a_resident_id_card_is_sent_to_the_site(world: World) -> None:
    answer = await begin(await world.stranger(), id_type="passport", id_number="E12345678")
    assert (answer.status, answer.code) == (409, "face_needs_resident_id_card")


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"id_number": "123"}, {"id_number": "id_number_form"}),
        ({"name": "123"}, {"name": "name_form"}),
        ({"name": "", "id_number": ""}, {"name": "name_form", "id_number": "id_number_form"}),
    ],
)
async def test_faults_are_told_all_together(world: World, changed: dict[str, str], faults: dict[str, str]) -> None:
    answer = await begin(await world.stranger(), None, **changed)
    assert (answer.status, answer.faults) == (422, faults)


async def test_a_platform_that_does_not_answer_leaves_the_certificate_open(world: World) -> None:
    phone = await world.person()
    begun = await begin(phone)
    await phone.face(begun.json["client"])
    fault = {"platform": "wechat", "path": "/cityservice/face/identify/queryverifyinfo", "kind": "status"}
    await world.sandbox("POST", "/sandbox/faults", {**fault, "status": 503, "times": 1})
    assert (await complete(phone, begun)).code == "platform_unavailable"
    assert (await complete(phone, begun)).status == 200


async def test_a_certificate_that_was_never_made_cannot_be_completed(world: World) -> None:
    phone = await world.person()
    fault = {"platform": "wechat", "path": "/cityservice/face/identify/getverifyid", "kind": "error_code"}
    await world.sandbox("POST", "/sandbox/faults", {**fault, "error_code": -1, "times": 1})
    assert (await begin(phone)).code == "platform_unavailable"
    row = await FaceLogin.get(open_id=phone.open_id)
    answer = await world.call("POST", f"/face-logins/{row.id}/complete", body={"code": await phone.code()})
    assert answer.code == "face_login_unknown"


async def test_no_document_number_is_kept_readable(world: World) -> None:
    await shown(await world.stranger())
    row = await FaceLogin.get(name=JIA.name)
    assert JIA.id_number.encode() not in bytes(row.id_number)


def _shape(answer: Answer) -> object:
    return {
        key: sorted(value) if isinstance(value, dict) else type(value).__name__ for key, value in answer.json.items()
    }


def _same(answer: Answer) -> object:
    """All of an answer but what finds it in the log."""
    return answer.status, {**answer.json, "trace_id": None}, answer.headers.get("Retry-After")
