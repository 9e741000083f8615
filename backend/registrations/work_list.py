"""An office's registrations: by state, a page at a time, or the few that a name or a number finds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend.candidates.logins import ABOUT_ID_NUMBER, spelt_login
from backend.clock import EXAM_ZONE
from backend.database import Database
from backend.personal_data import PersonalData, mask_document
from backend.registrations.models import PaymentState, Registration, State
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

PAGE: Final = 50
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


class WorkList:
    """What was handed in. Scope is part of every query; a draft is its candidate's alone."""

    def __init__(self, database: Database, personal_data: PersonalData) -> None:
        self._database, self._personal_data = database, personal_data

    async def page(
        self,
        clerk: Clerk,
        *,
        state: State | None = None,
        payment_state: PaymentState | None = None,
        after: str | None = None,
        limit: int = PAGE,
    ) -> tuple[Sequence[Line], str | None]:
        """By registration number, and the number to go on after."""
        clerk.require(Duty.SEE_REGISTRATIONS)
        wanted: dict[str, Any] = {"registration_number__gt": (after or "")[:16]}
        wanted |= {"state": state} if state else {}
        wanted |= {"payment_state": payment_state} if payment_state else {}
        found = await self._lines(clerk, wanted, limit + 1)
        return found[:limit], found[limit - 1].registration_number if len(found) > limit else None

    async def find(self, clerk: Clerk, text: str) -> Sequence[Line]:
        """Those whose registration number, admit number, document number or whole name it is; at most a page."""
        clerk.require(Duty.SEE_REGISTRATIONS)
        spelt = spelt_login(text)
        if not spelt:
            return []
        ways: list[dict[str, Any]] = []
        if NUMBER.fullmatch(spelt):
            admitted = await self._database.rows(ADMITTED, spelt)
            ways += [{"registration_number": spelt}, {"id__in": [row["registration_id"] for row in admitted]}]
        ways.append({"candidate__id_number_index": self._personal_data.index(spelt, about=ABOUT_ID_NUMBER)})
        if len(name := text.strip()) <= LONGEST_NAME:
            ways.append({"candidate__name": name})
        for way in ways:
            if found := await self._lines(clerk, way, PAGE):
                return found
        return []

    async def _lines(self, clerk: Clerk, wanted: dict[str, Any], limit: int) -> list[Line]:
        handed_in = Registration.filter(registration_number__not_isnull=True, **clerk.registrations())
        rows = await handed_in.filter(**wanted).order_by("registration_number").limit(limit).select_related("candidate")
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
