"""Six digits from an app, new every thirty seconds (RFC 6238): the second factor where there is no security key."""

import base64
import hmac
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECONDS: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1
"""A phone's clock may be this many steps off, either way."""


def new_secret() -> str:
    """160 bits in base 32, as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The six digits of one step of thirty seconds."""
    # Apps know SHA-1 and nothing else; as a keyed function it is sound.
    generator = TOTP(base64.b32decode(secret), DIGITS, SHA1(), SECONDS)
    return generator.generate(step * SECONDS).decode()


def step_of(at: datetime) -> int:
    """The step an instant of real time lies in."""
    return int(at.timestamp()) // SECONDS


def step_meant(secret: str, code: str, *, at: datetime) -> int | None:
    """The step whose code this is, within the drift; None where it is none's."""
    now = step_of(at)
    near = range(now - DRIFT, now + DRIFT + 1)
    # Every one is compared, whichever is right.
    meant = [step for step in near if hmac.compare_digest(code_at(secret, step).encode(), code.encode())]
    return meant[-1] if meant else None


def address_for_app(secret: str, *, account: str, issuer: str) -> str:
    """What an app reads from a QR code."""
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?secret={secret}&issuer={quote(issuer)}"
