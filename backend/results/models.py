"""Results as they were imported and judged, and the instant from which they may be seen."""

from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

if TYPE_CHECKING:
    from backend.exams.models import Exam
    from backend.registrations.models import Registration


class Result(Model):
    """What one exam said of one candidate. `rolled`: last year's marks that count; `rolls_on`: subjects for next.

    `reported` are the marks as the file had them, `marks` those that count: what was decided of violations is void.
    `report_downloaded_at`: exam time of the first download of the score report.
    """

    id = fields.BigIntField(primary_key=True)
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "results", on_delete=fields.RESTRICT
    )
    exam: fields.ForeignKeyRelation["Exam"] = fields.ForeignKeyField(
        "zhunkao.Exam", "results", on_delete=fields.RESTRICT
    )
    registration_id: Any
    exam_id: int
    admit_number = fields.CharField(max_length=14)
    archive_number = fields.CharField(max_length=32, null=True)
    reported: Any = fields.JSONField()
    marks: Any = fields.JSONField()
    rolled: Any = fields.JSONField(default=list)
    rolls_on: Any = fields.JSONField(default=list)
    qualified = fields.BooleanField()
    sample = fields.BooleanField(default=False)
    report_downloaded_at = fields.DatetimeField(null=True)

    class Meta:
        table = "result"


class Certificate(Model):
    """成绩合格证明 as it was handed out, once: `taken_by` names who came for its owner; exam time."""

    id = fields.BigIntField(primary_key=True)
    registration: fields.ForeignKeyRelation["Registration"] = fields.ForeignKeyField(
        "zhunkao.Registration", "certificates", on_delete=fields.RESTRICT
    )
    registration_id: Any
    taken_by = fields.CharField(max_length=50, null=True)
    handed_out_at = fields.DatetimeField()
    handed_out_by = fields.UUIDField()

    class Meta:
        table = "certificate"


class ResultsPublication(Model):
    """When an exam's results may be seen, and until when the score report may be downloaded. Both are exam time."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation["Exam"] = fields.ForeignKeyField(
        "zhunkao.Exam", "results_publications", on_delete=fields.RESTRICT
    )
    exam_id: int
    publish_at = fields.DatetimeField()
    report_until = fields.DatetimeField(null=True)
    set_at = fields.DatetimeField()
    set_by = fields.CharField(max_length=64)

    class Meta:
        table = "results_publication"
