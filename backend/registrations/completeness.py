"""What is still wrong with a form at submit: every fault at once, each naming its field.

Pure: what the exam offers (areas, sites, points, specialities, code lists) comes in as data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.candidates.document_numbers import Gender
from backend.errors import Fault
from backend.registrations.form import Form

REQUIRED: Final = (
    "basic.gender",
    "basic.birth_date",
    "basic.ethnicity",
    "registration.area",
    "registration.site",
    "registration.confirmation_point",
    "registration.speciality",
    "registration.level",
    "registration.subjects",
    "registration.current_qualification",
    "registration.current_qualification_date",
    "education.highest_education",
    "education.degree",
    "education.school",
    "education.major",
    "education.graduation_date",
    "education.study_years",
    "education.school_recognised",
    "work.employer",
    "work.employer_nature",
    "work.years_in_speciality",
    "work.stamped_by",
)
"""What the paper form must carry for everybody (2021 plan, annex 1). The rest depends on the profession."""

CODED: Final = {
    "basic.ethnicity": "ethnicity",
    "registration.current_qualification": "current_qualification",
    "registration.licence_class": "licence_class",
    "education.highest_education": "highest_education",
    "education.degree": "degree",
    "work.employer_nature": "employer_nature",
}
"""Fields whose value is a code, and the list it must stand in."""

DATES: Final = (
    "basic.birth_date",
    "registration.current_qualification_date",
    "registration.practice_registration_date",
    "education.graduation_date",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speciality:
    """What may be chosen under one speciality code."""

    level: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What one exam offers, as far as one form asks for it. None: what the form names isn't offered."""

    area_known: bool
    site_known: bool
    point_known: bool
    speciality: Speciality | None
    codes: Mapping[str, frozenset[str]]
    confirmed_online: bool = False
    """Nobody comes to a confirmation point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What the account's document says of its holder; None where the document says nothing."""

    birth_date: date | None
    gender: Gender | None


def check(form: Form, *, photo: bool, offer: Offer, holder: Holder, today: date) -> list[Fault]:
    """Every fault of the form, in the form's order."""
    faults = [*_missing(form, photo, offer), *_unknown(form, offer), *_not_the_holder(form, holder)]
    faults += [*_dates(form, today), *_speciality(form, offer.speciality)]
    order = {field: position for position, field in enumerate(_fields(form))}
    return sorted(faults, key=lambda fault: order.get(fault.field, len(order)))


def _fields(form: Form) -> Iterator[str]:
    for section in type(form).model_fields:
        yield from (f"{section}.{name}" for name in type(getattr(form, section)).model_fields)
        if section == "basic":
            yield "basic.photo"


def _missing(form: Form, photo: bool, offer: Offer) -> Iterator[Fault]:
    for field in REQUIRED:
        if field == "registration.confirmation_point" and offer.confirmed_online:
            continue
        if form.value(field) in (None, "", []):
            yield Fault(field, "missing")
    if not photo:
        yield Fault("basic.photo", "missing")


def _unknown(form: Form, offer: Offer) -> Iterator[Fault]:
    known = {
        "registration.area": offer.area_known,
        "registration.site": offer.site_known,
        "registration.confirmation_point": offer.point_known,
        "registration.speciality": offer.speciality is not None,
    }
    for field, is_known in known.items():
        if form.value(field) not in (None, "") and not is_known:
            yield Fault(field, "not_offered")
    for field, name in CODED.items():
        value = form.value(field)
        if value is not None and value not in offer.codes[name]:
            yield Fault(field, "not_in_list")


def _not_the_holder(form: Form, holder: Holder) -> Iterator[Fault]:
    for name in ("gender", "birth_date"):
        given, documented = form.value(f"basic.{name}"), getattr(holder, name)
        if given is not None and documented is not None and given != documented:
            yield Fault(f"basic.{name}", "not_as_document")


def _dates(form: Form, today: date) -> Iterator[Fault]:
    born = form.basic.birth_date
    for field in DATES:
        value = form.value(field)
        if not isinstance(value, date):
            continue
        if value > today:
            yield Fault(field, "in_the_future")
        elif born is not None and field != "basic.birth_date" and value <= born:
            yield Fault(field, "before_birth")


def _speciality(form: Form, speciality: Speciality | None) -> Iterator[Fault]:
    if speciality is None:
        return
    chosen = form.registration
    if chosen.level is not None and chosen.level != speciality.level:
        yield Fault("registration.level", "not_of_speciality")
    subjects = chosen.subjects or []
    if len(set(subjects)) != len(subjects):
        yield Fault("registration.subjects", "twice")
    if not set(subjects) <= set(speciality.subjects):
        yield Fault("registration.subjects", "not_of_speciality")
