"""Automatic confirmation of returning candidates (历史考生自动确认, candidates' notice 2024).

Pure: last year's registration and this year's form in, the outcome and its reasons out.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

COMPARED_FIELDS: Final = (
    "name",
    "basic.gender",
    "basic.birth_date",
    "basic.ethnicity",
    "registration.area",
    "registration.site",
    "registration.speciality",
    "registration.level",
    "education.highest_education",
    "education.degree",
    "education.school",
    "education.major",
    "education.graduation_date",
    "education.study_years",
    "work.employer",
    "work.employer_parent",
    "work.employer_nature",
)
"""The notice names the groups: basic information, area, site, speciality, level, education, work. That years of
practice, photo and phone are left out is our decision: they change by themselves and say nothing of eligibility."""

IN_WORDS: Final = {"name": "account.name"}
"""Entries of wording/form_fields.toml that are not called as the field is."""

BRACKETS: Final = str.maketrans("〔〕【】［］〖〗[]{}", "()" * 6)

Outcome = Literal["confirmed", "failed", "not_applicable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field in which this year's form is not last year's."""

    field: str
    last_year: str | None
    this_year: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Last year's registration of the same kind of exam under the same document, as imported.

    `violated`: something of it was void for a violation, by the import or by a decision here.
    """

    attendance: Literal["sat", "absent", "void"]
    qualified: bool
    archive_number: str
    form: Mapping[str, Any]
    violated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoConfirmation:
    """What the automatic rule found. `rolls`: whether last year's scores will count this year."""

    outcome: Outcome
    reason: str | None
    rolls: bool
    differences: tuple[Difference, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it and the API answers it."""
        differences = [
            {"field": one.field, "last_year": one.last_year, "this_year": one.this_year} for one in self.differences
        ]
        return {"outcome": self.outcome, "reason": self.reason, "rolls": self.rolls, "differences": differences}


def in_words(field: str) -> str:
    """A compared field's entry in wording/form_fields.toml."""
    return IN_WORDS.get(field, field)


def decide(
    *, enabled: bool, past: Past | None, this_year: Mapping[str, Any], document_changed: bool = False
) -> AutoConfirmation:
    """Apply the rule at submit. `enabled`: the area has `auto_confirmation`. Forms are nested: section → field → value,
    with the account's `name` beside the sections. `document_changed`: nothing of last year is found by document, and
    the archive number typed is last year's of another one.

    A missing or different archive number bars the scores from rolling, not the confirmation; a violation that voided
    one subject bars the confirmation ("缺考、违纪考生除外"), not the scores of the others from rolling.
    """
    rolls = past is not None and past.attendance == "sat" and not past.qualified and _same_archive(past, this_year)
    if not enabled:
        return AutoConfirmation(outcome="not_applicable", reason="area_without", rolls=rolls)
    if past is None:
        reason = "document_changed" if document_changed else "no_last_year"
        return AutoConfirmation(outcome="not_applicable", reason=reason, rolls=False)
    if barred := _takes_part(past):
        return AutoConfirmation(outcome="not_applicable", reason=barred, rolls=rolls)
    differences = compare(past.form, this_year)
    if differences:
        return AutoConfirmation(outcome="failed", reason="differs", rolls=rolls, differences=tuple(differences))
    return AutoConfirmation(outcome="confirmed", reason=None, rolls=rolls)


def compare(last_year: Mapping[str, Any], this_year: Mapping[str, Any]) -> list[Difference]:
    """Differences that stop automatic confirmation, in the form's own order."""
    return [
        Difference(field=field, last_year=_text(before), this_year=_text(now))
        for field in COMPARED_FIELDS
        if (before := _value(last_year, field)) != (now := _value(this_year, field)) and meaning(before) != meaning(now)
    ]


def meaning(value: object) -> str:
    """One spelling for what means the same: width, spaces, letter case and the shape of brackets don't count."""
    if value is None:
        return ""
    folded = unicodedata.normalize("NFKC", str(value)).translate(BRACKETS).casefold()
    return "".join(folded.split())


def _takes_part(past: Past) -> str | None:
    """Why last year's registration doesn't take part, or None where it does."""
    if past.attendance == "absent":
        return "absent_last_year"
    if past.attendance == "void" or past.violated:
        return "violation_last_year"
    return "qualified_last_year" if past.qualified else None


def _same_archive(past: Past, this_year: Mapping[str, Any]) -> bool:
    typed = meaning(_value(this_year, "registration.archive_number"))
    return typed != "" and typed == meaning(past.archive_number)


def _value(form: Mapping[str, Any], field: str) -> object:
    section, _, name = field.partition(".")
    return (form.get(section) or {}).get(name) if name else form.get(section)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
