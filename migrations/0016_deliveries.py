from tortoise import migrations
from tortoise.migrations import operations as ops
from backend.reminders.delivery_models import DeliveryState
from tortoise.fields.base import OnDelete
from tortoise import fields

# What the database itself holds true of them (decision 10).
RULES = (
    # For statements that write rows by themselves.
    "ALTER TABLE message_consent ALTER COLUMN subscribe_id SET DEFAULT ''",
    "ALTER TABLE message_consent ALTER COLUMN remaining SET DEFAULT 0",
    "ALTER TABLE message_consent ALTER COLUMN lasting SET DEFAULT false",
    "CREATE UNIQUE INDEX message_consent_once "
    "ON message_consent (open_id, template_id, platform, app_id, subscribe_id)",
    "ALTER TABLE message_consent ADD CONSTRAINT message_consent_counted CHECK (remaining >= 0)",
    "ALTER TABLE message_consent ADD CONSTRAINT message_consent_answer_word CHECK ("
    "answer IN ('accept', 'reject', 'ban'))",
    "ALTER TABLE delivery ALTER COLUMN everywhere SET DEFAULT false",
    "ALTER TABLE delivery ALTER COLUMN state SET DEFAULT 'waiting'",
    "ALTER TABLE delivery ALTER COLUMN uncertain SET DEFAULT false",
    "ALTER TABLE delivery ALTER COLUMN attempts SET DEFAULT 0",
    "ALTER TABLE delivery ALTER COLUMN last_consent SET DEFAULT false",
    "CREATE UNIQUE INDEX delivery_once ON delivery (reminder_id, platform)",
    "CREATE UNIQUE INDEX delivery_one_alive ON delivery (reminder_id) "
    "WHERE NOT everywhere AND state NOT IN ('refused', 'withdrawn')",
    "ALTER TABLE delivery ADD CONSTRAINT delivery_state_word CHECK ("
    "state IN ('waiting', 'calling', 'sent', 'refused', 'unknown', 'withdrawn'))",
    "ALTER TABLE delivery ADD CONSTRAINT delivery_calling_is_leased CHECK ("
    "(state = 'calling') = (leased_until IS NOT NULL))",
    "ALTER TABLE delivery ADD CONSTRAINT delivery_settled_says_when CHECK ("
    "(state NOT IN ('waiting', 'calling')) = (settled_at IS NOT NULL))",
    "ALTER TABLE delivery ADD CONSTRAINT delivery_called_says_whom CHECK (called_at IS NULL OR "
    "(open_id IS NOT NULL AND template_id IS NOT NULL))",
    "CREATE INDEX delivery_waiting ON delivery (platform, due_at, id) WHERE state = 'waiting'",
    "CREATE INDEX delivery_calling ON delivery (leased_until) WHERE state = 'calling'",
    "CREATE INDEX delivery_unsettled ON delivery (open_id, template_id) "
    "WHERE state IN ('calling', 'unknown') OR uncertain",
    "CREATE INDEX delivery_message ON delivery (message_id) WHERE message_id IS NOT NULL",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0015_reminders")]

    initial = False

    operations = [
        ops.CreateModel(
            name="MessageConsent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("platform", fields.CharField(max_length=16)),
                ("app_id", fields.CharField(max_length=64)),
                ("open_id", fields.CharField(max_length=128)),
                ("template_id", fields.CharField(max_length=64)),
                ("subscribe_id", fields.CharField(default="", max_length=32)),
                ("remaining", fields.IntField(default=0)),
                ("lasting", fields.BooleanField(default=False)),
                ("answer", fields.CharField(null=True, max_length=8)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("offered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "message_consent",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What one platform user said to messages of one template, and how many they still allow.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Delivery",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "reminder",
                    fields.ForeignKeyField(
                        "zhunkao.Reminder",
                        source_field="reminder_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="deliveries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("platform", fields.CharField(max_length=16)),
                ("everywhere", fields.BooleanField(default=False)),
                (
                    "state",
                    fields.CharEnumField(
                        default=DeliveryState.WAITING,
                        description="WAITING: waiting\nCALLING: calling\nSENT: sent\nREFUSED: refused\nUNKNOWN: unknown\nWITHDRAWN: withdrawn",
                        enum_type=DeliveryState,
                        max_length=16,
                    ),
                ),
                ("uncertain", fields.BooleanField(default=False)),
                ("reason", fields.CharField(null=True, max_length=32)),
                ("attempts", fields.SmallIntField(default=0)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("leased_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("open_id", fields.CharField(null=True, max_length=128)),
                ("template_id", fields.CharField(null=True, max_length=64)),
                (
                    "consent",
                    fields.ForeignKeyField(
                        "zhunkao.MessageConsent",
                        source_field="consent_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="deliveries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("last_consent", fields.BooleanField(default=False)),
                ("called_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("message_id", fields.CharField(null=True, max_length=64)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "delivery",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One reminder on one platform: claimed by one worker at a time, and never knowingly sent twice.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]
