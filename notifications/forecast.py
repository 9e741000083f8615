"""What a change of the calendar would do to the reminders that are planned: read and compared, nothing written.

The plans are counted by place and hour in one query, and each count is set beside the moments of the calendar as it is
and as it would be; what the planner would do with one of a group it does with all of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg

from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.exams.catalogue import Exams
from backend.registrations.calendar_editing import Fate, Moved
from notifications.catalogue import Catalogue, Entry
from notifications.moments import Moment, Moments, whereabouts
from notifications.planning import announced
from notifications.statements import EMPLOYER, PARENT

PLANNED: Final = f"""
SELECT kind, telling, due_at, site_id, point, employer, parent, count(*) AS reminders
FROM (
    SELECT reminder.kind, split_part(reminder.occasion, '/', 3) AS telling, reminder.due_at, registration.site_id,
        CASE WHEN reminder.kind = ANY($3::text[]) THEN coalesce(registration.confirmation_point_id, 0) ELSE 0 END
            AS point,
        CASE WHEN reminder.kind = ANY($3::text[]) AND half.site_id IS NOT NULL THEN {EMPLOYER} ELSE '' END AS employer,
        CASE WHEN reminder.kind = ANY($3::text[]) AND half.site_id IS NOT NULL THEN {PARENT} ELSE '' END AS parent
    FROM registration JOIN reminder ON reminder.registration_id = registration.id
    LEFT JOIN (SELECT DISTINCT site_id FROM confirmation_slot WHERE exam_id = $1) AS half
        ON half.site_id = registration.site_id
    WHERE registration.exam_id = $1 AND registration.site_id = ANY($2::bigint[]) AND reminder.state = 'planned'
) AS planned
GROUP BY kind, telling, due_at, site_id, point, employer, parent
"""
"""$3: the kinds of which a telling goes by a candidate's own point or half day, which their employer decides on."""
IMPATIENT: Final = "SET LOCAL statement_timeout = '6s'"
"""A preview is waited for: the centre's, over millions, does without what takes longer to count."""

WHERE: Final = ("area", "site", "point", "employer", "parent")
Key = tuple[str, str, int, str, str]


class Forecast:
    """Reads alone, on the calendars of this process and those that are supposed."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, catalogue: Catalogue) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._entries = {
            (one.kind_name, one.name): one
            for one in catalogue.tellings()
            if one.when.event is None and one.kind.about == "registration"
        }
        self._at_their_place = sorted({kind for (kind, _), one in self._entries.items() if one.when.at_their_place})

    async def of(self, exam_code: str, supposed: Exams, sites: Sequence[int]) -> Sequence[Moved] | None:
        """What would become of what is planned for candidates of these sites, the earliest first; None where counting
        them takes too long."""
        exam = await self._exams.exam(exam_code)
        try:
            rows = await self._counted(exam.id, sites)
        except asyncpg.QueryCanceledError:
            return None
        results = await announced(self._database, exam.id)
        where = list(dict.fromkeys(whereabouts({name: row[name] for name in WHERE} for row in rows)))
        before = Moments(exams=self._exams, exam=exam, results=results, whereabouts=where)
        after = Moments(exams=supposed, exam=exam, results=results, whereabouts=where)
        found: Counter[tuple[str, Fate, datetime, datetime | None]] = Counter()
        for (kind, telling), of_telling in _grouped(rows).items():
            entry = self._entries.get((kind, telling))
            if entry is not None:
                now_at, then_at = _by_place(await before.of(entry.when)), _by_place(await after.of(entry.when))
                for row in of_telling:
                    fate = self._fate(entry, row, now_at, then_at)
                    if fate is not None:
                        found[kind, *fate] += row["reminders"]
        return [
            Moved(kind=kind, fate=fate, was=was, becomes=becomes, reminders=count)
            for (kind, fate, was, becomes), count in sorted(found.items(), key=lambda one: (one[0][2], one[0][0]))
        ]

    async def _counted(self, exam_id: int, sites: Sequence[int]) -> list[dict[str, Any]]:
        async with self._database.transaction():
            await self._database.rows(IMPATIENT)
            rows = await self._database.rows(PLANNED, exam_id, list(sites), self._at_their_place)
        places = {site_id: await self._exams.site_by_id(site_id) for site_id in {row["site_id"] for row in rows}}
        return [{**row, "area": places[row["site_id"]].area, "site": places[row["site_id"]].name} for row in rows]

    def _fate(
        self,
        entry: Entry,
        row: Mapping[str, Any],
        before: Mapping[Key, list[Moment]],
        after: Mapping[Key, list[Moment]],
    ) -> tuple[Fate, datetime, datetime | None] | None:
        """What the planner would make of it; None where it would leave it as it is."""
        was, now, place = row["due_at"].astimezone(EXAM_ZONE), self._clock.now(), _place(entry, row)
        # Of several days, the one it was planned for.
        days = [one.day for one in before.get(place, ()) if one.due_at == was]
        then = next((one for one in after.get(place, ()) if not days or one.day in days), None)
        if then is None or (then.expires_at is not None and then.expires_at <= now):
            return "taken_back", was, None
        is_late = then.due_at is not None and then.due_at < now
        if then.due_at is None or then.due_at == was or (is_late and entry.when.edge != "closes"):
            return None
        if is_late:
            return "late", was, then.due_at
        if then.expires_at is not None and then.due_at >= then.expires_at:
            return "taken_back", was, None
        return "moved", was, then.due_at


def _grouped(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault((row["kind"], row["telling"]), []).append(row)
    return found


def _by_place(moments: Iterable[Moment]) -> dict[Key, list[Moment]]:
    found: dict[Key, list[Moment]] = {}
    for one in moments:
        found.setdefault((one.area, one.site, one.point, one.employer, one.parent), []).append(one)
    return found


def _place(entry: Entry, row: Mapping[str, Any]) -> Key:
    if not entry.when.at_their_place:
        return row["area"], row["site"], 0, "", ""
    return row["area"], row["site"], row["point"], row["employer"], row["parent"]
