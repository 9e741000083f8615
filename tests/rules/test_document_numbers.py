"""Document numbers, held to GB 11643 as python-stdnum reads it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from backend.candidates.document_numbers import BadDocumentNumber, Document, check, check_character
from backend.candidates.models import IdType

TODAY = date(2023, 12, 1)
COUNTIES = ("110101", "110105", "120101", "310104")
"""Codes that stand in stdnum's own list without years beside them: made numbers need one it knows."""
PERMITS = ("810000", "820000", "830000")

births = st.dates(date(1900, 1, 1), TODAY)
orders = st.integers(0, 999)


def written(county: str, born: date, order: int) -> str:
    first = f"{county}{born:%Y%m%d}{order:03d}"
    return first + check_character(first)


def resident(number: str) -> Document:
    return check(IdType.RESIDENT_ID_CARD, number, today=TODAY)


def refusal(number: str, id_type: IdType = IdType.RESIDENT_ID_CARD) -> str:
    with pytest.raises(BadDocumentNumber) as refused:
        check(id_type, number, today=TODAY)
    return refused.value.code


@given(st.sampled_from(COUNTIES), births, orders)
def test_what_we_take_the_oracle_takes_and_reads_alike(county: str, born: date, order: int) -> None:
    number = written(county, born, order)
    assert ric.is_valid(number)
    document = resident(number)
    assert document.birth_date == ric.get_birth_date(number) == born
    assert document.gender == ("male" if order % 2 else "female")


@given(st.sampled_from(COUNTIES + PERMITS), births, orders)
def test_the_check_character_is_the_oracles_also_for_permits_of_hong_kong_macau_and_taiwan_residents(
    county: str, born: date, order: int
) -> None:
    number = written(county, born, order)
    assert number[-1] == ric.calc_check_digit(number)
    assert resident(number).number == number


@given(st.sampled_from(COUNTIES + PERMITS), births, orders, st.integers(6, 17), st.integers(1, 9))
def test_one_digit_mistyped_is_never_taken(county: str, born: date, order: int, place: int, more: int) -> None:
    number = written(county, born, order)
    digit = 10 if number[place] == "X" else int(number[place])
    wrong = number[:place] + str((digit + more) % 10) + number[place + 1 :]
    assert refusal(wrong) in ("id_number_checksum", "id_number_birth_date")


@given(st.sampled_from(COUNTIES), births, orders, st.integers(6, 16))
def test_two_neighbours_exchanged_are_never_taken(county: str, born: date, order: int, place: int) -> None:
    number = written(county, born, order)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped == number:
        return
    assert refusal(swapped) in ("id_number_checksum", "id_number_birth_date", "id_number_form")


@given(st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True))
def test_what_the_oracle_finds_wrong_in_digits_or_date_we_refuse(number: str) -> None:
    try:
        born = ric.get_birth_date(number)
    except Exception:
        assert refusal(number) in ("id_number_area", "id_number_birth_date")
        return
    right = number[-1] == ric.calc_check_digit(number) and date(1900, 1, 1) <= born <= TODAY
    if not right:
        assert refusal(number) in ("id_number_area", "id_number_birth_date", "id_number_checksum")


@given(st.sampled_from(COUNTIES), births, orders)
def test_width_case_and_spaces_make_no_other_number(county: str, born: date, order: int) -> None:
    number = written(county, born, order)
    wide = "".join(chr(ord(one) + 0xFEE0) for one in number.lower())
    assert resident(f" {wide[:6]} {wide[6:14]}　{wide[14:]} ").number == number


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "id_number_form"),
        ("13010219900101000", "id_number_form"),
        ("1301021990010100012", "id_number_form"),
        ("13010219900101000Y", "id_number_form"),
        ("١٣٠١٠٢١٩٩٠٠١٠١٠٠٠٠", "id_number_form"),
        (written("160102", date(1990, 1, 1), 0), "id_number_area"),
        (written("840102", date(1990, 1, 1), 0), "id_number_area"),
        (written("130102", TODAY + timedelta(days=1), 0), "id_number_birth_date"),
        (written("130102", date(1899, 12, 31), 0), "id_number_birth_date"),
        ("130102199002300007", "id_number_birth_date"),
    ],
)
def test_a_resident_number_is_refused_by_the_rule_it_breaks(number: str, code: str) -> None:
    assert refusal(number) == code


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        (IdType.PASSPORT, "E12345678"),
        (IdType.HK_MACAU_PERMIT, "H12345678"),
        (IdType.HK_MACAU_PERMIT, "M1234567801"),
        (IdType.TAIWAN_PERMIT, "12345678"),
        (IdType.MILITARY_ID, "军字第1234567号"),
    ],
)
def test_another_document_is_taken_by_its_form_and_says_nothing_of_its_holder(id_type: IdType, number: str) -> None:
    document = check(id_type, number.lower(), today=TODAY)
    assert (document.number, document.birth_date, document.gender) == (number, None, None)


@pytest.mark.parametrize("id_type", [one for one in IdType if one is not IdType.RESIDENT_ID_CARD])
@pytest.mark.parametrize("number", ["", "E1", "H1234567", "1234567", "军字第12号", "E1234567-8"])
def test_another_document_of_no_form_is_refused(id_type: IdType, number: str) -> None:
    if id_type is IdType.PASSPORT and number in ("H1234567", "1234567"):
        assert check(id_type, number, today=TODAY).number == number
        return
    assert refusal(number, id_type) == "id_number_form"
