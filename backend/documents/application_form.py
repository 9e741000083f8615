"""The application form (报名申报表): what is on it, and how it becomes the template's data.

Its rows are those of annex 1 of the 2021 exam's plan (卫人才发〔2020〕153号).
"""

from dataclasses import dataclass, fields
from datetime import date, datetime

from backend.documents.barcodes import barcode_data
from backend.documents.dates import day, minute
from backend.documents.photos import photo_svg

TEMPLATE = "application_form"
BARCODE_ROOM_MM = 95.0
ROOM_FOR_SUBJECTS = 4
SEPARATOR = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectLine:
    """A subject of the exam, and whether this candidate takes it."""

    name: str
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationForm:
    """An application form; every string is printed as it stands, what is None is left blank."""

    exam_name: str
    registration_number: str | None
    """网报号; with the verification code it makes the barcode, which stays away while one of them is missing."""
    verification_code: str | None
    username: str | None
    confirmation_point: str | None
    photo: bytes | None
    """A JPEG as `accept_photo` of backend.registrations.photos makes it; without one the frame says 照片."""
    # Basic (基本情况)
    name: str | None
    gender: str | None
    birth_date: date | None
    ethnicity: str | None
    id_type: str | None
    id_number: str | None
    phone: str | None
    # Registration (报考信息)
    archive_number: str | None
    last_year_speciality: str | None
    level: str | None
    speciality: str | None
    speciality_code: str | None
    subjects: tuple[SubjectLine, ...]
    """Every subject of the exam, at most four."""
    current_qualification: str | None
    current_qualification_date: date | None
    licence_class: str | None
    # Education (教育情况)
    highest_education: str | None
    degree: str | None
    graduation_date: date | None
    study_years: str | None
    school: str | None
    school_note: str | None
    major: str | None
    major_note: str | None
    # Work (工作情况)
    employer: str | None
    employer_parent: str | None
    employer_nature: str | None
    years_in_speciality: int | None

    printed_at: datetime
    sample: bool
    """Made-up data: the form says so, in the middle and at the top."""


def application_form_data(form: ApplicationForm) -> dict[str, object]:
    """The data of the template `application_form`.

    Raises ValueError where the exam has more subjects than the form has room for, or the numbers are too long to print
    as a barcode that reads.
    """
    if len(form.subjects) > ROOM_FOR_SUBJECTS:
        raise ValueError(f"the form has room for {ROOM_FOR_SUBJECTS} subjects, not {len(form.subjects)}")
    printed = {field.name: printed_value(getattr(form, field.name)) for field in fields(form)}
    return {
        **printed,
        "title": "报名申报表",
        "barcode": form_barcode(form.registration_number, form.verification_code),
        "photo": photo_svg(form.photo) if form.photo else None,
        "subjects": [{"name": subject.name, "taken": subject.taken} for subject in form.subjects],
        "years_in_speciality": None if form.years_in_speciality is None else f"{form.years_in_speciality} 年",
        "printed_at": f"{day(form.printed_at)} {minute(form.printed_at)}",
        "sample": form.sample,
    }


def scanned_text(registration_number: str, verification_code: str) -> str:
    """What the form's barcode says."""
    return f"{registration_number}{SEPARATOR}{verification_code}"


def read_scanned_text(text: str) -> tuple[str, str]:
    """Registration number and verification code out of what a scanner read. Raises ValueError for anything else."""
    registration_number, separator, verification_code = text.strip().partition(SEPARATOR)
    if not (separator and registration_number and verification_code):
        raise ValueError("not the barcode of an application form")
    return registration_number, verification_code


def form_barcode(registration_number: str | None, verification_code: str | None) -> dict[str, object] | None:
    """The barcode of a form for its template; None while one of the two is missing. Raises ValueError (too long)."""
    if not (registration_number and verification_code):
        return None
    return barcode_data(scanned_text(registration_number, verification_code), BARCODE_ROOM_MM)


def printed_value(value: object) -> object:
    """A field as a form prints it."""
    return value.isoformat() if isinstance(value, date) else value
