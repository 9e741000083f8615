from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from backend.candidates.models import CheckState, IdType
from backend.events import EventName
from backend.payments.models import OrderState
from backend.registrations.models import PaymentState, State
from backend.staff.models import Level
from json import dumps, loads
from tortoise.fields.base import OnDelete
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Area",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(unique=True, max_length=32)),
                ("code", fields.CharField(unique=True, max_length=2)),
            ],
            options={
                "table": "area",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "考区: a province, or 新疆兵团. `code` is GB/T 2260's first two digits (兵团: 66), used in admit numbers.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AuditRecord",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("actor_kind", fields.CharField(max_length=16)),
                ("actor_id", fields.CharField(max_length=64)),
                ("address", fields.CharField(null=True, max_length=64)),
                ("act", fields.CharField(max_length=64)),
                ("subject", fields.CharField(max_length=32)),
                ("subject_id", fields.CharField(max_length=64)),
                (
                    "before",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                (
                    "after",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
            ],
            options={
                "table": "audit_record",
                "app": "zhunkao",
                "indexes": [Index(fields=["subject", "subject_id"])],
                "pk_attr": "id",
                "table_description": "One act. `before` and `after` hold what changed, never a document number or a phone.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Callback",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("platform", fields.CharField(max_length=16)),
                ("event_id", fields.CharField(max_length=128)),
                ("kind", fields.CharField(max_length=64)),
                ("body", fields.BinaryField()),
                ("headers", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("received_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("processed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("outcome", fields.CharField(null=True, max_length=64)),
            ],
            options={
                "table": "callback",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What a platform sent, verified, exactly as it came; kept before it is acted on.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Candidate",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("username", fields.CharField(max_length=32)),
                ("username_key", fields.CharField(unique=True, max_length=32)),
                ("password_hash", fields.CharField(max_length=128)),
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
                ("recovery_question", fields.CharField(max_length=32)),
                ("recovery_answer_hash", fields.CharField(max_length=128)),
                (
                    "identity_check",
                    fields.CharEnumField(
                        default=CheckState.PENDING,
                        description="PENDING: pending\nPASSED: passed\nFAILED: failed",
                        enum_type=CheckState,
                        max_length=8,
                    ),
                ),
                (
                    "education_check",
                    fields.CharEnumField(
                        default=CheckState.PENDING,
                        description="PENDING: pending\nPASSED: passed\nFAILED: failed",
                        enum_type=CheckState,
                        max_length=8,
                    ),
                ),
                ("checked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "candidate",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One account for one document number. The number and the phone are stored encrypted.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Binding",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "candidate",
                    fields.ForeignKeyField(
                        "zhunkao.Candidate",
                        source_field="candidate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="bindings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("platform", fields.CharField(max_length=16)),
                ("app_id", fields.CharField(max_length=64)),
                ("open_id", fields.CharField(max_length=128)),
                ("union_id", fields.CharField(null=True, max_length=128)),
                ("bound_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("last_used_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("unbound_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "binding",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A platform's account bound to a candidate. Ended ones stay, as the record of what was.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Event",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "name",
                    fields.CharEnumField(
                        description="subject:action, the action in the past",
                        enum_type=EventName,
                        max_length=64,
                    ),
                ),
                ("candidate_id", fields.UUIDField(null=True)),
                ("subject_id", fields.CharField(max_length=64)),
                (
                    "payload",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("happened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("processed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("attempts", fields.SmallIntField(default=0)),
            ],
            options={
                "table": "event",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One thing that happened. `payload` holds identifiers and outcomes, never personal data.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Exam",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("code", fields.CharField(unique=True, max_length=32)),
                ("name", fields.CharField(max_length=128)),
                ("kind", fields.CharField(max_length=32)),
                ("year", fields.SmallIntField()),
                (
                    "exam_days",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "subjects",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "formats",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "mini_programs",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("rolling_years", fields.SmallIntField(default=1)),
                ("eligibility_cutoff", fields.DateField(null=True)),
                (
                    "results_rule",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("after_auto_confirmation", fields.CharField(default="review", max_length=16)),
                ("fresh_graduates_confirm_at", fields.CharField(null=True, max_length=16)),
                (
                    "military",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                (
                    "exam_day_timetable",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("sample", fields.BooleanField(default=False)),
                ("source", fields.CharField(max_length=256)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "exam",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One exam of one year, as the nation published it. `version` grows with every change of any of its layers.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AreaPolicy",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "area",
                    fields.ForeignKeyField(
                        "zhunkao.Area",
                        source_field="area_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("confirmation_mode", fields.CharField(max_length=8)),
                ("auto_confirmation", fields.BooleanField()),
                ("after_auto_confirmation", fields.CharField(null=True, max_length=16)),
                ("payment_mode", fields.CharField(max_length=8)),
                (
                    "prices",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "materials",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("commitment_letter", fields.BooleanField(default=False)),
                ("frontline_exemption", fields.BooleanField(default=False)),
                ("sample", fields.BooleanField(default=False)),
            ],
            options={
                "table": "area_policy",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "How one area holds one exam. `prices`: fen a subject by level, empty where none was published.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ExamSession",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "area",
                    fields.ForeignKeyField(
                        "zhunkao.Area",
                        source_field="area_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.SmallIntField()),
                ("subject", fields.CharField(max_length=32)),
                (
                    "specialities",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sample", fields.BooleanField(default=False)),
            ],
            options={
                "table": "exam_session",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "场次: one subject, one sitting. `specialities`: the codes that sit it, empty for all of them.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PastRegistration",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(max_length=24)),
                ("year", fields.IntField()),
                ("id_type", fields.CharField(max_length=24)),
                ("id_number_index", fields.BinaryField()),
                ("archive_number", fields.CharField(max_length=32)),
                ("attendance", fields.CharField(max_length=8)),
                ("qualified", fields.BooleanField()),
                (
                    "passed_subjects",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("form", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("sample", fields.BooleanField(default=False)),
            ],
            options={
                "table": "past_registration",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "Last year's registration and what the exam said of it, as the national centre imported it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "candidate",
                    fields.ForeignKeyField(
                        "zhunkao.Candidate",
                        source_field="candidate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("platform", fields.CharField(null=True, max_length=16)),
                ("refresh_hash", fields.BinaryField()),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("ended_because", fields.CharField(null=True, max_length=32)),
            ],
            options={
                "table": "session",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A family of refresh tokens, from one sign-in on. Only the newest token of the family is good.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Site",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "area",
                    fields.ForeignKeyField(
                        "zhunkao.Area",
                        source_field="area_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(max_length=64)),
                ("code", fields.CharField(max_length=2)),
            ],
            options={
                "table": "site",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "考点: usually a city. `code` is two digits, unique in its area, used in admit numbers.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CalendarWindow",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "area",
                    fields.ForeignKeyField(
                        "zhunkao.Area",
                        source_field="area_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
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
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("stage", fields.CharField(max_length=32)),
                ("position", fields.SmallIntField()),
                ("opens_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closes_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("sample", fields.BooleanField(default=False)),
                ("source", fields.CharField(max_length=256)),
            ],
            options={
                "table": "calendar_window",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One window of one stage as one layer gives it: half-open instants, an edge left out is null.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ConfirmationPoint",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
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
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(max_length=128)),
                ("phone", fields.CharField(null=True, max_length=32)),
                ("address", fields.CharField(null=True, max_length=256)),
                ("opens_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("closes_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "serves",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("hand_in", fields.CharField(max_length=8)),
                ("sample", fields.BooleanField(default=False)),
            ],
            options={
                "table": "confirmation_point",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "报名点: where candidates of a site confirm. `serves`: {unit, units, county, district, parent, default}.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ConfirmationSlot",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
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
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.SmallIntField()),
                ("day", fields.DateField()),
                ("half", fields.CharField(max_length=16)),
                ("opens_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("closes_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "serves",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("hand_in", fields.CharField(max_length=8)),
                ("sample", fields.BooleanField(default=False)),
            ],
            options={
                "table": "confirmation_slot",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A half day of a site's confirmation place and whom it is for; `position` keeps the notice's order.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ExamLayer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "area",
                    fields.ForeignKeyField(
                        "zhunkao.Area",
                        source_field="area_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
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
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("part", fields.CharField(max_length=32)),
                ("file", fields.CharField(max_length=128)),
                ("text", fields.TextField(unique=False)),
                ("accept_outside", fields.BooleanField(default=False)),
            ],
            options={
                "table": "exam_layer",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One published file as it was loaded: the text from which every other row of the exam is derived.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Registration",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "candidate",
                    fields.ForeignKeyField(
                        "zhunkao.Candidate",
                        source_field="candidate_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="registrations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="registrations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        default=State.DRAFT,
                        description="DRAFT: draft\nSUBMITTED: submitted\nCONFIRMATION_REJECTED: confirmation_rejected\nCONFIRMED: confirmed\nSITE_APPROVED: site_approved\nRETURNED: returned\nREJECTED: rejected\nAPPROVED: approved\nSEATED: seated\nFORFEITED: forfeited\nCANCELLED: cancelled",
                        enum_type=State,
                        max_length=24,
                    ),
                ),
                (
                    "payment_state",
                    fields.CharEnumField(
                        default=PaymentState.NONE,
                        description="NONE: none\nDUE: due\nPAID: paid\nREFUNDED: refunded",
                        enum_type=PaymentState,
                        max_length=8,
                    ),
                ),
                ("version", fields.IntField(default=1)),
                ("registration_number", fields.CharField(null=True, unique=True, max_length=16)),
                ("verification_code", fields.CharField(null=True, max_length=8)),
                (
                    "form",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
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
                        related_name="registrations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "confirmation_point",
                    fields.ForeignKeyField(
                        "zhunkao.ConfirmationPoint",
                        source_field="confirmation_point_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="registrations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("photo", fields.CharField(null=True, max_length=96)),
                (
                    "auto_confirmation",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("rolls", fields.BooleanField(default=False)),
                (
                    "reasons",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("forfeited_reason", fields.CharField(null=True, max_length=24)),
                ("confirmed_by", fields.CharField(null=True, max_length=8)),
                ("returned_by", fields.CharField(null=True, max_length=8)),
                ("supplement_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("payment_due_since", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("submitted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("site_reviewed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("area_reviewed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("paid_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("seated_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("admit_card_downloaded_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "registration",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One candidate in one exam, ever: withdrawn or refused, it is the same one reopened.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AdmitNumber",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("number", fields.CharField(unique=True, max_length=14)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="admit_numbers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("retired_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "admit_number",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A number given to a registration. Retired ones stay, so that none is ever used again.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FormVersion",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="versions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("verification_code", fields.CharField(max_length=8)),
                ("form", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("photo", fields.CharField(null=True, max_length=96)),
                ("submitted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "form_version",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "The form exactly as it was submitted, under the verification code printed on its paper.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Order",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("order_number", fields.CharField(unique=True, max_length=32)),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="orders",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("platform", fields.CharField(max_length=16)),
                ("open_id", fields.CharField(max_length=128)),
                ("amount_fen", fields.IntField()),
                (
                    "state",
                    fields.CharEnumField(
                        default=OrderState.OPEN,
                        description="OPEN: open\nPAID: paid\nCLOSED: closed",
                        enum_type=OrderState,
                        max_length=8,
                    ),
                ),
                ("idempotency_key", fields.CharField(max_length=64)),
                ("prepay_id", fields.CharField(null=True, max_length=128)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("closed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("asked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "payment_order",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One order at one platform. `order_number` is the platform's out_trade_no.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Payment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "order",
                    fields.ForeignKeyField(
                        "zhunkao.Order",
                        source_field="order_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="payments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="payments",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("platform", fields.CharField(max_length=16)),
                ("transaction_id", fields.CharField(max_length=64)),
                ("amount_fen", fields.IntField()),
                ("paid_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("counts", fields.BooleanField()),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "payment",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "Money that reached us for an order. One of a registration's payments counts; another one is owed back.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SeatingPlan",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seating_plans",
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
                        related_name="seating_plans",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("seed", fields.BigIntField()),
                ("candidates", fields.IntField()),
                ("adopted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("adopted_by", fields.CharField(max_length=64)),
            ],
            options={
                "table": "seating_plan",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One adopted arrangement of one site, with the seed that repeats it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SitePolicy",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
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
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("payment_mode", fields.CharField(null=True, max_length=8)),
                ("phone", fields.CharField(null=True, max_length=32)),
                ("confirmation_place", fields.CharField(null=True, max_length=128)),
                (
                    "materials",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("sample", fields.BooleanField(default=False)),
            ],
            options={
                "table": "site_policy",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What one site of an exam adds to its area's policy, or holds otherwise.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Speciality",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(max_length=32)),
                ("code", fields.CharField(max_length=8)),
                ("name", fields.CharField(max_length=64)),
                ("level", fields.CharField(max_length=16)),
                (
                    "subjects",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("sample", fields.BooleanField(default=False)),
            ],
            options={
                "table": "speciality",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "专业: what of it is examined at which level. `code` belongs to one level of one speciality.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StaffMember",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("username", fields.CharField(unique=True, max_length=32)),
                ("name", fields.CharField(max_length=64)),
                (
                    "level",
                    fields.CharEnumField(
                        description="POINT: point\nSITE: site\nAREA: area\nNATION: nation",
                        enum_type=Level,
                        max_length=8,
                    ),
                ),
                (
                    "area",
                    fields.ForeignKeyField(
                        "zhunkao.Area",
                        source_field="area_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="staff",
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
                        related_name="staff",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "point",
                    fields.ForeignKeyField(
                        "zhunkao.ConfirmationPoint",
                        source_field="point_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="staff",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "staff_member",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "Somebody who acts for an office. How they sign in is not kept here.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="UsedToken",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "used_token",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A token that serves once (a binding token) and has served, until it would have expired anyway.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Venue",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
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
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.SmallIntField()),
                ("name", fields.CharField(max_length=128)),
                ("address", fields.CharField(max_length=256)),
                ("sample", fields.BooleanField(default=False)),
            ],
            options={
                "table": "venue",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "考场: a building with an address. `number` is the two digits of the admit number, 1 to 99.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Room",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "venue",
                    fields.ForeignKeyField(
                        "zhunkao.Venue",
                        source_field="venue_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.SmallIntField()),
                ("capacity", fields.SmallIntField()),
            ],
            options={
                "table": "room",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "试室: 1 to 99 seats, since a seat has two digits in the admit number.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Seat",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "plan",
                    fields.ForeignKeyField(
                        "zhunkao.SeatingPlan",
                        source_field="plan_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seats",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "registration",
                    fields.ForeignKeyField(
                        "zhunkao.Registration",
                        source_field="registration_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seats",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "session",
                    fields.ForeignKeyField(
                        "zhunkao.ExamSession",
                        source_field="session_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seats",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "room",
                    fields.ForeignKeyField(
                        "zhunkao.Room",
                        source_field="room_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seats",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.SmallIntField()),
                ("freed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "seat",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One candidate's seat in one session. A freed seat stays empty: its admit number is never used again.",
            },
            bases=["Model"],
        ),
    ]
