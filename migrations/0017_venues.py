import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from backend.seating.facts import Need
from backend.seating.models import PlanState

# Rows that are there already get a value before the column asks for one: a default here is Python's alone.
AS_THEY_WERE = (
    "UPDATE venue SET kept_by_site = false",
    "UPDATE room SET columns = greatest(5, ceil(capacity / 12.0)), broken = '[]', wheelchair = '[]', sessions = '[]'",
    "UPDATE seating_plan SET state = 'adopted', neighbours = 0, least_neighbours = 0",
)
# What the database itself holds true of them (decision 10).
RULES = (
    "ALTER TABLE room ADD CONSTRAINT room_format_word CHECK (format IS NULL OR format IN ('computer', 'paper'))",
    # A seat chart has room for 10 columns of 12 seats.
    "ALTER TABLE room ADD CONSTRAINT room_fits_on_a_chart CHECK (columns BETWEEN 1 AND 10 AND capacity <= columns * 12)",
    "ALTER TABLE room ADD CONSTRAINT room_lists CHECK (jsonb_typeof(broken) = 'array' AND "
    "jsonb_typeof(wheelchair) = 'array' AND jsonb_typeof(sessions) = 'array')",
    "CREATE INDEX seat_room ON seat (room_id)",
    "CREATE INDEX seat_plan ON seat (plan_id)",
    "CREATE INDEX seating_plan_site ON seating_plan (exam_id, site_id)",
    "ALTER TABLE seating_plan ADD CONSTRAINT seating_plan_decided_says_by_whom CHECK ("
    "(state = 'adopted') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL))",
    "ALTER TABLE seating_plan ADD CONSTRAINT seating_plan_refused_says_why CHECK ("
    "(state IN ('returned', 'withdrawn')) = (reason IS NOT NULL))",
    "ALTER TABLE seating_plan ADD CONSTRAINT seating_plan_neighbours_counted CHECK (least_neighbours >= 0 AND "
    "neighbours >= least_neighbours)",
    "CREATE UNIQUE INDEX seating_need_once ON seating_need (registration_id, need)",
)
STATE_WORDS = "ADOPTED: adopted\nRETURNED: returned\nFROZEN: frozen\nWITHDRAWN: withdrawn"


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0016_deliveries")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SeatingNeed",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seating_needs",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "need",
                    fields.CharEnumField(
                        description="WHEELCHAIR: wheelchair\nFRONT_ROW: front_row", enum_type=Need, max_length=16
                    ),
                ),
                ("reason", fields.CharField(max_length=500)),
                ("noted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("noted_by", fields.CharField(max_length=64)),
            ],
            options={
                "table": "seating_need",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What a candidate must have of their seat, as the site noted it, and why.",
            },
            bases=["Model"],
        ),
        ops.AddField(model_name="Venue", name="kept_by_site", field=fields.BooleanField(null=True)),
        ops.AddField(model_name="Room", name="columns", field=fields.SmallIntField(null=True)),
        ops.AddField(model_name="Room", name="place", field=fields.CharField(null=True, max_length=64)),
        ops.AddField(model_name="Room", name="format", field=fields.CharField(null=True, max_length=8)),
        *(
            ops.AddField(
                model_name="Room",
                name=name,
                field=fields.JSONField(
                    null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                ),
            )
            for name in ("broken", "wheelchair", "sessions")
        ),
        ops.AddField(
            model_name="SeatingPlan",
            name="state",
            field=fields.CharEnumField(null=True, description=STATE_WORDS, enum_type=PlanState, max_length=16),
        ),
        ops.AddField(model_name="SeatingPlan", name="neighbours", field=fields.IntField(null=True)),
        ops.AddField(model_name="SeatingPlan", name="least_neighbours", field=fields.IntField(null=True)),
        ops.AddField(model_name="SeatingPlan", name="inputs_hash", field=fields.CharField(null=True, max_length=64)),
        ops.AddField(model_name="SeatingPlan", name="manifest", field=fields.TextField(null=True, unique=False)),
        ops.AddField(
            model_name="SeatingPlan",
            name="decided_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(model_name="SeatingPlan", name="decided_by", field=fields.CharField(null=True, max_length=64)),
        ops.AddField(model_name="SeatingPlan", name="reason", field=fields.CharField(null=True, max_length=500)),
        ops.AlterModelOptions(
            name="SeatingPlan",
            options={
                "table": "seating_plan",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One adopted arrangement of one site, with the seed that repeats it, and what the checker counted.",
            },
        ),
        ops.RunSQL(AS_THEY_WERE),
        ops.AlterField(model_name="Venue", name="kept_by_site", field=fields.BooleanField(default=False)),
        ops.AlterField(model_name="Room", name="columns", field=fields.SmallIntField(default=5)),
        *(
            ops.AlterField(
                model_name="Room",
                name=name,
                field=fields.JSONField(
                    default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                ),
            )
            for name in ("broken", "wheelchair", "sessions")
        ),
        ops.AlterField(
            model_name="SeatingPlan",
            name="state",
            field=fields.CharEnumField(
                default=PlanState.ADOPTED, description=STATE_WORDS, enum_type=PlanState, max_length=16
            ),
        ),
        ops.AlterField(model_name="SeatingPlan", name="neighbours", field=fields.IntField(default=0)),
        ops.AlterField(model_name="SeatingPlan", name="least_neighbours", field=fields.IntField(default=0)),
        ops.RunSQL(RULES),
    ]
