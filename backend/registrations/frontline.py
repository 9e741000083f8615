"""一线医务人员: a site's list of those who are relieved of conditions for their work at the front of the epidemic.

Wuhai 2025: "一线人员提供荣誉证书或派出文件"; the site examines it, "将享受一线人员政策减免的考生单独造册…报考区备案".
What the policy relieves of, the notice doesn't print: each entry says by which paper, and which conditions of the
review it lifts for that person. Nobody else is relieved of anything, and no other condition is.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal
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
from backend.sheets import BadFile, Row, read
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.staging import Faults
from backend.wording import Language, say

LIFTABLE: Final = ("years_too_few", "qualification_too_low")
"""Conditions of the review that a policy may relieve of (codes of eligibility.py); a school is recognised or isn't."""

UNDECIDED: Final = frozenset({State.SUBMITTED, State.CONFIRMED, State.SITE_APPROVED, State.RETURNED})
"""States in which an entry still has something to say to the review."""

Change = Literal["added", "changed"]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became, or would become, of one row of the file. `change`: None where it says what stands already."""

    line: int
    number: str
    name: str
    change: Change | None = None
    refusal: Refusal | None = None

    def wrong(self, language: Language) -> list[tuple[str, str]]:
        """What is wrong with it, each as column and words; nothing where it can be entered."""
        if self.refusal is None:
            return []
        if not self.refusal.faults:
            return [("registration_number", say("errors", self.refusal.code, language, **self.refusal.values))]
        return [(one.field, say("faults", one.code, language, **one.values)) for one in self.refusal.faults]


class _LookedAt(Exception):
    """Undoes what was only tried."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines


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

    async def load(self, clerk: Clerk, file: Path, exam_code: str, *, most: int | None = None) -> Imported:
        """The list as a file, whole or not at all: who is in it is entered, who isn't stays as they are.

        Raises BadFile with every bad row, or for more than `most`; NotAllowed; NotFound `exam_unknown`.
        """
        clerk.require(Duty.KEEP_FRONTLINE_LIST)
        exam, rows = await self._exams.exam(exam_code), await _read(file, most)
        async with self._database.transaction():
            lines = await self._lines(clerk, exam.id, rows)
            faults = Faults(file)
            for line in lines:
                for field, reason in line.wrong("en"):
                    faults.add(line.line, field, reason)
            faults.require_none()
        changes = [line.change for line in lines]
        return Imported(rows=len(rows), added=changes.count("added"), changed=changes.count("changed"))

    async def preview(self, clerk: Clerk, file: Path, exam_code: str, *, most: int | None = None) -> Sequence[Line]:
        """What would become of each row, in the file's order; nothing is kept of it. Raises as `load`, and BadFile only
        where it is no such file."""
        clerk.require(Duty.KEEP_FRONTLINE_LIST)
        exam, rows = await self._exams.exam(exam_code), await _read(file, most)
        try:
            async with self._database.transaction():
                raise _LookedAt(await self._lines(clerk, exam.id, rows))
        except _LookedAt as seen:
            return sorted(seen.lines, key=lambda one: one.line)

    async def _lines(self, clerk: Clerk, exam_id: int, rows: Sequence[Row]) -> list[Line]:
        """Inside a transaction. In one order everywhere, so that two files at once wait for each other and for nothing
        else."""
        ordered = sorted(rows, key=lambda one: one.cells.get("registration_number", ""))
        return [await self._line(clerk, exam_id, row) for row in ordered]

    async def _line(self, clerk: Clerk, exam_id: int, row: Row) -> Line:
        cells = row.cells
        line = Line(line=row.line, number=cells.get("registration_number", ""), name=cells.get("name", ""))
        if row.fault is not None:
            return replace(line, refusal=_faulty(Fault("row", "not_as_header")))
        found = await Registration.get_or_none(
            registration_number=line.number, exam_id=exam_id, **clerk.registrations()
        ).select_related("candidate")
        if found is None or found.candidate.name != line.name:
            column = "registration_number" if found is None else "name"
            return replace(line, refusal=_faulty(Fault(column, "nobody_of_site")))
        lifts = [one.strip() for one in cells["lifts"].split(";") if one.strip()]
        try:
            given = relief(proof=cells["proof"], evidence=cells["evidence"], policy=cells["policy"], lifts=lifts)
            return replace(line, change=(await self._put(clerk, found.id, given))[1])
        except Refusal as refused:
            return replace(line, refusal=refused)

    async def _put(self, clerk: Clerk, registration_id: UUID, given: Relief) -> tuple[FrontlineEntry, Change | None]:
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


async def _read(file: Path, most: int | None) -> list[Row]:
    rows = await asyncio.to_thread(lambda: list(read(file, known=COLUMNS.__contains__, needed=COLUMNS)))
    if most is not None and len(rows) > most:
        raise BadFile([f"{file.name}: it has {len(rows)} rows, {most} at most are taken at once"])
    return rows


def _faulty(fault: Fault) -> Faulty:
    return Faulty("frontline_faulty", faults=[fault])
