"""Ways back by what one knows or was given: the recovery question, the site's one-time code."""

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from backend.candidates.logins import ANSWER, RECOVERY_CODE, Login, Logins
from backend.candidates.models import Candidate, RecoveryAttempt, RecoveryCode
from backend.candidates.particulars import RECOVERY_QUESTIONS, spelt_answer
from backend.candidates.resets import ResetRight, Resets
from backend.clock import real_now
from backend.database import Database, lock
from backend.errors import NotSignedIn
from backend.one_time_codes import new_code, spelt_code
from backend.passwords import Passwords
from backend.personal_data import PersonalData

CODE_HOURS: Final = 24


class Recovery:
    """Gives the right to set a new password to who answers rightly. An unknown login gets the same answers, and the
    same work is done for it."""

    def __init__(
        self,
        *,
        database: Database,
        personal_data: PersonalData,
        passwords: Passwords,
        logins: Logins,
        resets: Resets,
    ) -> None:
        self._database, self._personal_data, self._passwords = database, personal_data, passwords
        self._logins, self._resets = logins, resets

    async def question(self, login: str, *, address: str | None) -> str:
        """The code of the question chosen for this account; of one picked by a keyed hash where there is none."""
        await self._logins.require_address(address)
        found = await self._logins.find(login)
        picked = self._personal_data.pick(RECOVERY_QUESTIONS, found.index.hex(), about="recovery_question")
        return found.candidate.recovery_question if found.candidate else picked

    async def by_answer(self, login: str, answer: str, *, address: str | None) -> ResetRight:
        """Raises NotSignedIn `recovery_answer_wrong`; TooMany after 5 failures of an account from an address."""
        found = await self._logins.find(login)
        stored = found.candidate.recovery_answer_hash if found.candidate else None
        spelt = spelt_answer(answer)
        if await self._logins.proves(found.who, stored, spelt, limit=ANSWER, address=address) and found.candidate:
            async with self._database.transaction():
                return await self._resets.allow_in_transaction(found.candidate, way="question", address=address)
        await self._failed(found, "question")
        raise NotSignedIn("recovery_answer_wrong")

    async def by_code(self, login: str, code: str, *, address: str | None) -> ResetRight:
        """The site's code, which serves once.

        Raises NotSignedIn `recovery_code_wrong`, also for one used or expired; TooMany as above.
        """
        found = await self._logins.find(login)
        # An unknown login is looked up alike: no candidate has the nil id.
        candidate_id = found.candidate.id if found.candidate else UUID(int=0)
        live = await RecoveryCode.filter(candidate_id=candidate_id, ended_at=None, expires_at__gt=real_now()).first()
        stored, spelt = live.code_hash if live else None, spelt_code(code)
        if await self._logins.proves(found.who, stored, spelt, limit=RECOVERY_CODE, address=address):
            assert live is not None and found.candidate is not None
            return await self._use(live.id, found.candidate, address)
        await self._failed(found, "recovery_code")
        raise NotSignedIn("recovery_code_wrong")

    async def issue_in_transaction(self, candidate: Candidate) -> tuple[str, RecoveryCode]:
        """A new code, told once and kept as a hash; it ends the one before. In the transaction of whoever decides."""
        await lock(Candidate, id=candidate.id)
        now, code = real_now(), new_code()
        await RecoveryCode.filter(candidate_id=candidate.id, ended_at=None).update(ended_at=now)
        kept = await RecoveryCode.create(
            id=uuid4(),
            candidate=candidate,
            code_hash=await self._passwords.hash(spelt_code(code)),
            issued_at=now,
            expires_at=now + timedelta(hours=CODE_HOURS),
        )
        return code, kept

    async def _use(self, code_id: UUID, candidate: Candidate, address: str | None) -> ResetRight:
        async with self._database.transaction():
            code = await lock(RecoveryCode, id=code_id)
            if code is None or code.ended_at is not None:
                raise NotSignedIn("recovery_code_wrong")
            code.ended_at = code.used_at = real_now()
            await code.save(update_fields=["ended_at", "used_at"])
            return await self._resets.allow_in_transaction(candidate, way="recovery_code", address=address)

    async def _failed(self, found: Login, way: str) -> None:
        """Kept for whoever is asked to help later, whether the login is anybody's or not."""
        candidate_id = found.candidate.id if found.candidate else None
        await RecoveryAttempt.create(way=way, login_index=found.index, candidate_id=candidate_id, at=real_now())
