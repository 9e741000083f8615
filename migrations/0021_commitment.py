import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from backend.registrations.models import Proof

# What the database itself holds true of them (decision 10).
RULES = (
    "CREATE UNIQUE INDEX commitment_registration ON commitment (registration_id)",
    "ALTER TABLE commitment ADD CONSTRAINT commitment_version_positive CHECK (letter_version > 0)",
    "ALTER TABLE commitment ADD CONSTRAINT commitment_digest_whole CHECK (letter_digest ~ '^[0-9a-f]{64}$')",
    "CREATE UNIQUE INDEX frontline_entry_registration ON frontline_entry (registration_id)",
    "ALTER TABLE frontline_entry ADD CONSTRAINT frontline_entry_proof_word CHECK (proof IN ('honour', 'dispatch'))",
    "ALTER TABLE frontline_entry ADD CONSTRAINT frontline_entry_says_what_it_lifts CHECK ("
    "jsonb_array_length(lifts) > 0 AND evidence <> '' AND policy <> '')",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0020_custody")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Commitment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="commitments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("letter_version", fields.IntField()),
                ("letter_digest", fields.CharField(max_length=64)),
                ("signed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "commitment",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "诚信考试承诺书, signed by its candidate, once: which wording, and when in exam time.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FrontlineEntry",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="frontline",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "proof",
                    fields.CharEnumField(
                        description="HONOUR: honour\nDISPATCH: dispatch", enum_type=Proof, max_length=16
                    ),
                ),
                ("evidence", fields.CharField(max_length=500)),
                ("policy", fields.CharField(max_length=500)),
                ("lifts", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("entered_by", fields.UUIDField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "frontline_entry",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One line of a site's list of frontline staff: what they showed, and what the policy lifts for them. The member is",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]
