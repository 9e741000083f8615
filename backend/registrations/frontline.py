"""一线医务人员: a site's list of those who are relieved of conditions for their work at the front of the epidemic.

Wuhai 2025: "一线人员提供荣誉证书或派出文件"; the site examines it, "将享受一线人员政策减免的考生单独造册…报考区备案".
What the policy relieves of, the notice doesn't print: each entry says by which paper, and which conditions of the
review it lifts for that person. Nobody else is relieved of anything, and no other condition is.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty, Refusal
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.registrations.models import FrontlineEntry, Origin, Proof, Registration, State
from backend.registrations.past import Imported
from backend.registrations.rows import Held, hold_in_scope
from backend.sheets import Row, read
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.staging import Faults
from backend.wording import say

LIFTABLE: Final = ("years_too_few", "qualification_too_low")
"""Conditions of the review that a policy may relieve of (codes of eligibility.py); a school is recognised or isn't."""

UNDECIDED: Final = frozenset({State.SUBMITTED, State.CONFIRMED, State.SITE_APPROVED, State.RETURNED})
"""States in which an entry still has something to say to the review."""

COLUMNS: Final = ("registration_number", "name", "proof", "evidence", "policy", "lifts")
LONGEST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """What somebody showed (`evidence`: which honour, or who sent them where), the paper that relieves them, and of
    what."""

    proof: Proof
    evidence: str
    policy: str
    lifts: tuple[str, ...]


def relief(*, proof: str, evidence: str, policy: str, lifts: Sequence[str]) -> Relief:
    """The same, checked. Raises Faulty `frontline_faulty` with every fault. Pure."""
    faults = [] if proof in list(Proof) else [Fault("proof", "not_in_list")]
    for field, text in (("evidence", evidence.strip()), ("policy", policy.strip())):
        if not text or len(text) > LONGEST:
            faults.append(Fault(field, "too_long" if text else "missing"))
    if not lifts or not set(lifts) <= set(LIFTABLE):
        faults.append(Fault("lifts", "not_in_list" if lifts else "missing"))
    if faults:
        raise Faulty("frontline_faulty", faults=faults)
    ordered = tuple(code for code in LIFTABLE if code in lifts)
    return Relief(proof=Proof(proof), evidence=evidence.strip(), policy=policy.strip(), lifts=ordered)


async def lifted_for(row: Registration) -> frozenset[str]:
    """The conditions this registration is relieved of."""
    entry = await FrontlineEntry.get_or_none(registration=row)
    return frozenset(entry.lifts) if entry else frozenset()


class FrontlineList:
    """Kept by the site while its candidates are reviewed. Scope is part of every query."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def enter(self, clerk: Clerk, registration_id: UUID, given: Relief) -> FrontlineEntry:
        """Put somebody on the list, or say otherwise of who is on it. The same again changes nothing.

        Raises NotAllowed, NotFound; OutOfWindow; Conflict `frontline_not_held`, `frontline_reviewed`.
        """
        clerk.require(Duty.KEEP_FRONTLINE_LIST)
        async with self._database.transaction():
            return (await self._put(clerk, registration_id, given))[0]

    async def entry(self, clerk: Clerk, registration_id: UUID) -> FrontlineEntry | None:
        """This registration's line, if it has one; none outside the scope."""
        clerk.require(Duty.KEEP_FRONTLINE_LIST)
        scope = clerk.registrations(through="registration__")
        return await FrontlineEntry.get_or_none(registration_id=registration_id, **scope)

    async def strike(self, clerk: Clerk, registration_id: UUID, *, reason: str) -> None:
        """Take somebody off the list; again is harmless. Raises as `enter`, and Faulty `reasons_needed`."""
        clerk.require(Duty.KEEP_FRONTLINE_LIST)
        if not reason.strip():
            raise Faulty("reasons_needed", faults=[Fault("reason", "missing")])
        async with self._database.transaction():
            held = await self._open(clerk, registration_id)
            entry = await FrontlineEntry.get_or_none(registration=held.row)
            if entry is None:
                return
            await entry.delete()
            await self._record(clerk, held.row, "frontline_struck", _said(entry), {"reason": reason.strip()})

    async def load(self, clerk: Clerk, file: Path, exam_code: str) -> Imported:
        """The list as a file, whole or not at all: who is in it is entered, who isn't stays as they are.

        Raises BadFile with every bad row; NotAllowed; NotFound `exam_unknown`.
        """
        clerk.require(Duty.KEEP_FRONTLINE_LIST)
        exam = await self._exams.exam(exam_code)
        rows = await asyncio.to_thread(lambda: list(read(file, known=COLUMNS.__contains__, needed=COLUMNS)))
        faults, changes = Faults(file), list[str | None]()
        async with self._database.transaction():
            # In one order everywhere, so that two files at once wait for each other and for nothing else.
            for row in sorted(rows, key=lambda one: one.cells.get("registration_number", "")):
                changes.append(await self._line(clerk, exam.id, row, faults))
            faults.require_none()
        return Imported(rows=len(rows), added=changes.count("added"), changed=changes.count("changed"))

    async def _line(self, clerk: Clerk, exam_id: int, row: Row, faults: Faults) -> str | None:
        if row.fault is not None:
            faults.add(row.line, "row", row.fault)
            return None
        cells = row.cells
        number, scope = cells["registration_number"], clerk.registrations()
        found = await Registration.get_or_none(registration_number=number, exam_id=exam_id, **scope).select_related(
            "candidate"
        )
        if found is None or found.candidate.name != cells["name"]:
            column = "registration_number" if found is None else "name"
            faults.add(row.line, column, "no candidate of this site's has it")
            return None
        return await self._try(clerk, found.id, row.line, cells, faults)

    async def _try(
        self, clerk: Clerk, registration_id: UUID, line: int, cells: Mapping[str, str], faults: Faults
    ) -> str | None:
        lifts = [one.strip() for one in cells["lifts"].split(";") if one.strip()]
        try:
            given = relief(proof=cells["proof"], evidence=cells["evidence"], policy=cells["policy"], lifts=lifts)
            return (await self._put(clerk, registration_id, given))[1]
        except Refusal as refused:
            for fault in refused.faults:
                faults.add(line, fault.field, say("faults", fault.code, "en"))
            if not refused.faults:
                faults.add(line, "registration_number", say("errors", refused.code, "en", **refused.values))
            return None

    async def _put(self, clerk: Clerk, registration_id: UUID, given: Relief) -> tuple[FrontlineEntry, str | None]:
        """The entry, and what became of it: `added`, `changed`, or nothing."""
        held, now = await self._open(clerk, registration_id), self._clock.now()
        entry = await FrontlineEntry.get_or_none(registration=held.row)
        before = _said(entry) if entry else None
        stated = asdict(given) | {"lifts": list(given.lifts)}
        if entry is not None and before == stated:
            return entry, None
        entry = entry or FrontlineEntry(registration=held.row)
        await entry.update_from_dict({**stated, "entered_by": clerk.member_id, "entered_at": now}).save()
        await self._record(clerk, held.row, "frontline_entered", before, stated)
        return entry, "changed" if before else "added"

    async def _open(self, clerk: Clerk, registration_id: UUID) -> Held:
        held = await hold_in_scope(self._exams, clerk, registration_id)
        if held.policy is None or not held.policy.frontline_exemption or held.row.origin is Origin.MILITARY:
            raise Conflict("frontline_not_held")
        if held.calendar.state(Stage.AREA_REVIEW, self._clock.now()) == "closed":
            held.calendar.require_open(Stage.AREA_REVIEW, self._clock.now())
        if held.row.state not in UNDECIDED:
            raise Conflict("frontline_reviewed")
        return held

    async def _record(
        self, clerk: Clerk, row: Registration, act: str, before: dict[str, Any] | None, after: dict[str, Any]
    ) -> None:
        await audit.record(self._clock, clerk.actor, act, "registration", row.id, before=before, after=after)


def _said(entry: FrontlineEntry) -> dict[str, Any]:
    return {"proof": entry.proof, "evidence": entry.evidence, "policy": entry.policy, "lifts": list(entry.lifts)}
