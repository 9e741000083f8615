from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

# What the database itself holds true of them (decision 10).
RULES = ("CREATE UNIQUE INDEX certificate_registration ON certificate (registration_id)",)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0027_work_list_payments")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Certificate",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="certificates",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("taken_by", fields.CharField(max_length=50, null=True)),
                ("handed_out_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("handed_out_by", fields.UUIDField()),
            ],
            options={
                "table": "certificate",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "成绩合格证明 as it was handed out, once: `taken_by` names who came for its owner; exam time.",
            },
            bases=["Model"],
        ),
        *(ops.RunSQL(rule) for rule in RULES),
    ]
