"""A cross-check by wechatpayv3 2.0.4, which had no part in our code: both sign, verify and decrypt alike."""

import json
import re

import pytest
from wechatpayv3.async_ import AsyncWeChatPay, WeChatPayType
from wechatpayv3.utils import aes_decrypt, load_private_key, load_public_key, rsa_sign, rsa_verify

from miniprogram_api.platforms.wechat.pay_crypto import BadSignature, authorization, decrypt, pay_sign, verify
from miniprogram_api.platforms.wechat.pay_notifications import Merchant
from sandbox.keys import SandboxKeys
from tests.platforms.teller import Teller

BODY = '{"description":"2024年度卫生专业技术资格考试 考试费","amount":{"total":26000}}'
PATH = "/wechatpay/v3/pay/transactions/jsapi?mchid=1900000001"
AT, NONCE = 1706493600, "593BEC0C930BF1AFEB40B4A08C8FB242"


@pytest.fixture(scope="module")
def library(keys: SandboxKeys) -> AsyncWeChatPay:
    return AsyncWeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=keys.mchid,
        private_key=keys.merchant_private_key_pem,
        cert_serial_no=keys.merchant_serial,
        apiv3_key=keys.api_v3_key,
        appid=keys.app_id,
        notify_url="http://127.0.0.1:1/callbacks/wechat/payments",
        public_key=keys.platform_public_key_pem,
        public_key_id=keys.platform_key_id,
    )


@pytest.mark.parametrize(("method", "body"), [("POST", BODY), ("GET", "")])
def test_our_authorization_is_what_the_library_would_sign_and_believes(
    library: AsyncWeChatPay, merchant: Merchant, keys: SandboxKeys, method: str, body: str
) -> None:
    header = authorization(
        merchant.key,
        mchid=merchant.mchid,
        serial=merchant.serial,
        method=method,
        path=PATH,
        body=body,
        timestamp=AT,
        nonce=NONCE,
    )
    scheme, _, rest = header.partition(" ")
    fields = dict(re.findall(r'(\w+)="([^"]*)"', rest))
    assert scheme == "WECHATPAY2-SHA256-RSA2048"
    assert fields.pop("signature") == library.sign([method, PATH, str(AT), NONCE, body])
    assert fields == {
        "mchid": keys.mchid,
        "nonce_str": NONCE,
        "timestamp": str(AT),
        "serial_no": keys.merchant_serial,
    }
    # The library checks three lines; the first two of a request's five go into its first.
    believed = load_public_key(keys.merchant_public_key_pem)
    signature = re.findall(r'signature="([^"]*)"', rest)[0]
    assert rsa_verify(f"{method}\n{PATH}\n{AT}", NONCE, body, signature, believed)
    assert not rsa_verify(f"{method}\n{PATH}\n{AT + 1}", NONCE, body, signature, believed)


def test_our_pay_sign_is_the_library_s(library: AsyncWeChatPay, merchant: Merchant) -> None:
    ours = pay_sign(merchant.key, app_id=merchant.app_id, timestamp=str(AT), nonce=NONCE, package="prepay_id=wx1")
    assert ours == library.sign([merchant.app_id, str(AT), NONCE, "prepay_id=wx1"])


def test_a_notification_that_the_library_opens_holds_what_ours_holds(
    library: AsyncWeChatPay, merchant: Merchant, teller: Teller
) -> None:
    plain = teller.transaction("ZK202401290000000001", 26000, "2024-01-29T10:00:00+08:00", attach="附加数据")
    letter = teller.letter(plain)
    headers = {name.lower(): value for name, value in letter.headers.items()}
    verify(merchant.platform_keys, headers, letter.body, now=None)
    resource = json.loads(letter.body)["resource"]
    sealed = {name: resource[name] for name in ("nonce", "associated_data", "ciphertext")}
    ours = decrypt(merchant.api_v3_key, **sealed)
    assert json.loads(ours) == library.callback(letter.headers, letter.body.decode())["resource"] == plain
    assert ours.decode() == aes_decrypt(**sealed, apiv3_key=merchant.api_v3_key)


def test_what_the_library_signs_we_believe_and_what_it_does_not_open_we_do_not(
    merchant: Merchant, keys: SandboxKeys, teller: Teller
) -> None:
    signature = rsa_sign(load_private_key(keys.platform_private_key_pem), f"{AT}\n{NONCE}\n{BODY}\n")
    headers = {
        "wechatpay-timestamp": str(AT),
        "wechatpay-nonce": NONCE,
        "wechatpay-signature": signature,
        "wechatpay-serial": keys.platform_key_id,
    }
    verify(merchant.platform_keys, headers, BODY.encode(), now=AT)
    resource = teller.sealed(b"{}") | {"associated_data": "another"}
    sealed = {name: resource[name] for name in ("nonce", "associated_data", "ciphertext")}
    assert aes_decrypt(**sealed, apiv3_key=merchant.api_v3_key) is None
    with pytest.raises(BadSignature, match="not_decryptable"):
        decrypt(merchant.api_v3_key, **sealed)
