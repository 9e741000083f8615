"""What a calendar file may say, as frozen data. Dates are whole days in Asia/Shanghai, included at both ends.

A file speaks for one level of one exam. A level may be spread over several files that differ in `part`, which is
`calendar` where none is given. The names of the fields are the names of the file's keys.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from backend.exams.calendar import Window, midnight
from backend.exams.file_values import (
    AfterAutoConfirmation,
    ClockTime,
    ConfirmationMode,
    Day,
    Fen,
    Half,
    HandIn,
    Kind,
    Level,
    Line,
    Moment,
    PaymentMode,
    Phone,
    Seats,
    Shape,
    Span,
    TwoDigits,
    Windows,
)

MAIN_PART: Final = "calendar"
"""The part of a level in which its exam is described."""
OFFICE_PART: Final = "office"
"""The part that the office itself writes at its desk: for a stage it names, it is the last word of its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serves(Shape):
    """Whom a confirmation point or slot is for. `default`: everyone whom no other one is for."""

    unit: Line | None = None
    units: tuple[Line, ...] = ()
    county: Line | None = None
    district: Line | None = None
    parent: Line | None = None
    default: StrictBool = False

    def __post_init__(self) -> None:
        if not (self.unit or self.units or self.county or self.district or self.parent or self.default):
            raise ValueError("it names nobody: unit, units, county, district, parent or default is needed")

    def stored(self) -> dict[str, object]:
        """What is given, as JSON keeps it."""
        given = {name: getattr(self, name) for name in ("unit", "units", "county", "district", "parent", "default")}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class PointShape(Shape):
    name: Line
    phone: Phone | None = None
    address: Line | None = None
    start: Moment | None = None
    end: Moment | None = None
    serves: Serves
    hand_in: HandIn = "self"

    def __post_init__(self) -> None:
        self.window()

    def window(self) -> Window | None:
        return Span(start=self.start, end=self.end).window() if self.start or self.end else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotShape(Shape):
    """Half days: the notices print no hours, so a day is parted at noon (our decision)."""

    day: Day
    half: Half
    serves: Serves
    hand_in: HandIn = "self"

    def window(self) -> Window:
        begin, end = {"morning": (0, 12), "afternoon": (12, 24), "all_day": (0, 24)}[self.half]
        start = midnight(self.day)
        return Window(opens_at=start + timedelta(hours=begin), closes_at=start + timedelta(hours=end))


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueShape(Shape):
    """`rooms`: the seats of each room, in the order of the rooms' numbers from 1."""

    name: Line
    address: Line
    rooms: Annotated[tuple[Seats, ...], Field(min_length=1, max_length=999)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionShape(Shape):
    """`specialities`: the codes that sit it, none for all of them."""

    number: Annotated[StrictInt, Field(ge=1, le=999)]
    subject: Line
    day: Day
    starts: ClockTime
    ends: ClockTime
    specialities: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Shape):
    phone: Phone


@dataclass(frozen=True, kw_only=True)
class SiteDetails(Shape):
    """What a site is and where. Without slots, since a site's own file has these beside what every file has."""

    code: TwoDigits | None = None
    contact: Contact | None = None
    payment_mode: PaymentMode | None = None
    confirmation_place: Line | None = None
    materials: tuple[Line, ...] = ()
    confirmation_points: tuple[PointShape, ...] = ()
    confirmation_slots: tuple[SlotShape, ...] = ()
    venues: Annotated[tuple[VenueShape, ...], Field(max_length=99)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteShape(SiteDetails):
    """A site as its area's file gives it."""

    name: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlace(Shape):
    area: Line
    site: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies(Shape):
    """What a national notice says of its areas, by their names."""

    online_confirmation: tuple[Line, ...] = ()
    auto_confirmation: tuple[Line, ...] = ()
    online_payment: tuple[Line, ...] = ()
    online_payment_except_sites: tuple[SitePlace, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Military(Shape):
    self_registration: StrictBool
    payment: Literal["at_site", "online"]
    results_public: StrictBool


@dataclass(frozen=True, slots=True, kw_only=True)
class Results(Shape):
    within: Literal["2 months", "45 working days"]
    after: Literal["last exam day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimetableStep(Shape):
    """A step of the invigilators' day: `minute` from the start or the end of a sitting, negative before it."""

    anchor: Literal["start", "end"]
    minute: StrictInt
    step: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    instruction: Literal["A", "B", "C", "D", "E", "F"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialityShape(Shape):
    kind: Kind
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{3,8}$")]
    name: Line
    level: Level
    subjects: Annotated[tuple[Line, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShape(Shape):
    """What every calendar file has."""

    exam: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
    part: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")] = MAIN_PART
    sample: StrictBool = False
    windows: Windows = field(default_factory=dict)
    sessions: tuple[SessionShape, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalFile(FileShape):
    level: Literal["national"]
    name: Line
    kind: Kind
    year: Annotated[StrictInt, Field(ge=2000, le=2100)]
    subjects: Annotated[tuple[Line, ...], Field(min_length=1)]
    exam_days: tuple[Day, ...] = ()
    formats: tuple[Literal["computer", "paper"], ...] = ()
    mini_programs: tuple[Literal["baidu", "wechat", "alipay"], ...] = ()
    rolling_years: Annotated[StrictInt, Field(ge=1, le=5)] | None = None
    eligibility_cutoff: Day | None = None
    results: Results | None = None
    payment_mode: PaymentMode | None = None
    after_auto_confirmation: AfterAutoConfirmation = "review"
    fresh_graduates_confirm_at: Literal["school"] | None = None
    policies: Policies = field(default_factory=Policies)
    military: Military | None = None
    exam_day: tuple[TimetableStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalPart(FileShape):
    """A further file of the nation's: it adds windows or sessions to an exam whose calendar stands elsewhere."""

    level: Literal["national"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFile(FileShape):
    level: Literal["area"]
    area: Line
    confirmation_mode: ConfirmationMode | None = None
    auto_confirmation: StrictBool | None = None
    after_auto_confirmation: AfterAutoConfirmation | None = None
    payment_mode: PaymentMode | None = None
    materials: tuple[Line, ...] = ()
    commitment_letter: StrictBool | None = None
    frontline_exemption: StrictBool | None = None
    prices: dict[Level, Fen] = field(default_factory=dict)
    sites: tuple[SiteShape, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFile(FileShape, SiteDetails):
    level: Literal["site"]
    area: Line
    site: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialitiesFile(Shape):
    """The specialities of a kind of exam: replaces all that were loaded of the kinds it names."""

    level: Literal["specialities"]
    sample: StrictBool = False
    specialities: Annotated[tuple[SpecialityShape, ...], Field(min_length=1)]


LayerShape = NationalFile | NationalPart | AreaFile | SiteFile
"""A file that is a layer of an exam."""
