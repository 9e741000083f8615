"""Reminders: one row a reminder a person, whether it has gone out or not. All times are exam time."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from backend.candidates.models import Candidate
    from backend.exams.models import Exam
    from backend.inquiries.models import Inquiry
    from backend.registrations.models import Registration


class ReminderState(StrEnum):
    """`sent`: handed out. It stands in the to-do list from then on; whether a platform took the push of it is said by
    its deliveries. `withdrawn`: what it was for was done, or ceased, before it went out. `missed`: its time passed, and
    it never went out or was never done."""

    PLANNED = "planned"
    SENT = "sent"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"


class Reminder(Model):
    """One reminder of one person: planned, handed out once, closed.

    `occasion` is `matter/telling`: several tellings of one matter (three days before, one day before) are one to-do.
    `due_at`: when to hand it out, never in the night. `expires_at`: after which it is of no use; the deadline a person
    is shown. `facts`: what its text says, as it was when it was handed out. A `sent` one is an open to-do until
    `closed_at`; one that only tells is closed as it goes out.
    """

    id = fields.BigIntField(primary_key=True)
    candidate: fields.ForeignKeyRelation["Candidate"] = fields.ForeignKeyField(
        "zhunkao.Candidate", "reminders", on_delete=fields.RESTRICT
    )
    registration: fields.ForeignKeyNullableRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "reminders", null=True, on_delete=fields.RESTRICT
    )
    inquiry: fields.ForeignKeyNullableRelation["Inquiry"] = fields.ForeignKeyField(
        "zhunkao.Inquiry", "reminders", null=True, on_delete=fields.RESTRICT
    )
    candidate_id: Any
    registration_id: Any
    inquiry_id: Any
    kind = fields.CharField(max_length=32)
    occasion = fields.CharField(max_length=96)
    state = fields.CharEnumField(ReminderState, max_length=16, default=ReminderState.PLANNED)
    due_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    facts: Any = fields.JSONField(default=dict)
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "reminder"


class Replanning(Model):
    """A pass over all registrations of an exam whose calendar has changed, in order of their ids.

    `after`: up to where it has come; a change while it runs lets it begin anew. `since`: moments before it are past and
    nobody's any more.
    """

    id = fields.BigIntField(primary_key=True)
    exam: fields.OneToOneRelation["Exam"] = fields.OneToOneField(
        "zhunkao.Exam", "replanning", on_delete=fields.RESTRICT
    )
    exam_id: int
    since = fields.DatetimeField()
    after: Any = fields.UUIDField(null=True)
    done_at = fields.DatetimeField(null=True)

    class Meta:
        table = "replanning"


class ReminderPause(Model):
    """A kind that an operator holds back; `*` is all of them. What falls due meanwhile stays planned."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=32, unique=True)
    paused_at = fields.DatetimeField()

    class Meta:
        table = "reminder_pause"
