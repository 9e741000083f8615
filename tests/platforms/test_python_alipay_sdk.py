"""A cross-check by python-alipay-sdk 3.4.0, which had no part in our code: both sign and verify alike."""

import json
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode

import aiohttp
import pytest
from alipay import AliPay

from backend.payments.platforms import BadNotification, NewOrder, PlatformOrder
from miniprogram_api.platforms.alipay.pay import AlipayPay
from miniprogram_api.platforms.alipay.platform import Alipay
from miniprogram_api.platforms.alipay.signing import BadSignature, sign, verified_node, verify_form
from miniprogram_api.platforms.rsa_keys import private_key, public_key
from sandbox.alipay.signing import Signatures
from sandbox.keys import AlipayKeys, SandboxKeys
from tests.platforms.cashiers import AlipayCashier
from tests.platforms.scripted import Scripted, answer
from tests.platforms.test_alipay import IN_AN_HOUR, ORDER, PAID_AT, alipay_of

WORDS = "2024年度 卫生专业技术资格考试+考试费"


def library(appid: str, *, private: str, public: str) -> AliPay:
    """`private`: whose it signs as; `public`: whom it believes."""
    return AliPay(appid=appid, app_private_key_string=private, alipay_public_key_string=public, sign_type="RSA2")


@pytest.fixture
def ours(keys: SandboxKeys) -> AlipayKeys:
    return keys.alipay


@pytest.fixture
def alipay(http: aiohttp.ClientSession, scripted: Scripted, ours: AlipayKeys) -> Alipay:
    scripted.plays(answer(b"{}"))
    return alipay_of(ours, http, scripted.url)


@pytest.fixture
def pay(alipay: Alipay) -> AlipayPay:
    return alipay.payments


async def sent(pay: AlipayPay, scripted: Scripted) -> dict[str, str]:
    """What our client sends to have an order opened."""
    order = NewOrder(order_number=ORDER, open_id="oSAMPLE", description=WORDS, amount_fen=26000, expires_at=IN_AN_HOUR)
    with pytest.raises(Exception, match="platform_unavailable"):
        await pay.open(order)
    return dict(parse_qsl(scripted.requests[0].partition(b"\r\n\r\n")[2].decode(), strict_parsing=True))


async def test_our_request_is_what_the_library_would_sign_to_the_letter(
    pay: AlipayPay, scripted: Scripted, ours: AlipayKeys
) -> None:
    form = await sent(pay, scripted)
    signed = {name: value for name, value in form.items() if name != "sign"}
    app = library(ours.app_id, private=ours.app_private_key_pem, public=ours.alipay_public_key_pem)
    made = app.sign_data(dict(signed))
    assert dict(parse_qsl(made, strict_parsing=True)) == form
    assert made.endswith(f"sign={quote_plus(form['sign'])}")


async def test_the_library_believes_our_request_and_not_another_one(
    pay: AlipayPay, scripted: Scripted, ours: AlipayKeys
) -> None:
    form = await sent(pay, scripted)
    signature = form.pop("sign")
    gate = library(ours.app_id, private=ours.alipay_private_key_pem, public=ours.app_public_key_pem)
    text = "&".join(f"{name}={form[name]}" for name in sorted(form))
    assert gate._verify(text, signature)
    assert not gate._verify(text.replace("260.00", "2.60"), signature)


def test_a_request_of_the_library_s_own_making_is_signed_alike(ours: AlipayKeys) -> None:
    app = library(ours.app_id, private=ours.app_private_key_pem, public=ours.alipay_public_key_pem)
    body = app.build_body("alipay.trade.query", {"out_trade_no": ORDER, "note": WORDS})
    made = dict(parse_qsl(app.sign_data(body), strict_parsing=True))
    assert sign(private_key(ours.app_private_key_pem), made) == made["sign"]


def test_a_notification_of_the_sandbox_s_is_believed_by_the_library_and_a_changed_one_is_not(ours: AlipayKeys) -> None:
    fields = AlipayCashier(ours).paid(ORDER, "260.00", PAID_AT) | {"subject": WORDS}
    app = library(ours.app_id, private=ours.app_private_key_pem, public=ours.alipay_public_key_pem)

    def believed(**changed: str) -> Any:
        form = Signatures(ours.app()).sign_form(fields) | changed
        signature = form.pop("sign")
        return app.verify(form, signature)

    assert believed()
    assert not believed(total_amount="2.60")
    assert not believed(subject=WORDS.replace("+", " "))


def test_what_the_library_signs_as_alipay_we_believe_and_a_changed_one_we_do_not(
    pay: AlipayPay, ours: AlipayKeys
) -> None:
    theirs = library(ours.app_id, private=ours.alipay_private_key_pem, public=ours.app_public_key_pem)
    fields = AlipayCashier(ours).paid(ORDER, "260.00", PAID_AT) | {"subject": WORDS}
    signature = theirs._sign("&".join(f"{name}={value}" for name, value in sorted(fields.items())))
    form = {**fields, "sign_type": "RSA2", "sign": signature}
    verify_form(public_key(ours.alipay_public_key_pem), form)
    told = pay.read({}, urlencode(form).encode(), fresh=False)
    assert isinstance(told.about, PlatformOrder)
    assert (told.about.order_number, told.about.amount_fen) == (ORDER, 26000)
    with pytest.raises(BadNotification, match="signature_wrong"):
        pay.read({}, urlencode(form | {"total_amount": "2.60"}).encode(), fresh=False)


@pytest.mark.parametrize("node", ['{"code":"10000","url":"https:\\/\\/example.com"}', '{"msg":"braces {in} words"}'])
def test_an_answer_is_cut_where_the_library_cuts_it(ours: AlipayKeys, node: str) -> None:
    theirs = library(ours.app_id, private=ours.alipay_private_key_pem, public=ours.app_public_key_pem)
    app = library(ours.app_id, private=ours.app_private_key_pem, public=ours.alipay_public_key_pem)
    signature = theirs._sign(node)
    body = f'{{"alipay_trade_query_response":{node},"sign":"{signature}"}}'
    root = "alipay_trade_query_response"
    key = public_key(ours.alipay_public_key_pem)
    assert (
        verified_node(key, body, root, signature)
        == json.loads(node)
        == app._verify_and_return_sync_response(body, root)
    )
    with pytest.raises(BadSignature, match="signature_wrong"):
        verified_node(key, body.replace("code", "c0de").replace("msg", "m5g"), root, signature)
