"""What the desk keeps beside the talk: notes, drafts, canned answers, who is away, and the log of what happened."""

from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from backend.inquiries.models import Inquiry
    from backend.staff.models import StaffMember


class InquiryNote(Model):
    """Written for colleagues. It stands in a table of its own, so that no reading of messages ever finds one."""

    id = fields.BigIntField(primary_key=True)
    inquiry: fields.ForeignKeyRelation["Inquiry"] = fields.ForeignKeyField(
        "zhunkao.Inquiry", "notes", on_delete=fields.RESTRICT
    )
    inquiry_id: Any
    member: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "zhunkao.StaffMember", "inquiry_notes", on_delete=fields.RESTRICT
    )
    text = fields.CharField(max_length=2000)
    key = fields.CharField(max_length=64, null=True)
    written_at = fields.DatetimeField()

    class Meta:
        table = "inquiry_note"


class InquiryDraft(Model):
    """What one clerk has begun to answer. `saved_at` is real time."""

    id = fields.BigIntField(primary_key=True)
    inquiry: fields.ForeignKeyRelation["Inquiry"] = fields.ForeignKeyField(
        "zhunkao.Inquiry", "drafts", on_delete=fields.RESTRICT
    )
    member: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "zhunkao.StaffMember", "inquiry_drafts", on_delete=fields.RESTRICT
    )
    text = fields.CharField(max_length=2000)
    saved_at = fields.DatetimeField()

    class Meta:
        table = "inquiry_draft"


class CannedAnswer(Model):
    """One version of an answer that an office keeps ready; the newest of a name holds. `office`: a site's id, 0: the
    centre's. Never changed: another wording is another version, and one without text takes the answer away."""

    id = fields.BigIntField(primary_key=True)
    office = fields.BigIntField()
    name = fields.CharField(max_length=64)
    number = fields.SmallIntField()
    text = fields.CharField(max_length=600)
    member: fields.ForeignKeyRelation["StaffMember"] = fields.ForeignKeyField(
        "zhunkao.StaffMember", "canned_answers", on_delete=fields.RESTRICT
    )
    written_at = fields.DatetimeField()

    class Meta:
        table = "canned_answer"


class DeskClerk(Model):
    """Whether a member is at the desk. `away_since` is exam time."""

    id = fields.BigIntField(primary_key=True)
    member: fields.OneToOneRelation["StaffMember"] = fields.OneToOneField(
        "zhunkao.StaffMember", "desk_clerk", on_delete=fields.RESTRICT
    )
    member_id: Any
    away_since = fields.DatetimeField(null=True)

    class Meta:
        table = "desk_clerk"


class DeskEvent(Model):
    """Something happened to an inquiry in an office's inbox. The database writes it, at commit, in one order an office:
    whoever has seen one has seen all before it. `happened_at` is real time."""

    id = fields.BigIntField(primary_key=True)
    office = fields.BigIntField()
    inquiry_id = fields.UUIDField()
    what = fields.CharField(max_length=16)
    message_id = fields.BigIntField(null=True)
    happened_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "desk_event"


class DeskLogStart(Model):
    """Up to which event an office's log has been pruned: whoever has seen less has missed some."""

    office = fields.BigIntField(primary_key=True, generated=False)
    pruned_to = fields.BigIntField()

    class Meta:
        table = "desk_log_start"
