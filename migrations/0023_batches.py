from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0022_staff_access")]

    initial = False

    operations = [
        ops.CreateModel(
            name="RuleAgain",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.OneToOneField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="rule_again",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "rule_again",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A registration of which the automatic rule is to be asked again: last year's record came, or was mended, after it",
            },
            bases=["Model"],
        ),
    ]
