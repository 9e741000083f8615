from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from backend.documents.models import BatchKind, BatchState
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields

# What the database itself holds true of them (decision 10).
RULES = (
    "CREATE UNIQUE INDEX kept_card_once ON kept_card (registration_id, content)",
    "CREATE UNIQUE INDEX batch_one_drawing ON batch (exam_id, site_id, kind, selection) WHERE state = 'drawing'",
    "CREATE INDEX batch_site ON batch (site_id, id)",
    "CREATE INDEX batch_expiring ON batch (expires_at) WHERE purged_at IS NULL",
    "ALTER TABLE batch ADD CONSTRAINT batch_ended_says_when CHECK ("
    "(state = 'drawing') = (ended_at IS NULL) AND (ended_at IS NULL) = (expires_at IS NULL))",
    "CREATE UNIQUE INDEX batch_part_number ON batch_part (batch_id, number)",
    "ALTER TABLE batch_part ADD CONSTRAINT batch_part_drawn_says_what CHECK ("
    "(drawn_at IS NULL) = (content IS NULL) AND (drawn_at IS NULL) = (cards IS NULL))",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0022_staff_access")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Batch",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="batches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "site",
                    fields.ForeignKeyField(
                        "zhunkao.Site",
                        source_field="site_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="batches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="ADMIT_CARDS: admit_cards\nMILITARY_ADMIT_CARDS: military_admit_cards",
                        enum_type=BatchKind,
                        max_length=24,
                    ),
                ),
                ("selection", fields.CharField(max_length=64)),
                (
                    "state",
                    fields.CharEnumField(
                        default=BatchState.DRAWING,
                        description="DRAWING: drawing\nDONE: done\nCANCELLED: cancelled",
                        enum_type=BatchState,
                        max_length=16,
                    ),
                ),
                ("ordered_by", fields.UUIDField()),
                ("ordered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("purged_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "batch",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One site's order of many cards (批量打印准考证). `selection`: the hash of who was asked for. Members are named by",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BatchPart",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "batch",
                    fields.ForeignKeyField(
                        "zhunkao.Batch",
                        source_field="batch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="parts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("venue", fields.IntField()),
                ("room", fields.IntField()),
                (
                    "registrations",
                    fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("leased_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("drawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("content", fields.CharField(null=True, max_length=64)),
                ("cards", fields.IntField(null=True)),
                (
                    "missing",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
            ],
            options={
                "table": "batch_part",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One file of a batch: a room's cards, or as many of them as one paper holds. `leased_until` is real time.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="KeptCard",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="kept_cards",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("content", fields.CharField(max_length=64)),
                ("kept_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "kept_card",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "An admit card that lies in the object store. `content`: the hash of all that is printed on it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RuleAgain",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.OneToOneField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="rule_again",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "rule_again",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A registration of which the automatic rule is to be asked again: last year's record came, or was mended, after it",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]
