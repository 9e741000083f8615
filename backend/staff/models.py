"""Staff members, their scope, and how they sign in."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

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
    """Somebody who acts for an office."""

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


class StaffAccess(Model):
    """How a member signs in, once they have set a password. `totp_step`: the newest 30 seconds a code has served in."""

    id = fields.BigIntField(primary_key=True)
    member: fields.OneToOneRelation[StaffMember] = fields.OneToOneField(
        "zhunkao.StaffMember", "access", on_delete=fields.RESTRICT
    )
    member_id: UUID
    password_hash = fields.CharField(max_length=128)
    totp_secret = fields.BinaryField(null=True)
    totp_step = fields.BigIntField(null=True)
    changed_at = fields.DatetimeField()

    class Meta:
        table = "staff_access"


class SecurityKey(Model):
    """A security key of a member's (WebAuthn). Taken away ones stay, as the record of what was."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[StaffMember] = fields.ForeignKeyField(
        "zhunkao.StaffMember", "security_keys", on_delete=fields.RESTRICT
    )
    member_id: UUID
    credential_id = fields.BinaryField()
    public_key = fields.BinaryField()
    sign_count = fields.BigIntField()
    name = fields.CharField(max_length=32)
    added_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "security_key"


class StaffCodeKind(StrEnum):
    """`invitation`: from the office above, to set a first password; `recovery`: instead of a key or an app."""

    INVITATION = "invitation"
    RECOVERY = "recovery"


class StaffCode(Model):
    """A code that serves once, kept as a keyed hash. `ended_at`: served, replaced, or no longer good."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[StaffMember] = fields.ForeignKeyField(
        "zhunkao.StaffMember", "codes", on_delete=fields.RESTRICT
    )
    member_id: UUID
    kind = fields.CharEnumField(StaffCodeKind, max_length=16)
    code_index = fields.BinaryField()
    issued_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_code"


class Purpose(StrEnum):
    """What a challenge was given for."""

    SIGN_IN = "sign_in"
    ADD_KEY = "add_key"
    ADD_TOTP = "add_totp"


class StaffChallenge(Model):
    """Something given out to be answered once, soon. `content`: random bytes, or a TOTP secret, encrypted."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[StaffMember] = fields.ForeignKeyField(
        "zhunkao.StaffMember", "challenges", on_delete=fields.RESTRICT
    )
    member_id: UUID
    purpose = fields.CharEnumField(Purpose, max_length=8)
    content = fields.BinaryField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "staff_challenge"


class Factor(StrEnum):
    """What was shown beside the password. `invitation` instead of both: such a session only sets up the others."""

    KEY = "key"
    TOTP = "totp"
    RECOVERY = "recovery"
    INVITATION = "invitation"


class StaffSession(Model):
    """Somebody at work, from one sign-in on. Its secret is kept as a hash. All times are real time."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[StaffMember] = fields.ForeignKeyField(
        "zhunkao.StaffMember", "sessions", on_delete=fields.RESTRICT
    )
    member_id: UUID
    secret_hash = fields.BinaryField()
    factor = fields.CharEnumField(Factor, max_length=16)
    started_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ended_because = fields.CharField(max_length=32, null=True)

    class Meta:
        table = "staff_session"
