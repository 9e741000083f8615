"""Accounts, the platform accounts bound to them, and their sessions."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model


class IdType(StrEnum):
    """Document types a candidate may register with (证件类型)."""

    RESIDENT_ID_CARD = "resident_id_card"
    PASSPORT = "passport"
    HK_MACAU_PERMIT = "hk_macau_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    MILITARY_ID = "military_id"


class CheckState(StrEnum):
    """What a state system said of a person's identity or education."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


class Candidate(Model):
    """One account for one document number. The number and the phone are stored encrypted.

    `unclaimed_since`: it came by file, and its owner hasn't opened it yet; until then there is no password, no phone
    and no way in but to open it. `phone_index`: a keyed hash; None also of phones that are older than it until
    `zhunkao index-phones` has come to them.
    """

    id = fields.UUIDField(primary_key=True)
    username = fields.CharField(max_length=32)
    username_key = fields.CharField(max_length=32, unique=True)
    password_hash = fields.CharField(max_length=128)
    name = fields.CharField(max_length=64)
    id_type = fields.CharEnumField(IdType, max_length=24)
    id_number = fields.BinaryField()
    id_number_index = fields.BinaryField()
    phone = fields.BinaryField()
    phone_index = fields.BinaryField(null=True)
    recovery_question = fields.CharField(max_length=32)
    recovery_answer_hash = fields.CharField(max_length=128)
    identity_check = fields.CharEnumField(CheckState, max_length=8, default=CheckState.PENDING)
    education_check = fields.CharEnumField(CheckState, max_length=8, default=CheckState.PENDING)
    checked_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    unclaimed_since = fields.DatetimeField(null=True)

    class Meta:
        table = "candidate"


class Binding(Model):
    """A platform's account bound to a candidate. Ended ones stay, as the record of what was."""

    id = fields.BigIntField(primary_key=True)
    candidate: fields.ForeignKeyRelation[Candidate] = fields.ForeignKeyField(
        "zhunkao.Candidate", "bindings", on_delete=fields.RESTRICT
    )
    platform = fields.CharField(max_length=16)
    app_id = fields.CharField(max_length=64)
    open_id = fields.CharField(max_length=128)
    union_id = fields.CharField(max_length=128, null=True)
    bound_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField()
    unbound_at = fields.DatetimeField(null=True)

    class Meta:
        table = "binding"


class Session(Model):
    """A family of refresh tokens, from one sign-in on. Only the newest token of the family is good."""

    id = fields.UUIDField(primary_key=True)
    candidate: fields.ForeignKeyRelation[Candidate] = fields.ForeignKeyField(
        "zhunkao.Candidate", "sessions", on_delete=fields.RESTRICT
    )
    platform = fields.CharField(max_length=16, null=True)
    refresh_hash = fields.BinaryField()
    started_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ended_because = fields.CharField(max_length=32, null=True)

    class Meta:
        table = "session"


class UsedToken(Model):
    """A token that serves once (a binding token) and has served, until it would have expired anyway."""

    id = fields.UUIDField(primary_key=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "used_token"


class RecoveryCode(Model):
    """A one-time code that a test site gave out. `ended_at`: used, or replaced by a newer one. Times are real time."""

    id = fields.UUIDField(primary_key=True)
    candidate: fields.ForeignKeyRelation[Candidate] = fields.ForeignKeyField(
        "zhunkao.Candidate", "recovery_codes", on_delete=fields.RESTRICT
    )
    code_hash = fields.CharField(max_length=128)
    issued_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "recovery_code"


class RecoveryAttempt(Model):
    """A way back that was tried and failed, for whoever is asked to help later. `at` is real time."""

    id = fields.BigIntField(primary_key=True)
    way = fields.CharField(max_length=16)
    login_index = fields.BinaryField()
    candidate_id = fields.UUIDField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "recovery_attempt"


class FaceState(StrEnum):
    """How far a face login is. One that was never brought to a result stays `begun` and expires."""

    BEGUN = "begun"
    PASSED = "passed"
    FAILED = "failed"


class FaceLogin(Model):
    """A platform's certificate for one face, one person and one purpose, used once. All times are real time."""

    id = fields.UUIDField(primary_key=True)
    platform = fields.CharField(max_length=16)
    app_id = fields.CharField(max_length=64)
    open_id = fields.CharField(max_length=128)
    name = fields.CharField(max_length=64)
    id_type = fields.CharEnumField(IdType, max_length=24)
    id_number = fields.BinaryField()
    id_number_index = fields.BinaryField()
    certificate = fields.CharField(max_length=512, null=True)
    state = fields.CharEnumField(FaceState, max_length=8, default=FaceState.BEGUN)
    outcome = fields.CharField(max_length=16, null=True)
    begun_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    completed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "face_login"
