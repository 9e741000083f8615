"""The two codes a submitted form carries: its registration number (网报号) and its verification code (验证码)."""

import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and capitals that can't be taken for one another on paper."""


def registration_number(*, year: int, area_code: str, sequence: int) -> str:
    """14 digits: exam year, area, a running number. Our decision: the notices print no rule."""
    return f"{year:04d}{area_code}{sequence % 10**8:08d}"


def new_verification_code(*, unlike: str | None) -> str:
    """Six characters that no one can foresee, and not the former version's."""
    while (code := "".join(secrets.choice(ALPHABET) for _ in range(6))) == unlike:
        pass
    return code
