"""What was published, as the rest of the service reads it. All instants are in Asia/Shanghai, all money is in fen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.exams.file_values import AfterAutoConfirmation, ConfirmationMode, Half, HandIn, Level, PaymentMode


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamFacts:
    """One exam of one year.

    `results_rule`: {within, after}; `military`: {self_registration, payment, results_public}; a step of the
    `exam_day_timetable`: {anchor, minute, step, instruction}.
    """

    id: int
    code: str
    name: str
    kind: str
    year: int
    exam_days: tuple[date, ...]
    subjects: tuple[str, ...]
    formats: tuple[str, ...]
    mini_programs: tuple[str, ...]
    rolling_years: int
    eligibility_cutoff: date | None
    results_rule: Mapping[str, str] | None
    after_auto_confirmation: AfterAutoConfirmation
    fresh_graduates_confirm_at: str | None
    military: Mapping[str, Any] | None
    exam_day_timetable: tuple[Mapping[str, Any], ...]
    sample: bool
    source: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFacts:
    id: int
    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """A site under its area's name."""

    id: int
    area: str
    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamSite:
    """A site as one exam's files give it."""

    site: SiteFacts
    payment_mode: PaymentMode | None
    phone: str | None
    confirmation_place: str | None
    materials: tuple[str, ...]
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How an exam is held at one place, exceptions by site applied.

    `prices`: fen a subject by level, empty where none was published. `phone` and `confirmation_place` are the site's.
    `sample`: something of it is made up.
    """

    area: AreaFacts
    confirmation_mode: ConfirmationMode
    auto_confirmation: bool
    after_auto_confirmation: AfterAutoConfirmation
    payment_mode: PaymentMode
    prices: Mapping[str, int]
    materials: tuple[str, ...]
    commitment_letter: bool
    frontline_exemption: bool
    phone: str | None = None
    confirmation_place: str | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Whom a point or half day is for. `default`: everyone whom no other one is for."""

    units: tuple[str, ...] = ()
    counties: tuple[str, ...] = ()
    parent: str | None = None
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PointFacts:
    """报名点: one place where candidates of a site confirm."""

    id: int
    site_id: int
    name: str
    phone: str | None
    address: str | None
    opens_at: datetime | None
    closes_at: datetime | None
    serves: Served
    hand_in: HandIn
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFacts:
    """A half day at a site's confirmation place."""

    site_id: int
    day: date
    half: Half
    opens_at: datetime
    closes_at: datetime
    serves: Served
    hand_in: HandIn
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialityFacts:
    kind: str
    code: str
    name: str
    level: Level
    subjects: tuple[str, ...]
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """场次. `area` is None for the whole nation's; `specialities` is empty where everyone sits it."""

    id: int
    area: str | None
    number: int
    subject: str
    specialities: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    sample: bool
