"""What is still wrong with a form at submit: every fault at once, each naming its field.

Pure: what the exam asks and offers (areas, sites, points, specialities, code lists) comes in as data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.candidates.document_numbers import Gender
from backend.errors import Fault
from backend.registrations.form import Form, Study
from backend.registrations.questions import Questions

CODED: Final = {
    "basic.ethnicity": "ethnicity",
    "basic.health": "health",
    "registration.current_qualification": "current_qualification",
    "registration.licence_class": "licence_class",
    "education.highest_education": "highest_education",
    "education.degree": "degree",
    "work.employer_nature": "employer_nature",
}
"""Fields whose value is a code, and the list it must stand in."""

EMPTY: Final[tuple[object, ...]] = (None, "", [])

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

    questions: Questions
    """What this kind of exam's form asks."""
    year: int
    """The exam's."""
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
    faults = [*_missing(form, photo, offer), *_unasked(form, offer.questions), *_unknown(form, offer)]
    faults += [*_not_the_holder(form, holder), *_dates(form, today), *_speciality(form, offer)]
    faults += [*_studies(form), *_fresh_graduate(form, offer.year)]
    order = {field: position for position, field in enumerate(_fields(form))}
    return sorted(faults, key=lambda fault: order.get(fault.field, len(order)))


def _fields(form: Form) -> Iterator[str]:
    for section in type(form).model_fields:
        yield from (f"{section}.{name}" for name in type(getattr(form, section)).model_fields)
        if section == "basic":
            yield "basic.photo"


def _missing(form: Form, photo: bool, offer: Offer) -> Iterator[Fault]:
    for field in offer.questions.required_of(form):
        if field == "registration.confirmation_point" and offer.confirmed_online:
            continue
        if form.value(field) in EMPTY:
            yield Fault(field, "missing")
    if not photo:
        yield Fault("basic.photo", "missing")


def _unasked(form: Form, questions: Questions) -> Iterator[Fault]:
    for field in _fields(form):
        if field != "basic.photo" and field not in questions.asked and form.value(field) not in EMPTY:
            yield Fault(field, "not_of_form")


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
        if value > today and not (field == "education.graduation_date" and form.education.fresh_graduate):
            yield Fault(field, "in_the_future")
        elif born is not None and field != "basic.birth_date" and value <= born:
            yield Fault(field, "before_birth")


def _speciality(form: Form, offer: Offer) -> Iterator[Fault]:
    speciality, chosen = offer.speciality, form.registration
    if speciality is None:
        return
    if chosen.level is not None and chosen.level != speciality.level:
        yield Fault("registration.level", "not_of_speciality")
    subjects = chosen.subjects or []
    if len(set(subjects)) != len(subjects):
        yield Fault("registration.subjects", "twice")
    if not set(subjects) <= set(speciality.subjects):
        yield Fault("registration.subjects", "not_of_speciality")
    elif offer.questions.every_subject and subjects and set(subjects) != set(speciality.subjects):
        yield Fault("registration.subjects", "every_subject")


def _studies(form: Form) -> Iterator[Fault]:
    studies = form.education.studies or []
    if any(None in _answers(one) or "" in _answers(one) for one in studies):
        yield Fault("education.studies", "incomplete")
    # Months are written so that they sort as they follow each other.
    if any(one.begun and one.ended and one.ended < one.begun for one in studies):
        yield Fault("education.studies", "ends_before_it_begins")


def _answers(study: Study) -> tuple[str | None, ...]:
    return study.begun, study.ended, study.school, study.major


def _fresh_graduate(form: Form, year: int) -> Iterator[Fault]:
    """A fresh graduate (应届毕业生) graduates in the year of the exam, and nobody but the school stamps their form."""
    fresh, graduation, stamp = form.education.fresh_graduate, form.education.graduation_date, form.work.stamped_by
    if fresh and graduation is not None and graduation.year != year:
        yield Fault("education.graduation_date", "not_this_year")
    if fresh and stamp is not None and stamp != "school":
        yield Fault("work.stamped_by", "stamped_by_school")
    if not fresh and stamp == "school":
        yield Fault("work.stamped_by", "not_stamped_by_school")
