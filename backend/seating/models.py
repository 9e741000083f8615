"""Seats and admit numbers."""

from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from backend.exams.models import Exam, ExamSession, Room, Site
    from backend.registrations.models import Registration


class SeatingPlan(Model):
    """One adopted arrangement of one site, with the seed that repeats it."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation["Exam"] = fields.ForeignKeyField(
        "zhunkao.Exam", "seating_plans", on_delete=fields.RESTRICT
    )
    site: fields.ForeignKeyRelation["Site"] = fields.ForeignKeyField(
        "zhunkao.Site", "seating_plans", on_delete=fields.RESTRICT
    )
    seed = fields.BigIntField()
    candidates = fields.IntField()
    adopted_at = fields.DatetimeField()
    adopted_by = fields.CharField(max_length=64)

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
    number = fields.SmallIntField()
    freed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "seat"
