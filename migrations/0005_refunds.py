from tortoise import migrations
from tortoise.migrations import operations as ops
from backend.payments.models import RefundKind, RefundState
from tortoise.fields.base import OnDelete
from tortoise import fields

# What the database itself holds true of them (decision 10).
RULES = (
    "CREATE SEQUENCE refund_sequence",
    "CREATE UNIQUE INDEX refund_one_living ON refund (payment_id) WHERE state IN ('asked', 'approved', 'sent', 'succeeded')",
    "CREATE INDEX refund_due ON refund (due_at) WHERE state IN ('approved', 'sent')",
    "CREATE INDEX refund_registration ON refund (registration_id, id)",
    "CREATE INDEX refund_platform_id ON refund (platform, refund_id)",
    "ALTER TABLE refund ADD CONSTRAINT refund_amount_positive CHECK (amount_fen > 0)",
    "ALTER TABLE refund ADD CONSTRAINT refund_decided_says_when CHECK ((state = 'asked') = (decided_at IS NULL) AND "
    "(decided_at IS NULL) = (decided_by IS NULL))",
    "ALTER TABLE refund ADD CONSTRAINT refund_declined_says_why CHECK (state <> 'declined' OR coalesce(decision_reason, '') <> '')",
    "ALTER TABLE refund ADD CONSTRAINT refund_says_why CHECK (reason <> '')",
    "ALTER TABLE refund ADD CONSTRAINT refund_succeeded_says_when CHECK ((state = 'succeeded') = (succeeded_at IS NOT NULL))",
    "ALTER TABLE refund ADD CONSTRAINT refund_under_way_is_due CHECK (state NOT IN ('approved', 'sent') OR due_at IS NOT NULL)",
    "DROP INDEX payment_one_counts",
    "CREATE UNIQUE INDEX payment_one_counts ON payment (registration_id) WHERE counts AND given_back_at IS NULL",
    "CREATE INDEX payment_surplus ON payment (id) WHERE NOT counts AND given_back_at IS NULL",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0004_inquiries")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Refund",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("refund_number", fields.CharField(unique=True, max_length=32)),
                (
                    "payment",
                    fields.ForeignKeyField(
                        "zhunkao.Payment",
                        source_field="payment_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="refunds",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="refunds",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("platform", fields.CharField(max_length=16)),
                ("amount_fen", fields.IntField()),
                (
                    "kind",
                    fields.CharEnumField(
                        description="SURPLUS: surplus\nREJECTED: rejected\nREQUESTED: requested",
                        enum_type=RefundKind,
                        max_length=16,
                    ),
                ),
                ("reason", fields.CharField(max_length=200)),
                (
                    "state",
                    fields.CharEnumField(
                        description="ASKED: asked\nAPPROVED: approved\nDECLINED: declined\nSENT: sent\nSUCCEEDED: succeeded\nFAILED: failed",
                        enum_type=RefundState,
                        max_length=16,
                    ),
                ),
                ("asked_by", fields.CharField(max_length=64)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("decided_by", fields.CharField(null=True, max_length=64)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decision_reason", fields.CharField(null=True, max_length=200)),
                ("refund_id", fields.CharField(null=True, max_length=64)),
                ("standing", fields.CharField(null=True, max_length=16)),
                ("said", fields.CharField(null=True, max_length=64)),
                ("due_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("tries", fields.SmallIntField(default=0)),
                ("succeeded_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "refund",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A whole payment on its way back. `refund_number` is what the platform knows it by: ours, and never reused.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="Callback",
            options={
                "table": "callback",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What a platform sent, verified, exactly as it came; kept before it is acted on. `door`: where it came in.",
            },
        ),
        ops.AddField(
            model_name="Callback",
            name="door",
            field=fields.CharField(default="payments", db_default="payments", max_length=16),
        ),
        ops.AddField(
            model_name="Payment",
            name="given_back_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunSQL(RULES),
    ]
