"""The list of offices (办公室设置一览表), reported before the exam: who sits where, and under which number.

An area reports its own and its sites' (the 2021 plan, section 4), a site its own (Wuhai's plan of 2025).
"""

from dataclasses import dataclass, fields

from backend.documents.sheets import Sheet, blank_rows, head

TEMPLATE = "office_list"
LEAST_ROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One office of the exam."""

    name: str
    """As in 考点办公室, 考务办公室, 保密室."""
    address: str | None
    postcode: str | None
    head: str | None
    head_post: str | None
    """What the head is otherwise: 职务."""
    phone: str | None
    mobile: str | None
    fax: str | None
    email: str | None
    duty_phone: str | None
    """Answered while the exam runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeList(Sheet):
    """The offices of an area or of one site."""

    of_area: bool
    offices: tuple[Office, ...]


def office_list_data(sheet: OfficeList) -> dict[str, object]:
    """The data of the template."""
    return {
        **head(sheet, f"{'考区' if sheet.of_area else '考点'}办公室设置一览表"),
        "of_area": sheet.of_area,
        "offices": [{field.name: getattr(office, field.name) for field in fields(Office)} for office in sheet.offices],
        "blank_rows": blank_rows(sheet.offices, LEAST_ROWS),
    }
