"""What people type: one spelling for a login, one meaning for a code that was read out."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from backend.candidates.logins import spelt_login
from backend.candidates.particulars import USERNAME
from backend.one_time_codes import ALPHABET, new_code, spelt_code


@given(st.from_regex(USERNAME, fullmatch=True), st.lists(st.integers(0, 31), max_size=3))
def test_case_width_and_spaces_of_a_login_do_not_matter(username: str, places: list[int]) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) for one in username)
    spaced = "".join(f" {one}" if place in places else one for place, one in enumerate(username))
    assert unicodedata.normalize("NFKC", wide) == username
    assert {spelt_login(one) for one in (username.upper(), username.lower(), wide, spaced)} == {spelt_login(username)}


@given(st.from_regex(USERNAME, fullmatch=True))
def test_a_user_name_is_found_by_its_spelling(username: str) -> None:
    assert spelt_login(username).lower() == username.lower()


def test_a_code_is_ten_characters_that_are_not_taken_for_one_another() -> None:
    codes = [new_code() for _ in range(200)]
    assert len(set(codes)) == 200
    assert all(re.fullmatch(f"[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}", code) for code in codes)
    assert not set("ILOU") & set(ALPHABET)


@given(st.text(ALPHABET, min_size=10, max_size=10), st.data())
def test_a_code_means_the_same_however_it_is_typed(code: str, data: st.DataObject) -> None:
    misread = {"1": "Iil1", "0": "Oo0"}
    typed = [data.draw(st.sampled_from(misread.get(one, one + one.lower()))) for one in code]
    typed.insert(data.draw(st.integers(0, 10)), data.draw(st.sampled_from(["-", " ", " - "])))
    assert spelt_code("".join(typed)) == code
