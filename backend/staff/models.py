"""Staff members and their scope."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from backend.exams.models import Area, ConfirmationPoint, Site


class Level(StrEnum):
    """Whose office a member belongs to: point ⊂ site ⊂ area ⊂ nation."""

    POINT = "point"
    SITE = "site"
    AREA = "area"
    NATION = "nation"


class Role(StrEnum):
    """What of an office's work a member does; `read` does nothing and sees what the office's lists and reports show."""

    CONFIRM = "confirm"
    REVIEW = "review"
    SEATING = "seating"
    DESK = "desk"
    FINANCE = "finance"
    READ = "read"


class StaffMember(Model):
    """Somebody who acts for an office. How they sign in is not kept here."""

    id = fields.UUIDField(primary_key=True)
    username = fields.CharField(max_length=32, unique=True)
    name = fields.CharField(max_length=64)
    level = fields.CharEnumField(Level, max_length=8)
    area: fields.ForeignKeyNullableRelation["Area"] = fields.ForeignKeyField(
        "zhunkao.Area", "staff", null=True, on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyNullableRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "staff", null=True, on_delete=fields.RESTRICT
    )
    point: fields.ForeignKeyNullableRelation["ConfirmationPoint"] = fields.ForeignKeyField(
        "zhunkao.ConfirmationPoint", "staff", null=True, on_delete=fields.RESTRICT
    )
    area_id: int | None
    site_id: int | None
    point_id: int | None
    roles: Any = fields.JSONField()
    created_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_member"
