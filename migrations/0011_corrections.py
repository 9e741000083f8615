import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from backend.registrations.models import CorrectionState

# What the database itself holds true of them (decision 10).
RULES = (
    "CREATE UNIQUE INDEX correction_one_waits ON correction (registration_id, what) WHERE state = 'registered'",
    "CREATE INDEX correction_waiting ON correction (id) WHERE state = 'registered'",
    "CREATE INDEX correction_registration ON correction (registration_id)",
    "ALTER TABLE correction ADD CONSTRAINT correction_decided_says_by_whom CHECK ("
    "(state = 'registered') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL))",
    "ALTER TABLE correction ADD CONSTRAINT correction_declined_says_why CHECK ("
    "(state = 'declined') = (reason IS NOT NULL))",
    "ALTER TABLE correction ADD CONSTRAINT correction_what_word CHECK ("
    "what IN ('photo', 'name', 'speciality', 'subjects'))",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0010_notices")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Correction",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="corrections",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("what", fields.CharField(max_length=16)),
                ("before", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("after", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("evidence", fields.CharField(max_length=500)),
                (
                    "state",
                    fields.CharEnumField(
                        default=CorrectionState.REGISTERED,
                        description="REGISTERED: registered\nAPPROVED: approved\nDECLINED: declined",
                        enum_type=CorrectionState,
                        max_length=16,
                    ),
                ),
                ("registered_by", fields.UUIDField()),
                ("registered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by", fields.UUIDField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(null=True, max_length=500)),
            ],
            options={
                "table": "correction",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A change of what was confirmed, with what was before. Members are named by their ids. Times are exam time.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]
