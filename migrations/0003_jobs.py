"""The tables of the job engine, as the version in requirements.lock defines them.

A later version of procrastinate that changes its tables brings the change as a migration of its own, after this one.
"""

from procrastinate.schema import SchemaManager
from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0002_constraints")]

    operations = [ops.RunSQL(SchemaManager.get_schema())]
