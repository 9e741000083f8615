"""What the offices see of reminders: how many of each kind are where, and who could not be reached."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise.expressions import Q, Subquery
from tortoise.functions import Count

from backend.clock import EXAM_ZONE
from backend.exams.catalogue import Exams
from backend.reminders.delivery_models import Delivery, DeliveryState
from backend.reminders.models import Reminder, ReminderState
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

MOST: Final = 100
REACHING: Final = (DeliveryState.WAITING, DeliveryState.CALLING, DeliveryState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many reminders of one kind are in one state."""

    kind: str
    state: ReminderState
    reminders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedPush:
    """How many pushes of one kind are in one state on one platform."""

    kind: str
    platform: str
    state: DeliveryState
    pushes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReached:
    """A candidate who did not do in time what a reminder asked for, whom it came too late for, or whom no platform took
    it to: it stands in their list alone."""

    id: int
    kind: str
    state: ReminderState
    registration_id: UUID
    registration_number: str | None
    told_at: datetime | None
    until: datetime | None


class ReminderCounts:
    """Reads, inside the clerk's scope: reminders of registrations that are the office's."""

    def __init__(self, exams: Exams) -> None:
        self._exams = exams

    async def by_kind(self, clerk: Clerk, exam_code: str) -> list[Counted]:
        """By kind and state. Raises NotAllowed; NotFound `exam_unknown`."""
        found = await self._in_scope(clerk, exam_code)
        rows: list[dict[str, Any]] = await (
            found.annotate(reminders=Count("id")).group_by("kind", "state").values("kind", "state", "reminders")
        )
        ordered = sorted(rows, key=lambda row: (row["kind"], row["state"]))
        return [Counted(kind=row["kind"], state=row["state"], reminders=row["reminders"]) for row in ordered]

    async def by_platform(self, clerk: Clerk, exam_code: str) -> list[CountedPush]:
        """By kind, platform and how far the push of it is. Raises as `by_kind`."""
        clerk.require(Duty.SEE_REMINDERS)
        exam = await self._exams.exam(exam_code)
        rows: list[dict[str, Any]] = await (
            Delivery.filter(
                reminder__registration__exam_id=exam.id, **clerk.registrations(through="reminder__registration__")
            )
            .annotate(pushes=Count("id"))
            .group_by("reminder__kind", "platform", "state")
            .values("reminder__kind", "platform", "state", "pushes")
        )
        ordered = sorted(rows, key=lambda row: (row["reminder__kind"], row["platform"], row["state"]))
        return [
            CountedPush(kind=row["reminder__kind"], platform=row["platform"], state=row["state"], pushes=row["pushes"])
            for row in ordered
        ]

    async def not_reached(
        self, clerk: Clerk, exam_code: str, *, after: int = 0, limit: int = MOST
    ) -> tuple[list[NotReached], int | None]:
        """Whose reminders were missed, or reached them on no platform, by id, and after which one to go on.

        Raises as `by_kind`.
        """
        found = await self._in_scope(clerk, exam_code)
        under_way = Delivery.filter(reminder__registration__exam__code=exam_code, state__in=REACHING)
        unreached = Q(state=ReminderState.SENT) & Q(id__not_in=Subquery(under_way.values("reminder_id")))
        rows = await (
            found.filter(Q(state=ReminderState.MISSED) | unreached, id__gt=after)
            .order_by("id")
            .limit(limit + 1)
            .values(
                "id", "kind", "state", "registration_id", "registration__registration_number", "sent_at", "expires_at"
            )
        )
        shown = [_not_reached(row) for row in rows[:limit]]
        return shown, shown[-1].id if len(rows) > limit else None

    async def _in_scope(self, clerk: Clerk, exam_code: str) -> Any:
        clerk.require(Duty.SEE_REMINDERS)
        exam = await self._exams.exam(exam_code)
        return Reminder.filter(registration__exam_id=exam.id, **clerk.registrations(through="registration__"))


def _not_reached(row: dict[str, Any]) -> NotReached:
    return NotReached(
        id=row["id"],
        kind=row["kind"],
        state=row["state"],
        registration_id=row["registration_id"],
        registration_number=row["registration__registration_number"],
        told_at=row["sent_at"].astimezone(EXAM_ZONE) if row["sent_at"] else None,
        until=row["expires_at"].astimezone(EXAM_ZONE) if row["expires_at"] else None,
    )
