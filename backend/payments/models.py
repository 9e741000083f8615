"""Orders at a platform, the money that came and went back, the platforms' callbacks as they came, and their bills."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

from backend.payments.comparison import DifferenceKind

if TYPE_CHECKING:
    from backend.registrations.models import Registration


class OrderState(StrEnum):
    """`open` can be paid; only one of a registration's orders is open at a time."""

    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"


class Order(Model):
    """One order at one platform. `order_number` is the platform's out_trade_no."""

    id = fields.BigIntField(primary_key=True)
    order_number = fields.CharField(max_length=32, unique=True)
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "orders", on_delete=fields.RESTRICT
    )
    registration_id: Any
    platform = fields.CharField(max_length=16)
    open_id = fields.CharField(max_length=128)
    amount_fen = fields.IntField()
    state = fields.CharEnumField(OrderState, max_length=8, default=OrderState.OPEN)
    idempotency_key = fields.CharField(max_length=64)
    prepay_id = fields.CharField(max_length=128, null=True)
    opened_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)
    asked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "payment_order"


class Payment(Model):
    """Money that reached us for an order. One of a registration's payments counts; another one is owed back.

    `counts` tells what it was when it came. `given_back_at`: since when it is decided that it goes back, and another
    payment may count.
    """

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "zhunkao.Order", "payments", on_delete=fields.RESTRICT
    )
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "payments", on_delete=fields.RESTRICT
    )
    registration_id: Any
    platform = fields.CharField(max_length=16)
    transaction_id = fields.CharField(max_length=64)
    amount_fen = fields.IntField()
    paid_at = fields.DatetimeField()
    counts = fields.BooleanField()
    given_back_at = fields.DatetimeField(null=True)
    recorded_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "payment"


class RefundKind(StrEnum):
    """Why money goes back: it was too much; the registration was rejected after paying; staff asked for it."""

    SURPLUS = "surplus"
    REJECTED = "rejected"
    REQUESTED = "requested"


class RefundState(StrEnum):
    """`approved`: decided, to be sent. `sent`: the platform has it, and is asked until the end."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    SENT = "sent"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Refund(Model):
    """A whole payment on its way back. `refund_number` is what the platform knows it by: ours, and never reused.

    `refund_id`: the platform's own number of it. `standing` and `said`: what the platform last said, in the port's word
    and in its own. `due_at`: real time from which a worker sends it or asks about it; claiming a refund moves it.
    """

    id = fields.BigIntField(primary_key=True)
    refund_number = fields.CharField(max_length=32, unique=True)
    payment: fields.ForeignKeyRelation[Payment] = fields.ForeignKeyField(
        "zhunkao.Payment", "refunds", on_delete=fields.RESTRICT
    )
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "refunds", on_delete=fields.RESTRICT
    )
    payment_id: int
    registration_id: Any
    platform = fields.CharField(max_length=16)
    amount_fen = fields.IntField()
    kind = fields.CharEnumField(RefundKind, max_length=16)
    reason = fields.CharField(max_length=200)
    state = fields.CharEnumField(RefundState, max_length=16)
    asked_by = fields.CharField(max_length=64)
    asked_at = fields.DatetimeField()
    decided_by = fields.CharField(max_length=64, null=True)
    decided_at = fields.DatetimeField(null=True)
    decision_reason = fields.CharField(max_length=200, null=True)
    refund_id = fields.CharField(max_length=64, null=True)
    standing = fields.CharField(max_length=16, null=True)
    said = fields.CharField(max_length=64, null=True)
    due_at = fields.DatetimeField(null=True)
    tries = fields.SmallIntField(default=0)
    succeeded_at = fields.DatetimeField(null=True)

    class Meta:
        table = "refund"


class Callback(Model):
    """What a platform sent, verified, exactly as it came; kept before it is acted on. `door`: where it came in."""

    id = fields.BigIntField(primary_key=True)
    platform = fields.CharField(max_length=16)
    door = fields.CharField(max_length=16, default="payments", db_default="payments")
    event_id = fields.CharField(max_length=128)
    kind = fields.CharField(max_length=64)
    body = fields.BinaryField()
    headers: Any = fields.JSONField()
    received_at = fields.DatetimeField(auto_now_add=True)
    processed_at = fields.DatetimeField(null=True)
    outcome = fields.CharField(max_length=64, null=True)

    class Meta:
        table = "callback"


class ReconciliationState(StrEnum):
    """`waiting`: the bill hasn't been read to its end yet, for whatever reason."""

    WAITING = "waiting"
    DONE = "done"


class Reconciliation(Model):
    """One platform's bill of one day beside our books. `day` is exam time's; `try_at` and `done_at` are real time.

    A worker that takes it up moves `try_at` ahead: should it die, the next one finds the row due again.
    """

    id = fields.BigIntField(primary_key=True)
    platform = fields.CharField(max_length=16)
    day = fields.DateField()
    state = fields.CharEnumField(ReconciliationState, max_length=8, default=ReconciliationState.WAITING)
    attempts = fields.IntField(default=0)
    try_at = fields.DatetimeField()
    trouble = fields.CharField(max_length=64, null=True)
    payments = fields.IntField(default=0)
    payments_fen = fields.BigIntField(default=0)
    refunds = fields.IntField(default=0)
    refunds_fen = fields.BigIntField(default=0)
    done_at = fields.DatetimeField(null=True)
    differences: fields.ReverseRelation["BillDifference"]

    class Meta:
        table = "reconciliation"


class BillDifference(Model):
    """One thing in which a bill and our books didn't agree, and what came of it.

    `outcome` is the platform's own word on the order, asked for afterwards; `settled_at`, real time, is there once our
    books have what the bill has.
    """

    id = fields.BigIntField(primary_key=True)
    reconciliation: fields.ForeignKeyRelation[Reconciliation] = fields.ForeignKeyField(
        "zhunkao.Reconciliation", "differences", on_delete=fields.RESTRICT
    )
    reconciliation_id: int
    kind = fields.CharEnumField(DifferenceKind, max_length=32)
    order_number = fields.CharField(max_length=64)
    transaction_id = fields.CharField(max_length=64, null=True)
    refund_number = fields.CharField(max_length=64, null=True)
    theirs_fen = fields.BigIntField(null=True)
    ours_fen = fields.BigIntField(null=True)
    asked_at = fields.DatetimeField(null=True)
    outcome = fields.CharField(max_length=64, null=True)
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "bill_difference"
