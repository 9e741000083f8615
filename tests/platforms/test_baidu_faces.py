"""The AI cloud's face page as our client speaks it: to the sandbox, and to answers nobody should believe."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from backend.cache import Cache
from backend.candidates.faces import FaceOutcome
from backend.errors import Faulty, Refusal, TooMany, Unavailable
from miniprogram_api.platforms.baidu.cloud import BaiduCloud
from miniprogram_api.platforms.baidu.faces import BaiduFaces, Plan
from miniprogram_api.platforms.outbound import Outbound
from sandbox.keys import SandboxKeys
from tests.platforms.faces import NUMBER, OUTCOMES, says, subject
from tests.platforms.playing import Playing
from tests.platforms.scripted import Scripted, answer

BASE = "/rpc/2.0/brain/solution/faceprint"
GENERATE, SUBMIT, RESULT = f"{BASE}/verifyToken/generate", f"{BASE}/idcard/submit", f"{BASE}/result/getall"
BACK = "https://exam.example.cn/back?from=face"


@pytest.fixture
def playing(playing: Playing) -> Playing:
    """The sandbox, for people with Baidu."""
    return Playing(http=playing.http, url=playing.url, platform="baidu")


@pytest.fixture
def faces(playing: Playing, keys: SandboxKeys, cache: Cache) -> BaiduFaces:
    return over(playing.http, f"{playing.url}/baidu", keys, cache)


@pytest.fixture
def scripted_faces(http: aiohttp.ClientSession, scripted: Scripted, keys: SandboxKeys, cache: Cache) -> BaiduFaces:
    return over(http, scripted.url, keys, cache)


def over(http: aiohttp.ClientSession, url: str, keys: SandboxKeys, cache: Cache, **changed: str) -> BaiduFaces:
    baidu = keys.baidu
    cloud = BaiduCloud(Outbound(http, url), cache, api_key=baidu.face_api_key, secret_key=baidu.face_secret_key)
    plan = {"plan_id": baidu.face_plan_id, "page_url": f"{url}/face/print/", "return_url": BACK, **changed}
    return BaiduFaces(cloud, Plan(**plan))


TOKEN = says(access_token="A-TOKEN", expires_in=2592000)


@pytest.mark.parametrize(("outcome", "found"), OUTCOMES)
async def test_a_face_is_begun_shown_and_asked_about(
    faces: BaiduFaces, playing: Playing, outcome: str, found: FaceOutcome
) -> None:
    person, whose = await playing.person(), subject("baidu")
    made = await faces.begin(whose)
    page = parse_qs(urlsplit(made.client["url"]).query)
    assert page == {"token": [made.certificate], "successUrl": [BACK], "failedUrl": [BACK]}
    assert (set(made.client), made.expires_in) == ({"url"}, 7200)
    assert await faces.outcome(whose, made.certificate) is FaceOutcome.NOT_COMPLETED
    body = {"client": made.client, "outcome": outcome}
    shown = await playing.control("POST", f"/sandbox/users/{person['user_id']}/face", body)
    assert shown["redirect"] == (None if outcome == "cancelled" else BACK)
    assert await faces.outcome(whose, made.certificate) is found


@pytest.mark.parametrize("changed", [{"name": "测试乙"}, {"id_number": "110101199003070018"}])
async def test_a_certificate_answers_for_nobody_else(
    faces: BaiduFaces, playing: Playing, changed: dict[str, str]
) -> None:
    person = await playing.person()
    made = await faces.begin(subject("baidu"))
    await playing.control("POST", f"/sandbox/users/{person['user_id']}/face", {"client": made.client})
    assert await faces.outcome(subject("baidu", **changed), made.certificate) is FaceOutcome.NO_MATCH
    assert await faces.outcome(subject("baidu"), made.certificate) is FaceOutcome.PASSED


async def test_an_unknown_certificate_has_expired(faces: BaiduFaces) -> None:
    assert await faces.outcome(subject("baidu"), "none of theirs") is FaceOutcome.EXPIRED


async def test_a_plan_that_is_not_there_begins_nothing(playing: Playing, keys: SandboxKeys, cache: Cache) -> None:
    with pytest.raises(Unavailable):
        await over(playing.http, f"{playing.url}/baidu", keys, cache, plan_id="1").begin(subject("baidu"))


@pytest.mark.parametrize("path", [GENERATE, SUBMIT])
@pytest.mark.parametrize("stale", [110, 111])
async def test_a_stale_token_is_fetched_anew_once(faces: BaiduFaces, playing: Playing, path: str, stale: int) -> None:
    await playing.fault(path, "error_code", error_code=stale)
    assert (await faces.begin(subject("baidu"))).certificate
    await playing.fault(path, "error_code", error_code=stale, times=2)
    with pytest.raises(Unavailable):
        await faces.begin(subject("baidu"))
    assert await playing.faults_left() == 0


@pytest.mark.parametrize(
    ("code", "kind", "fields"),
    [
        (222352, Faulty, ["name"]),
        (222353, Faulty, ["id_number"]),
        (216600, Faulty, ["id_number"]),
        (18, TooMany, []),
        (216100, Unavailable, []),
    ],
)
async def test_each_error_of_naming_the_person_is_its_own_refusal(
    faces: BaiduFaces, playing: Playing, code: int, kind: type[Refusal], fields: list[str]
) -> None:
    await playing.fault(SUBMIT, "error_code", error_code=code)
    with pytest.raises(kind) as refused:
        await faces.begin(subject("baidu"))
    assert [fault.field for fault in refused.value.faults] == fields


CONFIRMED = {"name": "测试甲", "idcard_number": NUMBER, "idcard_type": "0"}
ASKED = {"verify_log_id": "1775074433891895605"}


def entry(passed: object = False, code: str = "222351", **more: Any) -> dict[str, Any]:
    """One verification as getall tells it."""
    return {
        "is_verify_passed": passed,
        "code": code,
        "idcard_confirm": CONFIRMED,
        "verify_detail": ASKED,
        **more,
    }


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ([], FaceOutcome.NOT_COMPLETED),
        ([entry(True, "0")], FaceOutcome.PASSED),
        ([entry(), entry(True, "0")], FaceOutcome.PASSED),
        ([entry(True, "0", idcard_confirm={**CONFIRMED, "idcard_number": NUMBER.lower()})], FaceOutcome.PASSED),
        ([entry(True, "0", idcard_confirm={**CONFIRMED, "name": "测试乙"})], FaceOutcome.NO_MATCH),
        ([entry(True, "0", idcard_confirm={**CONFIRMED, "idcard_number": "1"})], FaceOutcome.NO_MATCH),
        ([entry(True, "0", idcard_confirm=None)], FaceOutcome.NO_MATCH),
        ([entry("true", "0")], FaceOutcome.NO_MATCH),
        ([entry(1, "0")], FaceOutcome.NO_MATCH),
        ([entry()], FaceOutcome.NO_MATCH),
        ([entry(code="another")], FaceOutcome.NO_MATCH),
        ([entry(code="222350")], FaceOutcome.NOT_IN_RECORDS),
        ([entry(), entry(code="223120")], FaceOutcome.NOT_COMPLETED),
        ([entry(code="223114")], FaceOutcome.NOT_COMPLETED),
        ([entry(code="222361")], FaceOutcome.NOT_COMPLETED),
        ([entry(verify_detail={"verify_log_id": ""})], FaceOutcome.NOT_COMPLETED),
        ([entry(verify_detail=None)], FaceOutcome.NOT_COMPLETED),
    ],
)
async def test_a_verification_counts_for_what_it_says_of_the_person_we_named(
    scripted_faces: BaiduFaces, scripted: Scripted, entries: list[Any], found: FaceOutcome
) -> None:
    scripted.plays(TOKEN, says(success=True, result={"verify_count": len(entries), "verify_result": entries}))
    assert await scripted_faces.outcome(subject("baidu"), "certificate") is found


async def test_the_person_may_stand_beside_the_verifications(scripted_faces: BaiduFaces, scripted: Scripted) -> None:
    whole = {"verify_result": [entry(True, "0", idcard_confirm=None)], "idcard_confirm": CONFIRMED}
    scripted.plays(TOKEN, says(success=True, result=whole))
    assert await scripted_faces.outcome(subject("baidu"), "certificate") is FaceOutcome.PASSED


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (says(error_code=1, error_msg="Token无效或者已过期"), FaceOutcome.EXPIRED),
        (says(success=False, message="Token无效或者已过期"), FaceOutcome.EXPIRED),
        (says(error_code=216402, error_msg="face not found"), FaceOutcome.NOT_COMPLETED),
    ],
)
async def test_an_error_may_be_an_answer(
    scripted_faces: BaiduFaces, scripted: Scripted, said: bytes, found: FaceOutcome
) -> None:
    scripted.plays(TOKEN, said)
    assert await scripted_faces.outcome(subject("baidu"), "certificate") is found


WELL = {"verify_result": [entry(True, "0")]}


@pytest.mark.parametrize(
    "said",
    [
        says(result=WELL),
        says(success="true", result=WELL),
        says(success=True, error_code=6, result=WELL),
        says(success=True, result=[WELL]),
        says(success=True, result={"verify_result": [True]}),
        says(success=True, result=None),
        says(success=False, result=WELL),
        answer(b"<html>busy</html>", kind="text/html"),
        answer(b"", status="500 Internal Server Error"),
        answer(b"[]"),
        [says(success=True, result=WELL)[:-9], None],
    ],
    ids=["bare", "text", "both", "list", "no entry", "nothing", "no success", "HTML", "500", "array", "cut"],
)
async def test_whatever_is_no_answer_passes_nobody(scripted_faces: BaiduFaces, scripted: Scripted, said: Any) -> None:
    scripted.plays(TOKEN, said)
    with pytest.raises(Unavailable, match="platform_unavailable"):
        await scripted_faces.outcome(subject("baidu"), "certificate")


@pytest.mark.parametrize("result", [None, {}, {"verify_token": ""}, {"verify_token": "t" * 513}, ["token"]])
async def test_a_certificate_that_cannot_be_kept_is_none(
    scripted_faces: BaiduFaces, scripted: Scripted, result: object
) -> None:
    scripted.plays(TOKEN, says(success=True, result=result))
    with pytest.raises(Unavailable):
        await scripted_faces.begin(subject("baidu"))
    assert not any(b"/idcard/submit" in request for request in scripted.requests)


async def test_the_smart_program_s_token_and_the_cloud_s_are_two(playing: Playing, keys: SandboxKeys) -> None:
    asked = {"grant_type": "client_credentials", "client_id": keys.baidu.app_key, "client_secret": keys.baidu.secret}
    scope = {"scope": "smartapp_snsapi_base"}
    async with playing.http.post(f"{playing.url}/baidu/oauth/2.0/token", data=asked | scope) as response:
        token = (await response.json())["access_token"]
    async with playing.http.post(f"{playing.url}/baidu{GENERATE}?access_token={token}", json={}) as response:
        assert (await response.json())["error_code"] == 110
