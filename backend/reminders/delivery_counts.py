"""What the offices see of reminders on their way: how many each platform took, refused, or nobody knows of."""

from dataclasses import dataclass
from typing import Any, Final

from tortoise.functions import Count

from backend.exams.catalogue import Exams
from backend.reminders.delivery_models import Delivery, DeliveryState
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

UNREACHED: Final = (DeliveryState.REFUSED, DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesCounted:
    """How many deliveries of one kind stand so on one platform; `reason` where they were refused or are unknown."""

    kind: str
    platform: str
    state: DeliveryState
    reason: str | None
    deliveries: int


class DeliveryCounts:
    """Reads, inside the clerk's scope: deliveries of registrations that are the office's."""

    def __init__(self, exams: Exams) -> None:
        self._exams = exams

    async def by_platform(self, clerk: Clerk, exam_code: str) -> list[DeliveriesCounted]:
        """By kind, platform, state and reason. Raises NotAllowed; NotFound `exam_unknown`."""
        clerk.require(Duty.SEE_REMINDERS)
        exam = await self._exams.exam(exam_code)
        scope = clerk.registrations(through="reminder__registration__")
        rows: list[dict[str, Any]] = await (
            Delivery.filter(reminder__registration__exam_id=exam.id, **scope)
            .annotate(deliveries=Count("id"))
            .group_by("reminder__kind", "platform", "state", "reason")
            .values("reminder__kind", "platform", "state", "reason", "deliveries")
        )
        found = [
            DeliveriesCounted(
                kind=row["reminder__kind"],
                platform=row["platform"],
                state=row["state"],
                reason=row["reason"] if row["state"] in UNREACHED else None,
                deliveries=row["deliveries"],
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: (one.kind, one.platform, one.state, one.reason or ""))
