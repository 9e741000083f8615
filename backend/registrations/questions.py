"""What the form of each kind of exam asks, as data: the paper forms differ, the record they are kept in is one.

The health professionals' form is annex 1 of the 2021 national plan, the nurses' that of the nurse exam's plan of 2012.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backend.registrations.form import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """One kind's form. Fields are `section.field`; what is in none of the three is not on this form."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    of_the_employed: tuple[str, ...] = ()
    """Required of everybody but fresh graduates, who may have no employer yet."""
    every_subject: bool = False
    """Whether the paper has the subjects printed, all of them: there is nothing to choose."""

    @property
    def asked(self) -> frozenset[str]:
        return frozenset({*self.required, *self.of_the_employed, *self.optional})

    def required_of(self, form: Form) -> tuple[str, ...]:
        """What must be filled in by whoever fills in this form."""
        return self.required if form.education.fresh_graduate else (*self.required, *self.of_the_employed)


HEALTH_PROFESSIONAL: Final = Questions(
    required=(
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
    ),
    optional=(
        "registration.licence_class",
        "registration.practice_registration_date",
        "registration.archive_number",
        "registration.last_year_speciality",
        "education.school_note",
        "education.major_note",
        "work.employer_parent",
    ),
)
"""What is optional here depends on the profession, or on last year."""

NURSE_LICENSING: Final = Questions(
    required=(
        "basic.gender",
        "basic.birth_date",
        "basic.ethnicity",
        "basic.health",
        "registration.area",
        "registration.site",
        "registration.confirmation_point",
        "registration.speciality",
        "registration.subjects",
        "education.highest_education",
        "education.degree",
        "education.school",
        "education.major",
        "education.graduation_date",
        "education.study_years",
        "education.studies",
        "education.fresh_graduate",
        "work.stamped_by",
    ),
    # The paper has no level: the speciality's own is taken at submit, and stands in a form that was handed in before.
    optional=("registration.level", "work.employer_parent"),
    of_the_employed=("work.employer", "work.employer_nature", "work.years_in_speciality"),
    every_subject=True,
)

QUESTIONS: Final[Mapping[str, Questions]] = {
    "health_professional": HEALTH_PROFESSIONAL,
    "nurse_licensing": NURSE_LICENSING,
}
"""By kind of exam; a calendar of any other kind is not loaded."""
