"""What happens at an office's desk, for the clerks who sit at it; it ends with the clerk's session."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from backend.errors import NotSignedIn
from backend.inquiries.desk_models import DeskEvent
from backend.inquiries.holding import office
from backend.inquiries.inbox import EVENTS, Inbox
from backend.inquiries.streams import Streams
from backend.inquiries.wakes import Wakes
from backend.staff.sessions import AtWork, StaffSessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """`events`: of the log, in order; `marks`: what colleagues do just now, as JSON, which may be lost; `pruned_to`:
    events up to this one are lost for whoever has not seen them, and all that is shown has to be looked at anew."""

    events: Sequence[DeskEvent]
    marks: Sequence[str]
    pruned_to: int | None = None


class DeskFollowing:
    """Follows the log of the clerk's own office."""

    def __init__(self, *, inbox: Inbox, sessions: StaffSessions, wakes: Wakes, streams: Streams) -> None:
        self._inbox, self._sessions, self._wakes, self._streams = inbox, sessions, wakes, streams

    async def happened(self, at_work: AtWork, *, after: int) -> AsyncGenerator[Happened, None]:
        """All after this event, as it comes; nothing from time to time, as a sign of life.

        Raises NotAllowed; NotSignedIn `staff_session_ended` as soon as it has; Unavailable, TooMany.
        """
        clerk = at_work.clerk

        async def read(last: int) -> Sequence[DeskEvent]:
            # An open page is nobody at the desk: it keeps no session alive.
            if not await self._sessions.stands(at_work):
                raise NotSignedIn("staff_session_ended")
            return await self._inbox.events(clerk, after=last)

        with self._streams.place(clerk.member_id), self._wakes.at_desk(office(clerk)) as ear:
            is_first = True
            async for found in self._streams.follow(ear.woken, read, after=after, page=EVENTS):
                start = await self._inbox.log_start(clerk) if is_first else 0
                is_first, marks = False, list(ear.marks)
                ear.marks.clear()
                yield Happened(events=found, marks=marks, pruned_to=start if start > after else None)
