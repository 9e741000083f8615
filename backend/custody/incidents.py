"""What is wrong with a hand-over: written down and told upwards in the same moment, seen by site, area and centre."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend import audit
from backend.clock import EXAM_ZONE, Clock
from backend.custody.materials import IncidentKind
from backend.custody.models import CustodyIncident, HandOver, ItemCount
from backend.custody.offices import of_clerk
from backend.database import Database, lock
from backend.errors import Fault, Faulty, NotFound
from backend.events import EventName, tell
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.wording import say

LONGEST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident as the offices above read it. `label`: of the box or bag; `declared`, `counted`: of it."""

    id: int
    kind: IncidentKind
    number: str
    area_id: int
    site_id: int | None
    label: str | None
    declared: int | None
    counted: int | None
    text: str
    reported_at: datetime


async def report(
    clock: Clock, clerk: Clerk, hand_over: HandOver, kind: IncidentKind, text: str, *, count: ItemCount | None = None
) -> CustodyIncident:
    """Inside the transaction that found it. The event names places and numbers, no person."""
    incident = await CustodyIncident.create(
        hand_over=hand_over,
        count=count,
        kind=kind,
        text=text,
        reported_by=clerk.member_id,
        reported_at=clock.now(),
    )
    after = {"incident": incident.id, "kind": kind}
    await audit.record(clock, clerk.actor, "incident_reported", "hand_over", hand_over.id, after=after)
    await tell(
        EventName.CUSTODY_INCIDENT,
        subject_id=str(incident.id),
        candidate_id=None,
        at=clock.now(),
        kind=kind,
        hand_over=hand_over.id,
        area=hand_over.area_id,
        site=hand_over.site_id,
    )
    return incident


class Incidents:
    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def report(self, clerk: Clerk, hand_over_id: int, text: str) -> CustodyIncident:
        """Something that no count says. Raises NotAllowed; NotFound outside the scope; Faulty `text`."""
        clerk.require(Duty.HAND_OVER)
        if not 0 < len(text.strip()) <= LONGEST:
            raise Faulty("hand_over_faulty", faults=[Fault("text", "too_long" if text.strip() else "missing")])
        async with self._database.transaction():
            held = await lock(HandOver, id=hand_over_id, **of_clerk(clerk))
            if held is None:
                raise NotFound("hand_over_unknown")
            known = await CustodyIncident.get_or_none(hand_over=held, kind=IncidentKind.OTHER, text=text.strip())
            return known or await report(self._clock, clerk, held, IncidentKind.OTHER, text.strip())

    async def texts(self, hand_over_id: int) -> list[str]:
        """What was found wrong, for its sheet: `B1 封条破损：…`."""
        rows = await CustodyIncident.filter(hand_over_id=hand_over_id).order_by("id").select_related("count__item")
        return [_in_words(one) for one in rows]

    async def all(self, clerk: Clerk, *, after: int = 0, limit: int = 50) -> list[Incident]:
        """Those of the clerk's scope, the oldest first. Raises NotAllowed."""
        clerk.require(Duty.SEE_CUSTODY)
        found = CustodyIncident.filter(id__gt=after, **of_clerk(clerk, through="hand_over__")).order_by("id")
        return [_shown(one) for one in await found.limit(limit).select_related("hand_over", "count__item")]


def _shown(one: CustodyIncident) -> Incident:
    item = one.count.item if one.count else None
    return Incident(
        id=one.id,
        kind=one.kind,
        number=one.hand_over.number,
        area_id=one.hand_over.area_id,
        site_id=one.hand_over.site_id,
        label=item.label if item else None,
        declared=item.declared if item else None,
        counted=one.count.counted if one.count else None,
        text=one.text,
        reported_at=one.reported_at.astimezone(EXAM_ZONE),
    )


def _in_words(one: CustodyIncident) -> str:
    label = f"{one.count.item.label} " if one.count else ""
    text = f"：{one.text}" if one.text else ""
    return f"{label}{say('custody', one.kind)}{text}"
