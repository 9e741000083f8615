"""One row of the military's file, checked: who, where they sit the exam, and for what. Pure.

Columns: id_type, id_number, name; registration.area, registration.site, registration.speciality, registration.level;
where known the form's other fields as `section.field`. `registration.subjects` are separated by `;`, and all of the
speciality's where it is empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from backend.candidates.models import IdType
from backend.candidates.particulars import is_name, spelt_name
from backend.exams.facts import SiteFacts, SpecialityFacts
from backend.registrations.document_cells import document
from backend.registrations.form import SECTIONS, Form
from backend.sheets import Row
from backend.staging import BadRow

CHOICE: Final = tuple(f"registration.{name}" for name in ("area", "site", "speciality", "level"))
NEEDED: Final = ("id_type", "id_number", "name", *CHOICE)
SUBJECTS: Final = "registration.subjects"
FORM: Final = frozenset(f"{section}.{name}" for section, model in SECTIONS.items() for name in model.model_fields)
NOT_THEIRS: Final = frozenset({"registration.confirmation_point"})
"""They confirm nowhere: their unit has them confirmed and reviewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MilitaryRow:
    """One row, checked."""

    id_type: IdType
    id_number: str
    name: str
    form: Form
    site: SiteFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class MilitaryRows:
    """Checks the rows of one file. `specialities`: the kind's, by code; `sites`: the exam's, by area and name; `today`
    is exam time's."""

    specialities: Mapping[str, SpecialityFacts]
    sites: Mapping[tuple[str, str], SiteFacts]
    today: date

    def knows(self, column: str) -> bool:
        """Whether it is one of the file's columns."""
        return column in NEEDED or column in FORM - NOT_THEIRS

    def check(self, row: Row) -> MilitaryRow:
        """Raises BadRow with every fault."""
        cells, faults = row.cells, list[tuple[str, str]]()
        id_type, number = document(cells, faults, today=self.today)
        name = spelt_name(cells["name"])
        if not is_name(name):
            faults.append(("name", "it is no person's name"))
        site = self._site(cells, faults)
        form = _form(cells, self._subjects(cells, faults), faults)
        if faults or id_type is None or site is None or form is None:
            raise BadRow(*faults)
        return MilitaryRow(id_type=id_type, id_number=number, name=name, form=form, site=site)

    def _site(self, cells: Mapping[str, str], faults: list[tuple[str, str]]) -> SiteFacts | None:
        site = self.sites.get((cells["registration.area"], cells["registration.site"]))
        if site is None:
            faults.append(("registration.site", "the exam has no such site in the area"))
        return site

    def _subjects(self, cells: Mapping[str, str], faults: list[tuple[str, str]]) -> list[str]:
        known = self.specialities.get(cells["registration.speciality"])
        if known is None:
            faults.append(("registration.speciality", "no speciality has this code"))
            return []
        if known.level != cells["registration.level"]:
            faults.append(("registration.level", f"the speciality's is {known.level}"))
        named = [one.strip() for one in cells.get(SUBJECTS, "").split(";") if one.strip()]
        if strange := [one for one in named if one not in known.subjects]:
            faults.append((SUBJECTS, f"{', '.join(strange)}: no subject of the speciality"))
        return [one for one in known.subjects if one in named] if named else list(known.subjects)


def _form(cells: Mapping[str, str], subjects: list[str], faults: list[tuple[str, str]]) -> Form | None:
    given: dict[str, dict[str, Any]] = {}
    for column, value in cells.items():
        if column in FORM and value:
            section, _, name = column.partition(".")
            given.setdefault(section, {})[name] = value
    given.setdefault("registration", {})["subjects"] = subjects
    try:
        return Form.model_validate(given)
    except ValidationError as error:
        faults += [(".".join(map(str, one["loc"][:2])), one["msg"]) for one in error.errors()]
        return None
