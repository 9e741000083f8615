"""报名条件: education and years of practice, counted to the exam's `eligibility_cutoff` (candidates' notice 2024).

The notice says from when years count and to which day. How many are needed it leaves to 人社部发〔2021〕51号 (named by
Wuhai's notice of 2025), whose text none of the notices prints and which was not at hand: the figures below are not
verified against it. They are those of the rules of 2001 as training sites and notices of exams up to 2022 repeat them
(中级 7, 6, 4 and 2 years; 师 5, 3 and 1). The draft of the standards, published for comment, agrees as far as it was
found (师, and a bachelor's 4), and differs in one thing: after 住院医师规范化培训, which the form doesn't ask for, a
physician with a bachelor's degree needs 2 years. Sites also disagree whether a junior college's 3 years for 师 are of
work or of the title; here they count from the title's day.

So this is a warning to the clerk and never the last word: a clerk sees every reason, and approves in spite of them by
saying why. What the site's list of frontline staff lifts for somebody (frontline.py) stands in nobody's way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from backend.errors import Conflict, NotFound
from backend.exams.catalogue import Exams
from backend.registrations.form import Form
from backend.registrations.frontline import lifted_for
from backend.registrations.rows import Held
from backend.wording import Term

Rank = Literal["associate", "junior", "intermediate"]
"""士, 师 and 中级."""

YEARS: Final[Mapping[Rank, Mapping[str, int]]] = {
    "associate": {},
    "junior": {"secondary": 5, "junior_college": 3, "bachelor": 1},
    "intermediate": {"secondary": 7, "junior_college": 6, "bachelor": 4, "master": 2},
}
"""Years needed by highest education; what isn't named needs none. Not verified: see above."""

STEPPING_STONES: Final[Mapping[Rank, frozenset[str]]] = {
    "associate": frozenset(),
    "junior": frozenset(),
    "intermediate": frozenset({"junior", "physician", "intermediate"}),
}
"""What must have been obtained before, where any: 中级 follows 师 or a physician's qualification."""

BY_REGISTRATION: Final = frozenset({"physician", "assistant_physician", "none"})
"""Qualifications whose years count from the practice registration; a title's count from the day it was obtained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """One thing that is missing. `code` names its words in wording/eligibility.toml, `values` fill them."""

    code: str
    values: Mapping[str, object]

    def term(self) -> Term:
        return Term("eligibility", self.code, self.values)


def lacks(form: Form, rank: Rank, cutoff: date) -> list[Lack]:
    """All that keeps this form's holder from being eligible at that rank. Pure; a field left empty is no lack."""
    return [*_education(form, cutoff), *_stepping_stone(form, rank), *_years(form, rank, cutoff)]


def years_until(start: date, cutoff: date) -> int:
    """Whole years from one day to another, both included as days."""
    return cutoff.year - start.year - ((cutoff.month, cutoff.day) < (start.month, start.day))


def practised_since(form: Form) -> date | None:
    """From when years count: practice registration in medicine and nursing, else the day of the title."""
    chosen = form.registration
    qualification = chosen.current_qualification
    nurse_without_title = qualification == "junior_associate" and chosen.licence_class == "nursing"
    if qualification in BY_REGISTRATION or nurse_without_title:
        return chosen.practice_registration_date or chosen.current_qualification_date
    return chosen.current_qualification_date


async def require_eligible(exams: Exams, held: Held) -> list[str]:
    """The lacks that the site's list of frontline staff lifts, by code; an exam without a cutoff counts nothing.

    Raises Conflict `not_eligible` naming all that lacks beyond those.
    """
    cutoff = held.exam.eligibility_cutoff
    if cutoff is None:
        return []
    found = lacks(held.form, await _rank(exams, held), cutoff)
    lifted = await lifted_for(held.row) if found else frozenset()
    if standing := [lack for lack in found if lack.code not in lifted]:
        raise Conflict("not_eligible", lacks=[lack.term() for lack in standing])
    return [lack.code for lack in found]


async def _rank(exams: Exams, held: Held) -> Rank:
    if held.form.registration.level == "intermediate":
        return "intermediate"
    try:
        speciality = await exams.speciality(held.exam.code, held.form.registration.speciality or "")
    except NotFound:
        return "associate"
    return "associate" if speciality.name.endswith("（士）") else "junior"


def _education(form: Form, cutoff: date) -> Iterator[Lack]:
    graduated = form.education.graduation_date
    if form.education.school_recognised is False:
        yield Lack(code="school_not_recognised", values={})
    if graduated is not None and graduated > cutoff:
        yield Lack(code="graduated_later", values={"graduated": graduated, "cutoff": cutoff})


def _stepping_stone(form: Form, rank: Rank) -> Iterator[Lack]:
    needed, education = STEPPING_STONES[rank], form.education.highest_education
    held = form.registration.current_qualification
    if needed and held is not None and held not in needed and education != "doctor":
        yield Lack(code="qualification_too_low", values={})


def _years(form: Form, rank: Rank, cutoff: date) -> Iterator[Lack]:
    needed, since = YEARS[rank].get(form.education.highest_education or "", 0), practised_since(form)
    stated = form.work.years_in_speciality
    counted = years_until(since, cutoff) if since is not None else stated
    if counted is not None and counted < needed:
        yield Lack(code="years_too_few", values={"needed": needed, "years": max(counted, 0), "cutoff": cutoff})
