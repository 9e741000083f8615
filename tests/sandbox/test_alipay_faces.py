"""Face verification as Alipay's gateway has it: each check has its error, and only `T` is a pass."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from sandbox.app import create_app
from sandbox.keys import SandboxKeys
from sandbox.settings import SandboxSettings
from tests.sandbox.actors import Client, MovableTime, Phone, Service
from tests.sandbox.forms import AlipayMerchant

INITIALIZE, CERTIFY, QUERY = (f"alipay.user.certify.open.{name}" for name in ("initialize", "certify", "query"))
IDENTITY = {
    "identity_type": "CERT_INFO",
    "cert_type": "IDENTITY_CARD",
    "cert_name": "测试甲",
    "cert_no": "11010119900307000X",
}
ORDER = {
    "outer_order_no": "a" * 32,
    "biz_code": "FACE",
    "identity_param": IDENTITY,
    "merchant_config": {"return_url": "alipays://platformapi/startapp?appId=1"},
}


@pytest.fixture
def merchant(sandbox: Client, keys: SandboxKeys, service: Service) -> AlipayMerchant:
    return AlipayMerchant(sandbox, keys.alipay, f"{service.url}callbacks/alipay/payments")


@pytest.fixture
async def person(phone: Phone) -> dict[str, Any]:
    return await phone.person(platform="alipay", name="测试甲")


async def begun(merchant: AlipayMerchant) -> str:
    said = await merchant.call(INITIALIZE, ORDER)
    assert (said["code"], said["signed"]) == ("10000", True)
    return str(said["certify_id"])


def client_of(merchant: AlipayMerchant, certify_id: str) -> dict[str, str]:
    """What the service hands to `my.startAPVerify`."""
    signed = merchant.signed(merchant.parameters(CERTIFY, {"certify_id": certify_id}))
    return {"url": f"https://openapi.alipay.com/gateway.do?{urlencode(signed)}", "certifyId": certify_id}


async def face(sandbox: Client, person: dict[str, Any], client: dict[str, str], outcome: str = "pass") -> str:
    body = {"client": client, "outcome": outcome}
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/face", json=body) as response:
        assert response.status == 200, await response.text()
        return str((await response.json())["resultStatus"])


async def passed(merchant: AlipayMerchant, certify_id: str) -> tuple[str, str | None]:
    said = await merchant.call(QUERY, {"certify_id": certify_id})
    return said["passed"], said.get("fail_reason")


@pytest.mark.parametrize(
    ("outcome", "status", "found", "reason"),
    [
        ("pass", "9000", "T", None),
        ("no_match", "4000", "F", "人脸比对不一致"),
        ("not_in_records", "4000", "F", "权威数据中无可比对信息"),
        ("cancelled", "6001", "F", None),
    ],
)
async def test_the_query_says_what_became_of_the_face(
    sandbox: Client,
    merchant: AlipayMerchant,
    person: dict[str, Any],
    outcome: str,
    status: str,
    found: str,
    reason: str | None,
) -> None:
    certify_id = await begun(merchant)
    assert await passed(merchant, certify_id) == ("F", None)
    assert await face(sandbox, person, client_of(merchant, certify_id), outcome) == status
    assert await passed(merchant, certify_id) == (found, reason)


async def test_without_the_extension_a_failed_face_is_told_like_one_never_shown(
    aiohttp_client: AiohttpClient, settings: SandboxSettings, keys: SandboxKeys
) -> None:
    app = replace(keys.alipay.app(), tells_fail_reason=False)
    sandbox = await aiohttp_client(create_app(replace(settings, alipay=app)))
    merchant = AlipayMerchant(sandbox, keys.alipay, "")
    certify_id, person = await begun(merchant), await Phone(sandbox).person(platform="alipay")
    await face(sandbox, person, client_of(merchant, certify_id), "no_match")
    assert await passed(merchant, certify_id) == ("F", None)


async def test_any_phone_opens_the_page_and_nobody_passes_for_somebody_else(
    sandbox: Client, phone: Phone, merchant: AlipayMerchant
) -> None:
    other = await phone.person(platform="alipay", id_number="110101199003070018")
    same = await phone.person(platform="alipay", id_number=IDENTITY["cert_no"])
    certify_id = await begun(merchant)
    assert await face(sandbox, other, client_of(merchant, certify_id)) == "4000"
    assert await face(sandbox, same, client_of(merchant, certify_id)) == "9000"
    assert (await passed(merchant, certify_id))[0] == "T"
    assert await face(sandbox, same, client_of(merchant, certify_id)) == "4000"


@pytest.mark.parametrize(
    "changed",
    [
        {"outer_order_no": "with-a-dash"},
        {"outer_order_no": "a" * 33},
        {"outer_order_no": None},
        {"biz_code": "CERT_PHOTO"},
        {"identity_param": None},
        {"identity_param": {**IDENTITY, "identity_type": "PHONE"}},
        {"identity_param": {**IDENTITY, "cert_type": "PASSPORT"}},
        {"identity_param": {**IDENTITY, "cert_name": " "}},
        {"identity_param": {**IDENTITY, "cert_no": "123"}},
        {"merchant_config": {}},
    ],
)
async def test_a_certificate_is_refused(merchant: AlipayMerchant, changed: dict[str, Any]) -> None:
    assert (await merchant.call(INITIALIZE, {**ORDER, **changed}))["sub_code"] == "ILLEGAL_ARGUMENT_FORMAT"


async def test_a_number_serves_once(merchant: AlipayMerchant) -> None:
    await begun(merchant)
    assert (await merchant.call(INITIALIZE, ORDER))["sub_code"] == "ILLEGAL_ARGUMENT_FORMAT"


async def test_the_page_opens_only_by_an_address_that_the_app_signed_for_this_certificate(
    sandbox: Client, merchant: AlipayMerchant, person: dict[str, Any]
) -> None:
    certify_id = await begun(merchant)
    good = client_of(merchant, certify_id)
    other = client_of(merchant, "f" * 32)
    query = merchant.signed(merchant.parameters(QUERY, {"certify_id": certify_id}))
    for url in (
        good["url"].replace("sign=", "sign=A"),
        good["url"].replace("version=1.0", "version=1.1"),
        other["url"],
        f"https://openapi.alipay.com/gateway.do?{urlencode(query)}",
        "https://openapi.alipay.com/gateway.do",
        "",
    ):
        assert await face(sandbox, person, {**good, "url": url}) == "4000"
    assert await passed(merchant, certify_id) == ("F", None)
    assert await face(sandbox, person, good) == "9000"


async def test_it_can_be_begun_with_for_23_hours_and_asked_about_for_90_days_after(
    sandbox: Client, merchant: AlipayMerchant, person: dict[str, Any], real_time: MovableTime
) -> None:
    shown, late = (
        await begun(merchant),
        str((await merchant.call(INITIALIZE, {**ORDER, "outer_order_no": "b"}))["certify_id"]),
    )
    await face(sandbox, person, client_of(merchant, shown))
    real_time.move(23 * 3600 + 1)
    assert await face(sandbox, person, client_of(merchant, late)) == "4000"
    assert (await merchant.call(QUERY, {"certify_id": late}))["sub_code"] == "OPEN_CERTIFY_BILL_NOT_EXIST"
    assert (await passed(merchant, shown))[0] == "T"
    real_time.move(90 * 86400)
    assert (await merchant.call(QUERY, {"certify_id": shown}))["sub_code"] == "OPEN_CERTIFY_BILL_NOT_EXIST"


async def test_a_client_that_was_made_up_is_told_so(
    sandbox: Client, merchant: AlipayMerchant, person: dict[str, Any]
) -> None:
    body = {"client": client_of(merchant, "f" * 32), "outcome": "pass"}
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/face", json=body) as response:
        assert (response.status, (await response.json())["code"]) == (422, "unknown_certificate")


async def test_a_question_under_another_app_s_signature_is_refused(merchant: AlipayMerchant) -> None:
    certify_id = await begun(merchant)
    signed = merchant.signed(merchant.parameters(QUERY, {"certify_id": "another"}))
    forged = {**signed, **merchant.parameters(QUERY, {"certify_id": certify_id})}
    assert (await merchant.send(forged))["sub_code"] == "isv.invalid-signature"
