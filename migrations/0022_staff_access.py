from tortoise import migrations
from tortoise.migrations import operations as ops
from backend.staff.models import Factor, Purpose, StaffCodeKind
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields

# What the database itself holds true of them (decision 10).
RULES = (
    "CREATE UNIQUE INDEX security_key_credential ON security_key (credential_id) WHERE ended_at IS NULL",
    "CREATE INDEX security_key_member ON security_key (member_id) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX staff_code_once ON staff_code (code_index)",
    "CREATE UNIQUE INDEX staff_code_one_invitation ON staff_code (member_id) WHERE kind = 'invitation' AND ended_at IS NULL",
    "CREATE INDEX staff_code_member ON staff_code (member_id) WHERE ended_at IS NULL",
    "CREATE INDEX staff_session_member ON staff_session (member_id) WHERE ended_at IS NULL",
    # What the offices' lists are read by, and what they search.
    "CREATE INDEX registration_of_site ON registration (site_id, registration_number)",
    "CREATE INDEX registration_of_point ON registration (confirmation_point_id, registration_number)",
    "CREATE INDEX candidate_name ON candidate (name)",
    "ALTER TABLE staff_code ADD CONSTRAINT staff_code_invitation_expires CHECK ("
    "(kind = 'invitation') = (expires_at IS NOT NULL))",
    "ALTER TABLE staff_access ADD CONSTRAINT staff_access_step_of_secret CHECK ("
    "totp_secret IS NOT NULL OR totp_step IS NULL)",
    "ALTER TABLE staff_session ADD CONSTRAINT staff_session_ended_says_why CHECK ("
    "(ended_at IS NULL) = (ended_because IS NULL))",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0021_commitment")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SecurityKey",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "member",
                    fields.ForeignKeyField(
                        "zhunkao.StaffMember",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="security_keys",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("credential_id", fields.BinaryField()),
                ("public_key", fields.BinaryField()),
                ("sign_count", fields.BigIntField()),
                ("name", fields.CharField(max_length=32)),
                ("added_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("last_used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "security_key",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A security key of a member's (WebAuthn). Taken away ones stay, as the record of what was.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffAccess",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "member",
                    fields.OneToOneField(
                        "zhunkao.StaffMember",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="access",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("password_hash", fields.CharField(max_length=128)),
                ("totp_secret", fields.BinaryField(null=True)),
                ("totp_step", fields.BigIntField(null=True)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "staff_access",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "How a member signs in, once they have set a password. `totp_step`: the newest 30 seconds a code has served in.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffChallenge",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "member",
                    fields.ForeignKeyField(
                        "zhunkao.StaffMember",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="challenges",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "purpose",
                    fields.CharEnumField(
                        description="SIGN_IN: sign_in\nADD_KEY: add_key\nADD_TOTP: add_totp",
                        enum_type=Purpose,
                        max_length=8,
                    ),
                ),
                ("content", fields.BinaryField()),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "staff_challenge",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "Something given out to be answered once, soon. `content`: random bytes, or a TOTP secret, encrypted.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffCode",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "member",
                    fields.ForeignKeyField(
                        "zhunkao.StaffMember",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="codes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="INVITATION: invitation\nRECOVERY: recovery", enum_type=StaffCodeKind, max_length=16
                    ),
                ),
                ("code_index", fields.BinaryField()),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "staff_code",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A code that serves once, kept as a keyed hash. `ended_at`: served, replaced, or no longer good.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffSession",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "member",
                    fields.ForeignKeyField(
                        "zhunkao.StaffMember",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("secret_hash", fields.BinaryField()),
                (
                    "factor",
                    fields.CharEnumField(
                        description="KEY: key\nTOTP: totp\nRECOVERY: recovery\nINVITATION: invitation",
                        enum_type=Factor,
                        max_length=16,
                    ),
                ),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_because", fields.CharField(null=True, max_length=32)),
            ],
            options={
                "table": "staff_session",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "Somebody at work, from one sign-in on. Its secret is kept as a hash. All times are real time.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="StaffMember",
            options={
                "table": "staff_member",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "Somebody who acts for an office.",
            },
        ),
        ops.RunSQL(RULES),
    ]
