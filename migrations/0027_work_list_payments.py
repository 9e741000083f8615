from typing import Final

from tortoise import migrations
from tortoise.migrations import operations as ops

WIDER: Final = (
    # How many stand where, with their money, is read from the index alone; the list of work goes by it as before.
    "CREATE INDEX registration_standing ON registration (exam_id, site_id, state, payment_state)",
    "DROP INDEX registration_work_list",
    "ALTER INDEX registration_standing RENAME TO registration_work_list",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0026_work_lists")]

    initial = False

    operations = [ops.RunSQL(statement) for statement in WIDER]
