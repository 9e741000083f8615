"""What a person says of themselves when they open an account, checked whole: every fault at once. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.candidates.document_numbers import BadDocumentNumber, Document, check
from backend.candidates.models import IdType
from backend.errors import Fault, Faulty

RECOVERY_QUESTIONS: Final = ("first_school", "first_teacher", "birthplace", "childhood_friend", "favourite_book")
USERNAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
PHONE: Final = re.compile(r"1[3-9][0-9]{9}")
NAME_MARKS: Final = frozenset("·•.-' ")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """As typed."""

    username: str
    password: str
    name: str
    id_type: IdType
    id_number: str
    phone: str
    recovery_question: str
    recovery_answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The same in one spelling each."""

    username: str
    name: str
    document: Document
    phone: str


def check_particulars(given: Particulars, *, today: date) -> Checked:
    """Raises Faulty `account_incomplete` with every fault."""
    faults: list[Fault] = []
    document = _document(given, today, faults)
    name, phone = spelt_name(given.name), spelt_phone(given.phone)
    if not USERNAME.fullmatch(given.username):
        faults.append(Fault("username", "username_form"))
    faults.extend(password_faults(given.password))
    if not is_name(name):
        faults.append(Fault("name", "name_form"))
    if not PHONE.fullmatch(phone):
        faults.append(Fault("phone", "phone_form"))
    faults.extend(recovery_faults(given.recovery_question, given.recovery_answer))
    if faults or document is None:
        raise Faulty("account_incomplete", faults=faults)
    return Checked(username=given.username, name=name, document=document, phone=phone)


def password_faults(password: str, *, field: str = "password") -> list[Fault]:
    """8 to 64 characters, letters and digits both."""
    long_enough = SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD
    mixed = any(one.isdigit() for one in password) and any(one.isalpha() for one in password)
    return [] if long_enough and mixed else [Fault(field, "password_form")]


def recovery_faults(question: str, answer: str) -> list[Fault]:
    faults = [] if question in RECOVERY_QUESTIONS else [Fault("recovery_question", "not_in_list")]
    if not 2 <= len(spelt_answer(answer)) <= 64:
        faults.append(Fault("recovery_answer", "recovery_answer_form"))
    return faults


def spelt_name(name: str) -> str:
    """One spelling: surrounding space gone, the separating dot of minority names written `·`."""
    return unicodedata.normalize("NFC", name).strip().replace("•", "·").replace("．", "·")


def is_name(name: str) -> bool:
    """1 to 50 letters of any script, rare Han included, with `·`, `.`, `-`, `'` and spaces between."""
    letters = [one for one in name if unicodedata.category(one).startswith(("L", "M"))]
    return 1 <= len(name) <= 50 and bool(letters) and all(one in NAME_MARKS or one in letters for one in name)


def spelt_phone(phone: str) -> str:
    """Digits only, without the country's prefix."""
    digits = "".join(unicodedata.normalize("NFKC", phone).replace("-", "").split())
    return digits.removeprefix("+86")


def spelt_answer(answer: str) -> str:
    """Width, case and spaces of an answer don't matter."""
    return "".join(unicodedata.normalize("NFKC", answer).casefold().split())


def _document(given: Particulars, today: date, faults: list[Fault]) -> Document | None:
    try:
        return check(given.id_type, given.id_number, today=today)
    except BadDocumentNumber as error:
        faults.append(Fault("id_number", error.code))
        return None
