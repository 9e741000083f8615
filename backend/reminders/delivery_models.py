"""Reminders on their way to people, and what people agreed to. All times are real time: they count leases and tries."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from backend.reminders.models import Reminder


class DeliveryState(StrEnum):
    """`calling`: a worker is asking the platform now. `sent`: the platform has it. `refused`: it will not go out on
    this platform. `unknown`: nobody knows whether it went out, so it is never sent again. `withdrawn`: it had become
    useless before it went out."""

    WAITING = "waiting"
    CALLING = "calling"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class MessageConsent(Model):
    """What one platform user said to messages of one template, and how many they still allow.

    `subscribe_id`: the name we gave to one consent, at platforms where consents have names; there each is a row,
    offered before it is answered. `lasting`: an accept allows any number. `answer` is the newest one; `answered_at`
    also when the phone alone told of it.
    """

    id = fields.BigIntField(primary_key=True)
    platform = fields.CharField(max_length=16)
    app_id = fields.CharField(max_length=64)
    open_id = fields.CharField(max_length=128)
    template_id = fields.CharField(max_length=64)
    subscribe_id = fields.CharField(max_length=32, default="")
    remaining = fields.IntField(default=0)
    lasting = fields.BooleanField(default=False)
    answer = fields.CharField(max_length=8, null=True)
    answered_at = fields.DatetimeField(null=True)
    offered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "message_consent"


class Delivery(Model):
    """One reminder on one platform: claimed by one worker at a time, and never knowingly sent twice.

    `everywhere`: its kind goes to every bound platform; of any other kind only one platform has it alive. `uncertain`:
    an earlier call was never answered, and may have gone out. `consent` is the one it uses up, `last_consent` whether
    our count had no other. `message_id` is the platform's.
    """

    id = fields.BigIntField(primary_key=True)
    reminder: fields.ForeignKeyRelation["Reminder"] = fields.ForeignKeyField(
        "zhunkao.Reminder", "deliveries", on_delete=fields.RESTRICT
    )
    reminder_id: int
    platform = fields.CharField(max_length=16)
    everywhere = fields.BooleanField(default=False)
    state = fields.CharEnumField(DeliveryState, max_length=16, default=DeliveryState.WAITING)
    uncertain = fields.BooleanField(default=False)
    reason = fields.CharField(max_length=32, null=True)
    attempts = fields.SmallIntField(default=0)
    due_at = fields.DatetimeField()
    leased_until = fields.DatetimeField(null=True)
    open_id = fields.CharField(max_length=128, null=True)
    template_id = fields.CharField(max_length=64, null=True)
    consent: fields.ForeignKeyNullableRelation[MessageConsent] = fields.ForeignKeyField(
        "zhunkao.MessageConsent", "deliveries", null=True, on_delete=fields.RESTRICT
    )
    consent_id: Any
    last_consent = fields.BooleanField(default=False)
    called_at = fields.DatetimeField(null=True)
    message_id = fields.CharField(max_length=64, null=True)
    created_at = fields.DatetimeField()
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "delivery"
