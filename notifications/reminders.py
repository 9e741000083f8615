"""Reminders put together: from what happened to what goes out."""

from dataclasses import dataclass

from backend.clock import Clock
from backend.database import Database
from backend.exams.catalogue import Exams
from backend.reminders.pauses import Pauses
from notifications.catalogue import catalogue
from notifications.facts import Facts
from notifications.figures import Figures
from notifications.handing_out import Channel, HandedOut, HandingOut
from notifications.outbox import Outbox
from notifications.planning import Planner
from notifications.preview import Previews
from notifications.rendering import Rendering
from notifications.resending import Resending
from notifications.still_due import StillDue


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """`sweep` may run anywhere and at any time; the rest is what a sender of reminders needs."""

    planner: Planner
    outbox: Outbox
    handing_out: HandingOut
    still_due: StillDue
    rendering: Rendering
    pauses: Pauses
    previews: Previews
    resending: Resending
    figures: Figures

    async def sweep(self) -> HandedOut:
        """Plan what follows from all that happened, and hand out what is due."""
        await self.outbox.consume()
        await self.outbox.replan()
        return await self.handing_out.sweep()


def reminders(*, database: Database, clock: Clock, exams: Exams, channel: Channel) -> Reminders:
    """With the service's own catalogue. Raises BadCatalogue."""
    kinds = catalogue()
    still_due = StillDue(database=database, clock=clock, catalogue=kinds)
    planner = Planner(database=database, clock=clock, exams=exams, catalogue=kinds)
    return Reminders(
        planner=planner,
        outbox=Outbox(database=database, clock=clock, exams=exams, planner=planner),
        handing_out=HandingOut(
            database=database,
            clock=clock,
            facts=Facts(database, exams, kinds),
            catalogue=kinds,
            channel=channel,
        ),
        still_due=still_due,
        rendering=Rendering(database, kinds),
        figures=Figures(database, clock),
        pauses=Pauses(database, clock, kinds.kinds.keys()),
        previews=Previews(database=database, clock=clock, catalogue=kinds),
        resending=Resending(
            database=database, clock=clock, still_due=still_due, channel=channel, kinds=kinds.kinds.keys()
        ),
    )
