"""Violations as their sites recorded them, and what became of them."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

from backend.violations.offences import Severity

if TYPE_CHECKING:
    from backend.registrations.models import Bar, Registration


class ViolationState(StrEnum):
    """`recorded`: waits for the area; `upheld` has its effects, `dismissed` and `lifted` have none."""

    RECORDED = "recorded"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    LIFTED = "lifted"


class Violation(Model):
    """What one candidate did in one subject. Members are named by their ids; times are exam time.

    `taken`: [{name, quantity, remark}], for which there is a receipt; `unsigned_because`: None where the candidate
    signed the record; `version` grows with every amendment.
    """

    id = fields.BigIntField(primary_key=True)
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "violations", on_delete=fields.RESTRICT
    )
    registration_id: Any
    subject = fields.CharField(max_length=32)
    severity = fields.CharEnumField(Severity, max_length=8)
    item = fields.SmallIntField()
    what = fields.CharField(max_length=500)
    seen_at = fields.DatetimeField()
    told_at = fields.DatetimeField()
    unsigned_because = fields.CharField(max_length=200, null=True)
    taken: Any = fields.JSONField(default=list)
    receipt_number = fields.CharField(max_length=32, null=True)
    state = fields.CharEnumField(ViolationState, max_length=16, default=ViolationState.RECORDED)
    version = fields.IntField(default=1)
    recorded_by = fields.UUIDField()
    recorded_at = fields.DatetimeField()
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    lifted_by = fields.UUIDField(null=True)
    lifted_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=500, null=True)
    bar: fields.OneToOneNullableRelation["Bar"] = fields.OneToOneField(
        "zhunkao.Bar", "violation", null=True, on_delete=fields.RESTRICT
    )
    bar_id: Any

    class Meta:
        table = "violation"
