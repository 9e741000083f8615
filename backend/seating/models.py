"""Seats, admit numbers, what candidates need of a seat, and the plans that gave them out."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

from backend.seating.entry import Outcome
from backend.seating.facts import Need

if TYPE_CHECKING:
    from backend.exams.models import Exam, ExamSession, Room, Site, Venue
    from backend.registrations.models import Registration


class PlanState(StrEnum):
    """`adopted`: waits for the area. `returned`: the area wants it otherwise. `frozen`: stands, and is printed."""

    ADOPTED = "adopted"
    RETURNED = "returned"
    FROZEN = "frozen"
    WITHDRAWN = "withdrawn"


class SeatingPlan(Model):
    """One adopted arrangement of one site, with the seed that repeats it, and what the checker counted.

    `inputs_hash`: of all it was made from, 64 hexadecimal digits. `manifest`: what was adopted, signed; both None for
    plans older than they are. Members are named by their ids. Times are exam time.
    """

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation["Exam"] = fields.ForeignKeyField(
        "zhunkao.Exam", "seating_plans", on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "seating_plans", on_delete=fields.RESTRICT
    )
    exam_id: int
    site_id: int
    state = fields.CharEnumField(PlanState, max_length=16, default=PlanState.ADOPTED)
    seed = fields.BigIntField()
    candidates = fields.IntField()
    neighbours = fields.IntField(default=0)
    least_neighbours = fields.IntField(default=0)
    inputs_hash = fields.CharField(max_length=64, null=True)
    manifest = fields.TextField(null=True)
    adopted_at = fields.DatetimeField()
    adopted_by = fields.CharField(max_length=64)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=64, null=True)
    reason = fields.CharField(max_length=500, null=True)

    class Meta:
        table = "seating_plan"


class AdmitNumber(Model):
    """A number given to a registration. Retired ones stay, so that none is ever used again."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(max_length=14, unique=True)
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "admit_numbers", on_delete=fields.RESTRICT
    )
    registration_id: Any
    issued_at = fields.DatetimeField()
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "admit_number"


class Seat(Model):
    """One candidate's seat in one session. A freed seat stays empty: its admit number is never used again."""

    id = fields.BigIntField(primary_key=True)
    plan: fields.ForeignKeyRelation[SeatingPlan] = fields.ForeignKeyField(
        "zhunkao.SeatingPlan", "seats", on_delete=fields.RESTRICT
    )
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "seats", on_delete=fields.RESTRICT
    )
    session: fields.ForeignKeyRelation["ExamSession"] = fields.ForeignKeyField(
        "zhunkao.ExamSession", "seats", on_delete=fields.RESTRICT
    )
    room: fields.ForeignKeyRelation["Room"] = fields.ForeignKeyField("zhunkao.Room", "seats", on_delete=fields.RESTRICT)
    plan_id: int
    registration_id: Any
    session_id: int
    room_id: int
    number = fields.SmallIntField()
    freed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "seat"


class SeatingNeed(Model):
    """What a candidate must have of their seat, as the site noted it, and why."""

    id = fields.BigIntField(primary_key=True)
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "seating_needs", on_delete=fields.RESTRICT
    )
    registration_id: Any
    need = fields.CharEnumField(Need, max_length=16)
    reason = fields.CharField(max_length=500)
    noted_at = fields.DatetimeField()
    noted_by = fields.CharField(max_length=64)

    class Meta:
        table = "seating_need"


class DoorListIssued(Model):
    """A list of who sits in one venue in one session, downloaded for a door that may lose the network."""

    id = fields.UUIDField(primary_key=True)
    venue: fields.ForeignKeyRelation["Venue"] = fields.ForeignKeyField(
        "zhunkao.Venue", "door_lists", on_delete=fields.RESTRICT
    )
    session: fields.ForeignKeyRelation["ExamSession"] = fields.ForeignKeyField(
        "zhunkao.ExamSession", "door_lists", on_delete=fields.RESTRICT
    )
    venue_id: int
    session_id: int
    candidates = fields.IntField()
    issued_at = fields.DatetimeField()
    issued_by = fields.UUIDField()

    class Meta:
        table = "door_list"


class EntryMark(Model):
    """Somebody went in at a door. One mark of a person in a session is `admitted`; what a door without the network
    marked beside it is kept with why it doesn't count. `marked_at` is then the device's time."""

    id = fields.BigIntField(primary_key=True)
    mark_id = fields.UUIDField(unique=True)
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "entry_marks", on_delete=fields.RESTRICT
    )
    session: fields.ForeignKeyRelation["ExamSession"] = fields.ForeignKeyField(
        "zhunkao.ExamSession", "entry_marks", on_delete=fields.RESTRICT
    )
    venue: fields.ForeignKeyRelation["Venue"] = fields.ForeignKeyField(
        "zhunkao.Venue", "entry_marks", on_delete=fields.RESTRICT
    )
    door_list: fields.ForeignKeyNullableRelation[DoorListIssued] = fields.ForeignKeyField(
        "zhunkao.DoorListIssued", "marks", null=True, on_delete=fields.RESTRICT
    )
    registration_id: Any
    session_id: int
    venue_id: int
    outcome = fields.CharEnumField(Outcome, max_length=16, description="what the door was told")
    marked_at = fields.DatetimeField()
    marked_by = fields.UUIDField()
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "entry_mark"
