"""Refunds as the offices read them: what waits for somebody, and all there were; scope is part of every query."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from tortoise.expressions import RawSQL
from tortoise.queryset import QuerySet

from backend.database import Database
from backend.errors import NotFound
from backend.payments.models import Refund, RefundState
from backend.payments.onsite import ONSITE
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

COUNTED: Final = 10_000
PAGE: Final = 50
WHOSE: Final = ("registration", "registration__candidate")


class RefundList(StrEnum):
    """Lists of refunds. `to_hand_back`: approved, and paid at the site in the first place."""

    ASKED = "asked"
    FAILED = "failed"
    TO_HAND_BACK = "to_hand_back"
    UNDER_WAY = "under_way"
    DONE = "done"


THOSE: Final[Mapping[RefundList, Mapping[str, Any]]] = {
    RefundList.ASKED: {"state": RefundState.ASKED},
    RefundList.FAILED: {"state": RefundState.FAILED},
    RefundList.TO_HAND_BACK: {"state": RefundState.APPROVED, "platform": ONSITE},
    RefundList.UNDER_WAY: {"state__in": [RefundState.APPROVED, RefundState.SENT], "platform__not": ONSITE},
    RefundList.DONE: {"state__in": [RefundState.SUCCEEDED, RefundState.DECLINED]},
}
FOLLOWED: Final = """
EXISTS (SELECT FROM refund AS later WHERE later.payment_id = "refund"."payment_id" AND later.id > "refund"."id")
"""
"""One that failed and has a successor stays failed, as the record of what was: it waits for nobody."""


class RefundDesk:
    """Reads; what is done with them is `Refunds` and `OnsitePayments`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, clerk: Clerk, which: RefundList = RefundList.ASKED, *, after: int = 0, limit: int = PAGE
    ) -> list[Refund]:
        """The oldest first, after the one with this id; each with its registration and candidate."""
        found = self._those(clerk, which).filter(id__gt=after)
        return await found.order_by("id").limit(limit).select_related(*WHOSE)

    async def how_many(self, clerk: Clerk, which: RefundList = RefundList.ASKED) -> int:
        """Of more than COUNTED no more than that is said."""
        return await self._database.count(self._those(clerk, which), at_most=COUNTED)

    async def one(self, clerk: Clerk, refund_id: int) -> Refund:
        """With its registration and candidate. Raises NotFound `refund_unknown`, also outside the scope."""
        clerk.require(Duty.SEE_REFUNDS)
        scope = clerk.registrations(through="registration__")
        found = await Refund.get_or_none(id=refund_id, **scope).select_related(*WHOSE)
        if found is None:
            raise NotFound("refund_unknown")
        return found

    async def of_registration(self, clerk: Clerk, registration_id: UUID) -> list[Refund]:
        """All of one registration, the newest first; none outside the scope."""
        clerk.require(Duty.SEE_REFUNDS)
        scope = clerk.registrations(through="registration__")
        return await Refund.filter(registration_id=registration_id, **scope).order_by("-id").limit(PAGE)

    def _those(self, clerk: Clerk, which: RefundList) -> QuerySet[Refund]:
        clerk.require(Duty.SEE_REFUNDS)
        found = Refund.filter(**THOSE[which], **clerk.registrations(through="registration__"))
        if which is RefundList.FAILED:
            found = found.annotate(followed=RawSQL(FOLLOWED)).filter(followed=False)
        return found
