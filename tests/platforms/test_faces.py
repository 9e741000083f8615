"""WeChat's face verification as our client speaks it: to the sandbox, and to servers that say something else."""

import aiohttp
import pytest

from backend.cache import Cache
from backend.candidates.faces import FaceOutcome
from backend.errors import Faulty, TooMany, Unavailable
from miniprogram_api.platforms.access_tokens import TokenStore
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.wechat.api import WeChatApi
from miniprogram_api.platforms.wechat.faces import WeChatFaces
from miniprogram_api.platforms.wechat.stable_token import stable_token
from sandbox.keys import SandboxKeys
from tests.platforms.faces import OUTCOMES, says, subject
from tests.platforms.playing import Playing
from tests.platforms.scripted import Scripted, answer


@pytest.fixture
def faces(playing: Playing, keys: SandboxKeys, cache: Cache) -> WeChatFaces:
    return over(playing.http, f"{playing.url}/wechat", keys, cache)


@pytest.fixture
def scripted_faces(http: aiohttp.ClientSession, scripted: Scripted, keys: SandboxKeys, cache: Cache) -> WeChatFaces:
    return over(http, scripted.url, keys, cache)


def over(http: aiohttp.ClientSession, url: str, keys: SandboxKeys, cache: Cache) -> WeChatFaces:
    api = WeChatApi(Outbound(http, url))
    tokens = TokenStore(cache, keys.app_id, stable_token(api, app_id=keys.app_id, secret=keys.app_secret))
    return WeChatFaces(api, tokens)


TOKEN = says(access_token="A-TOKEN", expires_in=7200)


@pytest.mark.parametrize(("outcome", "found"), OUTCOMES)
async def test_a_face_is_begun_shown_and_asked_about(
    faces: WeChatFaces, playing: Playing, outcome: str, found: FaceOutcome
) -> None:
    person = await playing.person()
    whose = subject("wechat", person["open_id"])
    made = await faces.begin(whose)
    assert (made.client, made.expires_in) == ({"verifyId": made.certificate}, 3600)
    assert await faces.outcome(whose, made.certificate) is FaceOutcome.NOT_COMPLETED
    body = {"client": made.client, "outcome": outcome}
    await playing.control("POST", f"/sandbox/users/{person['user_id']}/face", body)
    assert await faces.outcome(whose, made.certificate) is found


@pytest.mark.parametrize("changed", [{"name": "测试乙"}, {"id_number": "110101199003070018"}, {"number": "f" * 32}])
async def test_a_certificate_answers_for_nobody_else(
    faces: WeChatFaces, playing: Playing, changed: dict[str, str]
) -> None:
    person = await playing.person()
    whose = subject("wechat", person["open_id"])
    made = await faces.begin(whose)
    await playing.control("POST", f"/sandbox/users/{person['user_id']}/face", {"client": made.client})
    same = {"number": whose.number, "name": whose.name, "id_number": whose.id_number}
    with pytest.raises(Unavailable):
        await faces.outcome(subject("wechat", person["open_id"], **{**same, **changed}), made.certificate)
    other = await playing.person()
    with pytest.raises(Unavailable):
        await faces.outcome(subject("wechat", other["open_id"], **same), made.certificate)
    assert await faces.outcome(whose, made.certificate) is FaceOutcome.PASSED


async def test_an_expired_certificate_is_told(faces: WeChatFaces) -> None:
    assert await faces.outcome(subject("wechat"), "not a certificate any more") is FaceOutcome.EXPIRED


async def test_a_stale_token_is_replaced_and_the_call_made_once_more(faces: WeChatFaces, playing: Playing) -> None:
    person = await playing.person()
    await faces.begin(subject("wechat", person["open_id"]))
    await playing.fault("/cityservice/face/identify/getverifyid", "error_code", error_code=42001, times=1)
    assert (await faces.begin(subject("wechat", person["open_id"]))).certificate
    assert await playing.faults_left() == 0


@pytest.mark.parametrize(("errcode", "field"), [(84014, "name"), (84015, "id_number")])
async def test_a_person_the_platform_will_not_take_is_a_fault_of_that_field(
    faces: WeChatFaces, playing: Playing, errcode: int, field: str
) -> None:
    person = await playing.person()
    await playing.fault("/cityservice/face/identify/getverifyid", "error_code", error_code=errcode, times=1)
    with pytest.raises(Faulty) as refused:
        await faces.begin(subject("wechat", person["open_id"]))
    assert (refused.value.code, refused.value.faults[0].field) == ("face_person_refused", field)


async def test_too_many_calls_are_told_as_such(scripted_faces: WeChatFaces, scripted: Scripted) -> None:
    scripted.plays(TOKEN, says(errcode=45009, errmsg="reach max api daily quota limit"))
    with pytest.raises(TooMany, match="platform_too_frequent"):
        await scripted_faces.begin(subject("wechat"))


@pytest.mark.parametrize(
    "said",
    [
        says(errcode=0, verify_ret="10000"),
        says(errcode=0, verify_ret=10005),
        says(errcode=0, verify_ret=None),
        says(errcode=0),
        says(errcode=0, verify_ret=10021),
    ],
)
async def test_only_the_number_10000_is_a_pass(scripted_faces: WeChatFaces, scripted: Scripted, said: bytes) -> None:
    scripted.plays(TOKEN, said)
    assert await scripted_faces.outcome(subject("wechat"), "certificate") is FaceOutcome.NOT_COMPLETED


@pytest.mark.parametrize(
    "said",
    [
        says(errcode=84018, verify_ret=10000),
        says(errcode=-1, verify_ret=10000),
        answer(b"<html>busy</html>", kind="text/html"),
        answer(b'{"errcode":0,"verify_ret":10000}', length=4000),
        answer(b"[]"),
    ],
)
async def test_whatever_is_no_answer_passes_nobody(
    scripted_faces: WeChatFaces, scripted: Scripted, said: bytes
) -> None:
    scripted.plays([TOKEN], [said, None])
    with pytest.raises(Unavailable):
        await scripted_faces.outcome(subject("wechat"), "certificate")


@pytest.mark.parametrize("said", [says(errcode=0), says(errcode=0, verify_id="", expires_in=1), says(verify_id="v")])
async def test_a_certificate_without_its_parts_is_none(
    scripted_faces: WeChatFaces, scripted: Scripted, said: bytes
) -> None:
    scripted.plays(TOKEN, said)
    with pytest.raises(Unavailable):
        await scripted_faces.begin(subject("wechat"))


@pytest.mark.parametrize("said", [says(errcode=40125, errmsg="invalid appsecret"), says(expires_in=7200), says()])
async def test_without_a_token_nothing_is_asked(scripted_faces: WeChatFaces, scripted: Scripted, said: bytes) -> None:
    scripted.plays(said)
    with pytest.raises(Unavailable):
        await scripted_faces.begin(subject("wechat"))
    assert all(b"stable_token" in request for request in scripted.requests)
