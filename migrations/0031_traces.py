from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0030_privacy")]

    initial = False

    operations = [
        ops.AddField(model_name="Event", name="trace_id", field=fields.CharField(max_length=32, null=True)),
    ]
