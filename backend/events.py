"""The outbox: what happened, written in the transaction in which it happened and told to others afterwards.

Delivery is at least once; whoever receives an event does its work once by a unique key of their own.
"""

from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from backend.tracing import current


class EventName(StrEnum):
    """`subject:action`, the action in the past."""

    ACCOUNT_REGISTERED = "account:registered"
    ACCOUNT_CHANGED = "account:changed"
    REGISTRATION_STARTED = "registration:started"
    REGISTRATION_PLACED = "registration:placed"
    REGISTRATION_SUBMITTED = "registration:submitted"
    REGISTRATION_WITHDRAWN = "registration:withdrawn"
    REGISTRATION_CONFIRMED = "registration:confirmed"
    REGISTRATION_REFUSED = "registration:refused"
    REGISTRATION_REVIEWED = "registration:reviewed"
    REGISTRATION_COMMITTED = "registration:committed"
    REGISTRATION_SUPPLEMENTED = "registration:supplemented"
    REGISTRATION_SEATED = "registration:seated"
    REGISTRATION_UNSEATED = "registration:unseated"
    REGISTRATION_RESEATED = "registration:reseated"
    REGISTRATION_CORRECTED = "registration:corrected"
    REGISTRATION_FORFEITED = "registration:forfeited"
    REGISTRATION_RESTORED = "registration:restored"
    ADMIT_CARD_DOWNLOADED = "admit_card:downloaded"
    SCORE_REPORT_DOWNLOADED = "score_report:downloaded"
    REVIEW_OVERDUE = "review:overdue"
    VIOLATION_UPHELD = "violation:upheld"
    VIOLATION_LIFTED = "violation:lifted"
    REGISTRATION_COMPARED = "registration:compared"
    REGISTRATION_SCORES_MERGED = "registration:scores_merged"
    ORDER_OPENED = "order:opened"
    ORDER_CLOSED = "order:closed"
    PAYMENT_RECEIVED = "payment:received"
    PAYMENT_SURPLUS = "payment:surplus"
    RECONCILIATION_DIFFERED = "reconciliation:differed"
    REFUND_ASKED = "refund:asked"
    REFUND_APPROVED = "refund:approved"
    REFUND_DECLINED = "refund:declined"
    REFUND_SUCCEEDED = "refund:succeeded"
    REFUND_FAILED = "refund:failed"
    INQUIRY_OPENED = "inquiry:opened"
    INQUIRY_ASKED = "inquiry:asked"
    INQUIRY_ANSWERED = "inquiry:answered"
    EXAM_LOADED = "exam:loaded"
    CUSTODY_INCIDENT = "custody:incident_reported"
    RESULTS_ANNOUNCED = "results:announced"


class Event(Model):
    """One thing that happened. `payload` holds identifiers and outcomes, never personal data."""

    id = fields.BigIntField(primary_key=True)
    # Described by itself, and not by its words: a new one is no change of the schema.
    name = fields.CharEnumField(EventName, max_length=64, description="subject:action, the action in the past")
    candidate_id = fields.UUIDField(null=True)
    subject_id = fields.CharField(max_length=64)
    payload: Any = fields.JSONField(default=dict)
    happened_at = fields.DatetimeField()
    processed_at = fields.DatetimeField(null=True)
    attempts = fields.SmallIntField(default=0)
    # Of the request or job in which it happened; none of what a sweep over many rows tells.
    trace_id = fields.CharField(max_length=32, null=True)

    class Meta:
        table = "event"


async def tell(name: EventName, *, subject_id: UUID | str, candidate_id: UUID | None, at: Any, **payload: Any) -> None:
    """Write one event into the outbox, in the transaction of the change it speaks of. `at` is exam time."""
    span = current()
    await Event.create(
        name=name,
        subject_id=str(subject_id),
        candidate_id=candidate_id,
        payload=payload,
        happened_at=at,
        trace_id=span.trace_id if span else None,
    )
