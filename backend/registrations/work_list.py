"""An office's registrations: by state, a page at a time, or the few that a name or a number finds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise.queryset import QuerySet

from backend.candidates.accounts import ABOUT_PHONE
from backend.candidates.logins import ABOUT_ID_NUMBER, spelt_login
from backend.candidates.particulars import PHONE, spelt_phone
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.exams.catalogue import Exams
from backend.personal_data import PersonalData, mask_document
from backend.registrations.models import PaymentState, Registration, State
from backend.registrations.waiting import Waiting, those
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

PAGE: Final = 50
COUNTED: Final = 10_000
"""How far a list is counted: who has that many needs no closer number."""
ONSITE: Final = "onsite"
LONGEST_NAME: Final = 64
NUMBER: Final = re.compile(r"[0-9]{14}")
"""Registration numbers and admit numbers are both this long."""
ADMITTED: Final = "SELECT registration_id FROM admit_number WHERE number = $1 AND retired_at IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One registration in a list; the document number masked."""

    id: UUID
    registration_number: str
    name: str
    id_number: str
    speciality: str | None
    employer: str | None
    state: State
    payment_state: PaymentState
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which of the office's registrations: all there are, or those in a state, or what waits for somebody."""

    state: State | None = None
    payment_state: PaymentState | None = None
    waiting: Waiting | None = None


EVERYTHING: Final = Wanted()


class WorkList:
    """What was handed in. Scope is part of every query; a draft is its candidate's alone."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, personal_data: PersonalData) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._personal_data = personal_data

    async def page(
        self, clerk: Clerk, wanted: Wanted = EVERYTHING, *, after: str | None = None, limit: int = PAGE
    ) -> tuple[Sequence[Line], str | None]:
        """By registration number, and the number to go on after."""
        rows = await self._these(clerk, wanted)
        found = await self._lines(rows.filter(registration_number__gt=(after or "")[:16]), limit + 1)
        return found[:limit], found[limit - 1].registration_number if len(found) > limit else None

    async def count(self, clerk: Clerk, wanted: Wanted = EVERYTHING) -> int:
        """How many there are of them; of more than COUNTED no more than that is said."""
        return await self._database.count(await self._these(clerk, wanted), at_most=COUNTED)

    async def ids(self, clerk: Clerk, wanted: Wanted, *, limit: int) -> list[UUID]:
        """The first of them, by registration number."""
        rows = (await self._these(clerk, wanted)).order_by("registration_number").limit(limit)
        return [UUID(str(one)) for one in await rows.values_list("id", flat=True)]

    async def find(self, clerk: Clerk, text: str) -> Sequence[Line]:
        """Those whose registration number, admit number, phone, document number or whole name it is; at most a page."""
        clerk.require(Duty.SEE_REGISTRATIONS)
        spelt = spelt_login(text)
        if not spelt:
            return []
        ways: list[dict[str, Any]] = []
        if NUMBER.fullmatch(spelt):
            admitted = await self._database.rows(ADMITTED, spelt)
            ways += [{"registration_number": spelt}, {"id__in": [row["registration_id"] for row in admitted]}]
        if PHONE.fullmatch(phone := spelt_phone(text)):
            ways.append({"candidate__phone_index": self._personal_data.index(phone, about=ABOUT_PHONE)})
        ways.append({"candidate__id_number_index": self._personal_data.index(spelt, about=ABOUT_ID_NUMBER)})
        # What can be no name isn't looked for as one: a document number or a phone would stand in the statement.
        if len(name := text.strip()) <= LONGEST_NAME and not any(letter.isdigit() for letter in name):
            ways.append({"candidate__name": name})
        for way in ways:
            if found := await self._lines(_handed_in(clerk).filter(**way), PAGE):
                return found
        return []

    async def _these(self, clerk: Clerk, wanted: Wanted) -> QuerySet[Registration]:
        """Raises NotAllowed."""
        clerk.require(Duty.SEE_REGISTRATIONS)
        having: dict[str, Any] = {"state": wanted.state} if wanted.state else {}
        having |= {"payment_state": wanted.payment_state} if wanted.payment_state else {}
        found = _handed_in(clerk).filter(**having)
        if wanted.waiting is None:
            return found
        onsite = await self._onsite(clerk) if wanted.waiting is Waiting.FEE_DUE else ()
        return found.filter(**those(wanted.waiting, level=clerk.level, now=self._clock.now(), onsite=onsite))

    async def _onsite(self, clerk: Clerk) -> list[int]:
        """The exams whose fee is paid at the clerk's site; none for offices without a desk."""
        if clerk.site_id is None:
            return []
        site = await self._exams.site_by_id(clerk.site_id)
        exams, _ = await self._exams.exams(limit=1000)
        policies = {exam.id: await self._exams.policy_or_none(exam.code, site.area, site.name) for exam in exams}
        return [exam_id for exam_id, policy in policies.items() if policy and policy.payment_mode == ONSITE]

    async def _lines(self, found: QuerySet[Registration], limit: int) -> list[Line]:
        rows = await found.order_by("registration_number").limit(limit).select_related("candidate")
        return [self._line(row) for row in rows]

    def _line(self, row: Registration) -> Line:
        number = self._personal_data.decrypt(bytes(row.candidate.id_number), about=ABOUT_ID_NUMBER)
        return Line(
            id=row.id,
            registration_number=str(row.registration_number),
            name=row.candidate.name,
            id_number=mask_document(number),
            speciality=row.form.get("registration", {}).get("speciality"),
            employer=row.form.get("work", {}).get("employer"),
            state=row.state,
            payment_state=row.payment_state,
            submitted_at=row.submitted_at.astimezone(EXAM_ZONE) if row.submitted_at else None,
        )


def _handed_in(clerk: Clerk) -> QuerySet[Registration]:
    return Registration.filter(registration_number__not_isnull=True, **clerk.registrations())
