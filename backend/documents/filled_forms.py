"""A form that was handed in, as the paper of its kind of exam: what was filled in, in words instead of codes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend.documents import application_form, nurse_application_form
from backend.documents.application_form import ApplicationForm, SubjectLine, application_form_data
from backend.documents.nurse_application_form import NurseApplicationForm, Study, nurse_application_form_data
from backend.exams.catalogue import ExamFacts, SpecialityFacts
from backend.registrations.form import Form
from backend.registrations.models import Registration
from backend.wording import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """All that a form's paper is drawn from."""

    code_text: Callable[[str, str], str | None]
    """What a code of a list means."""
    exam: ExamFacts
    row: Registration
    form: Form
    speciality: SpecialityFacts
    point: str
    name: str
    username: str
    id_type: str
    id_number: str
    phone: str
    photo: bytes | None
    printed_at: datetime
    sample: bool

    def code(self, name: str, code: str | None) -> str | None:
        return self.code_text(name, code) if code else None


def printed_form(filled: Filled) -> tuple[str, Mapping[str, object]]:
    """The template of the exam's kind, and its data."""
    return PAPERS[filled.exam.kind](filled)


def _health_professional(filled: Filled) -> tuple[str, Mapping[str, object]]:
    choice, education = filled.form.registration, filled.form.education
    paper = ApplicationForm(
        **_common(filled),
        archive_number=choice.archive_number,
        last_year_speciality=choice.last_year_speciality,
        level=word("level", choice.level),
        speciality=filled.speciality.name,
        subjects=tuple(SubjectLine(name=name, taken=name in (choice.subjects or ())) for name in filled.exam.subjects),
        current_qualification=filled.code("current_qualification", choice.current_qualification),
        current_qualification_date=choice.current_qualification_date,
        licence_class=filled.code("licence_class", choice.licence_class),
        school_note=education.school_note,
        major_note=education.major_note,
    )
    return application_form.TEMPLATE, application_form_data(paper)


def _nurse_licensing(filled: Filled) -> tuple[str, Mapping[str, object]]:
    studies = filled.form.education.studies or ()
    paper = NurseApplicationForm(
        **_common(filled),
        health=filled.code("health", filled.form.basic.health),
        subjects=filled.speciality.subjects,
        studies=tuple(
            Study(begun=one.begun or "", ended=one.ended or "", school=one.school or "", major=one.major or "")
            for one in studies
        ),
    )
    return nurse_application_form.TEMPLATE, nurse_application_form_data(paper)


PAPERS: Final[Mapping[str, Callable[[Filled], tuple[str, Mapping[str, object]]]]] = {
    "health_professional": _health_professional,
    "nurse_licensing": _nurse_licensing,
}
"""By kind of exam."""


def _common(filled: Filled) -> dict[str, Any]:
    """What stands on both papers."""
    basic = filled.form.basic
    return {
        "exam_name": filled.exam.name,
        "registration_number": filled.row.registration_number,
        "verification_code": filled.row.verification_code,
        "username": filled.username,
        "confirmation_point": filled.point,
        "photo": filled.photo,
        "name": filled.name,
        "gender": word("gender", basic.gender),
        "birth_date": basic.birth_date,
        "ethnicity": filled.code("ethnicity", basic.ethnicity),
        "id_type": word("id_type", filled.id_type),
        "id_number": filled.id_number,
        "phone": filled.phone,
        "speciality_code": filled.speciality.code,
        **_education(filled),
        **_work(filled),
        "printed_at": filled.printed_at,
        "sample": filled.sample,
    }


def _education(filled: Filled) -> dict[str, Any]:
    education = filled.form.education
    return {
        "highest_education": filled.code("highest_education", education.highest_education),
        "degree": filled.code("degree", education.degree),
        "graduation_date": education.graduation_date,
        "study_years": str(education.study_years or ""),
        "school": education.school,
        "major": education.major,
    }


def _work(filled: Filled) -> dict[str, Any]:
    work = filled.form.work
    return {
        "employer": work.employer,
        "employer_parent": work.employer_parent,
        "employer_nature": filled.code("employer_nature", work.employer_nature),
        "years_in_speciality": work.years_in_speciality,
    }


def word(kind: str, value: str | None) -> str:
    """A value as a paper prints it: papers are Chinese."""
    return say("terms", f"{kind}_{value}", "zh-CN") if value else ""
