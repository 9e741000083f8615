"""Codes that serve once: the invitation to set a first password, and what helps who has lost key and app."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.expressions import Q

from backend.clock import real_now
from backend.one_time_codes import new_code, spelt_code
from backend.personal_data import PersonalData
from backend.staff.models import StaffCode, StaffCodeKind

INVITED_FOR: Final = timedelta(days=7)
RECOVERY_CODES: Final = 10


class StaffCodes:
    """Issues codes and lets each serve once. Kept are keyed hashes: a code is read by nobody but its owner."""

    def __init__(self, personal_data: PersonalData) -> None:
        self._personal_data = personal_data

    async def invite(self, member_id: UUID) -> tuple[str, datetime]:
        """An invitation in the place of the one before, and until when it is good. In the caller's transaction."""
        until = real_now() + INVITED_FOR
        await self._withdraw(member_id, StaffCodeKind.INVITATION)
        code = new_code()
        await self._rows(member_id, StaffCodeKind.INVITATION, [code], until)
        return code, until

    async def recovery(self, member_id: UUID) -> list[str]:
        """Ten new codes in the place of those before. In the caller's transaction."""
        await self._withdraw(member_id, StaffCodeKind.RECOVERY)
        codes = [new_code() for _ in range(RECOVERY_CODES)]
        await self._rows(member_id, StaffCodeKind.RECOVERY, codes, None)
        return codes

    async def use(self, member_id: UUID, kind: StaffCodeKind, code: str) -> bool:
        """Whether the code is good; it has served then. The database lets one of two through."""
        now = real_now()
        good = StaffCode.filter(member_id=member_id, kind=kind, ended_at=None, code_index=self._index(member_id, code))
        return bool(await good.filter(Q(expires_at=None) | Q(expires_at__gt=now)).update(ended_at=now))

    async def left(self, member_id: UUID) -> int:
        """How many recovery codes haven't served."""
        return await StaffCode.filter(member_id=member_id, kind=StaffCodeKind.RECOVERY, ended_at=None).count()

    async def withdraw_all(self, member_id: UUID) -> None:
        """No code of the member's is good any more. In the caller's transaction."""
        for kind in StaffCodeKind:
            await self._withdraw(member_id, kind)

    async def _withdraw(self, member_id: UUID, kind: StaffCodeKind) -> None:
        await StaffCode.filter(member_id=member_id, kind=kind, ended_at=None).update(ended_at=real_now())

    async def _rows(self, member_id: UUID, kind: StaffCodeKind, codes: list[str], until: datetime | None) -> None:
        now = real_now()
        await StaffCode.bulk_create(
            StaffCode(
                member_id=member_id,
                kind=kind,
                code_index=self._index(member_id, code),
                issued_at=now,
                expires_at=until,
            )
            for code in codes
        )

    def _index(self, member_id: UUID, code: str) -> bytes:
        return self._personal_data.index(f"{member_id}:{spelt_code(code)}", about="staff_code")
