"""What isn't the platform's, to the byte and in time, is not believed: neither an answer nor a notification."""

import json
import time

import aiohttp
import pytest

from backend.errors import Unavailable
from backend.payments.platforms import BadNotification, Notification, PlatformOrder
from miniprogram_api.platforms.alipay import signing as alipay
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.rsa_keys import any_public_key, private_key, public_key
from miniprogram_api.platforms.wechat.pay import WeChatPay
from miniprogram_api.platforms.wechat.pay_crypto import BadSignature, verify
from miniprogram_api.platforms.wechat.pay_notifications import Merchant
from sandbox.keys import SandboxKeys
from tests.platforms.forgeries import REFUSED, with_a_byte_changed
from tests.platforms.scripted import Scripted
from tests.platforms.teller import Letter, Teller

PAID_AT = "2024-01-29T10:00:00+08:00"


@pytest.fixture
def letter(teller: Teller) -> Letter:
    """A notification with nothing wrong."""
    return teller.letter(teller.transaction("ZK202401290000000001", 26000, PAID_AT), event_id="EVENT-1")


@pytest.fixture
def receiver(http: aiohttp.ClientSession, merchant: Merchant) -> WeChatPay:
    return WeChatPay(Outbound(http, "http://127.0.0.1:1"), merchant)


def lowered(letter: Letter) -> dict[str, str]:
    return {name.lower(): value for name, value in letter.headers.items()}


def read(receiver: WeChatPay, letter: Letter, *, fresh: bool = True) -> Notification:
    return receiver.read(lowered(letter), letter.body, fresh=fresh)


@pytest.mark.parametrize("name", REFUSED)
def test_a_notification_that_is_not_the_platform_s_is_refused(receiver: WeChatPay, letter: Letter, name: str) -> None:
    change, code = REFUSED[name]
    with pytest.raises(BadNotification) as refused:
        read(receiver, change(letter))
    assert refused.value.code == code


def test_the_whole_notification_is_read(receiver: WeChatPay, letter: Letter, keys: SandboxKeys) -> None:
    notification = read(receiver, letter)
    assert (notification.event_id, notification.kind) == ("EVENT-1", "TRANSACTION.SUCCESS")
    order = notification.about
    assert isinstance(order, PlatformOrder) and order.paid_at is not None
    assert (order.standing, order.order_number, order.amount_fen) == ("paid", "ZK202401290000000001", 26000)
    assert (order.app_id, order.merchant_id, order.currency) == (keys.app_id, keys.mchid, "CNY")
    assert order.paid_at.isoformat() == PAID_AT


def test_the_header_that_names_the_algorithm_may_be_missing(receiver: WeChatPay, letter: Letter) -> None:
    assert read(receiver, letter.but(signature_type=None)).event_id == "EVENT-1"


@pytest.mark.parametrize("age", [301, -302, 10 * 86400])
def test_a_notification_signed_too_long_ago_or_ahead_of_time_is_refused(
    receiver: WeChatPay, teller: Teller, age: int
) -> None:
    letter = teller.letter(teller.transaction("ZK1", 1, PAID_AT), age=age)
    with pytest.raises(BadNotification, match="signature_old"):
        read(receiver, letter)
    assert read(receiver, letter, fresh=False).about is not None


def test_a_stored_notification_is_verified_again_whatever_its_age(
    receiver: WeChatPay, teller: Teller, letter: Letter
) -> None:
    with pytest.raises(BadNotification, match="signature_wrong"):
        read(receiver, with_a_byte_changed(letter), fresh=False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[]",
        b"{}",
        b'{"id":"1","event_type":"TRANSACTION.SUCCESS","resource":"text"}',
        b'{"id":"1","event_type":"TRANSACTION.SUCCESS","resource":{"nonce":1,"ciphertext":"AAAA"}}',
    ],
)
def test_a_signed_text_of_another_shape_is_not_readable(receiver: WeChatPay, teller: Teller, body: bytes) -> None:
    with pytest.raises(BadNotification, match="not_readable"):
        read(receiver, teller.signed(body))


@pytest.mark.parametrize("field", ["trade_state", "out_trade_no", "appid", "mchid"])
def test_a_payment_without_what_identifies_it_is_not_readable(receiver: WeChatPay, teller: Teller, field: str) -> None:
    plain = teller.transaction("ZK1", 1, PAID_AT)
    del plain[field]
    with pytest.raises(BadNotification, match="not_readable"):
        read(receiver, teller.letter(plain))


@pytest.mark.parametrize("paid_at", ["2024-01-29T10:00:00", "yesterday"])
def test_a_payment_at_no_certain_moment_is_not_readable(receiver: WeChatPay, teller: Teller, paid_at: str) -> None:
    with pytest.raises(BadNotification, match="not_readable"):
        read(receiver, teller.letter(teller.transaction("ZK1", 1, paid_at)))


@pytest.mark.parametrize(
    "changed", [{"nonce": "000000000000"}, {"associated_data": "refund"}, {"ciphertext": "AAAA"}, {"nonce": "short"}]
)
def test_a_resource_that_was_sealed_otherwise_does_not_open(
    receiver: WeChatPay, teller: Teller, changed: dict[str, str]
) -> None:
    resource = teller.sealed(json.dumps(teller.transaction("ZK1", 1, PAID_AT)).encode()) | changed
    with pytest.raises(BadNotification, match="not_decryptable"):
        read(receiver, teller.letter({}, resource=resource))


def test_a_refund_s_notification_speaks_of_no_order_to_pay(receiver: WeChatPay, teller: Teller) -> None:
    notification = read(receiver, teller.letter({"refund_status": "SUCCESS"}, event_type="REFUND.SUCCESS"))
    assert (notification.kind, notification.about) == ("REFUND.SUCCESS", None)


def test_while_keys_are_changed_both_serials_are_believed_each_with_its_own_key(keys: SandboxKeys) -> None:
    new = SandboxKeys.generate()
    both = {
        keys.platform_key_id: public_key(keys.platform_public_key_pem),
        new.platform_key_id: public_key(new.platform_public_key_pem),
    }
    for signed_by, other in ((keys, new), (new, keys)):
        letter = Teller(signed_by).signed(b"{}")
        verify(both, lowered(letter), letter.body, now=time.time())
        with pytest.raises(BadSignature, match="signature_wrong"):
            verify(both, lowered(letter.but(serial=other.platform_key_id)), letter.body, now=time.time())


def test_while_a_platform_that_names_no_key_changes_it_either_is_believed_and_no_third(keys: SandboxKeys) -> None:
    new, foreign = SandboxKeys.generate().alipay, SandboxKeys.generate().alipay
    both = any_public_key(new.alipay_public_key_pem + keys.alipay.alipay_public_key_pem)
    fields = {"out_trade_no": "ZK1"}
    for signed_by in (keys.alipay, new):
        signature = alipay.sign(private_key(signed_by.alipay_private_key_pem), fields)
        alipay.verify_form(both, {**fields, "sign_type": "RSA2", "sign": signature})
    forged = alipay.sign(private_key(foreign.alipay_private_key_pem), fields)
    with pytest.raises(alipay.BadSignature, match="signature_wrong"):
        alipay.verify_form(both, {**fields, "sign_type": "RSA2", "sign": forged})


def test_keys_that_are_no_rsa_keys_are_refused_when_they_are_read() -> None:
    for read_key in (private_key, public_key, any_public_key):
        with pytest.raises(ValueError, match=r"."):
            read_key("no PEM")


@pytest.mark.parametrize("name", ["a byte of the body changed", "an unknown serial", "a probe", "no signature"])
async def test_an_answer_that_is_not_the_platform_s_is_not_believed(
    http: aiohttp.ClientSession, merchant: Merchant, teller: Teller, scripted: Scripted, name: str
) -> None:
    body = json.dumps(teller.transaction("EVENT-1", 26000, PAID_AT)).encode()
    scripted.plays(REFUSED[name][0](teller.signed(body)).as_answer())
    with pytest.raises(Unavailable, match="platform_unavailable"):
        await WeChatPay(Outbound(http, scripted.url), merchant).ask("EVENT-1")
    scripted.plays(teller.signed(body).as_answer())
    assert (await WeChatPay(Outbound(http, scripted.url), merchant).ask("EVENT-1")).standing == "paid"


async def test_an_answer_signed_301_seconds_ago_is_not_believed(
    http: aiohttp.ClientSession, merchant: Merchant, teller: Teller, scripted: Scripted
) -> None:
    body = json.dumps(teller.transaction("ZK1", 1, PAID_AT)).encode()
    scripted.plays(teller.signed(body, age=301).as_answer())
    with pytest.raises(Unavailable):
        await WeChatPay(Outbound(http, scripted.url), merchant).ask("ZK1")
