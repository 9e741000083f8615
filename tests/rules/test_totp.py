"""The six digits, by RFC 6238's own table, and which moments they are taken for."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.staff.totp import DRIFT, SECONDS, address_for_app, code_at, new_secret, step_meant, step_of

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_they_are_those_of_the_rfc(seconds: int, digits: str) -> None:
    assert code_at(SECRET, seconds // SECONDS) == digits


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2080, 1, 1)), st.integers(-3, 3))
def test_a_code_is_taken_for_its_own_step_and_its_neighbours_alone(now: datetime, off: int) -> None:
    at = now.replace(tzinfo=UTC)
    step = step_of(at) + off
    meant = step_meant(SECRET, code_at(SECRET, step), at=at)
    assert (meant == step) is (abs(off) <= DRIFT) or code_at(SECRET, step) in {
        code_at(SECRET, step_of(at) + near) for near in range(-DRIFT, DRIFT + 1)
    }


def test_what_is_no_code_is_taken_for_none() -> None:
    at = datetime.fromtimestamp(59, UTC)
    assert step_meant(SECRET, "", at=at) is None
    assert step_meant(SECRET, "２８７０８２", at=at) is None
    assert step_meant(SECRET, "287082", at=at + timedelta(minutes=5)) is None


def test_an_app_is_told_whose_secret_it_is() -> None:
    secret = new_secret()
    assert len(base64.b32decode(secret)) == 20
    assert address_for_app(secret, account="test.site", issuer="准考") == (
        f"otpauth://totp/%E5%87%86%E8%80%83:test.site?secret={secret}&issuer=%E5%87%86%E8%80%83"
    )
