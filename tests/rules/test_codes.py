"""The two codes on a submitted form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.registrations.codes import ALPHABET, new_verification_code, registration_number


@given(st.integers(1, 10**8 - 1))
def test_a_registration_number_has_14_digits_with_year_and_area_in_front(sequence: int) -> None:
    number = registration_number(year=2024, area_code="13", sequence=sequence)
    assert len(number) == 14 and number.isdigit()
    assert number.startswith("202413") and int(number[6:]) == sequence


def test_a_verification_code_has_six_characters_none_of_which_looks_like_another() -> None:
    assert not set(ALPHABET) & set("01IOl")
    assert len(set(ALPHABET)) == len(ALPHABET)
    for _ in range(200):
        code = new_verification_code(unlike=None)
        assert len(code) == 6 and set(code) <= set(ALPHABET)


def test_a_verification_code_is_never_the_former_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter("AAAAAAAAAAAAAAAAAB")
    monkeypatch.setattr("backend.registrations.codes.secrets.choice", lambda _: next(drawn))
    assert new_verification_code(unlike=None) == "AAAAAA"
    assert new_verification_code(unlike="AAAAAA") == "AAAAAB"
