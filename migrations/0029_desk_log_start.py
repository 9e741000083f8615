from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0028_certificates")]

    initial = False

    operations = [
        ops.CreateModel(
            name="DeskLogStart",
            fields=[
                ("office", fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("pruned_to", fields.BigIntField()),
            ],
            options={
                "table": "desk_log_start",
                "app": "zhunkao",
                "pk_attr": "office",
                "table_description": "Up to which event an office's log has been pruned: whoever has seen less has missed some.",
            },
            bases=["Model"],
        ),
    ]
