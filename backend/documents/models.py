"""What is kept of drawn papers: which card lies in the object store, and a site's batches."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from backend.exams.models import Exam, Site
    from backend.registrations.models import Registration


class KeptCard(Model):
    """An admit card that lies in the object store. `content`: the hash of all that is printed on it."""

    id = fields.BigIntField(primary_key=True)
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "kept_cards", on_delete=fields.RESTRICT
    )
    content = fields.CharField(max_length=64)
    kept_at = fields.DatetimeField()

    class Meta:
        table = "kept_card"


class BatchKind(StrEnum):
    """What a site prints many of: for candidates who can't print, and for the military's (军队考生)."""

    ADMIT_CARDS = "admit_cards"
    MILITARY_ADMIT_CARDS = "military_admit_cards"


class BatchState(StrEnum):
    """`drawing` from the order on."""

    DRAWING = "drawing"
    DONE = "done"
    CANCELLED = "cancelled"


class Batch(Model):
    """One site's order of many cards (批量打印准考证). `selection`: the hash of who was asked for. Members are named by
    their ids."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation["Exam"] = fields.ForeignKeyField(
        "zhunkao.Exam", "batches", on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "batches", on_delete=fields.RESTRICT
    )
    exam_id: int
    site_id: int
    kind = fields.CharEnumField(BatchKind, max_length=24)
    selection = fields.CharField(max_length=64)
    state = fields.CharEnumField(BatchState, max_length=16, default=BatchState.DRAWING)
    ordered_by = fields.UUIDField()
    ordered_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    purged_at = fields.DatetimeField(null=True)

    class Meta:
        table = "batch"


class BatchPart(Model):
    """One file of a batch: a room's cards, or as many of them as one paper holds. `leased_until` is real time."""

    id = fields.BigIntField(primary_key=True)
    batch: fields.ForeignKeyRelation[Batch] = fields.ForeignKeyField(
        "zhunkao.Batch", "parts", on_delete=fields.RESTRICT
    )
    batch_id: int
    number = fields.IntField()
    venue = fields.IntField()
    room = fields.IntField()
    registrations: Any = fields.JSONField()
    leased_until = fields.DatetimeField(null=True)
    drawn_at = fields.DatetimeField(null=True)
    content = fields.CharField(max_length=64, null=True)
    cards = fields.IntField(null=True)
    missing: Any = fields.JSONField(default=list)

    class Meta:
        table = "batch_part"
