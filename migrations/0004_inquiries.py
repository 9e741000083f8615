from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from backend.candidates.models import FaceState, IdType
from backend.inquiries.models import Author, InquiryKind, InquiryState
from json import dumps, loads
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields

# What the database itself holds true of them (decision 10).
RULES = (
    "ALTER TABLE face_login ADD CONSTRAINT face_login_ended_says_when CHECK ((state = 'begun') = (completed_at IS NULL))",
    "CREATE INDEX face_login_failed_user ON face_login (platform, app_id, open_id, completed_at) WHERE state = 'failed'",
    "CREATE INDEX face_login_failed_document ON face_login (id_type, id_number_index, completed_at) WHERE state = 'failed'",
    "CREATE INDEX face_login_document ON face_login (id_number_index, begun_at)",
    "CREATE UNIQUE INDEX recovery_code_one_live ON recovery_code (candidate_id) WHERE ended_at IS NULL",
    "CREATE INDEX recovery_attempt_login ON recovery_attempt (login_index, at)",
    "CREATE INDEX recovery_attempt_candidate ON recovery_attempt (candidate_id, at)",
    "ALTER TABLE inquiry ADD CONSTRAINT inquiry_closed_says_when CHECK ((state = 'closed') = (closed_at IS NOT NULL))",
    "CREATE INDEX inquiry_inbox ON inquiry (site_id, waiting_since) WHERE state = 'open'",
    "CREATE INDEX inquiry_candidate ON inquiry (candidate_id)",
    "CREATE INDEX inquiry_message_log ON inquiry_message (inquiry_id, id)",
    "CREATE UNIQUE INDEX inquiry_message_once ON inquiry_message (inquiry_id, client_message_id)",
    "CREATE UNIQUE INDEX account_recovery_one_a_day ON account_recovery (platform, app_id, open_id, asked_on)",
    "CREATE UNIQUE INDEX documents_seen_once ON documents_seen (inquiry_id, member_id)",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0003_jobs")]

    initial = False

    operations = [
        ops.CreateModel(
            name="FaceLogin",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("platform", fields.CharField(max_length=16)),
                ("app_id", fields.CharField(max_length=64)),
                ("open_id", fields.CharField(max_length=128)),
                ("name", fields.CharField(max_length=64)),
                (
                    "id_type",
                    fields.CharEnumField(
                        description="RESIDENT_ID_CARD: resident_id_card\nPASSPORT: passport\nHK_MACAU_PERMIT: hk_macau_permit\nTAIWAN_PERMIT: taiwan_permit\nMILITARY_ID: military_id",
                        enum_type=IdType,
                        max_length=24,
                    ),
                ),
                ("id_number", fields.BinaryField()),
                ("id_number_index", fields.BinaryField()),
                ("certificate", fields.CharField(null=True, max_length=512)),
                (
                    "state",
                    fields.CharEnumField(
                        default=FaceState.BEGUN,
                        description="BEGUN: begun\nPASSED: passed\nFAILED: failed",
                        enum_type=FaceState,
                        max_length=8,
                    ),
                ),
                ("outcome", fields.CharField(null=True, max_length=16)),
                ("begun_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("completed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "face_login",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A platform's certificate for one face, one person and one purpose, used once. All times are real time.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Inquiry",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="QUESTION: question\nACCOUNT_CHANGE: account_change\nACCOUNT_RECOVERY: account_recovery",
                        enum_type=InquiryKind,
                        max_length=24,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        default=InquiryState.OPEN,
                        description="OPEN: open\nANSWERED: answered\nCLOSED: closed",
                        enum_type=InquiryState,
                        max_length=16,
                    ),
                ),
                (
                    "candidate",
                    fields.ForeignKeyField(
                        "zhunkao.Candidate",
                        source_field="candidate_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="inquiries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "site",
                    fields.ForeignKeyField(
                        "zhunkao.Site",
                        source_field="site_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="inquiries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="inquiries",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("waiting_since", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "inquiry",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One matter in the inbox of one site. `candidate`: who asks, where they were signed in; a request for an account",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AccountRecovery",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "inquiry",
                    fields.OneToOneField(
                        "zhunkao.Inquiry",
                        source_field="inquiry_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="recovery",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(max_length=64)),
                (
                    "id_type",
                    fields.CharEnumField(
                        description="RESIDENT_ID_CARD: resident_id_card\nPASSPORT: passport\nHK_MACAU_PERMIT: hk_macau_permit\nTAIWAN_PERMIT: taiwan_permit\nMILITARY_ID: military_id",
                        enum_type=IdType,
                        max_length=24,
                    ),
                ),
                ("id_number", fields.BinaryField()),
                ("id_number_index", fields.BinaryField()),
                ("phone", fields.BinaryField()),
                ("platform", fields.CharField(max_length=16)),
                ("app_id", fields.CharField(max_length=64)),
                ("open_id", fields.CharField(max_length=128)),
                ("asked_on", fields.DateField()),
                (
                    "trail",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
            ],
            options={
                "table": "account_recovery",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What somebody who can't get into their account said of themselves, and what they had tried before. `asked_on` is",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DocumentsSeen",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "inquiry",
                    fields.ForeignKeyField(
                        "zhunkao.Inquiry",
                        source_field="inquiry_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="documents_seen",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "zhunkao.StaffMember",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="documents_seen",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "documents_seen",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A member of the site has had the documents before them and found them to be the person's.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="InquiryMessage",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "inquiry",
                    fields.ForeignKeyField(
                        "zhunkao.Inquiry",
                        source_field="inquiry_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="messages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "author",
                    fields.CharEnumField(
                        description="CANDIDATE: candidate\nSTAFF: staff\nSYSTEM: system",
                        enum_type=Author,
                        max_length=16,
                    ),
                ),
                ("author_id", fields.CharField(null=True, max_length=64)),
                ("text", fields.TextField(unique=False)),
                ("client_message_id", fields.CharField(null=True, max_length=64)),
                ("written_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "inquiry_message",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One message, in the order of `id`. `client_message_id` makes a repeat harmless.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RecoveryAttempt",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("way", fields.CharField(max_length=16)),
                ("login_index", fields.BinaryField()),
                ("candidate_id", fields.UUIDField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "recovery_attempt",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A way back that was tried and failed, for whoever is asked to help later. `at` is real time.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "candidate",
                    fields.ForeignKeyField(
                        "zhunkao.Candidate",
                        source_field="candidate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="recovery_codes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("code_hash", fields.CharField(max_length=128)),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "recovery_code",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A one-time code that a test site gave out. `ended_at`: used, or replaced by a newer one. Times are real time.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]
