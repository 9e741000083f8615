"""Where one candidate sits, and what was noted of their seat: looked at before more is noted or they are moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.database import Database
from backend.errors import NotFound
from backend.registrations.models import Registration
from backend.seating.cards import SITTINGS
from backend.seating.entering import sitting_of
from backend.seating.entry import Sitting
from backend.seating.models import AdmitNumber, SeatingNeed
from backend.staff.duties import Duty
from backend.staff.scope import Clerk


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSeat:
    """`admit_number`: the one that holds; `card_fetched_at`: when its card was downloaded, after which a move has to be
    told to them."""

    admit_number: str | None
    sittings: Sequence[Sitting]
    needs: Sequence[SeatingNeed]
    card_fetched_at: datetime | None


class CandidateSeats:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, clerk: Clerk, registration_id: UUID) -> CandidateSeat:
        """As it stands. Raises NotAllowed; NotFound `registration_unknown`, also outside the scope."""
        clerk.require(Duty.ARRANGE_SEATS)
        row = await Registration.get_or_none(id=registration_id, **clerk.registrations())
        if row is None:
            raise NotFound("registration_unknown")
        number = await AdmitNumber.get_or_none(registration_id=row.id, retired_at=None)
        return CandidateSeat(
            admit_number=number.number if number else None,
            sittings=[sitting_of(one) for one in await self._database.rows(SITTINGS, [row.id])],
            needs=await SeatingNeed.filter(registration_id=row.id).order_by("need"),
            card_fetched_at=row.admit_card_downloaded_at,
        )
