"""The registration and everything that is kept of it."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

from backend.candidates.models import IdType

if TYPE_CHECKING:
    from backend.candidates.models import Candidate
    from backend.exams.models import ConfirmationPoint, Exam, Site


class State(StrEnum):
    """Where a registration stands (domain: the table of states)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMATION_REJECTED = "confirmation_rejected"
    CONFIRMED = "confirmed"
    SITE_APPROVED = "site_approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    APPROVED = "approved"
    SEATED = "seated"
    FORFEITED = "forfeited"
    CANCELLED = "cancelled"


class PaymentState(StrEnum):
    """Where its money stands, on an axis of its own."""

    NONE = "none"
    DUE = "due"
    PAID = "paid"
    REFUNDED = "refunded"


class Origin(StrEnum):
    """How a registration came: entered by its candidate, or handed over by the military (军队考生)."""

    CANDIDATE = "candidate"
    MILITARY = "military"


class Registration(Model):
    """One candidate in one exam, ever: withdrawn or refused, it is the same one reopened.

    `voids`: of what was decided of violations, by subject how grave it was; it decides what is void.
    """

    id = fields.UUIDField(primary_key=True)
    candidate: fields.ForeignKeyRelation["Candidate"] = fields.ForeignKeyField(
        "zhunkao.Candidate", "registrations", on_delete=fields.RESTRICT
    )
    exam: fields.ForeignKeyRelation["Exam"] = fields.ForeignKeyField(
        "zhunkao.Exam", "registrations", on_delete=fields.RESTRICT
    )
    candidate_id: Any
    exam_id: int
    origin = fields.CharEnumField(Origin, max_length=16, default=Origin.CANDIDATE)
    state = fields.CharEnumField(State, max_length=24, default=State.DRAFT)
    payment_state = fields.CharEnumField(PaymentState, max_length=8, default=PaymentState.NONE)
    version = fields.IntField(default=1)
    registration_number = fields.CharField(max_length=16, null=True, unique=True)
    verification_code = fields.CharField(max_length=8, null=True)
    form: Any = fields.JSONField(default=dict)
    site: fields.ForeignKeyNullableRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "registrations", null=True, on_delete=fields.RESTRICT
    )
    confirmation_point: fields.ForeignKeyNullableRelation["ConfirmationPoint"] = fields.ForeignKeyField(
        "zhunkao.ConfirmationPoint", "registrations", null=True, on_delete=fields.RESTRICT
    )
    site_id: int | None
    confirmation_point_id: int | None
    frontline: fields.ReverseRelation["FrontlineEntry"]
    photo = fields.CharField(max_length=96, null=True)
    auto_confirmation: Any = fields.JSONField(null=True)
    rolls = fields.BooleanField(default=False)
    score_merge = fields.CharField(max_length=8, null=True)
    reasons: Any = fields.JSONField(default=list)
    forfeited_reason = fields.CharField(max_length=24, null=True)
    voids: Any = fields.JSONField(default=dict)
    forfeited_from: Any = fields.CharEnumField(State, max_length=24, null=True)
    confirmed_by = fields.CharField(max_length=8, null=True)
    returned_by = fields.CharField(max_length=8, null=True)
    supplement_until = fields.DatetimeField(null=True)
    payment_due_since = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    submitted_at = fields.DatetimeField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    site_reviewed_at = fields.DatetimeField(null=True)
    area_reviewed_at = fields.DatetimeField(null=True)
    paid_at = fields.DatetimeField(null=True)
    seated_at = fields.DatetimeField(null=True)
    admit_card_downloaded_at = fields.DatetimeField(null=True)

    class Meta:
        table = "registration"


class FormVersion(Model):
    """The form exactly as it was submitted, under the verification code printed on its paper."""

    id = fields.BigIntField(primary_key=True)
    registration: fields.ForeignKeyRelation[Registration] = fields.ForeignKeyField(
        "zhunkao.Registration", "versions", on_delete=fields.RESTRICT
    )
    number = fields.IntField()
    verification_code = fields.CharField(max_length=8)
    form: Any = fields.JSONField()
    photo = fields.CharField(max_length=96, null=True)
    submitted_at = fields.DatetimeField()

    class Meta:
        table = "form_version"


class Material(Model):
    """A paper that an area with online confirmation asked for, as it was uploaded last. `refused_because`: the site's
    reason, None where it has none."""

    id = fields.BigIntField(primary_key=True)
    registration: fields.ForeignKeyRelation[Registration] = fields.ForeignKeyField(
        "zhunkao.Registration", "materials", on_delete=fields.RESTRICT
    )
    kind = fields.CharField(max_length=60)
    picture = fields.CharField(max_length=96)
    refused_because = fields.CharField(max_length=500, null=True)
    uploaded_at = fields.DatetimeField()

    class Meta:
        table = "material"


class CorrectionState(StrEnum):
    """`registered`: waits for the area."""

    REGISTERED = "registered"
    APPROVED = "approved"
    DECLINED = "declined"


class Correction(Model):
    """A change of what was confirmed, with what was before. Members are named by their ids. Times are exam time."""

    id = fields.BigIntField(primary_key=True)
    registration: fields.ForeignKeyRelation[Registration] = fields.ForeignKeyField(
        "zhunkao.Registration", "corrections", on_delete=fields.RESTRICT
    )
    registration_id: Any
    what = fields.CharField(max_length=16)
    before: Any = fields.JSONField()
    after: Any = fields.JSONField()
    evidence = fields.CharField(max_length=500)
    state = fields.CharEnumField(CorrectionState, max_length=16, default=CorrectionState.REGISTERED)
    registered_by = fields.UUIDField()
    registered_at = fields.DatetimeField()
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=500, null=True)

    class Meta:
        table = "correction"


class Bar(Model):
    """Somebody who may enter no exam until then, known by their document and, where they have one, by their account.

    `decided_at` and `until` are exam time. A bar that was lifted stays, as the record of what was.
    """

    id = fields.BigIntField(primary_key=True)
    candidate: fields.ForeignKeyNullableRelation["Candidate"] = fields.ForeignKeyField(
        "zhunkao.Candidate", "bars", null=True, on_delete=fields.RESTRICT
    )
    candidate_id: Any
    id_type = fields.CharEnumField(IdType, max_length=24)
    id_number_index = fields.BinaryField()
    decided_at = fields.DatetimeField()
    until = fields.DatetimeField()
    lifted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "bar"


class Commitment(Model):
    """诚信考试承诺书, signed by its candidate, once: which wording, and when in exam time."""

    id = fields.BigIntField(primary_key=True)
    registration: fields.ForeignKeyRelation[Registration] = fields.ForeignKeyField(
        "zhunkao.Registration", "commitments", on_delete=fields.RESTRICT
    )
    letter_version = fields.IntField()
    letter_digest = fields.CharField(max_length=64)
    signed_at = fields.DatetimeField()

    class Meta:
        table = "commitment"


class Proof(StrEnum):
    """What somebody from the frontline shows (Wuhai 2025): an honour (荣誉证书) or who sent them (派出文件)."""

    HONOUR = "honour"
    DISPATCH = "dispatch"


class FrontlineEntry(Model):
    """One line of a site's list of frontline staff: what they showed, and what the policy lifts for them. The member is
    named by its id; exam time."""

    id = fields.BigIntField(primary_key=True)
    registration: fields.ForeignKeyRelation[Registration] = fields.ForeignKeyField(
        "zhunkao.Registration", "frontline", on_delete=fields.RESTRICT
    )
    registration_id: Any
    proof = fields.CharEnumField(Proof, max_length=16)
    evidence = fields.CharField(max_length=500)
    policy = fields.CharField(max_length=500)
    lifts: Any = fields.JSONField()
    entered_by = fields.UUIDField()
    entered_at = fields.DatetimeField()

    class Meta:
        table = "frontline_entry"


class OverdueReview(Model):
    """A site whose candidates weren't all reviewed when the area's review was over, as its staff were told, once."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation["Exam"] = fields.ForeignKeyField(
        "zhunkao.Exam", "overdue_reviews", on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "overdue_reviews", on_delete=fields.RESTRICT
    )
    exam_id: int
    site_id: int
    closes_at = fields.DatetimeField()
    registrations = fields.IntField()
    told_at = fields.DatetimeField()

    class Meta:
        table = "overdue_review"


class PastRegistration(Model):
    """Last year's registration and what the exam said of it, as the national centre imported it."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=24)
    year = fields.IntField()
    id_type = fields.CharField(max_length=24)
    id_number = fields.BinaryField(null=True)
    id_number_index = fields.BinaryField()
    archive_number = fields.CharField(max_length=32)
    attendance = fields.CharField(max_length=8)
    qualified = fields.BooleanField()
    passed_subjects: Any = fields.JSONField(default=list)
    marks: Any = fields.JSONField(default=list)
    form: Any = fields.JSONField()
    sample = fields.BooleanField(default=False)

    class Meta:
        table = "past_registration"


class ScoreMerge(Model):
    """成绩合并: a site's act that ties last year's record to a registration under another document."""

    id = fields.BigIntField(primary_key=True)
    registration: fields.ForeignKeyRelation[Registration] = fields.ForeignKeyField(
        "zhunkao.Registration", "score_merges", on_delete=fields.RESTRICT
    )
    past: fields.ForeignKeyRelation[PastRegistration] = fields.ForeignKeyField(
        "zhunkao.PastRegistration", "score_merges", on_delete=fields.RESTRICT
    )
    registration_id: Any
    past_id: int
    evidence: Any = fields.JSONField()
    merged_at = fields.DatetimeField()
    merged_by = fields.CharField(max_length=64)

    class Meta:
        table = "score_merge"


class RuleAgain(Model):
    """A registration of which the automatic rule is to be asked again: last year's record came, or was mended, after it
    was handed in. Gone once it was asked."""

    id = fields.BigIntField(primary_key=True)
    registration: fields.OneToOneRelation[Registration] = fields.OneToOneField(
        "zhunkao.Registration", "rule_again", on_delete=fields.RESTRICT
    )
    registration_id: Any
    since = fields.DatetimeField()

    class Meta:
        table = "rule_again"
