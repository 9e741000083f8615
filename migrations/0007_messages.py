from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from backend.inquiries.models import Asked, DeliveryState
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields

# What the database itself holds true of them (decision 10).
RULES = (
    "CREATE UNIQUE INDEX chat_user ON chat (platform, app_id, open_id)",
    "ALTER TABLE chat ADD CONSTRAINT chat_asked_for_site_knows_area CHECK (asked <> 'site' OR area_id IS NOT NULL)",
    "ALTER TABLE chat ADD CONSTRAINT chat_answers_left_counted CHECK (answers_left >= 0 AND entry_answers_left >= 0)",
    "CREATE UNIQUE INDEX pushed_message_event ON pushed_message (platform, app_id, event_id)",
    "CREATE UNIQUE INDEX chat_delivery_one_sending ON chat_delivery (chat_id) WHERE state = 'sending'",
    "CREATE INDEX chat_delivery_waiting ON chat_delivery (chat_id, id) WHERE state = 'waiting'",
    "ALTER TABLE chat_delivery ADD CONSTRAINT chat_delivery_settled_says_when "
    "CHECK ((state IN ('waiting', 'sending')) = (settled_at IS NULL))",
    "ALTER TABLE inquiry ADD CONSTRAINT inquiry_has_site CHECK (site_id IS NOT NULL OR kind = 'question')",
    "CREATE UNIQUE INDEX inquiry_one_a_chat ON inquiry (chat_id) WHERE state <> 'closed'",
    "CREATE UNIQUE INDEX inquiry_opened_once ON inquiry (candidate_id, opening_key)",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0006_bills")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Chat",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("platform", fields.CharField(max_length=16)),
                ("app_id", fields.CharField(max_length=64)),
                ("open_id", fields.CharField(max_length=128)),
                (
                    "asked",
                    fields.CharEnumField(
                        null=True, description="AREA: area\nSITE: site", enum_type=Asked, max_length=8
                    ),
                ),
                (
                    "area",
                    fields.ForeignKeyField(
                        "zhunkao.Area",
                        source_field="area_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="chats",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "site",
                    fields.ForeignKeyField(
                        "zhunkao.Site",
                        source_field="site_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="chats",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("said_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answers_left", fields.SmallIntField(default=0)),
                ("entered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("entry_answers_left", fields.SmallIntField(default=0)),
            ],
            options={
                "table": "chat",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One platform user's customer-service chat.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ChatDelivery",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "message",
                    fields.OneToOneField(
                        "zhunkao.InquiryMessage",
                        source_field="message_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="delivery",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "chat",
                    fields.ForeignKeyField(
                        "zhunkao.Chat",
                        source_field="chat_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="deliveries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        default=DeliveryState.WAITING,
                        description="WAITING: waiting\nSENDING: sending\nSENT: sent\nREFUSED: refused\nUNKNOWN: unknown",
                        enum_type=DeliveryState,
                        max_length=8,
                    ),
                ),
                ("reason", fields.CharField(null=True, max_length=32)),
                ("attempts", fields.SmallIntField(default=0)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("claimed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "chat_delivery",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One message on its way into a chat: claimed by one worker, sent at most once. Times are real time.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PushedMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("platform", fields.CharField(max_length=16)),
                ("app_id", fields.CharField(max_length=64)),
                ("open_id", fields.CharField(max_length=128)),
                ("event_id", fields.CharField(max_length=255)),
                ("kind", fields.CharField(max_length=16)),
                (
                    "content",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("sent_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("received_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("processed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("outcome", fields.CharField(null=True, max_length=32)),
            ],
            options={
                "table": "pushed_message",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What a platform pushed, verified; kept under its unique id before it is acted on.",
            },
            bases=["Model"],
        ),
        ops.AlterField(
            model_name="Inquiry",
            name="site",
            field=fields.ForeignKeyField(
                "zhunkao.Site",
                source_field="site_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="inquiries",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="Inquiry",
            name="chat",
            field=fields.ForeignKeyField(
                "zhunkao.Chat",
                source_field="chat_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="inquiries",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="Inquiry",
            name="opening_key",
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name="InquiryMessage",
            name="picture",
            field=fields.CharField(null=True, max_length=96),
        ),
        ops.RunSQL(RULES),
    ]
