"""What a person says of themselves, in one spelling each, every fault told together."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.candidates.models import IdType
from backend.candidates.particulars import (
    RECOVERY_QUESTIONS,
    Checked,
    Particulars,
    check_particulars,
    is_name,
    password_faults,
    spelt_answer,
    spelt_name,
    spelt_phone,
)
from backend.errors import Faulty

TODAY = date(2023, 12, 1)
NUMBER = "130102199001010007"
RIGHT = {
    "username": "ceshi_jia",
    "password": "sample-2024",
    "name": "测试甲",
    "id_type": IdType.RESIDENT_ID_CARD,
    "id_number": NUMBER,
    "phone": "13800000000",
    "recovery_question": "first_school",
    "recovery_answer": "示例小学",
}
WRONG = {
    "username": "1ceshi",
    "password": "short1",
    "name": "甲1",
    "id_number": "130102199001010008",
    "phone": "12345678901",
    "recovery_question": "first_pet",
    "recovery_answer": "x",
}


def checked(**changed: Any) -> Checked:
    return check_particulars(Particulars(**{**RIGHT, **changed}), today=TODAY)


def faulty(**changed: Any) -> dict[str, str]:
    with pytest.raises(Faulty) as refused:
        checked(**changed)
    assert refused.value.code == "account_incomplete"
    return {fault.field: fault.code for fault in refused.value.faults}


@given(st.sets(st.sampled_from(sorted(WRONG)), min_size=1))
def test_every_wrong_entry_is_told_once_and_no_right_one(wrong: set[str]) -> None:
    assert set(faulty(**{field: WRONG[field] for field in wrong})) == wrong


def test_right_entries_are_taken_in_their_one_spelling() -> None:
    found = checked(name=" 测试•甲 ", phone="+86 138-0000-0000", id_number=f" {NUMBER[:6]} {NUMBER[6:]}")
    assert (found.name, found.phone, found.document.number) == ("测试·甲", "13800000000", NUMBER)


@pytest.mark.parametrize("username", ["abcd", "A_1x", "a" * 32])
def test_user_names_begin_with_a_letter_and_have_4_to_32_characters(username: str) -> None:
    assert checked(username=username).username == username


@pytest.mark.parametrize(
    "username", ["", "abc", "a" * 33, "1abc", "_abc", "ab cd", "用户名用户名", "abcd\n", "ａｂｃｄ"]
)
def test_what_is_no_user_name_is_refused(username: str) -> None:
    assert faulty(username=username) == {"username": "username_form"}


@given(st.text("abc123!密", max_size=80))
def test_a_password_has_8_to_64_characters_letters_and_digits_both(password: str) -> None:
    good = 8 <= len(password) <= 64 and any(map(str.isdigit, password)) and any(map(str.isalpha, password))
    assert (password_faults(password) == []) == good


@pytest.mark.parametrize("name", ["甲", "𪛖", "测试·艾力", "O'Jia-Ceshi", "㐂" * 50])
def test_names_have_1_to_50_letters_of_any_script(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "·", "甲1", "甲@", "甲" * 51, "甲\x00", "甲\u200b", "😀", "--"])
def test_what_is_no_name_is_refused(name: str) -> None:
    assert not is_name(name)


def test_one_name_has_one_spelling_however_its_marks_are_composed() -> None:
    assert spelt_name("Zoe\u0308") == spelt_name("Zoë")


@pytest.mark.parametrize(
    "phone", ["13800000000", "１３８００００００００", "138 0000 0000", "+8613800000000", "138-00000000"]
)
def test_a_phone_has_one_spelling(phone: str) -> None:
    assert spelt_phone(phone) == "13800000000"


@pytest.mark.parametrize("phone", ["12800000000", "1380000000", "138000000000", "0086138000000", "phone"])
def test_what_is_no_mobile_number_is_refused(phone: str) -> None:
    assert faulty(phone=phone) == {"phone": "phone_form"}


@given(st.text("示例小学Ab 1", min_size=2, max_size=20))
def test_width_case_and_spaces_of_an_answer_do_not_matter(answer: str) -> None:
    wide = "".join("　" if one == " " else chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in answer)
    assert spelt_answer(wide.upper()) == spelt_answer(answer)


def test_every_recovery_question_can_be_chosen() -> None:
    for question in RECOVERY_QUESTIONS:
        checked(recovery_question=question)
