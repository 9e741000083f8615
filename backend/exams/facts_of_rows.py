"""Rows into facts: the plain data that leaves this capability instead of its tables."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

from backend.clock import EXAM_ZONE
from backend.exams.facts import (
    AreaFacts,
    ExamFacts,
    ExamSite,
    PointFacts,
    Policy,
    Served,
    SessionFacts,
    SiteFacts,
    SlotFacts,
    SpecialityFacts,
)
from backend.exams.file_values import (
    AfterAutoConfirmation,
    ConfirmationMode,
    Half,
    HandIn,
    Level,
    PaymentMode,
)
from backend.exams.models import (
    Area,
    AreaPolicy,
    ConfirmationPoint,
    ConfirmationSlot,
    Exam,
    ExamSession,
    Site,
    SitePolicy,
    Speciality,
)


def area_facts(row: Area) -> AreaFacts:
    return AreaFacts(id=row.id, name=row.name, code=row.code)


def site_facts(row: Site, areas: Mapping[int, AreaFacts]) -> SiteFacts:
    return SiteFacts(id=row.id, area=areas[row.area_id].name, name=row.name, code=row.code)


def exam_facts(row: Exam) -> ExamFacts:
    return ExamFacts(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=row.kind,
        year=row.year,
        exam_days=tuple(date.fromisoformat(day) for day in row.exam_days),
        subjects=tuple(row.subjects),
        formats=tuple(row.formats),
        mini_programs=tuple(row.mini_programs),
        rolling_years=row.rolling_years,
        eligibility_cutoff=row.eligibility_cutoff,
        results_rule=row.results_rule,
        after_auto_confirmation=cast(AfterAutoConfirmation, row.after_auto_confirmation),
        fresh_graduates_confirm_at=row.fresh_graduates_confirm_at,
        military=row.military,
        exam_day_timetable=tuple(row.exam_day_timetable),
        sample=row.sample,
        source=row.source,
        version=row.version,
    )


def area_policy(row: AreaPolicy, area: AreaFacts, exam: ExamFacts) -> Policy:
    after = cast(AfterAutoConfirmation, row.after_auto_confirmation or exam.after_auto_confirmation)
    return Policy(
        area=area,
        confirmation_mode=cast(ConfirmationMode, row.confirmation_mode),
        auto_confirmation=row.auto_confirmation,
        after_auto_confirmation=after,
        payment_mode=cast(PaymentMode, row.payment_mode),
        prices=row.prices,
        materials=tuple(row.materials),
        commitment_letter=row.commitment_letter,
        frontline_exemption=row.frontline_exemption,
        sample=row.sample,
    )


def exam_site(row: SitePolicy, site: SiteFacts) -> ExamSite:
    return ExamSite(
        site=site,
        payment_mode=cast(PaymentMode | None, row.payment_mode),
        phone=row.phone,
        confirmation_place=row.confirmation_place,
        materials=tuple(row.materials),
        sample=row.sample,
    )


def at_site(policy: Policy, site: ExamSite | None) -> Policy:
    """The area's policy with the site's exceptions."""
    if site is None:
        return policy
    return replace(
        policy,
        payment_mode=site.payment_mode or policy.payment_mode,
        materials=site.materials or policy.materials,
        phone=site.phone,
        confirmation_place=site.confirmation_place,
        sample=policy.sample or site.sample,
    )


def point_facts(row: ConfirmationPoint) -> PointFacts:
    return PointFacts(
        id=row.id,
        site_id=row.site_id,
        name=row.name,
        phone=row.phone,
        address=row.address,
        opens_at=local(row.opens_at) if row.opens_at else None,
        closes_at=local(row.closes_at) if row.closes_at else None,
        serves=served(row.serves),
        hand_in=cast(HandIn, row.hand_in),
        sample=row.sample,
    )


def slot_facts(row: ConfirmationSlot) -> SlotFacts:
    return SlotFacts(
        site_id=row.site_id,
        day=row.day,
        half=cast(Half, row.half),
        opens_at=local(row.opens_at),
        closes_at=local(row.closes_at),
        serves=served(row.serves),
        hand_in=cast(HandIn, row.hand_in),
        sample=row.sample,
    )


def session_facts(row: ExamSession, areas: Mapping[int, AreaFacts]) -> SessionFacts:
    return SessionFacts(
        id=row.id,
        area=areas[row.area_id].name if row.area_id else None,
        number=row.number,
        subject=row.subject,
        specialities=tuple(row.specialities),
        starts_at=local(row.starts_at),
        ends_at=local(row.ends_at),
        sample=row.sample,
    )


def speciality_facts(row: Speciality) -> SpecialityFacts:
    return SpecialityFacts(
        kind=row.kind,
        code=row.code,
        name=row.name,
        level=cast(Level, row.level),
        subjects=tuple(row.subjects),
        sample=row.sample,
    )


def local(at: datetime) -> datetime:
    """The same instant, told in Asia/Shanghai."""
    return at.astimezone(EXAM_ZONE)


def served(stored: Mapping[str, Any]) -> Served:
    return Served(
        units=tuple(filter(None, [stored.get("unit"), *stored.get("units", ())])),
        counties=tuple(filter(None, [stored.get("county"), stored.get("district")])),
        parent=stored.get("parent"),
        default=bool(stored.get("default")),
    )
