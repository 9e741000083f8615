"""What is kept of the exam's materials. Every table only grows: a correction is a new row that names the old one."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

from backend.custody.materials import HandOverKind, IncidentKind, Material, Side

if TYPE_CHECKING:
    from backend.exams.models import Area, Exam, ExamSession, Site, Venue
    from backend.staff.models import StaffMember


class StatementKind(StrEnum):
    """What an office states, once a batch or once an exam."""

    NOTICE_LINKS = "notice_links"
    RECEIVERS = "receivers"
    OFFICES = "offices"
    SPARE_PAPERS = "spare_papers"
    DATA_COMPLETE = "data_complete"
    DATA_DELETED = "data_deleted"
    DESTROYED = "destroyed"


class HandOver(Model):
    """交接单: what one side says that it gives. `batch`: which run of exam days it belongs to, from 1."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(max_length=32)
    kind = fields.CharEnumField(HandOverKind, max_length=16, description="the step of the way")
    exam: fields.ForeignKeyRelation["Exam"] = fields.ForeignKeyField(
        "zhunkao.Exam", "hand_overs", on_delete=fields.RESTRICT
    )
    area: fields.ForeignKeyRelation["Area"] = fields.ForeignKeyField(
        "zhunkao.Area", "hand_overs", on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyNullableRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "hand_overs", null=True, on_delete=fields.RESTRICT
    )
    session: fields.ForeignKeyNullableRelation["ExamSession"] = fields.ForeignKeyField(
        "zhunkao.ExamSession", "hand_overs", null=True, on_delete=fields.RESTRICT
    )
    corrects: fields.ForeignKeyNullableRelation["HandOver"] = fields.ForeignKeyField(
        "zhunkao.HandOver", "corrections", null=True, on_delete=fields.RESTRICT
    )
    exam_id: int
    area_id: int
    site_id: int | None
    session_id: int | None
    corrects_id: int | None
    batch = fields.SmallIntField()
    place = fields.CharField(max_length=128)
    declared_by = fields.UUIDField()
    declared_at = fields.DatetimeField()

    class Meta:
        table = "hand_over"


class HandOverItem(Model):
    """One box or bag: its label, the number of its seal, how much the giver says is in it, and of which venue it is."""

    id = fields.BigIntField(primary_key=True)
    hand_over: fields.ForeignKeyRelation[HandOver] = fields.ForeignKeyField(
        "zhunkao.HandOver", "items", on_delete=fields.RESTRICT
    )
    venue: fields.ForeignKeyNullableRelation["Venue"] = fields.ForeignKeyField(
        "zhunkao.Venue", "hand_over_items", null=True, on_delete=fields.RESTRICT
    )
    hand_over_id: int
    venue_id: int | None
    position = fields.SmallIntField()
    material = fields.CharEnumField(Material, max_length=24, description="what it is")
    label = fields.CharField(max_length=32)
    seal = fields.CharField(max_length=32)
    declared = fields.IntField()

    class Meta:
        table = "hand_over_item"


class ItemCount(Model):
    """A box or bag as the receiver found it."""

    id = fields.BigIntField(primary_key=True)
    item: fields.ForeignKeyRelation[HandOverItem] = fields.ForeignKeyField(
        "zhunkao.HandOverItem", "counts", on_delete=fields.RESTRICT
    )
    corrects: fields.ForeignKeyNullableRelation["ItemCount"] = fields.ForeignKeyField(
        "zhunkao.ItemCount", "corrections", null=True, on_delete=fields.RESTRICT
    )
    item_id: int
    corrects_id: int | None
    counted = fields.IntField()
    intact = fields.BooleanField()
    remark = fields.CharField(max_length=200)
    counted_by = fields.UUIDField()
    counted_at = fields.DatetimeField()

    class Meta:
        table = "item_count"


class HandOverSignature(Model):
    """One of the two who sign on each side, under their own account."""

    id = fields.BigIntField(primary_key=True)
    hand_over: fields.ForeignKeyRelation[HandOver] = fields.ForeignKeyField(
        "zhunkao.HandOver", "signatures", on_delete=fields.RESTRICT
    )
    member: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "zhunkao.StaffMember", "hand_over_signatures", on_delete=fields.RESTRICT
    )
    hand_over_id: int
    member_id: Any
    side = fields.CharEnumField(Side, max_length=8, description="giver or receiver")
    place = fields.SmallIntField()
    signed_at = fields.DatetimeField()

    class Meta:
        table = "hand_over_signature"


class HandOverClosing(Model):
    """The hand-over is done. The database takes it only with two signatures on each side and everything counted."""

    id = fields.BigIntField(primary_key=True)
    hand_over: fields.ForeignKeyRelation[HandOver] = fields.ForeignKeyField(
        "zhunkao.HandOver", "closings", on_delete=fields.RESTRICT
    )
    hand_over_id: int
    closed_by = fields.UUIDField()
    closed_at = fields.DatetimeField()

    class Meta:
        table = "hand_over_closing"


class CustodyIncident(Model):
    """Something wrong with a hand-over, reported up the moment it is written down."""

    id = fields.BigIntField(primary_key=True)
    hand_over: fields.ForeignKeyRelation[HandOver] = fields.ForeignKeyField(
        "zhunkao.HandOver", "incidents", on_delete=fields.RESTRICT
    )
    count: fields.ForeignKeyNullableRelation[ItemCount] = fields.ForeignKeyField(
        "zhunkao.ItemCount", "incidents", null=True, on_delete=fields.RESTRICT
    )
    hand_over_id: int
    count_id: int | None
    kind = fields.CharEnumField(IncidentKind, max_length=16, description="what is wrong")
    text = fields.CharField(max_length=500)
    reported_by = fields.UUIDField()
    reported_at = fields.DatetimeField()

    class Meta:
        table = "custody_incident"


class Watch(Model):
    """值守: two people over the strong room, from when until when."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation["Exam"] = fields.ForeignKeyField(
        "zhunkao.Exam", "watches", on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "watches", on_delete=fields.RESTRICT
    )
    corrects: fields.ForeignKeyNullableRelation["Watch"] = fields.ForeignKeyField(
        "zhunkao.Watch", "corrections", null=True, on_delete=fields.RESTRICT
    )
    exam_id: int
    site_id: int
    corrects_id: int | None
    first_person = fields.CharField(max_length=64)
    second_person = fields.CharField(max_length=64)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    recorded_by = fields.UUIDField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "strong_room_watch"


class OfficeStatement(Model):
    """What an office states: a report up, a deletion, a destruction. `content`: encrypted, since it names people and
    their phones; `batch`: 0 where it is of the whole exam."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation["Exam"] = fields.ForeignKeyField(
        "zhunkao.Exam", "office_statements", on_delete=fields.RESTRICT
    )
    area: fields.ForeignKeyRelation["Area"] = fields.ForeignKeyField(
        "zhunkao.Area", "office_statements", on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyNullableRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "office_statements", null=True, on_delete=fields.RESTRICT
    )
    corrects: fields.ForeignKeyNullableRelation["OfficeStatement"] = fields.ForeignKeyField(
        "zhunkao.OfficeStatement", "corrections", null=True, on_delete=fields.RESTRICT
    )
    exam_id: int
    area_id: int
    site_id: int | None
    corrects_id: int | None
    kind = fields.CharEnumField(StatementKind, max_length=16, description="what is stated")
    batch = fields.SmallIntField()
    content = fields.BinaryField()
    stated_by = fields.UUIDField()
    stated_at = fields.DatetimeField()

    class Meta:
        table = "office_statement"
