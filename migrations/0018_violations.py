import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from backend.candidates.models import IdType
from backend.violations.models import ViolationState
from backend.violations.offences import Severity

# What the database itself holds true of them (decision 10).
RULES = (
    # For statements that write rows by themselves: nothing is void before something was decided.
    "ALTER TABLE registration ALTER COLUMN voids SET DEFAULT '{}'",
    "ALTER TABLE registration ADD CONSTRAINT registration_voids_by_subject CHECK (jsonb_typeof(voids) = 'object')",
    "CREATE INDEX bar_document ON bar (id_type, id_number_index) WHERE lifted_at IS NULL",
    "CREATE INDEX bar_candidate ON bar (candidate_id) WHERE lifted_at IS NULL",
    "ALTER TABLE bar ADD CONSTRAINT bar_edges CHECK (decided_at < until)",
    "CREATE UNIQUE INDEX violation_once ON violation (registration_id, subject, severity, item) "
    "WHERE state IN ('recorded', 'upheld')",
    "CREATE INDEX violation_registration ON violation (registration_id)",
    "CREATE INDEX violation_waiting ON violation (id) WHERE state = 'recorded'",
    "ALTER TABLE violation ADD CONSTRAINT violation_severity_word CHECK (severity IN ('ordinary', 'serious'))",
    "ALTER TABLE violation ADD CONSTRAINT violation_item_of_list CHECK (item BETWEEN 1 AND 9)",
    "ALTER TABLE violation ADD CONSTRAINT violation_told_after_seen CHECK (seen_at <= told_at)",
    "ALTER TABLE violation ADD CONSTRAINT violation_taken_has_receipt CHECK ("
    "(taken = '[]'::jsonb) = (receipt_number IS NULL))",
    "ALTER TABLE violation ADD CONSTRAINT violation_decided_says_by_whom CHECK ("
    "(state = 'recorded') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL))",
    "ALTER TABLE violation ADD CONSTRAINT violation_lifted_says_by_whom CHECK ("
    "(state = 'lifted') = (lifted_at IS NOT NULL) AND (lifted_at IS NULL) = (lifted_by IS NULL))",
    "ALTER TABLE violation ADD CONSTRAINT violation_undone_says_why CHECK ("
    "(state IN ('dismissed', 'lifted')) = (reason IS NOT NULL))",
    "ALTER TABLE violation ADD CONSTRAINT violation_bar_of_upheld CHECK ("
    "bar_id IS NULL OR state IN ('upheld', 'lifted'))",
    "ALTER TABLE violation ADD CONSTRAINT violation_version_positive CHECK (version > 0)",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0017_venues")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Registration",
            name="voids",
            field=fields.JSONField(
                default=dict, db_default={}, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
            ),
        ),
        ops.AlterField(
            model_name="Registration",
            name="voids",
            field=fields.JSONField(
                default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
            ),
        ),
        ops.AddField(
            model_name="Result",
            name="reported",
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
        # What was imported before anything could be decided is what the file had.
        ops.RunSQL("UPDATE result SET reported = marks"),
        ops.AlterField(
            model_name="Result",
            name="reported",
            field=fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
        ops.CreateModel(
            name="Bar",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "candidate",
                    fields.ForeignKeyField(
                        "zhunkao.Candidate",
                        source_field="candidate_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="bars",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "id_type",
                    fields.CharEnumField(
                        description="RESIDENT_ID_CARD: resident_id_card\nPASSPORT: passport\nHK_MACAU_PERMIT: hk_macau_permit\nTAIWAN_PERMIT: taiwan_permit\nMILITARY_ID: military_id",
                        enum_type=IdType,
                        max_length=24,
                    ),
                ),
                ("id_number_index", fields.BinaryField()),
                ("decided_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("lifted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "bar",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "Somebody who may enter no exam until then, known by their document and, where they have one, by their account.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Violation",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="violations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("subject", fields.CharField(max_length=32)),
                (
                    "severity",
                    fields.CharEnumField(
                        description="ORDINARY: ordinary\nSERIOUS: serious", enum_type=Severity, max_length=8
                    ),
                ),
                ("item", fields.SmallIntField()),
                ("what", fields.CharField(max_length=500)),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("told_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("unsigned_because", fields.CharField(null=True, max_length=200)),
                (
                    "taken",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("receipt_number", fields.CharField(null=True, max_length=32)),
                (
                    "state",
                    fields.CharEnumField(
                        default=ViolationState.RECORDED,
                        description="RECORDED: recorded\nUPHELD: upheld\nDISMISSED: dismissed\nLIFTED: lifted",
                        enum_type=ViolationState,
                        max_length=16,
                    ),
                ),
                ("version", fields.IntField(default=1)),
                ("recorded_by", fields.UUIDField()),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by", fields.UUIDField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("lifted_by", fields.UUIDField(null=True)),
                ("lifted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(null=True, max_length=500)),
                (
                    "bar",
                    fields.OneToOneField(
                        "zhunkao.Bar",
                        source_field="bar_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="violation",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "violation",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What one candidate did in one subject. Members are named by their ids; times are exam time.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]
