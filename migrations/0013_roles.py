import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from backend.candidates.models import IdType
from backend.inquiries.models import ChangeState

# Whoever was there before roles were did all that their office does.
EVERYTHING = """
UPDATE staff_member SET roles = CASE level
    WHEN 'point' THEN '["confirm", "finance", "read"]'::jsonb
    WHEN 'site' THEN '["confirm", "review", "seating", "desk", "finance", "read"]'::jsonb
    WHEN 'area' THEN '["review", "seating", "desk", "finance", "read"]'::jsonb
    ELSE '["review", "desk", "finance", "read"]'::jsonb END
"""
# What the database itself holds true of them (decision 10).
RULES = (
    "ALTER TABLE staff_member ALTER COLUMN roles DROP DEFAULT",
    "ALTER TABLE staff_member ADD CONSTRAINT staff_member_roles_words CHECK (jsonb_typeof(roles) = 'array' "
    'AND roles <> \'[]\'::jsonb AND roles <@ \'["confirm", "review", "seating", "desk", "finance", "read"]\'::jsonb)',
    "CREATE UNIQUE INDEX account_change_one_waits ON account_change (candidate_id) "
    "WHERE state IN ('asked', 'forwarded')",
    "CREATE INDEX account_change_waiting ON account_change (id) WHERE state IN ('asked', 'forwarded')",
    "ALTER TABLE account_change ADD CONSTRAINT account_change_changes_something CHECK ("
    "name IS NOT NULL OR id_number IS NOT NULL)",
    "ALTER TABLE account_change ADD CONSTRAINT account_change_number_has_type CHECK ("
    "(id_number IS NULL) = (id_type IS NULL))",
    "ALTER TABLE account_change ADD CONSTRAINT account_change_forwarded_says_what CHECK ("
    "(state = 'asked') = (forwarded_at IS NULL) AND (forwarded_at IS NULL) = (forwarded_by IS NULL) "
    "AND (forwarded_at IS NULL) = (note IS NULL) AND (forwarded_at IS NULL) = (recommended IS NULL))",
    "ALTER TABLE account_change ADD CONSTRAINT account_change_decided_says_by_whom CHECK ("
    "(state IN ('approved', 'declined')) = (decided_at IS NOT NULL) AND (decided_at IS NULL) = (decided_by IS NULL))",
    "ALTER TABLE account_change ADD CONSTRAINT account_change_declined_says_why CHECK ("
    "(state = 'declined') = (reason IS NOT NULL))",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0012_materials")]

    initial = False

    operations = [
        ops.AddField(
            model_name="StaffMember",
            name="roles",
            field=fields.JSONField(
                default=list, db_default=[], encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
            ),
        ),
        ops.RunSQL(EVERYTHING),
        ops.CreateModel(
            name="AccountChange",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "inquiry",
                    fields.OneToOneField(
                        "zhunkao.Inquiry",
                        source_field="inquiry_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="account_change",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "candidate",
                    fields.ForeignKeyField(
                        "zhunkao.Candidate",
                        source_field="candidate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="account_changes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(null=True, max_length=64)),
                (
                    "id_type",
                    fields.CharEnumField(
                        null=True,
                        description="RESIDENT_ID_CARD: resident_id_card\nPASSPORT: passport\nHK_MACAU_PERMIT: hk_macau_permit\nTAIWAN_PERMIT: taiwan_permit\nMILITARY_ID: military_id",
                        enum_type=IdType,
                        max_length=24,
                    ),
                ),
                ("id_number", fields.BinaryField(null=True)),
                (
                    "state",
                    fields.CharEnumField(
                        default=ChangeState.ASKED,
                        description="ASKED: asked\nFORWARDED: forwarded\nAPPROVED: approved\nDECLINED: declined",
                        enum_type=ChangeState,
                        max_length=16,
                    ),
                ),
                ("recommended", fields.BooleanField(null=True)),
                ("note", fields.CharField(null=True, max_length=500)),
                ("forwarded_by", fields.UUIDField(null=True)),
                ("forwarded_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("decided_by", fields.UUIDField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(null=True, max_length=500)),
            ],
            options={
                "table": "account_change",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What of an account's name and document is to become what; what is to stay has no value. The site's clerk writes",
            },
            bases=["Model"],
        ),
        ops.AlterField(
            model_name="StaffMember",
            name="roles",
            field=fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
        ops.RunSQL(RULES),
    ]
