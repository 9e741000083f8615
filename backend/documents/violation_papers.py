"""Violations on paper, drawn from their records: what is reported is what the system says, word for word.

Notice 2025: "上报文件中的违纪违规人员信息与考务系统内的信息必须一致". So nothing of these papers is typed anew.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import structlog

from backend import audit
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.documents.filled_forms import word
from backend.documents.rendering import Renderer
from backend.documents.sheets import RoomSitting
from backend.documents.violations import (
    LIST_TEMPLATE,
    RECORD_TEMPLATE,
    TakenArticle,
    ViolationLine,
    ViolationList,
    ViolationRecord,
    violation_list_data,
    violation_record_data,
)
from backend.exams.catalogue import ExamFacts, Exams
from backend.personal_data import PersonalData
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk
from backend.violations.models import Violation
from backend.violations.offences import Severity, offences
from backend.violations.recording import LIVING
from backend.violations.rows import in_scope

log = structlog.get_logger(__name__)

EVERY_SITE: Final = "全部考点"
LIST_NAME: Final = "违纪违规人员花名册"
PRINTED: Final = """
SELECT violation.id, violation.subject, violation.severity, violation.item, violation.what, violation.seen_at,
    violation.told_at, violation.taken, candidate.name, candidate.id_type, candidate.id_number,
    registration.form -> 'basic' ->> 'gender' AS gender, registration.form -> 'work' ->> 'employer' AS employer,
    registration.form -> 'registration' ->> 'speciality' AS speciality, admit_number.number AS admit_number,
    site.name AS site, area.name AS area, seated.*
FROM violation
JOIN registration ON registration.id = violation.registration_id
JOIN candidate ON candidate.id = registration.candidate_id
JOIN site ON site.id = registration.site_id
JOIN area ON area.id = site.area_id
LEFT JOIN admit_number ON admit_number.registration_id = registration.id AND admit_number.retired_at IS NULL
LEFT JOIN LATERAL (
    SELECT exam_session.starts_at, exam_session.ends_at, venue.name AS venue, room.number AS room, seat.number AS seat,
        exam_session.sample OR venue.sample AS sample
    FROM seat
    JOIN exam_session ON exam_session.id = seat.session_id AND exam_session.subject = violation.subject
    JOIN room ON room.id = seat.room_id
    JOIN venue ON venue.id = room.venue_id
    WHERE seat.registration_id = registration.id AND seat.freed_at IS NULL LIMIT 1
) AS seated ON true
WHERE violation.id = ANY($1::bigint[]) ORDER BY site.code, admit_number.number, violation.id
"""
"""Each violation with whose it is and where they sat in that subject."""


class ViolationPapers:
    """Each paper is on record. Scope is part of every query."""

    def __init__(
        self, *, database: Database, clock: Clock, exams: Exams, personal_data: PersonalData, renderer: Renderer
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._personal_data, self._renderer = personal_data, renderer

    async def record(self, clerk: Clerk, violation_id: int) -> bytes:
        """考生违纪违规行为记录单, with its receipt, as a PDF. Raises NotAllowed; NotFound `violation_unknown`."""
        clerk.require(Duty.REPORT_VIOLATIONS)
        violation = await in_scope(clerk, violation_id)
        exam = await self._exams.by_id(violation.registration.exam_id)
        (row,) = await self._database.rows(PRINTED, [violation_id])
        paper = await self._record(exam, row)
        await audit.record(self._clock, clerk.actor, "printed", "violation", violation_id)
        return await self._printed(RECORD_TEMPLATE, violation_record_data(paper))

    async def list_of(self, clerk: Clerk, exam_code: str) -> bytes:
        """违纪违规人员花名册: what stands, of the site or of all sites of the area, as a PDF.

        Raises NotAllowed; NotFound `exam_unknown`.
        """
        clerk.require(Duty.REPORT_VIOLATIONS)
        exam = await self._exams.exam(exam_code)
        standing = Violation.filter(
            registration__exam_id=exam.id, state__in=LIVING, **clerk.registrations(through="registration__")
        )
        ids = await standing.values_list("id", flat=True)
        rows = await self._database.rows(PRINTED, list(ids))
        area, site = await self._office(clerk)
        paper = ViolationList(
            exam_name=exam.name,
            printed_at=self._printed_at(),
            sample=exam.sample or any(row["sample"] for row in rows),
            area=area,
            site=site,
            violations=await asyncio.to_thread(self._lines, rows),
        )
        after = {"report": LIST_NAME, "violations": [row["id"] for row in rows]}
        await audit.record(self._clock, clerk.actor, "reported", "exam", exam.code, after=after)
        return await self._printed(LIST_TEMPLATE, violation_list_data(paper))

    async def _office(self, clerk: Clerk) -> tuple[str, str]:
        """The names of the clerk's area, and of the site where it is one's."""
        if clerk.level is Level.SITE:
            site = await self._exams.site_by_id(clerk.site_id or 0)
            return site.area, site.name
        return (await self._exams.area_by_id(clerk.area_id or 0)).name, EVERY_SITE

    async def _record(self, exam: ExamFacts, row: Mapping[str, Any]) -> ViolationRecord:
        speciality = (await self._exams.specialities_of(exam.kind)).get(row["speciality"])
        return ViolationRecord(
            exam_name=exam.name,
            printed_at=self._printed_at(),
            sample=bool(exam.sample or row["sample"]),
            area=row["area"],
            site=row["site"],
            record_number=f"WJ{exam.year}{row['id']:06d}",
            venue=row["venue"],
            room=_room(row),
            seat=_seat(row),
            sitting=_sitting(row),
            name=row["name"],
            gender=word("gender", row["gender"]),
            admit_number=row["admit_number"],
            id_type=word("id_type", row["id_type"]),
            id_number=self._id_number(row),
            speciality=speciality.name if speciality else row["speciality"],
            employer=row["employer"],
            seen_at=row["seen_at"].astimezone(EXAM_ZONE),
            what=row["what"],
            severity=Severity(row["severity"]),
            item=row["item"],
            articles=tuple(TakenArticle(**thing) for thing in json.loads(row["taken"])),
            told_at=row["told_at"].astimezone(EXAM_ZONE),
        )

    def _lines(self, rows: Sequence[Mapping[str, Any]]) -> tuple[ViolationLine, ...]:
        """In a thread: many document numbers take a while to decrypt."""
        return tuple(
            ViolationLine(
                name=row["name"],
                admit_number=row["admit_number"] or "",
                id_number=self._id_number(row),
                venue=row["venue"] or "",
                room=_room(row) or "",
                seat=_seat(row) or "",
                subject=row["subject"],
                what=row["what"],
                severity=Severity(row["severity"]),
                item=row["item"],
                proposal=offences()[Severity(row["severity"]), row["item"]].effect,
            )
            for row in rows
        )

    def _id_number(self, row: Mapping[str, Any]) -> str:
        return self._personal_data.decrypt(bytes(row["id_number"]), about=ABOUT_ID_NUMBER)

    def _printed_at(self) -> datetime:
        return self._clock.now().replace(second=0, microsecond=0)

    async def _printed(self, template: str, data: Mapping[str, object]) -> bytes:
        rendered = await self._renderer.render(template, data)
        if rendered.missing:
            log.warning("characters_without_font", template=template, characters=rendered.missing)
        return rendered.pdf


def _room(row: Mapping[str, Any]) -> str | None:
    return None if row["room"] is None else f"{row['room']:03d}"


def _seat(row: Mapping[str, Any]) -> str | None:
    return None if row["seat"] is None else f"{row['seat']:02d}"


def _sitting(row: Mapping[str, Any]) -> RoomSitting | None:
    """None where the seat was freed since."""
    if row["starts_at"] is None:
        return None
    starts_at, ends_at = row["starts_at"].astimezone(EXAM_ZONE), row["ends_at"].astimezone(EXAM_ZONE)
    return RoomSitting(subject=row["subject"], starts_at=starts_at, ends_at=ends_at)
