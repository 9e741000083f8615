"""The nurses' application form (护士执业资格考试报名申请表): what is on it, and how it becomes the template's data.

Its rows are those of annex 1 of the nurse exam's plan of 2012; the barcode is that of the other application form,
read by the same scanner at the confirmation.
"""

from dataclasses import dataclass, fields
from datetime import date

from backend.documents.application_form import form_barcode, printed_value
from backend.documents.photos import photo_svg
from backend.documents.sheets import Paper, paper_head

TEMPLATE = "nurse_application_form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A line of the candidate's professional studies (专业学习经历)."""

    begun: str
    """As in 2009-09."""
    ended: str
    school: str
    major: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NurseApplicationForm(Paper):
    """A nurses' application form; what is None is left blank."""

    registration_number: str | None
    verification_code: str | None
    """With the registration number it makes the barcode."""
    username: str | None
    confirmation_point: str | None
    photo: bytes | None
    # 基本情况
    name: str | None
    gender: str | None
    ethnicity: str | None
    birth_date: date | None
    id_type: str | None
    id_number: str | None
    health: str | None
    phone: str | None
    # 报考科目
    subjects: tuple[str, ...]
    speciality_code: str | None
    # 教育情况
    highest_education: str | None
    major: str | None
    graduation_date: date | None
    school: str | None
    degree: str | None
    study_years: str | None
    studies: tuple[Study, ...]
    # 工作情况
    employer_parent: str | None
    employer: str | None
    employer_nature: str | None
    years_in_speciality: int | None


def nurse_application_form_data(form: NurseApplicationForm) -> dict[str, object]:
    """The data of the template. Raises ValueError where the numbers are too long to print as a barcode that reads."""
    printed = {field.name: printed_value(getattr(form, field.name)) for field in fields(form)}
    return {
        **printed,
        **paper_head(form, "报名申请表"),
        "barcode": form_barcode(form.registration_number, form.verification_code),
        "photo": photo_svg(form.photo) if form.photo else None,
        "studies": [
            {"years": f"{one.begun}—{one.ended}", "school": one.school, "major": one.major} for one in form.studies
        ],
        "years_in_speciality": None if form.years_in_speciality is None else f"{form.years_in_speciality} 年",
    }
