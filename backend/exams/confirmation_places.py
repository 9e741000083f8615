"""Which confirmation point or half day is a candidate's, suggested by their employer's name. Pure.

The match suggests; the candidate chooses. The cases are the points of 湘西 (2021) and the half days of 乌海 (2025).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from backend.exams.employer_names import LEVELS, forms, misspelt, same
from backend.exams.facts import PointFacts, Served, SlotFacts
from backend.exams.file_values import Half, HandIn


class Reason(IntEnum):
    """Why a place is suggested, the best reason first."""

    UNIT = 0
    """It is for the employer by name."""
    MISSPELT_UNIT = 1
    """It is, but for a slip of the pen."""
    PARENT = 2
    """It is for everything that belongs to the employer's parent."""
    COUNTY = 3
    """The employer is, by its name, in the county or district it is for."""
    DEFAULT = 4
    """It is for everyone whom no other one is for."""
    OTHER = 5
    """It is somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point, or one half day at it. `day` and `half_day` are None where the point is open all through its window."""

    point_id: int
    name: str
    phone: str | None
    address: str | None
    opens_at: datetime | None
    closes_at: datetime | None
    day: date | None = None
    half_day: Half | None = None
    serves: Served
    hand_in: HandIn
    sample: bool

    @staticmethod
    def of(points: Sequence[PointFacts], slots: Sequence[SlotFacts]) -> list["Place"]:
        """A site's places: its points; its half days, held at its only point, in that point's stead."""
        if slots and points:
            return [_half_day(points[0], slot) for slot in slots]
        return [_whole(point) for point in points]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place and what the candidate must do there.

    `hand_in` is `self`: they bring their papers between the place's `opens_at` and `closes_at`; `unit`: they hand them
    to their unit before `opens_at`, and the unit brings those of all its people. `through_unit`: they go themselves,
    after their unit, which has no account, has collected and checked the papers.
    """

    place: Place
    reason: Reason
    hand_in: HandIn
    through_unit: bool = False


def rank(
    places: Sequence[Place], employer: str | None, *, parent: str | None = None, site: str = "", area: str = ""
) -> list[Match]:
    """Every place of the site, the best match first; equally good ones stay in the notice's order.

    A candidate without an employer is everyone else's (社会考生): the default place comes first.
    """
    written = forms(employer, site=site, area=area) if employer else frozenset()
    parents = forms(parent, site=site, area=area) if parent else frozenset()
    matches = [_match(place, written, parents, site=site, area=area) for place in places]
    return sorted(matches, key=lambda match: match.reason)


def _match(place: Place, written: frozenset[str], parents: frozenset[str], *, site: str, area: str) -> Match:
    reason = _reason(place.serves, written, parents, site=site, area=area)
    by_name = reason in (Reason.UNIT, Reason.MISSPELT_UNIT)
    through_unit = by_name and place.serves.default and place.hand_in == "self"
    return Match(place=place, reason=reason, hand_in=place.hand_in, through_unit=through_unit)


def _reason(serves: Served, written: frozenset[str], parents: frozenset[str], *, site: str, area: str) -> Reason:
    units = [form for unit in serves.units for form in forms(unit, site=site, area=area)]
    if same(written, units):
        return Reason.UNIT
    if misspelt(written, units):
        return Reason.MISSPELT_UNIT
    if serves.parent and same(parents, forms(serves.parent, site=site, area=area)):
        return Reason.PARENT
    counties = [form for county in serves.counties for form in forms(county)]
    if any(_lies_in(form, county) for form in written for county in counties):
        return Reason.COUNTY
    return Reason.DEFAULT if serves.default else Reason.OTHER


def _lies_in(employer: str, county: str) -> bool:
    """Whether a name has the county's in it, or begins with it without 县 or 区: 泸溪县人民医院, 泸溪中医院.

    A name that goes on with another level's word is another place's: 海南省… is not in 海南区.
    """
    stem = county.rstrip(LEVELS)
    after = employer.removeprefix(stem)
    return county in employer or (len(stem) > 1 and after != employer and after[:1] not in LEVELS)


def _whole(point: PointFacts) -> Place:
    return Place(
        point_id=point.id,
        name=point.name,
        phone=point.phone,
        address=point.address,
        opens_at=point.opens_at,
        closes_at=point.closes_at,
        serves=point.serves,
        hand_in=point.hand_in,
        sample=point.sample,
    )


def _half_day(point: PointFacts, slot: SlotFacts) -> Place:
    return Place(
        point_id=point.id,
        name=point.name,
        phone=point.phone,
        address=point.address,
        opens_at=slot.opens_at,
        closes_at=slot.closes_at,
        day=slot.day,
        half_day=slot.half,
        serves=slot.serves,
        hand_in=slot.hand_in,
        sample=slot.sample,
    )
