"""The places at which a deadline is over, as the sweeps' statements take them: arrays of the names a form has."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from backend.exams.calendar import Calendar
from backend.exams.catalogue import Exams
from backend.exams.facts import Policy

Closes = Callable[[Calendar, Policy | None], datetime | None]
"""When a deadline is over at the place of this calendar and policy; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Places by the names in a form, '' for one that isn't chosen yet, and when the deadline closed or closes there."""

    areas: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    closes_at: list[datetime] = field(default_factory=list)

    def add(self, area: str | None, site: str | None, closes_at: datetime) -> None:
        self.areas.append(area or "")
        self.sites.append(site or "")
        self.closes_at.append(closes_at)

    def __bool__(self) -> bool:
        return bool(self.areas)


async def places(exams: Exams, exam: str, closes: Closes, *, now: datetime) -> tuple[Places, Places]:
    """Where it is over, and where it is still ahead. A place without the deadline is in neither."""
    over, ahead = Places(), Places()
    for area, site in await exams.places():
        calendar, policy = await exams.calendar(exam, area, site), await exams.policy_or_none(exam, area, site)
        closes_at = closes(calendar, policy)
        if closes_at is not None:
            (over if closes_at <= now else ahead).add(area, site, closes_at)
    return over, ahead
