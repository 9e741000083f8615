"""Inquiries in a site's inbox, their messages, and what goes with a request for an account."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

from backend.candidates.models import IdType

if TYPE_CHECKING:
    from backend.candidates.models import Candidate
    from backend.exams.models import Site
    from backend.registrations.models import Registration
    from backend.staff.models import StaffMember


class InquiryKind(StrEnum):
    """What it is about."""

    QUESTION = "question"
    ACCOUNT_CHANGE = "account_change"
    ACCOUNT_RECOVERY = "account_recovery"


class InquiryState(StrEnum):
    """`answered`: the office said something last."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Author(StrEnum):
    """Who wrote a message."""

    CANDIDATE = "candidate"
    STAFF = "staff"
    SYSTEM = "system"


class Inquiry(Model):
    """One matter in the inbox of one site. `candidate`: who asks, where they were signed in; a request for an account
    has none until somebody has proved to be its owner. Times are exam time."""

    id = fields.UUIDField(primary_key=True)
    kind = fields.CharEnumField(InquiryKind, max_length=24)
    state = fields.CharEnumField(InquiryState, max_length=16, default=InquiryState.OPEN)
    candidate: fields.ForeignKeyNullableRelation["Candidate"] = fields.ForeignKeyField(
        "zhunkao.Candidate", "inquiries", null=True, on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "inquiries", on_delete=fields.RESTRICT
    )
    registration: fields.ForeignKeyNullableRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "inquiries", null=True, on_delete=fields.RESTRICT
    )
    candidate_id: Any
    site_id: int
    registration_id: Any
    opened_at = fields.DatetimeField()
    waiting_since = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "inquiry"


class InquiryMessage(Model):
    """One message, in the order of `id`. `client_message_id` makes a repeat harmless."""

    id = fields.BigIntField(primary_key=True)
    inquiry: fields.ForeignKeyRelation[Inquiry] = fields.ForeignKeyField(
        "zhunkao.Inquiry", "messages", on_delete=fields.RESTRICT
    )
    author = fields.CharEnumField(Author, max_length=16)
    author_id = fields.CharField(max_length=64, null=True)
    text = fields.TextField()
    client_message_id = fields.CharField(max_length=64, null=True)
    written_at = fields.DatetimeField()

    class Meta:
        table = "inquiry_message"


class AccountRecovery(Model):
    """What somebody who can't get into their account said of themselves, and what they had tried before. `asked_on` is
    real time's day in China: one a day a platform user."""

    id = fields.BigIntField(primary_key=True)
    inquiry: fields.OneToOneRelation[Inquiry] = fields.OneToOneField(
        "zhunkao.Inquiry", "recovery", on_delete=fields.RESTRICT
    )
    inquiry_id: Any
    name = fields.CharField(max_length=64)
    id_type = fields.CharEnumField(IdType, max_length=24)
    id_number = fields.BinaryField()
    id_number_index = fields.BinaryField()
    phone = fields.BinaryField()
    platform = fields.CharField(max_length=16)
    app_id = fields.CharField(max_length=64)
    open_id = fields.CharField(max_length=128)
    asked_on = fields.DateField()
    trail: Any = fields.JSONField(default=list)

    class Meta:
        table = "account_recovery"


class DocumentsSeen(Model):
    """A member of the site has had the documents before them and found them to be the person's."""

    id = fields.BigIntField(primary_key=True)
    inquiry: fields.ForeignKeyRelation[Inquiry] = fields.ForeignKeyField(
        "zhunkao.Inquiry", "documents_seen", on_delete=fields.RESTRICT
    )
    member: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "zhunkao.StaffMember", "documents_seen", on_delete=fields.RESTRICT
    )
    seen_at = fields.DatetimeField()

    class Meta:
        table = "documents_seen"
