from tortoise import migrations
from tortoise.migrations import operations as ops
from backend.custody.materials import HandOverKind, IncidentKind, Material, Side
from backend.custody.models import StatementKind
from tortoise.fields.base import OnDelete
from tortoise import fields

GROWING = (
    "hand_over",
    "hand_over_item",
    "item_count",
    "hand_over_signature",
    "hand_over_closing",
    "custody_incident",
    "strong_room_watch",
    "office_statement",
)
# What the database itself holds true of them (decision 10).
ONLY_GROWS = (
    "CREATE FUNCTION custody_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
    "'what is kept of the materials only grows'; END $$",
    *(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT "
        "EXECUTE FUNCTION custody_only_grows()"
        for table in GROWING
    ),
)
COMPLETE = (
    "CREATE FUNCTION hand_over_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF (SELECT count(*) FROM hand_over_signature WHERE hand_over_id = NEW.hand_over_id) < 4 OR EXISTS ("
    "SELECT FROM hand_over_item AS item WHERE item.hand_over_id = NEW.hand_over_id "
    "AND NOT EXISTS (SELECT FROM item_count WHERE item_id = item.id)) "
    "THEN RAISE EXCEPTION 'a hand-over is closed when all is counted and two have signed on each side'; END IF; "
    "RETURN NEW; END $$",
    "CREATE TRIGGER hand_over_closing_complete BEFORE INSERT ON hand_over_closing FOR EACH ROW "
    "EXECUTE FUNCTION hand_over_is_complete()",
)
RULES = (
    "CREATE UNIQUE INDEX hand_over_number ON hand_over (exam_id, area_id, site_id, number) NULLS NOT DISTINCT",
    "CREATE UNIQUE INDEX hand_over_corrected_once ON hand_over (corrects_id)",
    "CREATE UNIQUE INDEX hand_over_item_label ON hand_over_item (hand_over_id, label)",
    "CREATE UNIQUE INDEX item_count_first ON item_count (item_id) WHERE corrects_id IS NULL",
    "CREATE UNIQUE INDEX item_count_corrected_once ON item_count (corrects_id)",
    "CREATE UNIQUE INDEX hand_over_signature_person ON hand_over_signature (hand_over_id, member_id)",
    "CREATE UNIQUE INDEX hand_over_signature_place ON hand_over_signature (hand_over_id, side, place)",
    "CREATE UNIQUE INDEX hand_over_closing_once ON hand_over_closing (hand_over_id)",
    "CREATE UNIQUE INDEX custody_incident_once ON custody_incident (count_id, kind)",
    "CREATE UNIQUE INDEX strong_room_watch_corrected_once ON strong_room_watch (corrects_id)",
    "CREATE UNIQUE INDEX office_statement_once ON office_statement (exam_id, area_id, site_id, kind, batch) "
    "NULLS NOT DISTINCT WHERE corrects_id IS NULL",
    "CREATE UNIQUE INDEX office_statement_corrected_once ON office_statement (corrects_id)",
    "CREATE INDEX hand_over_site ON hand_over (site_id, exam_id)",
    "CREATE INDEX strong_room_watch_site ON strong_room_watch (site_id, exam_id)",
    "ALTER TABLE hand_over ADD CONSTRAINT hand_over_site_by_kind CHECK ("
    "(site_id IS NULL) = (kind IN ('delivery', 'to_centre')))",
    "ALTER TABLE hand_over ADD CONSTRAINT hand_over_session_by_kind CHECK ("
    "(session_id IS NOT NULL) = (kind IN ('draw', 'bring_back')))",
    "ALTER TABLE hand_over ADD CONSTRAINT hand_over_batch_positive CHECK (batch > 0)",
    "ALTER TABLE hand_over_item ADD CONSTRAINT hand_over_item_declared_positive CHECK (declared > 0)",
    "ALTER TABLE item_count ADD CONSTRAINT item_count_not_negative CHECK (counted >= 0)",
    "ALTER TABLE hand_over_signature ADD CONSTRAINT hand_over_signature_two_places CHECK ("
    "side IN ('giver', 'receiver') AND place IN (1, 2))",
    "ALTER TABLE strong_room_watch ADD CONSTRAINT strong_room_watch_two_people CHECK (first_person <> second_person)",
    "ALTER TABLE strong_room_watch ADD CONSTRAINT strong_room_watch_edges CHECK (starts_at < ends_at)",
    "ALTER TABLE office_statement ADD CONSTRAINT office_statement_batch_not_negative CHECK (batch >= 0)",
)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0019_door")]

    initial = False

    operations = [
        ops.CreateModel(
            name="HandOver",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("number", fields.CharField(max_length=32)),
                (
                    "kind",
                    fields.CharEnumField(description="the step of the way", enum_type=HandOverKind, max_length=16),
                ),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="hand_overs",
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
                        related_name="hand_overs",
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
                        related_name="hand_overs",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "session",
                    fields.ForeignKeyField(
                        "zhunkao.ExamSession",
                        source_field="session_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="hand_overs",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "corrects",
                    fields.ForeignKeyField(
                        "zhunkao.HandOver",
                        source_field="corrects_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="corrections",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("batch", fields.SmallIntField()),
                ("place", fields.CharField(max_length=128)),
                ("declared_by", fields.UUIDField()),
                ("declared_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "hand_over",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "交接单: what one side says that it gives. `batch`: which run of exam days it belongs to, from 1.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HandOverClosing",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "hand_over",
                    fields.ForeignKeyField(
                        "zhunkao.HandOver",
                        source_field="hand_over_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="closings",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("closed_by", fields.UUIDField()),
                ("closed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "hand_over_closing",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "The hand-over is done. The database takes it only with two signatures on each side and everything counted.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HandOverItem",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "hand_over",
                    fields.ForeignKeyField(
                        "zhunkao.HandOver",
                        source_field="hand_over_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "venue",
                    fields.ForeignKeyField(
                        "zhunkao.Venue",
                        source_field="venue_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="hand_over_items",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.SmallIntField()),
                ("material", fields.CharEnumField(description="what it is", enum_type=Material, max_length=24)),
                ("label", fields.CharField(max_length=32)),
                ("seal", fields.CharField(max_length=32)),
                ("declared", fields.IntField()),
            ],
            options={
                "table": "hand_over_item",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One box or bag: its label, the number of its seal, how much the giver says is in it, and of which venue it is.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HandOverSignature",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "hand_over",
                    fields.ForeignKeyField(
                        "zhunkao.HandOver",
                        source_field="hand_over_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="signatures",
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
                        related_name="hand_over_signatures",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("side", fields.CharEnumField(description="giver or receiver", enum_type=Side, max_length=8)),
                ("place", fields.SmallIntField()),
                ("signed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "hand_over_signature",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "One of the two who sign on each side, under their own account.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ItemCount",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "item",
                    fields.ForeignKeyField(
                        "zhunkao.HandOverItem",
                        source_field="item_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="counts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "corrects",
                    fields.ForeignKeyField(
                        "zhunkao.ItemCount",
                        source_field="corrects_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="corrections",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("counted", fields.IntField()),
                ("intact", fields.BooleanField()),
                ("remark", fields.CharField(max_length=200)),
                ("counted_by", fields.UUIDField()),
                ("counted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "item_count",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "A box or bag as the receiver found it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CustodyIncident",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "hand_over",
                    fields.ForeignKeyField(
                        "zhunkao.HandOver",
                        source_field="hand_over_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="incidents",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "count",
                    fields.ForeignKeyField(
                        "zhunkao.ItemCount",
                        source_field="count_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="incidents",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharEnumField(description="what is wrong", enum_type=IncidentKind, max_length=16)),
                ("text", fields.CharField(max_length=500)),
                ("reported_by", fields.UUIDField()),
                ("reported_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "custody_incident",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "Something wrong with a hand-over, reported up the moment it is written down.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OfficeStatement",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="office_statements",
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
                        related_name="office_statements",
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
                        related_name="office_statements",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "corrects",
                    fields.ForeignKeyField(
                        "zhunkao.OfficeStatement",
                        source_field="corrects_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="corrections",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharEnumField(description="what is stated", enum_type=StatementKind, max_length=16)),
                ("batch", fields.SmallIntField()),
                ("content", fields.BinaryField()),
                ("stated_by", fields.UUIDField()),
                ("stated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "office_statement",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "What an office states: a report up, a deletion, a destruction. `content`: encrypted, since it names people and",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Watch",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "exam",
                    fields.ForeignKeyField(
                        "zhunkao.Exam",
                        source_field="exam_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="watches",
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
                        related_name="watches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "corrects",
                    fields.ForeignKeyField(
                        "zhunkao.Watch",
                        source_field="corrects_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="corrections",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("first_person", fields.CharField(max_length=64)),
                ("second_person", fields.CharField(max_length=64)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_by", fields.UUIDField()),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "strong_room_watch",
                "app": "zhunkao",
                "pk_attr": "id",
                "table_description": "值守: two people over the strong room, from when until when.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(ONLY_GROWS),
        ops.RunSQL(COMPLETE),
        ops.RunSQL(RULES),
    ]
