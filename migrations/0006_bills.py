from tortoise import migrations
from tortoise.migrations import operations as ops
from backend.payments.comparison import DifferenceKind
from backend.payments.models import ReconciliationState
from tortoise.fields.base import OnDelete
from tortoise import fields

# What the database itself holds true of them (decision 10).
RULES = (
    "CREATE UNIQUE INDEX reconciliation_once ON reconciliation (platform, day)",
    "CREATE INDEX reconciliation_waiting ON reconciliation (try_at) WHERE state = 'waiting'",
    "ALTER TABLE reconciliation ADD CONSTRAINT reconciliation_done_says_when CHECK ((state = 'done') = (done_at IS NOT NULL))",
    "ALTER TABLE bill_difference ADD CONSTRAINT bill_difference_has_a_side CHECK (coalesce(theirs_fen, ours_fen) IS NOT NULL)",
    "CREATE INDEX bill_difference_reconciliation ON bill_difference (reconciliation_id)",
    "CREATE INDEX bill_difference_to_ask ON bill_difference (id) WHERE outcome IS NULL",
    "CREATE INDEX payment_paid ON payment (platform, paid_at)",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0005_refunds")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("platform", fields.CharField(max_length=16)),
                ("day", fields.DateField()),
                (
                    "state",
                    fields.CharEnumField(
                        default=ReconciliationState.WAITING,
                        description="WAITING: waiting\nDONE: done",
                        enum_type=ReconciliationState,
                        max_length=8,
                    ),
                ),
                ("attempts", fields.IntField(default=0)),
                ("try_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("trouble", fields.CharField(null=True, max_length=64)),
                ("payments", fields.IntField(default=0)),
                ("payments_fen", fields.BigIntField(default=0)),
                ("refunds", fields.IntField(default=0)),
                ("refunds_fen", fields.BigIntField(default=0)),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "reconciliation",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One platform's bill of one day beside our books. `day` is exam time's; `try_at` and `done_at` are real time.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BillDifference",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "reconciliation",
                    fields.ForeignKeyField(
                        "zhunkao.Reconciliation",
                        source_field="reconciliation_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="differences",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="UNKNOWN_ORDER: unknown_order\nORDER_DIFFERS: order_differs\nAMOUNT_DIFFERS: amount_differs\nMISSING_HERE: missing_here\nMISSING_THERE: missing_there\nREPEATED: repeated\nREFUND_UNKNOWN_ORDER: refund_unknown_order\nREFUND_ORDER_DIFFERS: refund_order_differs\nREFUND_AMOUNT_DIFFERS: refund_amount_differs\nREFUND_MISSING_HERE: refund_missing_here\nREFUND_MISSING_THERE: refund_missing_there\nREFUND_REPEATED: refund_repeated",
                        enum_type=DifferenceKind,
                        max_length=32,
                    ),
                ),
                ("order_number", fields.CharField(max_length=64)),
                ("transaction_id", fields.CharField(null=True, max_length=64)),
                ("refund_number", fields.CharField(null=True, max_length=64)),
                ("theirs_fen", fields.BigIntField(null=True)),
                ("ours_fen", fields.BigIntField(null=True)),
                ("asked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("outcome", fields.CharField(null=True, max_length=64)),
                ("settled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "bill_difference",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One thing in which a bill and our books didn't agree, and what came of it.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]
