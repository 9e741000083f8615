from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from backend.registrations.models import Origin

# What the database itself holds true of them (decision 10).
RULES = (
    # For statements that write rows by themselves: to be entered by its candidate is the ordinary way.
    "ALTER TABLE registration ALTER COLUMN origin SET DEFAULT 'candidate'",
    "ALTER TABLE registration ADD CONSTRAINT registration_origin_word CHECK (origin IN ('candidate', 'military'))",
    "ALTER TABLE registration ADD CONSTRAINT registration_military_is_approved CHECK (origin <> 'military' OR "
    "state IN ('approved', 'seated', 'forfeited', 'cancelled'))",
    "ALTER TABLE candidate ADD CONSTRAINT candidate_unclaimed_has_no_password CHECK ("
    "(unclaimed_since IS NOT NULL) = (password_hash = ''))",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0013_roles")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Candidate",
            name="unclaimed_since",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Registration",
            name="origin",
            field=fields.CharEnumField(
                null=True,
                description="CANDIDATE: candidate\nMILITARY: military",
                enum_type=Origin,
                max_length=16,
            ),
        ),
        # Rows that are there already get a value before the column asks for one: a default here is Python's alone.
        ops.RunSQL("UPDATE registration SET origin = 'candidate'"),
        ops.AlterField(
            model_name="Registration",
            name="origin",
            field=fields.CharEnumField(
                default=Origin.CANDIDATE,
                description="CANDIDATE: candidate\nMILITARY: military",
                enum_type=Origin,
                max_length=16,
            ),
        ),
        ops.RunSQL(RULES),
    ]
