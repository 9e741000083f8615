"""Document numbers (证件号码), checked by their own rules: a pure function of type and number.

Resident ID cards follow GB 11643: area, birth date, order code, check character. Residence permits of Hong Kong, Macau
and Taiwan residents (81, 82, 83) are numbered alike and count as such. Other documents are checked by form only.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from backend.candidates.models import IdType

Gender = Literal["male", "female"]

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS: Final = "10X98765432"
PROVINCES: Final = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
FORMS: Final = {
    IdType.PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
    IdType.HK_MACAU_PERMIT: re.compile(r"[HM][0-9]{8}([0-9]{2})?"),
    IdType.TAIWAN_PERMIT: re.compile(r"[0-9]{8}([0-9]{2})?"),
    IdType.MILITARY_ID: re.compile(r"[\u4e00-\u9fff]{1,4}字第[0-9]{4,10}号"),
}


class BadDocumentNumber(ValueError):
    """The number can't be one of its type. `code` says which rule it breaks."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A checked document number. What a resident ID card says of its holder, else None."""

    id_type: IdType
    number: str
    birth_date: date | None
    gender: Gender | None


def check(id_type: IdType, number: str, *, today: date) -> Document:
    """The document, its number in one spelling (NFKC, upper case, no spaces).

    Raises BadDocumentNumber with `id_number_form`, `id_number_area`, `id_number_birth_date` or `id_number_checksum`.
    """
    spelt = "".join(unicodedata.normalize("NFKC", number).upper().split())
    if id_type is IdType.RESIDENT_ID_CARD:
        return _resident(spelt, today)
    if not FORMS[id_type].fullmatch(spelt):
        raise BadDocumentNumber("id_number_form")
    return Document(id_type=id_type, number=spelt, birth_date=None, gender=None)


def check_character(first_17: str) -> str:
    """The eighteenth character that GB 11643 computes from the first seventeen digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def _resident(number: str, today: date) -> Document:
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise BadDocumentNumber("id_number_form")
    if number[:2] not in PROVINCES:
        raise BadDocumentNumber("id_number_area")
    birth_date = _birth_date(number[6:14], today)
    if check_character(number[:17]) != number[17]:
        raise BadDocumentNumber("id_number_checksum")
    gender: Gender = "male" if int(number[16]) % 2 else "female"
    return Document(id_type=IdType.RESIDENT_ID_CARD, number=number, birth_date=birth_date, gender=gender)


def _birth_date(digits: str, today: date) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise BadDocumentNumber("id_number_birth_date") from error
    if not date(1900, 1, 1) <= born <= today:
        raise BadDocumentNumber("id_number_birth_date")
    return born
