from typing import Final

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# What the database itself holds true of them (decision 10).
RULES: Final = (
    "ALTER TABLE index_key ADD CONSTRAINT index_key_one CHECK (id = 1)",
    "CREATE UNIQUE INDEX purge_record_day ON purge_record (about, day)",
    "ALTER TABLE purge_record ADD CONSTRAINT purge_record_counted CHECK (purged >= 0)",
    # What only grows may be encrypted anew by a transaction that says so, and nothing else of the row may change by it.
    "CREATE OR REPLACE FUNCTION custody_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'office_statement' "
    "AND current_setting('zhunkao.rekeying', true) = 'on' THEN RETURN NULL; END IF; "
    "RAISE EXCEPTION 'what is kept of the materials only grows'; END $$",
    "CREATE FUNCTION office_statement_says_the_same() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF to_jsonb(OLD) - 'content' <> to_jsonb(NEW) - 'content' THEN "
    "RAISE EXCEPTION 'what is kept of the materials only grows'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER office_statement_says_the_same BEFORE UPDATE ON office_statement "
    "FOR EACH ROW EXECUTE FUNCTION office_statement_says_the_same()",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0029_desk_log_start")]

    initial = False

    operations = [
        ops.CreateModel(
            name="IndexKey",
            fields=[
                ("id", fields.SmallIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("sealed", fields.BinaryField()),
                ("kept_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "index_key",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "The one key of all blind indexes, encrypted with a data key: data keys are replaced, and it stays.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PurgeRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("about", fields.CharField(max_length=32)),
                ("day", fields.DateField()),
                ("purged", fields.BigIntField()),
                ("older_than", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("done_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "purge_record",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "How many rows of a table were purged on a day of real time in China, and until when everything older was gone:",
            },
            bases=["Model"],
        ),
        *(ops.RunSQL(rule) for rule in RULES),
    ]
