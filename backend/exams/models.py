"""Tables of what was published. Uniqueness and checks over several columns stand in migrations/0002_constraints.py.

Only `loading.py` writes here, and it writes what the stored layers say: every other row is derived from `exam_layer`,
but for venues and rooms, which their site may keep by itself (backend/seating/venues.py).
"""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from backend.exams.room_layout import USUAL_COLUMNS


class Area(Model):
    """考区: a province, or 新疆兵团. `code` is GB/T 2260's first two digits (兵团: 66), used in admit numbers."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=32, unique=True)
    code = fields.CharField(max_length=2, unique=True)

    class Meta:
        table = "area"


class Site(Model):
    """考点: usually a city. `code` is two digits, unique in its area, used in admit numbers."""

    id = fields.BigIntField(primary_key=True)
    area: fields.ForeignKeyRelation[Area] = fields.ForeignKeyField("zhunkao.Area", on_delete=fields.RESTRICT)
    area_id: int
    name = fields.CharField(max_length=64)
    code = fields.CharField(max_length=2)

    class Meta:
        table = "site"


class Exam(Model):
    """One exam of one year, as the nation published it. `version` grows with every change of any of its layers."""

    id = fields.BigIntField(primary_key=True)
    code = fields.CharField(max_length=32, unique=True)
    name = fields.CharField(max_length=128)
    kind = fields.CharField(max_length=32)
    year = fields.SmallIntField()
    exam_days: Any = fields.JSONField(default=list)
    subjects: Any = fields.JSONField(default=list)
    formats: Any = fields.JSONField(default=list)
    mini_programs: Any = fields.JSONField(default=list)
    rolling_years = fields.SmallIntField(default=1)
    eligibility_cutoff = fields.DateField(null=True)
    results_rule: Any = fields.JSONField(null=True)
    after_auto_confirmation = fields.CharField(max_length=16, default="review")
    fresh_graduates_confirm_at = fields.CharField(max_length=16, null=True)
    military: Any = fields.JSONField(null=True)
    exam_day_timetable: Any = fields.JSONField(default=list)
    sample = fields.BooleanField(default=False)
    source = fields.CharField(max_length=256)
    version = fields.IntField(default=1)

    class Meta:
        table = "exam"


class ExamLayer(Model):
    """One published file as it was loaded: the text from which every other row of the exam is derived."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation[Exam] = fields.ForeignKeyField("zhunkao.Exam", on_delete=fields.RESTRICT)
    exam_id: int
    area: fields.ForeignKeyNullableRelation[Area] = fields.ForeignKeyField(
        "zhunkao.Area", null=True, on_delete=fields.RESTRICT
    )
    area_id: int | None
    site: fields.ForeignKeyNullableRelation[Site] = fields.ForeignKeyField(
        "zhunkao.Site", null=True, on_delete=fields.RESTRICT
    )
    site_id: int | None
    part = fields.CharField(max_length=32)
    file = fields.CharField(max_length=128)
    text = fields.TextField()
    accept_outside = fields.BooleanField(default=False)

    class Meta:
        table = "exam_layer"


class AreaPolicy(Model):
    """How one area holds one exam. `prices`: fen a subject by level, empty where none was published."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation[Exam] = fields.ForeignKeyField("zhunkao.Exam", on_delete=fields.RESTRICT)
    exam_id: int
    area: fields.ForeignKeyRelation[Area] = fields.ForeignKeyField("zhunkao.Area", on_delete=fields.RESTRICT)
    area_id: int
    confirmation_mode = fields.CharField(max_length=8)
    auto_confirmation = fields.BooleanField()
    after_auto_confirmation = fields.CharField(max_length=16, null=True)
    payment_mode = fields.CharField(max_length=8)
    prices: Any = fields.JSONField(default=dict)
    materials: Any = fields.JSONField(default=list)
    commitment_letter = fields.BooleanField(default=False)
    frontline_exemption = fields.BooleanField(default=False)
    sample = fields.BooleanField(default=False)

    class Meta:
        table = "area_policy"


class SitePolicy(Model):
    """What one site of an exam adds to its area's policy, or holds otherwise."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation[Exam] = fields.ForeignKeyField("zhunkao.Exam", on_delete=fields.RESTRICT)
    exam_id: int
    site: fields.ForeignKeyRelation[Site] = fields.ForeignKeyField("zhunkao.Site", on_delete=fields.RESTRICT)
    site_id: int
    payment_mode = fields.CharField(max_length=8, null=True)
    phone = fields.CharField(max_length=32, null=True)
    confirmation_place = fields.CharField(max_length=128, null=True)
    materials: Any = fields.JSONField(default=list)
    sample = fields.BooleanField(default=False)

    class Meta:
        table = "site_policy"


class CalendarWindow(Model):
    """One window of one stage as one layer gives it: half-open instants, an edge left out is null."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation[Exam] = fields.ForeignKeyField("zhunkao.Exam", on_delete=fields.RESTRICT)
    exam_id: int
    area: fields.ForeignKeyNullableRelation[Area] = fields.ForeignKeyField(
        "zhunkao.Area", null=True, on_delete=fields.RESTRICT
    )
    area_id: int | None
    site: fields.ForeignKeyNullableRelation[Site] = fields.ForeignKeyField(
        "zhunkao.Site", null=True, on_delete=fields.RESTRICT
    )
    site_id: int | None
    stage = fields.CharField(max_length=32)
    position = fields.SmallIntField()
    opens_at = fields.DatetimeField(null=True)
    closes_at = fields.DatetimeField(null=True)
    sample = fields.BooleanField(default=False)
    source = fields.CharField(max_length=256)

    class Meta:
        table = "calendar_window"


class ConfirmationPoint(Model):
    """报名点: where candidates of a site confirm. `serves`: {unit, units, county, district, parent, default}."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation[Exam] = fields.ForeignKeyField("zhunkao.Exam", on_delete=fields.RESTRICT)
    exam_id: int
    site: fields.ForeignKeyRelation[Site] = fields.ForeignKeyField("zhunkao.Site", on_delete=fields.RESTRICT)
    site_id: int
    name = fields.CharField(max_length=128)
    phone = fields.CharField(max_length=32, null=True)
    address = fields.CharField(max_length=256, null=True)
    opens_at = fields.DatetimeField(null=True)
    closes_at = fields.DatetimeField(null=True)
    serves: Any = fields.JSONField(default=dict)
    hand_in = fields.CharField(max_length=8)
    sample = fields.BooleanField(default=False)

    class Meta:
        table = "confirmation_point"


class ConfirmationSlot(Model):
    """A half day of a site's confirmation place and whom it is for; `position` keeps the notice's order."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation[Exam] = fields.ForeignKeyField("zhunkao.Exam", on_delete=fields.RESTRICT)
    exam_id: int
    site: fields.ForeignKeyRelation[Site] = fields.ForeignKeyField("zhunkao.Site", on_delete=fields.RESTRICT)
    site_id: int
    position = fields.SmallIntField()
    day = fields.DateField()
    half = fields.CharField(max_length=16)
    opens_at = fields.DatetimeField()
    closes_at = fields.DatetimeField()
    serves: Any = fields.JSONField(default=dict)
    hand_in = fields.CharField(max_length=8)
    sample = fields.BooleanField(default=False)

    class Meta:
        table = "confirmation_slot"


class Speciality(Model):
    """专业: what of it is examined at which level. `code` belongs to one level of one speciality."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=32)
    code = fields.CharField(max_length=8)
    name = fields.CharField(max_length=64)
    level = fields.CharField(max_length=16)
    subjects: Any = fields.JSONField(default=list)
    sample = fields.BooleanField(default=False)

    class Meta:
        table = "speciality"


class ExamSession(Model):
    """场次: one subject, one sitting. `specialities`: the codes that sit it, empty for all of them."""

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation[Exam] = fields.ForeignKeyField("zhunkao.Exam", on_delete=fields.RESTRICT)
    exam_id: int
    area: fields.ForeignKeyNullableRelation[Area] = fields.ForeignKeyField(
        "zhunkao.Area", null=True, on_delete=fields.RESTRICT
    )
    area_id: int | None
    number = fields.SmallIntField()
    subject = fields.CharField(max_length=32)
    specialities: Any = fields.JSONField(default=list)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    sample = fields.BooleanField(default=False)

    class Meta:
        table = "exam_session"


class Venue(Model):
    """考场: a building with an address. `number` is the two digits of the admit number, 1 to 99.

    `kept_by_site`: its site has written of it since, and the exam's files say nothing of it any more.
    """

    id = fields.BigIntField(primary_key=True)
    exam: fields.ForeignKeyRelation[Exam] = fields.ForeignKeyField("zhunkao.Exam", on_delete=fields.RESTRICT)
    exam_id: int
    site: fields.ForeignKeyRelation[Site] = fields.ForeignKeyField("zhunkao.Site", on_delete=fields.RESTRICT)
    site_id: int
    number = fields.SmallIntField()
    name = fields.CharField(max_length=128)
    address = fields.CharField(max_length=256)
    sample = fields.BooleanField(default=False)
    kept_by_site = fields.BooleanField(default=False)

    class Meta:
        table = "venue"


class Room(Model):
    """试室: 1 to 99 seats, since a seat has two digits in the admit number.

    `place`: building and floor. `format`: computer or paper, None: as the exam is held. `broken`, `wheelchair`: numbers
    of seats. `sessions`: the numbers of those it is for, none for any.
    """

    id = fields.BigIntField(primary_key=True)
    venue: fields.ForeignKeyRelation[Venue] = fields.ForeignKeyField("zhunkao.Venue", on_delete=fields.RESTRICT)
    venue_id: int
    number = fields.SmallIntField()
    capacity = fields.SmallIntField()
    columns = fields.SmallIntField(default=USUAL_COLUMNS)
    place = fields.CharField(max_length=64, null=True)
    format = fields.CharField(max_length=8, null=True)
    broken: Any = fields.JSONField(default=list)
    wheelchair: Any = fields.JSONField(default=list)
    sessions: Any = fields.JSONField(default=list)

    class Meta:
        table = "room"
