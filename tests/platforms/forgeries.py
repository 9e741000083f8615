"""Notifications that only look like the platform's: what was done to each, and how we name what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from tests.platforms.teller import Letter

Change = Callable[[Letter], Letter]


def with_a_byte_changed(letter: Letter) -> Letter:
    at = letter.body.index(b"EVENT-1")
    return replace(letter, body=letter.body[:at] + b"F" + letter.body[at + 1 :])


def with_a_plus_lost(letter: Letter) -> Letter:
    """What becomes of base64 in a query string that somebody decoded: each `+` a space."""
    signature = letter.headers["Wechatpay-Signature"]
    return letter.but(signature=f"{signature[:7]} {signature[8:]}")


REFUSED: Final[Mapping[str, tuple[Change, str]]] = {
    "a byte of the body changed": (with_a_byte_changed, "signature_wrong"),
    "a byte more": (lambda letter: replace(letter, body=letter.body + b"\n"), "signature_wrong"),
    "the body cut off": (lambda letter: replace(letter, body=letter.body[:-20]), "signature_wrong"),
    "no body": (lambda letter: replace(letter, body=b""), "signature_wrong"),
    "a plus lost": (with_a_plus_lost, "signature_wrong"),
    "no base64": (lambda letter: letter.but(signature="not base64 at all"), "signature_wrong"),
    "no ASCII": (lambda letter: letter.but(signature="签名"), "signature_wrong"),
    "another nonce": (lambda letter: letter.but(nonce="0" * 32), "signature_wrong"),
    "an unknown serial": (lambda letter: letter.but(serial="PUB_KEY_ID_0"), "serial_unknown"),
    "a probe": (lambda letter: letter.but(signature="WECHATPAY/SIGNTEST/abcd"), "signature_probe"),
    "no signature": (lambda letter: letter.but(signature=None), "signature_missing"),
    "no time": (lambda letter: letter.but(timestamp=None), "signature_missing"),
    "no nonce": (lambda letter: letter.but(nonce=None), "signature_missing"),
    "no serial": (lambda letter: letter.but(serial=None), "signature_missing"),
    "no number as time": (lambda letter: letter.but(timestamp="１７０６４９３６００"), "signature_missing"),
    "another algorithm": (lambda letter: letter.but(signature_type="WECHATPAY2-SM2-WITH-SM3"), "signature_missing"),
}
