from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields

# What the database itself holds true of them (decision 10).
RULES = (
    "CREATE UNIQUE INDEX result_registration ON result (registration_id)",
    "CREATE INDEX result_exam ON result (exam_id)",
    "ALTER TABLE result ADD CONSTRAINT result_admit_number_14_digits CHECK (admit_number ~ '^[0-9]{14}$')",
    "CREATE UNIQUE INDEX results_publication_exam ON results_publication (exam_id)",
    "ALTER TABLE results_publication ADD CONSTRAINT results_publication_edges CHECK (report_until IS NULL OR "
    "publish_at < report_until)",
    "CREATE UNIQUE INDEX score_merge_registration ON score_merge (registration_id)",
    "CREATE UNIQUE INDEX score_merge_past ON score_merge (past_id)",
    "ALTER TABLE registration ADD CONSTRAINT registration_score_merge_word CHECK (score_merge IS NULL OR score_merge IN "
    "('needed', 'merged'))",
    "ALTER TABLE past_registration ADD CONSTRAINT past_registration_attendance_word CHECK (attendance IN ('sat', "
    "'absent', 'void'))",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0008_deadlines")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Result",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="results",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="results",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("admit_number", fields.CharField(max_length=14)),
                ("archive_number", fields.CharField(null=True, max_length=32)),
                ("marks", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                (
                    "rolled",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "rolls_on",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("qualified", fields.BooleanField()),
                ("sample", fields.BooleanField(default=False)),
            ],
            options={
                "table": "result",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What one exam said of one candidate. `rolled`: last year's marks that count; `rolls_on`: subjects for next.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ResultsPublication",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="results_publications",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("publish_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("report_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("set_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("set_by", fields.CharField(max_length=64)),
            ],
            options={
                "table": "results_publication",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "When an exam's results may be seen, and until when the score report may be downloaded. Both are exam time.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ScoreMerge",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="score_merges",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "past",
                    fields.ForeignKeyField(
                        "zhunkao.PastRegistration",
                        source_field="past_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="score_merges",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("evidence", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("merged_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("merged_by", fields.CharField(max_length=64)),
            ],
            options={
                "table": "score_merge",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "成绩合并: a site's act that ties last year's record to a registration under another document.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="PastRegistration",
            name="id_number",
            field=fields.BinaryField(null=True),
        ),
        ops.AddField(
            model_name="PastRegistration",
            name="marks",
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
        # Rows that are there already get a value before the column asks for one: a default here is Python's alone.
        ops.RunSQL("UPDATE past_registration SET marks = '[]'"),
        ops.AlterField(
            model_name="PastRegistration",
            name="marks",
            field=fields.JSONField(
                default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
            ),
        ),
        ops.AddField(
            model_name="Registration",
            name="score_merge",
            field=fields.CharField(null=True, max_length=8),
        ),
        ops.RunSQL(RULES),
    ]
