"""Alipay's face verification as our client speaks it: to the sandbox, and to answers nobody should believe."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from backend.candidates.faces import FaceOutcome
from backend.errors import Faulty, Refusal, TooMany, Unavailable
from miniprogram_api.platforms.alipay.faces import AlipayFaces
from miniprogram_api.platforms.rsa_keys import private_key
from sandbox.keys import SandboxKeys
from tests.platforms.faces import subject
from tests.platforms.playing import Playing
from tests.platforms.scripted import Scripted, answer
from tests.platforms.test_alipay import alipay_of

BEGIN, QUERY = (f"/gateway.do/alipay.user.certify.open.{name}" for name in ("initialize", "query"))


@pytest.fixture
def playing(playing: Playing) -> Playing:
    """The sandbox, for people with Alipay."""
    return Playing(http=playing.http, url=playing.url, platform="alipay")


@pytest.fixture
def faces(playing: Playing, keys: SandboxKeys) -> AlipayFaces:
    return alipay_of(keys.alipay, playing.http, f"{playing.url}/alipay").faces


@pytest.fixture
def scripted_faces(http: aiohttp.ClientSession, scripted: Scripted, keys: SandboxKeys) -> AlipayFaces:
    return alipay_of(keys.alipay, http, scripted.url).faces


def says(keys: SandboxKeys, root: str, **node: Any) -> bytes:
    """Signed by Alipay."""
    text = json.dumps({"code": "10000", "msg": "Success", **node})
    signed = private_key(keys.alipay.alipay_private_key_pem).sign(text.encode(), PKCS1v15(), SHA256())
    body = f'{{"alipay_user_certify_open_{root}_response":{text},"sign":"{base64.b64encode(signed).decode()}"}}'
    return answer(body.encode())


@pytest.mark.parametrize(
    ("outcome", "status", "found"),
    [
        ("pass", "9000", FaceOutcome.PASSED),
        ("no_match", "4000", FaceOutcome.NO_MATCH),
        ("not_in_records", "4000", FaceOutcome.NO_MATCH),
        ("cancelled", "6001", FaceOutcome.NOT_COMPLETED),
    ],
)
async def test_a_face_is_begun_shown_and_asked_about(
    faces: AlipayFaces, playing: Playing, outcome: str, status: str, found: FaceOutcome
) -> None:
    person, whose = await playing.person(), subject("alipay")
    made = await faces.begin(whose)
    assert (set(made.client), made.client["certifyId"], made.expires_in) == (
        {"url", "certifyId"},
        made.certificate,
        82800,
    )
    assert await faces.outcome(whose, made.certificate) is FaceOutcome.NOT_COMPLETED
    body = {"client": made.client, "outcome": outcome}
    shown = await playing.control("POST", f"/sandbox/users/{person['user_id']}/face", body)
    assert shown["resultStatus"] == status
    assert await faces.outcome(whose, made.certificate) is found


async def test_the_page_is_a_signed_address_that_names_nobody(
    faces: AlipayFaces, playing: Playing, keys: SandboxKeys
) -> None:
    made = await faces.begin(subject("alipay"))
    address = urlsplit(made.client["url"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{playing.url}/alipay/gateway.do"
    query = dict(parse_qsl(address.query, strict_parsing=True))
    assert query["method"] == "alipay.user.certify.open.certify"
    assert json.loads(query["biz_content"]) == {"certify_id": made.certificate}
    assert (query["app_id"], query["sign_type"]) == (keys.alipay.app_id, "RSA2")
    text = "&".join(f"{name}={query[name]}" for name in sorted(query) if name != "sign")
    signature = base64.b64decode(query["sign"], validate=True)
    private_key(keys.alipay.app_private_key_pem).public_key().verify(signature, text.encode(), PKCS1v15(), SHA256())


async def test_an_unknown_certificate_has_expired(faces: AlipayFaces) -> None:
    assert await faces.outcome(subject("alipay"), "none of theirs") is FaceOutcome.EXPIRED


@pytest.mark.parametrize(
    ("sub_code", "kind"),
    [
        ("ILLEGAL_ARGUMENT_FORMAT", Faulty),
        ("isv.app-call-limited", TooMany),
        ("isp.unknow-error", Unavailable),
        ("isv.insufficient-isv-permissions", Unavailable),
    ],
)
async def test_each_error_of_a_beginning_is_its_own_refusal(
    faces: AlipayFaces, playing: Playing, sub_code: str, kind: type[Refusal]
) -> None:
    await playing.fault(BEGIN, "error_code", error_code=sub_code)
    with pytest.raises(kind):
        await faces.begin(subject("alipay"))


async def test_a_number_of_ours_is_sent_once_though_the_answer_is_lost(faces: AlipayFaces, playing: Playing) -> None:
    await playing.fault(BEGIN, "status", status=502, lands=True, times=2)
    with pytest.raises(Unavailable):
        await faces.begin(subject("alipay"))
    assert await playing.faults_left() == 1


async def test_a_question_is_asked_again_where_the_answer_is_lost(faces: AlipayFaces, playing: Playing) -> None:
    made = await faces.begin(subject("alipay"))
    await playing.fault(QUERY, "status", status=502)
    assert await faces.outcome(subject("alipay"), made.certificate) is FaceOutcome.NOT_COMPLETED
    assert await playing.faults_left() == 0


@pytest.mark.parametrize(
    ("node", "found"),
    [
        ({"passed": "T"}, FaceOutcome.PASSED),
        ({"passed": ["T"]}, FaceOutcome.PASSED),
        ({"passed": "F"}, FaceOutcome.NOT_COMPLETED),
        ({"passed": ["F"]}, FaceOutcome.NOT_COMPLETED),
        ({"passed": "F", "fail_reason": ""}, FaceOutcome.NOT_COMPLETED),
        ({"passed": "F", "fail_reason": "face differs"}, FaceOutcome.NO_MATCH),
        ({"passed": ["T", "F"]}, FaceOutcome.NOT_COMPLETED),
        ({"passed": True}, FaceOutcome.NOT_COMPLETED),
        ({"passed": "true"}, FaceOutcome.NOT_COMPLETED),
        ({}, FaceOutcome.NOT_COMPLETED),
    ],
)
async def test_only_a_t_is_a_pass(
    scripted_faces: AlipayFaces, scripted: Scripted, keys: SandboxKeys, node: dict[str, Any], found: FaceOutcome
) -> None:
    scripted.plays(says(keys, "query", **node))
    assert await scripted_faces.outcome(subject("alipay"), "certificate") is found


UNSIGNED = b'{"alipay_user_certify_open_query_response":{"code":"10000","passed":"T"}}'


@pytest.mark.parametrize(
    "said",
    [
        answer(UNSIGNED),
        answer(UNSIGNED[:-1] + b',"sign":"AAAA"}'),
        answer(b"<html>busy</html>", kind="text/html"),
        answer(b"", status="500 Internal Server Error"),
        answer(b"[]"),
        [answer(UNSIGNED, length=4000), None],
        [None],
    ],
    ids=["unsigned", "a false signature", "HTML", "500", "list", "half", "cut"],
)
async def test_whatever_is_no_answer_passes_nobody(scripted_faces: AlipayFaces, scripted: Scripted, said: Any) -> None:
    scripted.plays(said)
    with pytest.raises(Unavailable, match="platform_unavailable"):
        await scripted_faces.outcome(subject("alipay"), "certificate")


@pytest.mark.parametrize("certify_id", ["", None, 7, "c" * 513])
async def test_a_certificate_that_cannot_be_kept_is_none(
    scripted_faces: AlipayFaces, scripted: Scripted, keys: SandboxKeys, certify_id: object
) -> None:
    scripted.plays(says(keys, "initialize", certify_id=certify_id))
    with pytest.raises(Unavailable):
        await scripted_faces.begin(subject("alipay"))
