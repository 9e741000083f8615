"""The check at the door: a card's QR or a typed admit number, answered with who it is and whether they may go in."""

from typing import Final
from uuid import UUID, uuid4

from backend.clock import Clock
from backend.database import Database
from backend.errors import NotFound
from backend.seating.doors import door
from backend.seating.entering import Checked, Entering, Presented
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.storage import Storage

PHOTO: Final = """
SELECT registration.photo FROM admit_number JOIN registration ON registration.id = admit_number.registration_id
WHERE admit_number.number = $1 AND admit_number.retired_at IS NULL AND registration.site_id = $2
"""


class Door:
    """Each check is one transaction."""

    def __init__(self, *, database: Database, clock: Clock, storage: Storage, entering: Entering) -> None:
        self._database, self._clock = database, clock
        self._storage, self._entering = storage, entering

    async def check(
        self, clerk: Clerk, code: str, *, venue_id: int, session_id: int, mark_id: UUID | None = None
    ) -> Checked:
        """Who holds this card, and whether they may go in here now; the first time it marks that they have.

        `mark_id` makes a repeat harmless: the same one again is told what it was told before. Raises NotAllowed;
        NotFound `door_unknown` outside the scope; Conflict `mark_id_used`.
        """
        clerk.require(Duty.CHECK_DOOR)
        where = await door(self._database, clerk, venue_id, session_id)
        presented = Presented(code=code, at=self._clock.now(), mark_id=mark_id or uuid4())
        async with self._database.transaction():
            return await self._entering.enter(clerk, where, presented)

    async def photo(self, clerk: Clerk, admit_number: str) -> bytes:
        """The JPEG of who holds this number. Raises NotFound `picture_unknown`, also for another site's."""
        clerk.require(Duty.CHECK_DOOR)
        rows = await self._database.rows(PHOTO, admit_number, clerk.site_id)
        if not rows or rows[0]["photo"] is None:
            raise NotFound("picture_unknown")
        return await self._storage.get(rows[0]["photo"])
