"""What an exam offers, looked up for one form: the data its completeness is checked against."""

from collections.abc import Awaitable

from backend.errors import NotFound
from backend.exams.catalogue import ExamFacts, Exams
from backend.registrations.completeness import CODED, Offer, Speciality
from backend.registrations.form import Form, RegistrationSection, SectionName
from backend.registrations.questions import QUESTIONS


async def offer_for(exams: Exams, exam: ExamFacts, form: Form) -> Offer:
    """What the exam asks, and the part of its offer that this form names."""
    choice = form.registration
    area, site = choice.area or "", choice.site or ""
    site_known = await _known(exams.site(area, site))
    return Offer(
        questions=QUESTIONS[exam.kind],
        year=exam.year,
        area_known=await _known(exams.area(area)),
        site_known=site_known,
        point_known=site_known and await _has_point(exams, exam.code, area, site, choice.confirmation_point),
        speciality=await _speciality(exams, exam.code, choice.speciality),
        confirmed_online=await _confirmed_online(exams, exam.code, area),
        codes={name: exams.codes(name) for name in set(CODED.values())},
    )


def with_level(form: Form, offer: Offer) -> Form:
    """The form with its speciality's level, which not every kind of exam asks for."""
    if offer.speciality is None:
        return form
    chosen = form.registration.model_dump() | {"level": offer.speciality.level}
    return form.with_section(SectionName.REGISTRATION, RegistrationSection.model_validate(chosen))


async def _confirmed_online(exams: Exams, exam: str, area: str) -> bool:
    policy = await exams.policy_or_none(exam, area, None)
    return policy is not None and policy.confirmation_mode == "online"


async def _known(lookup: Awaitable[object]) -> bool:
    try:
        await lookup
    except NotFound:
        return False
    return True


async def _has_point(exams: Exams, exam: str, area: str, site: str, point_id: int | None) -> bool:
    return any(point.id == point_id for point in await exams.points(exam, area, site))


async def _speciality(exams: Exams, exam: str, code: str | None) -> Speciality | None:
    try:
        found = await exams.speciality(exam, code or "")
    except NotFound:
        return None
    return Speciality(level=found.level, subjects=tuple(found.subjects))
