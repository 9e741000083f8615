"""The key of the blind indexes, and what was purged."""

from tortoise import fields
from tortoise.models import Model


class IndexKey(Model):
    """The one key of all blind indexes, encrypted with a data key: data keys are replaced, and it stays."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    sealed = fields.BinaryField()
    kept_at = fields.DatetimeField()

    class Meta:
        table = "index_key"


class PurgeRecord(Model):
    """How many rows of a table were purged on a day of real time in China, and until when everything older was gone:
    also of a day on which there was nothing to purge."""

    id = fields.BigIntField(primary_key=True)
    about = fields.CharField(max_length=32)
    day = fields.DateField()
    purged = fields.BigIntField()
    older_than = fields.DatetimeField()
    done_at = fields.DatetimeField()

    class Meta:
        table = "purge_record"
