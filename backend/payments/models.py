"""Orders at a platform, the money that came, and the platforms' callbacks as they came."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

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
    """Money that reached us for an order. One of a registration's payments counts; another one is owed back."""

    id = fields.BigIntField(primary_key=True)
    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "zhunkao.Order", "payments", on_delete=fields.RESTRICT
    )
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "payments", on_delete=fields.RESTRICT
    )
    platform = fields.CharField(max_length=16)
    transaction_id = fields.CharField(max_length=64)
    amount_fen = fields.IntField()
    paid_at = fields.DatetimeField()
    counts = fields.BooleanField()
    recorded_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "payment"


class Callback(Model):
    """What a platform sent, verified, exactly as it came; kept before it is acted on."""

    id = fields.BigIntField(primary_key=True)
    platform = fields.CharField(max_length=16)
    event_id = fields.CharField(max_length=128)
    kind = fields.CharField(max_length=64)
    body = fields.BinaryField()
    headers: Any = fields.JSONField()
    received_at = fields.DatetimeField(auto_now_add=True)
    processed_at = fields.DatetimeField(null=True)
    outcome = fields.CharField(max_length=64, null=True)

    class Meta:
        table = "callback"
