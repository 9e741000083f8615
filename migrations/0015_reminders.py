from functools import partial
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from backend.reminders.models import ReminderState

# What the database itself holds true of them (decision 10).
RULES = (
    # For statements that write rows by themselves.
    "ALTER TABLE reminder ALTER COLUMN state SET DEFAULT 'planned'",
    "ALTER TABLE reminder ALTER COLUMN facts SET DEFAULT '{}'",
    "CREATE UNIQUE INDEX reminder_once ON reminder (candidate_id, kind, occasion)",
    "ALTER TABLE reminder ADD CONSTRAINT reminder_state_word CHECK ("
    "state IN ('planned', 'sent', 'done', 'withdrawn', 'missed'))",
    "ALTER TABLE reminder ADD CONSTRAINT reminder_edges CHECK (state <> 'planned' OR expires_at IS NULL OR "
    "due_at < expires_at)",
    "ALTER TABLE reminder ADD CONSTRAINT reminder_sent_says_when CHECK ("
    "CASE state WHEN 'planned' THEN sent_at IS NULL WHEN 'withdrawn' THEN sent_at IS NULL "
    "WHEN 'missed' THEN true ELSE sent_at IS NOT NULL END)",
    "ALTER TABLE reminder ADD CONSTRAINT reminder_closed_says_when CHECK ("
    "CASE state WHEN 'planned' THEN closed_at IS NULL WHEN 'sent' THEN true ELSE closed_at IS NOT NULL END)",
    "CREATE INDEX reminder_due ON reminder (due_at) WHERE state = 'planned'",
    "CREATE INDEX reminder_open ON reminder (expires_at) WHERE state = 'sent' AND closed_at IS NULL",
    "CREATE INDEX reminder_missed ON reminder (id) WHERE state = 'missed'",
    "CREATE INDEX reminder_registration ON reminder (registration_id)",
    "CREATE INDEX reminder_inquiry ON reminder (inquiry_id) WHERE inquiry_id IS NOT NULL",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0014_army")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Reminder",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "candidate",
                    fields.ForeignKeyField(
                        "zhunkao.Candidate",
                        source_field="candidate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="reminders",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="reminders",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "inquiry",
                    fields.ForeignKeyField(
                        "zhunkao.Inquiry",
                        source_field="inquiry_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="reminders",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=32)),
                ("occasion", fields.CharField(max_length=96)),
                (
                    "state",
                    fields.CharEnumField(
                        default=ReminderState.PLANNED,
                        description="PLANNED: planned\nSENT: sent\nDONE: done\nWITHDRAWN: withdrawn\nMISSED: missed",
                        enum_type=ReminderState,
                        max_length=16,
                    ),
                ),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "facts",
                    fields.JSONField(default=dict, encoder=partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "reminder",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One reminder of one person: planned, handed out once, closed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ReminderPause",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(unique=True, max_length=32)),
                ("paused_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "reminder_pause",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A kind that an operator holds back; `*` is all of them. What falls due meanwhile stays planned.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Replanning",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.OneToOneField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="replanning",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("after", fields.UUIDField(null=True)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "replanning",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A pass over all registrations of an exam whose calendar has changed, in order of their ids.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Result",
            name="report_downloaded_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunSQL(RULES),
    ]
