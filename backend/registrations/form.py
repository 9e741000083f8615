"""The registration form (报名申报表), section by section, as a draft may leave it: anything may still be missing.

Fields are those of the paper forms of both kinds of exam (2021 national plan, annex 1; nurse exam's plan of 2012,
annex 1); which of them a kind asks for is in questions.py. Name, document and phone are the account's: they are printed
on the form and kept with the account, encrypted, not in the form's own record.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

PRINTABLE: Final = r"^[^\x00-\x1f\x7f]*$"
"""No control characters: PostgreSQL keeps no NUL, and no paper prints the others."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60, pattern=PRINTABLE)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, max_length=32, pattern=PRINTABLE)]
Month = Annotated[str, StringConstraints(pattern=r"^(19|20)\d{2}-(0[1-9]|1[0-2])$")]
"""As in 2009-09."""


class Section(BaseModel):
    """One section as it was last saved. Unknown fields are refused, missing ones are None."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BasicSection(Section):
    """基本情况."""

    gender: Literal["male", "female"] | None = None
    birth_date: date | None = None
    ethnicity: Code | None = Field(None, description="GB/T 3304 code, 01 to 58")
    health: Code | None = Field(None, description="健康状况, nurses: a code of the list `health`")


class RegistrationSection(Section):
    """报考信息."""

    area: Line | None = None
    site: Line | None = None
    confirmation_point: int | None = Field(None, ge=1, le=2**63 - 1)
    speciality: Code | None = None
    level: Literal["junior", "intermediate"] | None = None
    subjects: list[Line] | None = Field(None, max_length=8)
    current_qualification: Code | None = None
    current_qualification_date: date | None = None
    licence_class: Code | None = None
    practice_registration_date: date | None = None
    archive_number: Code | None = None
    last_year_speciality: Code | None = None


class Study(Section):
    """One line of 专业学习经历; a draft may leave it incomplete."""

    begun: Month | None = None
    ended: Month | None = Field(None, description="The month in which it ended, or will end")
    school: Line | None = None
    major: Line | None = None


class EducationSection(Section):
    """教育情况."""

    highest_education: Code | None = None
    degree: Code | None = None
    school: Line | None = None
    school_note: Line | None = None
    major: Line | None = None
    major_note: Line | None = None
    graduation_date: date | None = None
    study_years: Annotated[int, Field(ge=1, le=10)] | None = None
    school_recognised: bool | None = None
    studies: list[Study] | None = Field(None, max_length=4, description="专业学习经历, nurses; the earliest first")
    fresh_graduate: bool | None = Field(None, description="应届毕业生, nurses: graduates in the year of the exam")


class WorkSection(Section):
    """工作情况."""

    employer: Line | None = None
    employer_parent: Line | None = None
    employer_nature: Code | None = None
    years_in_speciality: Annotated[int, Field(ge=0, le=60)] | None = None
    stamped_by: Literal["unit", "file_holder", "school"] | None = Field(
        None, description="`school`: of a fresh graduate's form"
    )


class SectionName(StrEnum):
    """The sections that are saved one by one."""

    BASIC = "basic"
    REGISTRATION = "registration"
    EDUCATION = "education"
    WORK = "work"


class Form(BaseModel):
    """The whole form as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    basic: BasicSection = BasicSection()
    registration: RegistrationSection = RegistrationSection()
    education: EducationSection = EducationSection()
    work: WorkSection = WorkSection()

    def with_section(self, name: SectionName, section: Section) -> "Form":
        return self.model_copy(update={name.value: section})

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return self.model_dump(mode="json")

    def value(self, field: str) -> object:
        """The value at `section.field`."""
        section, _, name = field.partition(".")
        return getattr(getattr(self, section), name)


SECTIONS: Final[dict[SectionName, type[Section]]] = {
    SectionName.BASIC: BasicSection,
    SectionName.REGISTRATION: RegistrationSection,
    SectionName.EDUCATION: EducationSection,
    SectionName.WORK: WorkSection,
}
