"""Identity and education, checked with the state's systems, which are slow: a job asks and records."""

from typing import Protocol
from uuid import UUID

from backend import audit
from backend.audit import SYSTEM
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.candidates.models import Candidate, CheckState, IdType
from backend.clock import Clock
from backend.database import Database, lock
from backend.events import EventName, tell
from backend.personal_data import PersonalData


class StateSystems(Protocol):
    """The port to the state's systems. Raises Unavailable where they don't answer."""

    async def identity(self, *, name: str, id_type: IdType, id_number: str) -> CheckState: ...

    async def education(self, *, name: str, id_type: IdType, id_number: str) -> CheckState: ...


class StillPending(Exception):
    """The state's systems have not decided yet; ask again later."""


class Checks:
    """Asks outside any transaction, then records what was said in one."""

    def __init__(
        self, *, database: Database, clock: Clock, personal_data: PersonalData, state_systems: StateSystems
    ) -> None:
        self._database, self._clock = database, clock
        self._personal_data, self._state_systems = personal_data, state_systems

    async def check(self, candidate_id: UUID) -> None:
        """Ask about one candidate. Again is harmless. Raises StillPending while anything is undecided."""
        candidate = await Candidate.get(id=candidate_id)
        number = self._personal_data.decrypt(bytes(candidate.id_number), about=ABOUT_ID_NUMBER)
        name, id_type = candidate.name, candidate.id_type
        identity = await self._state_systems.identity(name=name, id_type=id_type, id_number=number)
        education = await self._state_systems.education(name=name, id_type=id_type, id_number=number)
        await self._record(candidate, identity, education)
        if CheckState.PENDING in (identity, education):
            raise StillPending(str(candidate_id))

    async def _record(self, asked: Candidate, identity: CheckState, education: CheckState) -> None:
        """Unless they are somebody else by now: whoever changed that has put a job of its own."""
        candidate_id = asked.id
        async with self._database.transaction():
            candidate = await lock(Candidate, id=candidate_id)
            if candidate is None or _who(candidate) != _who(asked):
                return
            if (candidate.identity_check, candidate.education_check) == (identity, education):
                return
            before = {"identity": candidate.identity_check, "education": candidate.education_check}
            after = {"identity": identity, "education": education}
            candidate.identity_check, candidate.education_check = identity, education
            candidate.checked_at = self._clock.now()
            await candidate.save(update_fields=["identity_check", "education_check", "checked_at"])
            await audit.record(self._clock, SYSTEM, "checked", "candidate", candidate_id, before=before, after=after)
            await tell(
                EventName.ACCOUNT_CHANGED,
                subject_id=candidate_id,
                candidate_id=candidate_id,
                at=self._clock.now(),
                changed="checks",
                **after,
            )


def _who(candidate: Candidate) -> tuple[str, IdType, bytes]:
    """What the state's systems were asked about."""
    return candidate.name, candidate.id_type, bytes(candidate.id_number_index)
