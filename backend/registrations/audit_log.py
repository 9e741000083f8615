"""The audit log as offices read it: who did what, when, to what. Reading it whole is a duty of its own.

An office reads what its own members and those of the offices below did; of one registration in its scope, all that
anybody did, its candidate and the service included. The centre reads everything.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.errors import NotFound
from backend.registrations.models import Registration
from backend.staff.duties import Duty
from backend.staff.models import Level, StaffMember
from backend.staff.scope import Clerk

PAGE: Final = 50
BATCH: Final = 1000
MOST_EXPORTED: Final = 100_000
"""Records of one file: whoever needs more narrows the time."""
SUBJECTS: Final = (
    *("registration", "candidate", "inquiry", "notice", "exam", "staff_member"),
    *("seating_plan", "batch", "hand_over", "audit"),
)
"""Kinds of things that the staff's acts are about."""
NEWEST: Final = 2**63 - 1

FILTERED: Final = """
SELECT * FROM audit_record
WHERE id < $1 AND ($2::text IS NULL OR act = $2) AND ($3::timestamptz IS NULL OR at >= $3)
    AND ($4::timestamptz IS NULL OR at < $4) AND ($6::text IS NULL OR subject = $6)
"""
EVERYTHING: Final = f"{FILTERED} ORDER BY id DESC LIMIT $5"
OF_ONE: Final = f"""
{FILTERED} AND subject = 'registration' AND subject_id = $7 AND ($8::text[] IS NULL OR actor_id = ANY($8))
ORDER BY id DESC LIMIT $5
"""
OF_MEMBERS: Final = f"""
SELECT record.* FROM unnest($7::text[]) AS member (id)
CROSS JOIN LATERAL (
    {FILTERED} AND actor_id = member.id AND actor_kind = 'staff' ORDER BY id DESC LIMIT $5
) AS record
ORDER BY record.id DESC LIMIT $5
"""
"""Of each member the newest, by the index on who did it: an office's few are found among everybody's millions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for; None: any.

    `who`: a member's user name; `subject`: a kind of thing; `since` up to, not with, `until`: exam time.
    """

    who: str | None = None
    act: str | None = None
    subject: str | None = None
    registration_number: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line. `actor`: a member's user name; of others their kind says enough. `before`, `after`: JSON."""

    id: int
    at: datetime
    actor_kind: str
    actor: str
    address: str | None
    act: str
    subject: str
    subject_id: str
    before: str
    after: str


class AuditLog:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def page(
        self, clerk: Clerk, asked: Asked, *, before: int | None = None, limit: int = PAGE
    ) -> tuple[list[Record], int | None]:
        """The newest first, and the id to go on before.

        Raises NotAllowed; NotFound `registration_unknown`, `member_unknown`, also for what is outside the scope.
        """
        clerk.require(Duty.SEE_AUDIT)
        rows = await self._rows(clerk, asked, before or NEWEST, limit + 1)
        found = await _shown(rows[:limit])
        return found, found[-1].id if len(rows) > limit else None

    async def export(self, clerk: Clerk, asked: Asked) -> AsyncIterator[Sequence[Record]]:
        """All of them, batch by batch, at most MOST_EXPORTED. That it was taken out is on record. Raises as `page`."""
        clerk.require(Duty.SEE_AUDIT)
        first, after = await self.page(clerk, asked, limit=BATCH)
        said = {name: str(value) for name, value in _given(asked).items()}
        await audit.record(self._clock, clerk.actor, "audit_exported", "audit", clerk.member_id, after=said)
        return self._batches(clerk, asked, first, after)

    async def _batches(
        self, clerk: Clerk, asked: Asked, found: Sequence[Record], after: int | None
    ) -> AsyncIterator[Sequence[Record]]:
        yield found
        done = len(found)
        while after is not None and done < MOST_EXPORTED:
            found, after = await self.page(clerk, asked, before=after, limit=BATCH)
            done += len(found)
            yield found

    async def _rows(self, clerk: Clerk, asked: Asked, before: int, limit: int) -> list[dict[str, Any]]:
        wanted = (before, asked.act, asked.since, asked.until, limit, asked.subject)
        if asked.registration_number:
            one = await _registration(clerk, asked.registration_number)
            by = await _members(clerk, asked.who) if asked.who else None
            return await self._database.rows(OF_ONE, *wanted, str(one), by)
        if asked.who or clerk.level is not Level.NATION:
            return await self._database.rows(OF_MEMBERS, *wanted, await _members(clerk, asked.who))
        return await self._database.rows(EVERYTHING, *wanted)


async def _registration(clerk: Clerk, number: str) -> UUID:
    found = await Registration.get_or_none(registration_number=number.strip()[:16], **clerk.registrations())
    if found is None:
        raise NotFound("registration_unknown")
    return found.id


async def _members(clerk: Clerk, username: str | None) -> list[str]:
    """The ids of the office's members and of those below it, ended ones too; or of the one that is asked for."""
    office: Mapping[Level, Mapping[str, Any]] = {
        Level.SITE: {"site_id": clerk.site_id},
        Level.AREA: {"area_id": clerk.area_id},
        Level.NATION: {},
    }
    found = StaffMember.filter(**office[clerk.level])
    if username:
        found = found.filter(username=username.strip())
    ids = [str(one) for one in await found.values_list("id", flat=True)]
    if username and not ids:
        raise NotFound("member_unknown")
    return ids


async def _shown(rows: Sequence[Mapping[str, Any]]) -> list[Record]:
    ids = {row["actor_id"] for row in rows if row["actor_kind"] == "staff"}
    members = await StaffMember.filter(id__in=[UUID(one) for one in ids]) if ids else []
    names = {str(member.id): member.username for member in members}
    return [
        Record(
            id=row["id"],
            at=row["at"].astimezone(EXAM_ZONE),
            actor_kind=row["actor_kind"],
            actor=names.get(row["actor_id"], ""),
            address=row["address"],
            act=row["act"],
            subject=row["subject"],
            subject_id=row["subject_id"],
            before=_said(row["before"]),
            after=_said(row["after"]),
        )
        for row in rows
    ]


def _said(values: Any) -> str:
    """As the row has it: a driver may give JSON read or unread."""
    if values is None:
        return ""
    return values if isinstance(values, str) else json.dumps(values, ensure_ascii=False)


def _given(asked: Asked) -> dict[str, object]:
    return {name: value for name in asked.__slots__ if (value := getattr(asked, name)) is not None}
