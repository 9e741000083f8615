"""Whose question it is: claimed, handed over, put aside, opened again, noted. The database decides who comes first."""

from datetime import datetime
from typing import Final
from uuid import UUID

from backend import audit
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty
from backend.inquiries.absences import at_desk, colleague_at_desk
from backend.inquiries.desk_models import InquiryNote
from backend.inquiries.holding import held, require_free
from backend.inquiries.models import Inquiry, InquiryState
from backend.inquiries.wakes import Wakes
from backend.inquiries.writing import reopen
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

LONGEST_NOTE: Final = 2000


class Claims:
    """Each act is one transaction. All raise NotAllowed; NotFound `inquiry_unknown` outside the clerk's inbox."""

    def __init__(self, *, database: Database, clock: Clock, wakes: Wakes) -> None:
        self._database, self._clock, self._wakes = database, clock, wakes

    async def claim(self, clerk: Clerk, inquiry_id: UUID) -> Inquiry:
        """It is the clerk's from now on; again is harmless.

        Raises Conflict `inquiry_claimed` where a colleague was first, `inquiry_closed`, `you_are_away`.
        """
        clerk.require(Duty.ANSWER)
        async with self._database.transaction():
            await require_here(clerk)
            inquiry = await held(clerk, inquiry_id)
            _require_open(inquiry)
            await take(self._clock, clerk, inquiry)
        await self._wakes.wake(inquiry.id, site_id=inquiry.site_id)
        return inquiry

    async def release(self, clerk: Clerk, inquiry_id: UUID) -> Inquiry:
        """Back into the queue; again is harmless. Raises Conflict `inquiry_claimed` where it is a colleague's."""
        async with self._database.transaction():
            inquiry = await held(clerk, inquiry_id)
            await require_free(clerk, inquiry)
            if inquiry.claimed_by_id is not None:
                await _give(inquiry, None, None)
                await audit.record(self._clock, clerk.actor, "released", "inquiry", inquiry.id)
        await self._wakes.wake(inquiry.id, site_id=inquiry.site_id)
        return inquiry

    async def hand_over(self, clerk: Clerk, inquiry_id: UUID, to: UUID) -> Inquiry:
        """Into the hands of a member of the same office who is there, oneself included, whoever had it; it's on record.

        Raises NotFound also `colleague_unknown`; Conflict `colleague_away`, `inquiry_closed`.
        """
        clerk.require(Duty.ANSWER)
        async with self._database.transaction():
            colleague = await colleague_at_desk(clerk, to)
            inquiry = await held(clerk, inquiry_id)
            _require_open(inquiry)
            before = {"claimed_by": str(inquiry.claimed_by_id) if inquiry.claimed_by_id else None}
            await _give(inquiry, colleague.id, self._clock.now())
            after = {"claimed_by": str(colleague.id)}
            await audit.record(
                self._clock, clerk.actor, "handed_over", "inquiry", inquiry.id, before=before, after=after
            )
        await self._wakes.wake(inquiry.id, site_id=inquiry.site_id)
        return inquiry

    async def snooze(self, clerk: Clerk, inquiry_id: UUID, until: datetime | None) -> Inquiry:
        """Out of the queue until then, or until the candidate writes; None: back into it.

        Raises Faulty naming `until` where that isn't ahead; Conflict `inquiry_claimed`, `inquiry_closed`.
        """
        clerk.require(Duty.ANSWER)
        if until is not None and until <= self._clock.now():
            raise Faulty("inquiry_incomplete", faults=[Fault("until", "not_ahead")])
        async with self._database.transaction():
            inquiry = await held(clerk, inquiry_id)
            _require_open(inquiry)
            await require_free(clerk, inquiry)
            inquiry.snoozed_until = until
            await inquiry.save(update_fields=["snoozed_until"])
            after = {"until": until.isoformat() if until else None}
            await audit.record(self._clock, clerk.actor, "snoozed", "inquiry", inquiry.id, after=after)
        await self._wakes.wake(inquiry.id, site_id=inquiry.site_id)
        return inquiry

    async def reopen(self, clerk: Clerk, inquiry_id: UUID) -> Inquiry:
        """A closed one is open again and waits; again is harmless."""
        async with self._database.transaction():
            inquiry = await held(clerk, inquiry_id)
            if inquiry.state is InquiryState.CLOSED:
                await reopen(self._clock, inquiry, clerk.actor)
        await self._wakes.wake(inquiry.id, site_id=inquiry.site_id)
        return inquiry

    async def note(self, clerk: Clerk, inquiry_id: UUID, text: str, *, key: str | None = None) -> InquiryNote:
        """For colleagues' eyes. The same `key` again finds the first. Raises Faulty naming `text`."""
        said = text.strip()
        if not 0 < len(said) <= LONGEST_NOTE:
            raise Faulty("inquiry_incomplete", faults=[Fault("text", "too_long" if said else "missing")])
        async with self._database.transaction():
            inquiry = await held(clerk, inquiry_id)
            mine = InquiryNote.filter(inquiry_id=inquiry.id, member_id=clerk.member_id, key=key)
            if key and (known := await mine.first()) is not None:
                return known
            note = await InquiryNote.create(
                inquiry_id=inquiry.id, member_id=clerk.member_id, text=said, key=key, written_at=self._clock.now()
            )
            await audit.record(self._clock, clerk.actor, "noted", "inquiry", inquiry.id, after={"note": note.id})
        await self._wakes.wake(inquiry.id, site_id=inquiry.site_id)
        return note


async def require_here(clerk: Clerk) -> None:
    """The clerk's own presence, held: before any inquiry is. Raises Conflict `you_are_away`."""
    if (await at_desk(clerk.member_id)).away_since is not None:
        raise Conflict("you_are_away")


async def take(clock: Clock, clerk: Clerk, inquiry: Inquiry) -> None:
    """The clerk's, who is there, in an inquiry held by the caller. Raises Conflict `inquiry_claimed`."""
    await require_free(clerk, inquiry)
    if inquiry.claimed_by_id is None:
        await _give(inquiry, clerk.member_id, clock.now())
        await audit.record(clock, clerk.actor, "claimed", "inquiry", inquiry.id)


async def _give(inquiry: Inquiry, member_id: UUID | None, at: datetime | None) -> None:
    inquiry.claimed_by_id, inquiry.claimed_at = member_id, at
    await inquiry.save(update_fields=["claimed_by_id", "claimed_at"])


def _require_open(inquiry: Inquiry) -> None:
    if inquiry.state is InquiryState.CLOSED:
        raise Conflict("inquiry_closed")
