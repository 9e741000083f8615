"""An inquiry of the clerk's own inbox, held for an act. Another office's is not found."""

from typing import Any
from uuid import UUID

from backend.database import lock
from backend.errors import Conflict, NotFound
from backend.inquiries.models import Chat, Inquiry
from backend.staff.duties import Duty
from backend.staff.models import Level, StaffMember
from backend.staff.scope import Clerk


def office(clerk: Clerk) -> int:
    """Whose inbox is the clerk's: the site's id, 0 for the centre's."""
    return clerk.site_id or 0 if clerk.level is Level.SITE else 0


def inbox_of(clerk: Clerk, duty: Duty) -> dict[str, Any]:
    """What came to a site is its staff's, what has no site yet the centre's. Raises NotAllowed."""
    clerk.require(duty)
    return {"site_id": clerk.site_id} if clerk.level is Level.SITE else {"site_id__isnull": True}


async def held(clerk: Clerk, inquiry_id: UUID, duty: Duty = Duty.ANSWER) -> Inquiry:
    """Inside a transaction. The chat is held before its inquiry, as by those who write from it: two who cross don't
    block each other. Raises NotAllowed; NotFound `inquiry_unknown`.
    """
    mine = {"id": inquiry_id, **inbox_of(clerk, duty)}
    found = await Inquiry.get_or_none(**mine)
    if found is not None and found.chat_id is not None:
        await lock(Chat, id=found.chat_id)
    inquiry = await lock(Inquiry, **mine) if found is not None else None
    if inquiry is None:
        raise NotFound("inquiry_unknown")
    return inquiry


async def require_free(clerk: Clerk, inquiry: Inquiry) -> None:
    """Raises Conflict `inquiry_claimed`, saying who has it, where that is a colleague."""
    if inquiry.claimed_by_id not in (None, clerk.member_id):
        colleague = await StaffMember.get(id=inquiry.claimed_by_id)
        raise Conflict("inquiry_claimed", name=colleague.name)
