"""The AI cloud's H5 plan as Baidu has it: a token of two hours, one verification, and only getall tells."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from sandbox.keys import BaiduKeys, SandboxKeys
from tests.sandbox.actors import Client, MovableTime, Phone
from tests.sandbox.forms import BaiduMerchant

GENERATE, SUBMIT, RESULT = "verifyToken/generate", "idcard/submit", "result/getall"
PERSON = {"id_name": "测试甲", "id_no": "11010119900307000X", "certificate_type": 0}
BACK = {"success_url": "https://exam.example.cn/well", "failed_url": "https://exam.example.cn/failed"}
OVER = "Token无效或者已过期"


@dataclass(frozen=True, slots=True)
class Cloud:
    """The service's calls to aip.baidubce.com."""

    sandbox: Client
    keys: BaiduKeys

    async def access_token(self, **changed: str) -> str:
        asked = {
            "grant_type": "client_credentials",
            "client_id": self.keys.face_api_key,
            "client_secret": self.keys.face_secret_key,
        }
        async with self.sandbox.post("/baidu/oauth/2.0/token", data=asked | changed) as response:
            return str((await response.json())["access_token"])

    async def post(self, path: str, *, token: str | None = None, body: object = None) -> dict[str, Any]:
        query = {"access_token": token if token is not None else await self.access_token()}
        url = f"/baidu/rpc/2.0/brain/solution/faceprint/{path}"
        async with self.sandbox.post(url, params=query, json=body) as response:
            assert response.status == 200
            return dict(await response.json())

    async def generated(self) -> str:
        body = {"plan_id": self.keys.face_plan_id, "redirect_config": BACK}
        said = await self.post(GENERATE, body=body)
        assert said["success"] is True
        return str(said["result"]["verify_token"])

    async def begun(self) -> str:
        token = await self.generated()
        assert (await self.post(SUBMIT, body={"verify_token": token, **PERSON}))["success"] is True
        return token

    async def found(self, token: str) -> dict[str, Any]:
        return await self.post(RESULT, body={"verify_token": token})


@pytest.fixture
def cloud(sandbox: Client, keys: SandboxKeys) -> Cloud:
    return Cloud(sandbox, keys.baidu)


@pytest.fixture
async def person(phone: Phone) -> dict[str, Any]:
    return await phone.person(platform="baidu", name="测试甲")


def client_of(token: str, **back: str) -> dict[str, str]:
    return {"url": f"https://brain.baidu.com/face/print/?{urlencode({'token': token, **back})}"}


async def face(sandbox: Client, person: dict[str, Any], token: str, outcome: str = "pass", **back: str) -> Any:
    body = {"client": client_of(token, **back), "outcome": outcome}
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/face", json=body) as response:
        assert response.status == 200, await response.text()
        return await response.json()


@pytest.mark.parametrize(
    ("outcome", "led_to", "passed", "code"),
    [
        ("pass", BACK["success_url"], True, "0"),
        ("no_match", BACK["failed_url"], False, "222351"),
        ("not_in_records", BACK["failed_url"], False, "222355"),
    ],
)
async def test_getall_says_what_became_of_the_face(
    sandbox: Client, cloud: Cloud, person: dict[str, Any], outcome: str, led_to: str, passed: bool, code: str
) -> None:
    token = await cloud.begun()
    assert (await cloud.found(token))["result"]["verify_result"] == []
    assert (await face(sandbox, person, token, outcome))["redirect"] == led_to
    result = (await cloud.found(token))["result"]
    (told,) = result["verify_result"]
    assert (result["verify_count"], told["order"], told["is_verify_passed"], told["code"]) == (1, 1, passed, code)
    confirmed = {"name": PERSON["id_name"], "idcard_number": PERSON["id_no"], "idcard_type": "0"}
    assert told["idcard_confirm"] == confirmed
    assert told["verify_detail"]["verify_log_id"]


async def test_whoever_leaves_the_page_may_come_again_but_a_verification_ends_it(
    sandbox: Client, cloud: Cloud, person: dict[str, Any]
) -> None:
    token = await cloud.begun()
    assert await face(sandbox, person, token, "cancelled") == {"redirect": None}
    assert (await cloud.found(token))["result"]["verify_count"] == 0
    await face(sandbox, person, token, "no_match")
    assert await face(sandbox, person, token) == {"redirect": None, "message": OVER}
    assert (await cloud.post(SUBMIT, body={"verify_token": token, **PERSON}))["error_msg"] == OVER
    assert (await cloud.found(token))["result"]["verify_result"][0]["is_verify_passed"] is False


async def test_the_address_may_say_where_to_lead(sandbox: Client, cloud: Cloud, person: dict[str, Any]) -> None:
    here = {"successUrl": "https://exam.example.cn/1", "failedUrl": "https://exam.example.cn/2"}
    assert (await face(sandbox, person, await cloud.begun(), **here))["redirect"] == here["successUrl"]
    assert (await face(sandbox, person, await cloud.begun(), "no_match", **here))["redirect"] == here["failedUrl"]


async def test_any_phone_opens_the_page_and_nobody_passes_for_somebody_else(
    sandbox: Client, phone: Phone, cloud: Cloud
) -> None:
    other = await phone.person(platform="baidu", id_number="110101199003070018")
    token = await cloud.begun()
    assert (await face(sandbox, other, token))["redirect"] == BACK["failed_url"]
    assert (await cloud.found(token))["result"]["verify_result"][0]["is_verify_passed"] is False


async def test_a_page_for_nobody_named_yet_is_not_shown(sandbox: Client, cloud: Cloud, person: dict[str, Any]) -> None:
    token = await cloud.generated()
    assert (await face(sandbox, person, token))["redirect"] is None


async def test_a_token_is_verified_with_for_two_hours_and_told_of_for_three_days(
    sandbox: Client, cloud: Cloud, person: dict[str, Any], real_time: MovableTime
) -> None:
    shown, late = await cloud.begun(), await cloud.begun()
    await face(sandbox, person, shown)
    real_time.move(7201)
    assert await face(sandbox, person, late) == {"redirect": None, "message": OVER}
    assert (await cloud.found(late))["error_msg"] == OVER
    assert (await cloud.post(SUBMIT, body={"verify_token": late, **PERSON}))["error_msg"] == OVER
    assert (await cloud.found(shown))["result"]["verify_count"] == 1
    real_time.move(3 * 86400)
    assert (await cloud.found(shown))["error_msg"] == OVER


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (GENERATE, {"plan_id": "1"}, 283435),
        (GENERATE, {}, 283435),
        (GENERATE, [], 283513),
        (SUBMIT, {**PERSON, "id_name": ""}, 222352),
        (SUBMIT, {**PERSON, "id_no": "123"}, 222353),
        (SUBMIT, {**PERSON, "certificate_type": 1}, 216100),
        (SUBMIT, PERSON | {"verify_token": "none of theirs"}, 283436),
        (RESULT, {"verify_token": "none of theirs"}, 283436),
    ],
)
async def test_each_check_has_its_code(cloud: Cloud, path: str, body: Any, code: int) -> None:
    if path == SUBMIT:
        body = {"verify_token": await cloud.generated(), **body}
    assert (await cloud.post(path, body=body))["error_code"] == code


@pytest.mark.parametrize("path", [GENERATE, SUBMIT, RESULT])
async def test_each_call_needs_the_token_of_this_app(
    sandbox: Client, cloud: Cloud, keys: SandboxKeys, real_time: MovableTime, path: str
) -> None:
    program = (await BaiduMerchant(sandbox, keys.baidu).token())["access_token"]
    own = await cloud.access_token()
    for token in ("", "another", program):
        assert (await cloud.post(path, token=token, body={}))["error_code"] == 110
    real_time.move(2592001)
    assert (await cloud.post(path, token=own, body={}))["error_code"] == 111


async def test_the_cloud_s_token_is_none_of_the_program(sandbox: Client, cloud: Cloud, keys: SandboxKeys) -> None:
    merchant = BaiduMerchant(sandbox, keys.baidu)
    said = await merchant.get("getsessionkey", token=await cloud.access_token(), code="x")
    assert said["error_code"] == 110


@pytest.mark.parametrize("url", ["https://brain.baidu.com/face/print/?token=made-up", "https://elsewhere/", ""])
async def test_a_client_that_was_made_up_is_told_so(sandbox: Client, person: dict[str, Any], url: str) -> None:
    body = {"client": {"url": url}, "outcome": "pass"}
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/face", json=body) as response:
        assert (response.status, (await response.json())["code"]) == (422, "unknown_certificate")


async def test_a_fault_comes_in_the_cloud_s_form(phone: Phone, cloud: Cloud) -> None:
    path = "/rpc/2.0/brain/solution/faceprint/result/getall"
    await phone.fault(platform="baidu", path=path, kind="error_code", error_code=216402)
    said = await cloud.found("token")
    assert (said["error_code"], "errno" in said) == (216402, False)
