"""What a clerk has begun to write, kept for them and for that inquiry; and what colleagues see of it meanwhile."""

import json
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final, Literal, cast
from uuid import UUID

from backend.cache import Cache
from backend.clock import real_now
from backend.database import Database
from backend.errors import Fault, Faulty, NotFound
from backend.inquiries.desk_models import InquiryDraft
from backend.inquiries.holding import inbox_of, office
from backend.inquiries.models import Inquiry
from backend.inquiries.wakes import Wakes
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

LONGEST_DRAFT: Final = 2000
MARK_SECONDS: Final = 30
"""A mark that isn't made anew is gone after this."""
Doing = Literal["reading", "typing"]

SAVE: Final = """
INSERT INTO inquiry_draft (inquiry_id, member_id, text, saved_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (inquiry_id, member_id) DO UPDATE SET text = excluded.text, saved_at = excluded.saved_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A colleague who has the inquiry before them."""

    name: str
    doing: Doing


class Drafts:
    """Drafts are kept; marks are in Redis alone, and may be lost."""

    def __init__(self, *, database: Database, cache: Cache, wakes: Wakes) -> None:
        self._database, self._cache, self._wakes = database, cache, wakes

    async def save(self, clerk: Clerk, inquiry_id: UUID, text: str) -> None:
        """As it stands now; an empty one is forgotten. Raises NotAllowed; NotFound `inquiry_unknown`; Faulty."""
        await self._require(clerk, inquiry_id)
        if len(text) > LONGEST_DRAFT:
            raise Faulty("inquiry_incomplete", faults=[Fault("text", "too_long")])
        if text.strip():
            await self._database.execute(SAVE, inquiry_id, clerk.member_id, text, real_now())
        else:
            await InquiryDraft.filter(inquiry_id=inquiry_id, member_id=clerk.member_id).delete()

    async def mark(self, clerk: Clerk, inquiry_id: UUID, doing: Doing, *, name: str) -> None:
        """Colleagues see it for MARK_SECONDS. Raises NotAllowed; NotFound `inquiry_unknown`."""
        await self._require(clerk, inquiry_id)
        key, said = _key(inquiry_id), {"member": str(clerk.member_id), "name": name, "doing": doing}

        async def kept() -> None:
            async with self._cache.redis.pipeline(transaction=True) as pipe:
                pipe.hset(key, str(clerk.member_id), json.dumps({**said, "at": time.time()}))
                pipe.expire(key, MARK_SECONDS)
                await pipe.execute()

        await self._cache.asked("marks", kept, without=None)
        await self._wakes.mark(office(clerk), json.dumps({**said, "inquiry": str(inquiry_id)}))

    async def marks(self, clerk: Clerk, inquiry_id: UUID) -> list[Mark]:
        """The colleagues who have it before them now, but not the clerk. Raises as `mark` does."""
        await self._require(clerk, inquiry_id, Duty.SEE_INBOX)
        key, nobody = _key(inquiry_id), dict[str, str]()
        kept = await self._cache.asked(
            "marks", lambda: cast(Awaitable[dict[str, str]], self._cache.redis.hgetall(key)), without=nobody
        )
        found = [json.loads(one) for member, one in kept.items() if member != str(clerk.member_id)]
        fresh = [one for one in found if one["at"] > time.time() - MARK_SECONDS]
        return [Mark(name=one["name"], doing=one["doing"]) for one in fresh]

    async def _require(self, clerk: Clerk, inquiry_id: UUID, duty: Duty = Duty.ANSWER) -> None:
        if not await Inquiry.exists(id=inquiry_id, **inbox_of(clerk, duty)):
            raise NotFound("inquiry_unknown")


def _key(inquiry_id: UUID) -> str:
    return f"inquiry-marks:{inquiry_id}"
