from tortoise import migrations
from tortoise.migrations import operations as ops
from backend.registrations.models import State
from tortoise.fields.base import OnDelete
from tortoise import fields

# What the database itself holds true (decision 10), and the places by which sweeps find what is due.
PLACE = "exam_id, (coalesce(form #>> '{registration,area}', '')), (coalesce(form #>> '{registration,site}', ''))"
RULES = (
    "ALTER TABLE registration ADD CONSTRAINT registration_forfeited_reason_word CHECK (forfeited_reason IN "
    "('not_confirmed', 'not_supplemented', 'not_paid'))",
    "ALTER TABLE registration ADD CONSTRAINT registration_forfeited_from_with_it CHECK (forfeited_from IS NULL OR "
    "state = 'forfeited')",
    "ALTER TABLE registration ADD CONSTRAINT registration_returned_says_until CHECK (state <> 'returned' OR "
    "(supplement_until IS NOT NULL AND returned_by IS NOT NULL))",
    "ALTER TABLE registration ADD CONSTRAINT registration_returned_by_word CHECK (returned_by IN ('site', 'area'))",
    f"CREATE INDEX registration_to_confirm ON registration ({PLACE}) WHERE state IN ('draft', 'submitted', "
    "'confirmation_rejected')",
    f"CREATE INDEX registration_to_pay ON registration ({PLACE}) WHERE state = 'approved' AND payment_state = 'due'",
    f"CREATE INDEX registration_forfeited ON registration ({PLACE}) WHERE state = 'forfeited'",
    "CREATE INDEX registration_to_supplement ON registration (supplement_until) WHERE state = 'returned'",
    "CREATE UNIQUE INDEX overdue_review_once ON overdue_review (exam_id, site_id, closes_at)",
    "ALTER TABLE overdue_review ADD CONSTRAINT overdue_review_somebody_waits CHECK (registrations > 0)",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0007_messages")]

    initial = False

    operations = [
        ops.CreateModel(
            name="OverdueReview",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="overdue_reviews",
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
                        related_name="overdue_reviews",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("closes_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("registrations", fields.IntField()),
                ("told_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "overdue_review",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A site whose candidates weren't all reviewed when the area's review was over, as its staff were told, once.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Registration",
            name="forfeited_from",
            field=fields.CharEnumField(
                null=True,
                description="DRAFT: draft\nSUBMITTED: submitted\nCONFIRMATION_REJECTED: confirmation_rejected\nCONFIRMED: confirmed\nSITE_APPROVED: site_approved\nRETURNED: returned\nREJECTED: rejected\nAPPROVED: approved\nSEATED: seated\nFORFEITED: forfeited\nCANCELLED: cancelled",
                enum_type=State,
                max_length=24,
            ),
        ),
        ops.RunSQL(RULES),
    ]
