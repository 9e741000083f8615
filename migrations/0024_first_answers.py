from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from backend.inquiries.models import Author


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0023_batches")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Inquiry",
            name="person_asked_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AlterField(
            model_name="InquiryMessage",
            name="author",
            field=fields.CharEnumField(
                description="CANDIDATE: candidate\nSTAFF: staff\nSYSTEM: system\nAUTOMATIC: automatic",
                enum_type=Author,
                max_length=16,
            ),
        ),
    ]
