"""Papers that an area with online confirmation wants to see: uploaded before the form is handed in, seen by the site.

Candidates' notice 2024: 天津, 上海 and 新疆兵团 confirm online; materials are uploaded as the area asks before the form
is submitted; what isn't as required is mended and submitted again before the confirmation ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from backend import audit
from backend.audit import Actor
from backend.clock import Clock
from backend.database import Database, lock
from backend.errors import Conflict, Fault, NotFound
from backend.exams.catalogue import Exams, Policy
from backend.pictures import Pictures
from backend.registrations.models import Material, Registration
from backend.registrations.moves import Act, move
from backend.registrations.rows import Held, hold, require_version, require_window
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

MaterialState = Literal["missing", "uploaded", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialView:
    """One paper: whether it is there, and why the site won't have it."""

    kind: str
    state: MaterialState
    reason: str | None = None


def asked_for(policy: Policy | None) -> tuple[str, ...]:
    """The papers to upload, in the area's own words; none where one comes in person."""
    return policy.materials if policy is not None and policy.confirmation_mode == "online" else ()


def views(asked: Sequence[str], held: Mapping[str, str | None]) -> list[MaterialView]:
    """How each paper stands. `held`: by kind, why it was refused, None where it wasn't."""
    return [_view(kind, held) for kind in asked]


def faults(shown: Iterable[MaterialView]) -> list[Fault]:
    """What is in the way of handing the form in."""
    return [fault for one in shown if (fault := _fault(one)) is not None]


def _fault(one: MaterialView) -> Fault | None:
    if one.state == "missing":
        return Fault(f"materials.{one.kind}", "missing")
    return Fault(f"materials.{one.kind}", "material_refused") if one.state == "refused" else None


def _view(kind: str, held: Mapping[str, str | None]) -> MaterialView:
    if kind not in held:
        return MaterialView(kind=kind, state="missing")
    reason = held[kind]
    return MaterialView(kind=kind, state="refused" if reason else "uploaded", reason=reason)


class Materials:
    """Keeps and shows the papers. Owner or scope is part of every query."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, pictures: Pictures) -> None:
        self._database, self._clock, self._exams, self._pictures = database, clock, exams, pictures

    async def upload(
        self,
        candidate_id: UUID,
        registration_id: UUID,
        kind: str,
        upload: bytes,
        *,
        actor: Actor,
        expected_version: int | None = None,
    ) -> Registration:
        """Keep one paper in the place of the one before; the same again changes nothing, unless it was refused: what
        was wrong may be what the form says of it.

        Raises Faulty where it is no picture; NotFound `material_unknown`; Outdated; Conflict `materials_in_person`, and
        Conflict and OutOfWindow by the table of states, as for an edit.
        """
        if not await Registration.exists(id=registration_id, candidate_id=candidate_id):
            raise NotFound("registration_unknown")
        key = await self._pictures.keep(upload)
        async with self._database.transaction():
            held = await hold(self._exams, registration_id, candidate_id=candidate_id)
            self._require_asked(held, kind)
            if await self._replace(held.row, kind, key):
                require_version(held.row, expected_version)
                held.row.version += 1
                await held.row.save()
                after = {"state": held.row.state, "material": kind}
                await audit.record(self._clock, actor, "edited", "registration", held.row.id, after=after)
        return held.row

    async def shown(self, row: Registration, policy: Policy | None) -> list[MaterialView]:
        """How each paper that is asked for stands."""
        asked = asked_for(policy)
        if not asked:
            return []
        kept = await Material.filter(registration=row)
        return views(asked, {one.kind: one.refused_because for one in kept})

    async def picture(self, candidate_id: UUID, registration_id: UUID, kind: str) -> bytes:
        """The owner's own paper, as a JPEG. Raises NotFound `material_unknown`, also for somebody else's."""
        return await self._picture(registration_id, kind, registration__candidate_id=candidate_id)

    async def picture_for(self, clerk: Clerk, registration_id: UUID, kind: str) -> bytes:
        """A paper of a candidate in the clerk's scope. Raises NotAllowed; NotFound outside it too."""
        clerk.require(Duty.SEE_MATERIALS)
        scope = clerk.registrations(through="registration__")
        return await self._picture(registration_id, kind, **scope)

    async def _picture(self, registration_id: UUID, kind: str, **having: Any) -> bytes:
        found = await Material.get_or_none(registration_id=registration_id, kind=kind, **having)
        if found is None:
            raise NotFound("material_unknown")
        return await self._pictures.get(found.picture)

    def _require_asked(self, held: Held, kind: str) -> None:
        require_window(held, move(Act.EDIT, held.row.state), self._clock.now())
        if held.policy is None:
            raise Conflict("area_first")
        if held.policy.confirmation_mode != "online":
            raise Conflict("materials_in_person")
        if kind not in held.policy.materials:
            raise NotFound("material_unknown")

    async def _replace(self, row: Registration, kind: str, key: str) -> bool:
        """Whether something changed. Inside a transaction that holds the registration."""
        kept = await lock(Material, registration=row, kind=kind)
        if kept is None:
            await Material.create(registration=row, kind=kind, picture=key, uploaded_at=self._clock.now())
            return True
        if kept.picture == key and kept.refused_because is None:
            return False
        kept.picture, kept.uploaded_at, kept.refused_because = key, self._clock.now(), None
        await kept.save()
        return True
