"""Whose row of a file it is: the document in its cells id_type and id_number. Pure."""

from collections.abc import Mapping
from datetime import date

from backend.candidates.document_numbers import BadDocumentNumber, check
from backend.candidates.models import IdType
from backend.wording import say


def document(cells: Mapping[str, str], faults: list[tuple[str, str]], *, today: date) -> tuple[IdType | None, str]:
    """Type and number in one spelling; what is wrong with them is added to the faults."""
    try:
        id_type = IdType(cells["id_type"])
    except ValueError:
        faults.append(("id_type", f"it is none of {', '.join(IdType)}"))
        return None, ""
    try:
        return id_type, check(id_type, cells["id_number"], today=today).number
    except BadDocumentNumber as error:
        faults.append(("id_number", say("faults", error.code, "en")))
        return id_type, ""
