"""Inquiries in a site's inbox, their messages, and what goes with a request for an account."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

from backend.candidates.models import IdType

if TYPE_CHECKING:
    from backend.candidates.models import Candidate
    from backend.exams.models import Area, Site
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
    """Who wrote a message. `system`: what the service tells of its own acts; `automatic`: its answer to a question."""

    CANDIDATE = "candidate"
    STAFF = "staff"
    SYSTEM = "system"
    AUTOMATIC = "automatic"


class Asked(StrEnum):
    """What a chat was last asked to choose."""

    AREA = "area"
    SITE = "site"


class DeliveryState(StrEnum):
    """`unknown`: nobody knows whether the platform took it, so it is never sent again."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class ChangeState(StrEnum):
    """How far a change of an account is: asked of the site, with the area, decided."""

    ASKED = "asked"
    FORWARDED = "forwarded"
    APPROVED = "approved"
    DECLINED = "declined"


class Chat(Model):
    """One platform user's customer-service chat.

    `said_at` and `entered_at` are real time, as the platform's limits are; the answers left are those it allows since
    then. `area`, `site`: chosen in the chat by whoever has no registration.
    """

    id = fields.BigIntField(primary_key=True)
    platform = fields.CharField(max_length=16)
    app_id = fields.CharField(max_length=64)
    open_id = fields.CharField(max_length=128)
    asked: Any = fields.CharEnumField(Asked, max_length=8, null=True)
    area: fields.ForeignKeyNullableRelation["Area"] = fields.ForeignKeyField(
        "zhunkao.Area", "chats", null=True, on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyNullableRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "chats", null=True, on_delete=fields.RESTRICT
    )
    area_id: int | None
    site_id: int | None
    said_at = fields.DatetimeField(null=True)
    answers_left = fields.SmallIntField(default=0)
    entered_at = fields.DatetimeField(null=True)
    entry_answers_left = fields.SmallIntField(default=0)

    class Meta:
        table = "chat"


class Inquiry(Model):
    """One matter in the inbox of one site. `candidate`: who asks, where they were signed in; a request for an account
    has none until somebody has proved to be its owner. Without a `site` it is the centre's: a question from a chat that
    has not chosen one yet. `opening_key` makes a repeated opening harmless; once a person was asked for
    (`person_asked_at`) nothing is answered automatically. `claimed_by`: whose it is. Times are exam time."""

    id = fields.UUIDField(primary_key=True)
    kind = fields.CharEnumField(InquiryKind, max_length=24)
    state = fields.CharEnumField(InquiryState, max_length=16, default=InquiryState.OPEN)
    candidate: fields.ForeignKeyNullableRelation["Candidate"] = fields.ForeignKeyField(
        "zhunkao.Candidate", "inquiries", null=True, on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyNullableRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "inquiries", null=True, on_delete=fields.RESTRICT
    )
    chat: fields.ForeignKeyNullableRelation[Chat] = fields.ForeignKeyField(
        "zhunkao.Chat", "inquiries", null=True, on_delete=fields.RESTRICT
    )
    registration: fields.ForeignKeyNullableRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "inquiries", null=True, on_delete=fields.RESTRICT
    )
    candidate_id: Any
    site_id: int | None
    chat_id: int | None
    registration_id: Any
    opening_key = fields.CharField(max_length=64, null=True)
    opened_at = fields.DatetimeField()
    waiting_since = fields.DatetimeField(null=True)
    person_asked_at = fields.DatetimeField(null=True)
    snoozed_until = fields.DatetimeField(null=True)
    claimed_by: fields.ForeignKeyNullableRelation["StaffMember"] = fields.ForeignKeyField(
        "zhunkao.StaffMember", "claimed_inquiries", null=True, on_delete=fields.RESTRICT
    )
    claimed_by_id: Any
    claimed_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "inquiry"


class InquiryMessage(Model):
    """One message, in the order of `id`. `client_message_id` makes a repeat harmless.

    `picture`: its key in the object store. `office`: whose inbox it is in, the site's id or 0 for the centre's; the
    database keeps it what the inquiry says.
    """

    id = fields.BigIntField(primary_key=True)
    inquiry: fields.ForeignKeyRelation[Inquiry] = fields.ForeignKeyField(
        "zhunkao.Inquiry", "messages", on_delete=fields.RESTRICT
    )
    author = fields.CharEnumField(Author, max_length=16)
    author_id = fields.CharField(max_length=64, null=True)
    text = fields.TextField()
    picture = fields.CharField(max_length=96, null=True)
    client_message_id = fields.CharField(max_length=64, null=True)
    office = fields.BigIntField(null=True)
    written_at = fields.DatetimeField()

    class Meta:
        table = "inquiry_message"


class PushedMessage(Model):
    """What a platform pushed, verified; kept under its unique id before it is acted on.

    `sent_at` is the platform's time. What a person wrote stands in `content` until it has become a message, an event of
    the platform's for good.
    """

    id = fields.BigIntField(primary_key=True)
    platform = fields.CharField(max_length=16)
    app_id = fields.CharField(max_length=64)
    open_id = fields.CharField(max_length=128)
    event_id = fields.CharField(max_length=255)
    kind = fields.CharField(max_length=16)
    content: Any = fields.JSONField(default=dict)
    sent_at = fields.DatetimeField()
    received_at = fields.DatetimeField(auto_now_add=True)
    processed_at = fields.DatetimeField(null=True)
    outcome = fields.CharField(max_length=32, null=True)

    class Meta:
        table = "pushed_message"


class ChatDelivery(Model):
    """One message on its way into a chat: claimed by one worker, sent at most once. Times are real time."""

    id = fields.BigIntField(primary_key=True)
    message: fields.OneToOneRelation[InquiryMessage] = fields.OneToOneField(
        "zhunkao.InquiryMessage", "delivery", on_delete=fields.RESTRICT
    )
    chat: fields.ForeignKeyRelation[Chat] = fields.ForeignKeyField(
        "zhunkao.Chat", "deliveries", on_delete=fields.RESTRICT
    )
    message_id: int
    chat_id: int
    state = fields.CharEnumField(DeliveryState, max_length=8, default=DeliveryState.WAITING)
    reason = fields.CharField(max_length=32, null=True)
    attempts = fields.SmallIntField(default=0)
    due_at = fields.DatetimeField()
    claimed_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "chat_delivery"


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


class AccountChange(Model):
    """What of an account's name and document is to become what; what is to stay has no value. The site's clerk writes
    a note for the area, which nobody else reads; `reason`: why the area declined. Times are exam time."""

    id = fields.BigIntField(primary_key=True)
    inquiry: fields.OneToOneRelation[Inquiry] = fields.OneToOneField(
        "zhunkao.Inquiry", "account_change", on_delete=fields.RESTRICT
    )
    candidate: fields.ForeignKeyRelation["Candidate"] = fields.ForeignKeyField(
        "zhunkao.Candidate", "account_changes", on_delete=fields.RESTRICT
    )
    inquiry_id: Any
    candidate_id: Any
    name = fields.CharField(max_length=64, null=True)
    id_type: Any = fields.CharEnumField(IdType, max_length=24, null=True)
    id_number = fields.BinaryField(null=True)
    state = fields.CharEnumField(ChangeState, max_length=16, default=ChangeState.ASKED)
    recommended: Any = fields.BooleanField(null=True)
    note = fields.CharField(max_length=500, null=True)
    forwarded_by = fields.UUIDField(null=True)
    forwarded_at = fields.DatetimeField(null=True)
    decided_by = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=500, null=True)

    class Meta:
        table = "account_change"
