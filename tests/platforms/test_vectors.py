"""Every published vector goes through our code, or through the library that we chose for it, or says why not yet."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import xmltodict
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from wechatpy import parse_message
from wechatpy.crypto import PrpCrypto, WeChatCrypto, WeChatWxaCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature, check_wxa_signature

from miniprogram_api.platforms.rsa_keys import private_key, public_key
from miniprogram_api.platforms.wechat.bills import read as read_bill
from miniprogram_api.platforms.wechat.bills import split
from miniprogram_api.platforms.wechat.faces import cert_hash
from miniprogram_api.platforms.wechat.pay_crypto import (
    BadSignature,
    authorization,
    decrypt,
    pay_sign,
    sign,
    verify,
)
from tests.platforms.vectors import VECTORS, Vector

BILL: Final = "wxpay3-bill-format"
NOT_BUILT: Final = {
    "wx-serverapi-aesgcm-request": "the server API's own encryption is off by default, and we don't switch it on",
    "wx-serverapi-aesgcm-response": "as the request",
}


def push_signature(vector: Vector) -> None:
    given = vector.inputs
    check_signature(given["token"], vector.expected["signature"], given["timestamp"], given["nonce"])
    with pytest.raises(InvalidSignatureException):
        check_signature(given["token"], vector.expected["signature"], given["timestamp"], given["nonce"] + "1")


def push_json(vector: Vector) -> None:
    """The library takes the parsed JSON; what it opens is the platform's message, byte for byte."""
    query = vector.inputs["query"]
    assert query["msg_signature"] == vector.expected["msg_signature"]
    opened = _crypto(vector).decrypt_message(
        dict(vector.inputs["body"]), query["msg_signature"], query["timestamp"], query["nonce"]
    )
    assert opened == vector.expected["msg"]


def push_xml(vector: Vector) -> None:
    given, expected = vector.inputs, vector.expected
    opened = _crypto(vector).decrypt_message(
        given["body_xml"], given["msg_signature"], given["timestamp"], given["nonce"]
    )
    assert opened == expected["msg"]
    message = parse_message(opened)
    assert (message.content, message.source) == (expected["Content"], expected["FromUserName"])


def push_echo(vector: Vector) -> None:
    given = vector.inputs
    envelope = {"Encrypt": given["encrypt"]}
    opened = _crypto(vector).decrypt_message(envelope, given["msg_signature"], given["timestamp"], given["nonce"])
    assert opened == vector.expected["msg"]
    with pytest.raises(InvalidSignatureException):
        _crypto(vector).decrypt_message(envelope, given["msg_signature"], given["timestamp"], "437374424")


def push_reply(vector: Vector) -> None:
    """Sealed with the vector's sixteen bytes in place of random ones."""
    given = vector.inputs
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PrpCrypto, "get_random_string", lambda _: given["random16"])
        sealed = _crypto(vector).encrypt_message(given["msg"], given["nonce"], given["timestamp"])
    fields = xmltodict.parse(sealed)["xml"]
    assert (fields["Encrypt"], fields["MsgSignature"]) == (vector.expected["Encrypt"], vector.expected["MsgSignature"])
    assert sealed == vector.expected.get("reply_xml", sealed)


def open_data(vector: Vector) -> None:
    given = vector.inputs
    crypto = WeChatWxaCrypto(given["session_key"], given["iv"], given["appid"])
    assert crypto.decrypt_message(given["encrypted_data"])["watermark"]["appid"] == vector.expected["watermark.appid"]


def raw_data(vector: Vector) -> None:
    given = vector.inputs
    check_wxa_signature(given["session_key"], given["raw_data"], vector.expected["signature"])
    with pytest.raises(InvalidSignatureException):
        check_wxa_signature(given["session_key"], given["raw_data"] + " ", vector.expected["signature"])


def face_subject(vector: Vector) -> None:
    given = vector.inputs["cert_info"]
    parts = given["cert_type"], given["cert_name"], given["cert_no"]
    assert cert_hash(*parts) == vector.expected["cert_hash"]
    assert cert_hash(parts[0], parts[2], parts[1]) != vector.expected["cert_hash"]


def request_signature(vector: Vector) -> None:
    given = vector.inputs
    header = authorization(
        private_key(vector.private_key_pem),
        mchid=given["mchid"],
        serial=given["serial_no"],
        method=given["method"],
        path=given["url"],
        body=given["body"],
        timestamp=int(given["timestamp"]),
        nonce=given["nonce_str"],
    )
    assert header == vector.expected["authorization"]


def client_signature(vector: Vector) -> None:
    assert _pay_sign(vector, vector.inputs["package"]) == vector.expected["paySign"]


def app_client_signature(vector: Vector) -> None:
    """The fourth line of an app's signature is the bare prepay_id: what a mini-program must not sign."""
    bare = vector.inputs["line4"]
    assert _pay_sign(vector, bare) == vector.expected["sign"]
    assert _pay_sign(vector, f"prepay_id={bare}") != vector.expected["sign"]


def answer_signature(vector: Vector) -> None:
    given = vector.inputs
    headers = {
        "wechatpay-timestamp": given["timestamp"],
        "wechatpay-nonce": given["nonce"],
        "wechatpay-signature": given["signature"],
        "wechatpay-serial": "PUB_KEY_ID_SAMPLE",
    }
    keys = {"PUB_KEY_ID_SAMPLE": public_key(given["public_key_pem"])}
    verify(keys, headers, given["body"].encode(), now=float(given["timestamp"]))
    with pytest.raises(BadSignature, match="signature_wrong"):
        verify(keys, headers, given["body"].encode() + b" ", now=float(given["timestamp"]))


def sealed_resource(vector: Vector) -> None:
    given = vector.inputs
    sealed = {"associated_data": given["associated_data"], "ciphertext": given["ciphertext"], "nonce": given["nonce"]}
    assert decrypt(given["apiv3_key"], **sealed).decode() == vector.expected["plaintext"]
    for changed in ({"associated_data": "another"}, {"nonce": "another12345"}):
        with pytest.raises(BadSignature, match="not_decryptable"):
            decrypt(given["apiv3_key"], **sealed | changed)


def notification(vector: Vector) -> None:
    """Signed by a key in a certificate, without the header that names the algorithm; good for 300 s, not 301."""
    given, body = vector.inputs, vector.inputs["body"].encode()
    headers = {name.lower(): value for name, value in given["headers"].items()}
    keys = {headers["wechatpay-serial"]: public_key(given["platform_certificate_pem"])}
    for seconds in (-300, 0, 300):
        verify(keys, headers, body, now=given["clock"] + seconds)
    for seconds in (-301, 301):
        with pytest.raises(BadSignature, match="signature_old"):
            verify(keys, headers, body, now=given["clock"] + seconds)
    resource = json.loads(body)["resource"]
    sealed = {name: resource[name] for name in ("nonce", "associated_data", "ciphertext")}
    assert decrypt(given["apiv3_key"], **sealed).decode() == vector.expected["plaintext"]


def key_pair(vector: Vector) -> None:
    """The key we load is the one that the certificate of the whole notification is for."""
    key = private_key(vector.private_key_pem)
    made = key.sign(vector.inputs["message"].encode(), PKCS1v15(), SHA256())
    assert base64.b64encode(made).decode() == vector.expected["signature"]
    certificate = public_key(VECTORS["wxpay3-notification-full"].inputs["platform_certificate_pem"])
    headers = {
        "wechatpay-timestamp": "1",
        "wechatpay-nonce": "n",
        "wechatpay-serial": "S",
        "wechatpay-signature": sign(key, "1", "n", "body"),
    }
    verify({"S": certificate}, headers, b"body", now=1)


def bill_format(vector: Vector, file: Path) -> None:
    """The published row, alone and in a file of as many lines as its sums were published for."""
    given, expected = vector.inputs, vector.expected
    assert len(given["header_line"].split(",")) == expected["columns"]
    assert split(given["row"], expected["columns"]) == expected["row_values"]
    back, paid = given["row"], given["row"].replace("`REFUND,", "`SUCCESS,").replace("`0.00,`0.01,`", "`0.47,`0.00,`")
    free = paid.replace("`0.47,`0.00,`", "`0.00,`0.00,`")
    rows = [*[back] * 14, paid, *[free] * 30]
    lines = [given["header_line"], *rows, given["summary_header"], given["summary_row"]]
    assert (len(lines), expected["crlf"]) == (expected["line_count"], True)
    file.write_bytes(bytes.fromhex(given["bom_hex"]) + "".join(f"{line}\r\n" for line in lines).encode())
    read = list(read_bill(file))
    assert (read[0].kind, read[0].order_number, read[0].amount_fen) == ("refund", "autotest_20190216081946_82335", 1)
    assert (read[0].refund_number, read[0].at.isoformat()) == (
        "REF4200000263201902167700963919",
        "2019-02-19T05:01:46+08:00",
    )
    assert sum(line.amount_fen for line in read if line.kind == "payment") == 47


CHECKS: Final[dict[str, Callable[[Vector], None]]] = {
    "wx-push-url-check": push_signature,
    "wx-push-plain-post": push_signature,
    "wx-push-safe-decrypt-json": push_json,
    "wx-push-safe-encrypt-reply": push_reply,
    "wx-push-encrypted-echo": push_echo,
    "wx-push-encrypt-xml": push_reply,
    "wx-push-decrypt-xml": push_xml,
    "wx-encryptedData-userinfo": open_data,
    "wx-rawData-signature": raw_data,
    "wx-face-cert-hash": face_subject,
    "wxpay3-authorization-jsapi": request_signature,
    "wxpay3-paySign-miniprogram": client_signature,
    "wxpay3-paySign-app-variant": app_client_signature,
    "wxpay3-response-verify": answer_signature,
    "wxpay3-aesgcm-go": sealed_resource,
    "wxpay3-aesgcm-java": sealed_resource,
    "wxpay3-notification-full": notification,
    "wxpay3-rsa-sign-go": key_pair,
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_published_vector_comes_out_as_published(name: str) -> None:
    CHECKS[name](VECTORS[name])


def test_the_published_bill_is_read_as_published(tmp_path: Path) -> None:
    bill_format(VECTORS[BILL], tmp_path / "bill")


def test_every_vector_is_tried_or_says_why_not() -> None:
    assert not CHECKS.keys() & NOT_BUILT.keys()
    assert CHECKS.keys() | NOT_BUILT.keys() | {BILL} == VECTORS.keys()


def _crypto(vector: Vector) -> Any:
    return WeChatCrypto(vector.inputs["token"], vector.inputs["encoding_aes_key"], vector.inputs["appid"])


def _pay_sign(vector: Vector, package: str) -> str:
    given = vector.inputs
    return pay_sign(
        private_key(vector.private_key_pem),
        app_id=given["appId"],
        timestamp=given["timeStamp"],
        nonce=given["nonceStr"],
        package=package,
    )
