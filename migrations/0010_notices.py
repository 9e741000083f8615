from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

# What the database itself holds true of them (decision 10).
RULES = (
    "CREATE UNIQUE INDEX notice_office_name ON notice (area_id, site_id, name) NULLS NOT DISTINCT",
    "ALTER TABLE notice ADD CONSTRAINT notice_area_of_site CHECK (site_id IS NULL OR area_id IS NOT NULL)",
    "CREATE UNIQUE INDEX notice_version_number ON notice_version (notice_id, number)",
    "ALTER TABLE notice_version ADD CONSTRAINT notice_version_positive CHECK (number > 0)",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0008_deadlines")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Notice",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(max_length=64)),
                (
                    "area",
                    fields.ForeignKeyField(
                        "zhunkao.Area",
                        source_field="area_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "site",
                    fields.ForeignKeyField(
                        "zhunkao.Site",
                        source_field="site_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("withdrawn_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notice",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One notice of one office. `name`: by which the office knows it. Without area and site it is the nation's, without",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NoticeVersion",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "notice",
                    fields.ForeignKeyField(
                        "zhunkao.Notice",
                        source_field="notice_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="versions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.SmallIntField()),
                ("title", fields.CharField(max_length=128)),
                ("text", fields.TextField(unique=False)),
                ("published_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "member",
                    fields.ForeignKeyField(
                        "zhunkao.StaffMember",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "notice_version",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What a notice said from `published_at` on. Never changed: another wording is another version.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]
