"""Face verification 2.0 as WeChat's own servers have it: each check has its errcode, and only 10000 is a pass."""

import hashlib
from base64 import b64encode
from typing import Any

import pytest

from tests.sandbox.actors import Client, MovableTime, Phone, Server

BASE = "/cityservice/face/identify"
NUMBER = "11010119900307000X"
CERT = {"cert_type": "IDENTITY_CARD", "cert_name": "测试甲", "cert_no": NUMBER}
HASH = hashlib.sha256(
    f"cert_type={b64encode(b'IDENTITY_CARD').decode()}&cert_name={b64encode('测试甲'.encode()).decode()}"
    f"&cert_no={b64encode(NUMBER.encode()).decode()}".encode()
).hexdigest()


async def begin(server: Server, person: dict[str, Any], **changed: Any) -> dict[str, Any]:
    body = {"out_seq_no": "SEQ-0001", "cert_info": CERT, "openid": person["open_id"], **changed}
    return await server.post(f"{BASE}/getverifyid", body, token=str((await server.token())["access_token"]))


async def query(server: Server, person: dict[str, Any], verify_id: str, **changed: Any) -> dict[str, Any]:
    body = {"verify_id": verify_id, "out_seq_no": "SEQ-0001", "cert_hash": HASH, "openid": person["open_id"], **changed}
    return await server.post(f"{BASE}/queryverifyinfo", body, token=str((await server.token())["access_token"]))


async def face(sandbox: Client, person: dict[str, Any], verify_id: str, outcome: str = "pass") -> dict[str, Any]:
    body = {"client": {"verifyId": verify_id}, "outcome": outcome}
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/face", json=body) as response:
        assert response.status == 200, await response.text()
        return dict(await response.json())


@pytest.mark.parametrize(
    ("outcome", "told", "found"),
    [("pass", 0, 10000), ("no_match", 0, 10004), ("not_in_records", 0, 10026), ("cancelled", 90002, 10300)],
)
async def test_the_server_says_what_became_of_the_face(
    sandbox: Client, server: Server, phone: Phone, outcome: str, told: int, found: int
) -> None:
    person = await phone.person()
    begun = await begin(server, person)
    assert (begun["errcode"], begun["expires_in"]) == (0, 3600)
    assert (await query(server, person, begun["verify_id"]))["verify_ret"] == 10300
    assert (await face(sandbox, person, begun["verify_id"], outcome))["errCode"] == told
    assert (await query(server, person, begun["verify_id"]))["verify_ret"] == found


async def test_a_person_passes_for_nobody_else(sandbox: Client, server: Server, phone: Phone) -> None:
    person = await phone.person(id_number="110101199003070018")
    begun = await begin(server, person)
    assert (await face(sandbox, person, begun["verify_id"]))["errCode"] == 0
    assert (await query(server, person, begun["verify_id"]))["verify_ret"] == 10004


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"out_seq_no": ""}, 84010),
        ({"out_seq_no": "four"}, 84011),
        ({"out_seq_no": "a" * 33}, 84011),
        ({"out_seq_no": "with space"}, 84011),
        ({"cert_info": None}, 84012),
        ({"cert_info": {**CERT, "cert_type": "PASSPORT"}}, 84013),
        ({"cert_info": {**CERT, "cert_name": ""}}, 84014),
        ({"cert_info": {**CERT, "cert_no": "123"}}, 84015),
        ({"openid": ""}, 84016),
        ({"openid": "oNOBODY"}, 40003),
    ],
)
async def test_a_certificate_is_refused(server: Server, phone: Phone, changed: dict[str, Any], errcode: int) -> None:
    assert (await begin(server, await phone.person(), **changed))["errcode"] == errcode


async def test_a_number_of_ours_serves_once(server: Server, phone: Phone) -> None:
    person = await phone.person()
    assert (await begin(server, person))["errcode"] == 0
    assert (await begin(server, person))["errcode"] == 84019


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"verify_id": ""}, 84021),
        ({"verify_id": "unknown"}, 84022),
        ({"out_seq_no": ""}, 84010),
        ({"out_seq_no": "SEQ-0002"}, 84020),
        ({"openid": ""}, 84016),
        ({"openid": "oOTHER"}, 84017),
        ({"cert_hash": HASH.upper()}, 84018),
        ({"cert_hash": None}, 84018),
    ],
)
async def test_a_question_that_does_not_fit_the_certificate_is_refused(
    server: Server, phone: Phone, changed: dict[str, Any], errcode: int
) -> None:
    person = await phone.person()
    begun = await begin(server, person)
    assert (await query(server, person, **{"verify_id": begun["verify_id"], **changed}))["errcode"] == errcode


async def test_after_an_hour_it_has_expired_on_both_sides(
    sandbox: Client, server: Server, phone: Phone, real_time: MovableTime
) -> None:
    person = await phone.person()
    begun = await begin(server, person)
    real_time.move(3601)
    assert (await face(sandbox, person, begun["verify_id"]))["errCode"] == 90199
    assert (await query(server, person, begun["verify_id"]))["errcode"] == 84022


async def test_another_user_s_phone_does_not_open_it(sandbox: Client, server: Server, phone: Phone) -> None:
    person, other = await phone.person(), await phone.person()
    begun = await begin(server, person)
    assert (await face(sandbox, other, begun["verify_id"]))["errCode"] == 90199
    assert (await query(server, person, begun["verify_id"]))["verify_ret"] == 10300


async def test_a_client_that_was_made_up_is_told_so(sandbox: Client, phone: Phone) -> None:
    person = await phone.person()
    body = {"client": {"verifyId": "made-up"}, "outcome": "pass"}
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/face", json=body) as response:
        assert (response.status, (await response.json())["code"]) == (422, "unknown_certificate")


@pytest.mark.parametrize("call", ["getverifyid", "queryverifyinfo"])
async def test_both_calls_need_an_access_token(server: Server, call: str) -> None:
    assert (await server.post(f"{BASE}/{call}", {}, token=None))["errcode"] == 41001
    assert (await server.post(f"{BASE}/{call}", {}, token="another"))["errcode"] == 40001
