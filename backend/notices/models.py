"""Notices and every version of them."""

from typing import TYPE_CHECKING

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from backend.exams.models import Area, Site
    from backend.staff.models import StaffMember


class Notice(Model):
    """One notice of one office. `name`: by which the office knows it. Without area and site it is the nation's, without
    a site the area's. Times are exam time."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=64)
    area: fields.ForeignKeyNullableRelation["Area"] = fields.ForeignKeyField(
        "zhunkao.Area", "notices", null=True, on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyNullableRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "notices", null=True, on_delete=fields.RESTRICT
    )
    area_id: int | None
    site_id: int | None
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notice"


class NoticeVersion(Model):
    """What a notice said from `published_at` on. Never changed: another wording is another version."""

    id = fields.BigIntField(primary_key=True)
    notice: fields.ForeignKeyRelation[Notice] = fields.ForeignKeyField(
        "zhunkao.Notice", "versions", on_delete=fields.RESTRICT
    )
    notice_id: int
    number = fields.SmallIntField()
    title = fields.CharField(max_length=128)
    text = fields.TextField()
    published_at = fields.DatetimeField()
    member: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "zhunkao.StaffMember", "notices", on_delete=fields.RESTRICT
    )

    class Meta:
        table = "notice_version"
