from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# What the offices' lists and their counts are read by. Each holds only what waits, a small part of millions; the phones'
# index is empty when it is made. The audit log's are read by whoever asks who did what.
RULES = (
    "CREATE INDEX candidate_phone ON candidate (phone_index) WHERE phone_index IS NOT NULL",
    "CREATE INDEX registration_waits_at_site ON registration (site_id, state, registration_number) "
    "WHERE state IN ('submitted', 'confirmed', 'site_approved', 'returned')",
    "CREATE INDEX registration_waits_at_point ON registration (confirmation_point_id, registration_number) "
    "WHERE state = 'submitted'",
    "CREATE INDEX registration_fee_due_at_site ON registration (site_id, registration_number) "
    "WHERE payment_state = 'due'",
    "CREATE INDEX registration_fee_due_at_point ON registration (confirmation_point_id, registration_number) "
    "WHERE payment_state = 'due'",
    "CREATE INDEX registration_to_merge ON registration (site_id, registration_number) WHERE score_merge = 'needed'",
    "CREATE INDEX refund_waiting ON refund (id) WHERE state IN ('asked', 'approved', 'sent', 'failed')",
    "CREATE INDEX audit_record_actor ON audit_record (actor_id, id)",
    "CREATE INDEX audit_record_act ON audit_record (act, id)",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0025_desk")]

    initial = False

    operations = [
        ops.AddField(model_name="Candidate", name="phone_index", field=fields.BinaryField(null=True)),
        ops.RunSQL(RULES),
    ]
