from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0011_corrections")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Material",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="materials",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=60)),
                ("picture", fields.CharField(max_length=96)),
                ("refused_because", fields.CharField(null=True, max_length=500)),
                ("uploaded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "material",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A paper that an area with online confirmation asked for, as it was uploaded last. `refused_because`: the site's",
            },
            bases=["Model"],
        ),
        # What the database itself holds true of them (decision 10).
        ops.RunSQL(("CREATE UNIQUE INDEX material_kind ON material (registration_id, kind)",)),
    ]
