"""What WeChat Pay checks before it looks at a request, and that it signs its own answers."""

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from yarl import URL

from tests.sandbox.actors import Client, Merchant, MovableTime, Phone

PATH = "/v3/pay/transactions/jsapi"
SIGNED_PATH = f"/wechatpay{PATH}"


@pytest.fixture
async def raw(phone: Phone, merchant: Merchant) -> bytes:
    return json.dumps(merchant.order(await phone.person())).encode()


async def attempt(merchant: Merchant, raw: bytes, **changed: Any) -> tuple[int, dict[str, Any]]:
    authorization = merchant.authorization("POST", SIGNED_PATH, raw, **changed)
    response = await merchant.send(PATH, raw, merchant.headers(raw, authorization=authorization))
    return response.status, await response.json()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"mchid": "1000000000"}, "mchid"),
        ({"serial_no": "00AA"}, "serial_no"),
        ({"nonce_str": "x" * 33}, "nonce_str"),
        ({"nonce_str": ""}, "nonce_str"),
        ({"timestamp": "soon"}, "timestamp"),
        ({"timestamp": str(int(time.time()) - 86_400)}, "timestamp"),
        ({"timestamp": str(int(time.time()) + 86_400)}, "timestamp"),
        ({"signature": "bm90IGEgc2lnbmF0dXJl"}, "signature"),
        ({"signature": "***"}, "signature"),
        ({"realm": "x"}, "authorization"),
    ],
)
async def test_a_wrong_claim_is_refused_with_sign_error(
    merchant: Merchant, raw: bytes, changed: dict[str, str], field: str
) -> None:
    status, body = await attempt(merchant, raw, **changed)
    assert (status, body["code"], body["detail"]["field"]) == (401, "SIGN_ERROR", field)


@pytest.mark.parametrize("change", ["", "Bearer x", "WECHATPAY2-SHA256-RSA2048", "no-space", "space-after-comma"])
async def test_another_form_of_header_is_refused(merchant: Merchant, raw: bytes, change: str) -> None:
    good = merchant.authorization("POST", SIGNED_PATH, raw)
    forms = {"no-space": good.replace(" ", ""), "space-after-comma": good.replace(",", ", ")}
    response = await merchant.send(PATH, raw, merchant.headers(raw, authorization=forms.get(change, change)))
    assert (response.status, (await response.json())["code"]) == (401, "SIGN_ERROR")


async def test_the_signature_is_over_the_very_bytes_of_the_body(merchant: Merchant, raw: bytes) -> None:
    headers = merchant.headers(raw, authorization=merchant.authorization("POST", SIGNED_PATH, raw))
    response = await merchant.send(PATH, json.dumps(json.loads(raw), separators=(",", ":")).encode(), headers)
    assert response.status == 401


async def test_the_signed_path_is_the_one_sent_prefix_and_query_included(merchant: Merchant) -> None:
    path = "/v3/pay/transactions/out-trade-no/ORDER-0001"
    query = f"?mchid={merchant.keys.mchid}"
    for signed in (path + query, f"/wechatpay{path}"):
        headers = merchant.headers(b"", authorization=merchant.authorization("GET", signed, b""))
        async with merchant.sandbox.get(f"/wechatpay{path}{query}", headers=headers) as response:
            assert response.status == 401
    status, body = await merchant.call("GET", path + query)
    assert (status, body["code"]) == (404, "ORDER_NOT_EXIST")


async def test_the_signed_path_keeps_its_escapes(merchant: Merchant) -> None:
    path = f"/wechatpay/v3/pay/transactions/out-trade-no/ORDER%2D0001?mchid={merchant.keys.mchid}&x=%7e%41"
    headers = merchant.headers(b"", authorization=merchant.authorization("GET", path, b""))
    url = URL(f"{merchant.sandbox.make_url('/').origin()}{path}", encoded=True)
    async with merchant.sandbox.session.get(url, headers=headers) as response:
        assert response.status == 404


async def test_the_five_minutes_are_real_ones(
    phone: Phone, merchant: Merchant, raw: bytes, real_time: MovableTime
) -> None:
    await phone.set_clock("2030-01-01T00:00:00+08:00")
    assert (await attempt(merchant, raw))[0] == 200
    real_time.move(301)
    assert (await attempt(merchant, raw))[0] == 401


@pytest.mark.parametrize(
    ("missing", "field"), [("Accept", "Accept"), ("User-Agent", "User-Agent"), ("Content-Type", "Content-Type")]
)
async def test_the_headers_wechat_pay_insists_on_are_insisted_on(
    merchant: Merchant, raw: bytes, missing: str, field: str
) -> None:
    headers = merchant.headers(raw, authorization=merchant.authorization("POST", SIGNED_PATH, raw))
    headers[missing] = {"Accept": "text/html", "User-Agent": "", "Content-Type": "text/plain"}[missing]
    response = await merchant.send(PATH, raw, headers)
    body = await response.json()
    assert (response.status, body["code"], body["detail"]["field"]) == (400, "PARAM_ERROR", field)


async def answers_of(merchant: Merchant, raw: bytes) -> list[tuple[int, Mapping[str, str], bytes]]:
    """A 200, a 204 and a refusal."""
    placing = merchant.authorization("POST", SIGNED_PATH, raw)
    placed = await merchant.send(PATH, raw, merchant.headers(raw, authorization=placing))
    path = "/v3/pay/transactions/out-trade-no/ORDER-0001/close"
    body = json.dumps({"mchid": merchant.keys.mchid}).encode()
    closing = merchant.authorization("POST", f"/wechatpay{path}", body)
    closed = await merchant.send(path, body, merchant.headers(body, authorization=closing))
    refused = await merchant.send(PATH, raw, merchant.headers(raw, authorization=""))
    return [(answer.status, answer.headers, await answer.read()) for answer in (placed, closed, refused)]


async def test_every_2xx_is_signed_and_every_answer_has_a_request_id(merchant: Merchant, raw: bytes) -> None:
    answers = await answers_of(merchant, raw)
    assert [status for status, _, _ in answers] == [200, 204, 401]
    for status, headers, body in answers:
        assert headers["Request-ID"]
        if status < 300:
            merchant.verify(headers, body)
        else:
            assert "Wechatpay-Signature" not in headers


async def test_a_fault_spoils_the_signature_of_one_answer(phone: Phone, merchant: Merchant) -> None:
    person = await phone.person()
    await phone.fault(path=PATH, kind="bad_signature")
    with pytest.raises(InvalidSignature):
        await merchant.place(merchant.order(person))
    assert await merchant.place(merchant.order(person))


async def test_a_path_that_wechat_pay_does_not_have_is_refused_in_its_form(sandbox: Client, merchant: Merchant) -> None:
    status, body = await merchant.call("GET", "/v3/nothing")
    assert (status, body["code"]) == (404, "RESOURCE_NOT_EXISTS")
