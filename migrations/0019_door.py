from tortoise import migrations
from tortoise.migrations import operations as ops
from backend.seating.entry import Outcome
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields

# What the database itself holds true of them (decision 10).
RULES = (
    # Of two doors that let one person in at the same moment, one does.
    "CREATE UNIQUE INDEX entry_mark_once ON entry_mark (registration_id, session_id) WHERE outcome = 'admitted'",
    "CREATE INDEX entry_mark_doubtful ON entry_mark (id) WHERE outcome <> 'admitted'",
    "ALTER TABLE entry_mark ADD CONSTRAINT entry_mark_outcome_word CHECK (outcome IN ('admitted', 'already_entered', "
    "'superseded', 'wrong_venue', 'wrong_day', 'wrong_session', 'too_early', 'too_late', 'wrong_clock'))",
    # With the network there is no mark but the one that counts.
    "ALTER TABLE entry_mark ADD CONSTRAINT entry_mark_doubtful_has_list CHECK ("
    "outcome = 'admitted' OR door_list_id IS NOT NULL)",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0018_violations")]

    initial = False

    operations = [
        ops.CreateModel(
            name="DoorListIssued",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "venue",
                    fields.ForeignKeyField(
                        "zhunkao.Venue",
                        source_field="venue_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="door_lists",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "session",
                    fields.ForeignKeyField(
                        "zhunkao.ExamSession",
                        source_field="session_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="door_lists",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("candidates", fields.IntField()),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("issued_by", fields.UUIDField()),
            ],
            options={
                "table": "door_list",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A list of who sits in one venue in one session, downloaded for a door that may lose the network.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EntryMark",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("mark_id", fields.UUIDField(unique=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="entry_marks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "session",
                    fields.ForeignKeyField(
                        "zhunkao.ExamSession",
                        source_field="session_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="entry_marks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "venue",
                    fields.ForeignKeyField(
                        "zhunkao.Venue",
                        source_field="venue_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="entry_marks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "door_list",
                    fields.ForeignKeyField(
                        "zhunkao.DoorListIssued",
                        source_field="door_list_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="marks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "outcome",
                    fields.CharEnumField(description="what the door was told", enum_type=Outcome, max_length=16),
                ),
                ("marked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("marked_by", fields.UUIDField()),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "entry_mark",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "Somebody went in at a door. One mark of a person in a session is `admitted`; what a door without the network",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]
