from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

# An office is a site's id, 0 is the centre's. What happened to its inquiries is told by the database itself: whoever
# writes can't forget it. The triggers wait for the commit and there for each other, an office at a time, so that the
# log's ids are in the order in which they can be seen.
TOLD = """
CREATE FUNCTION desk_told() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    places bigint[];
    place bigint;
    told varchar(16);
    message bigint;
    subject uuid;
BEGIN
    IF TG_TABLE_NAME = 'inquiry' THEN
        subject := NEW.id;
        places := ARRAY[coalesce(NEW.site_id, 0)];
        told := 'changed';
        IF OLD.site_id IS DISTINCT FROM NEW.site_id THEN
            told := 'moved';
            places := ARRAY[least(coalesce(OLD.site_id, 0), coalesce(NEW.site_id, 0)),
                greatest(coalesce(OLD.site_id, 0), coalesce(NEW.site_id, 0))];
        END IF;
    ELSE
        subject := NEW.inquiry_id;
        SELECT ARRAY[coalesce(site_id, 0)] INTO places FROM inquiry WHERE id = NEW.inquiry_id;
        told := 'note';
        IF TG_TABLE_NAME = 'inquiry_message' THEN
            told := 'message';
            message := NEW.id;
        END IF;
    END IF;
    FOREACH place IN ARRAY places LOOP
        PERFORM pg_advisory_xact_lock(7201, place::int);
        INSERT INTO desk_event (office, inquiry_id, what, message_id, happened_at)
            VALUES (place, subject, told, message, clock_timestamp());
    END LOOP;
    RETURN NULL;
END $$
"""
PLACED = """
CREATE FUNCTION inquiry_message_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT coalesce(site_id, 0) INTO NEW.office FROM inquiry WHERE id = NEW.inquiry_id;
    RETURN NEW;
END $$
"""
MOVED = """
CREATE FUNCTION inquiry_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE inquiry_message SET office = coalesce(NEW.site_id, 0) WHERE inquiry_id = NEW.id;
    RETURN NULL;
END $$
"""
# Every two neighbouring characters, each with the office before it: what two characters find in one office is read off
# the index, and nothing of another office is even looked at.
FOLDED = """
CREATE FUNCTION search_text(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(normalize($1, NFKC))
"""
GRAMS = """
CREATE FUNCTION search_grams(bigint, text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT $1 || ':' || one || following), '{}') FROM (
        SELECT one, lead(one) OVER (ORDER BY number) AS following
        FROM unnest(string_to_array(lower(normalize($2, NFKC)), NULL)) WITH ORDINALITY AS letters(one, number)
    ) AS pairs WHERE following IS NOT NULL
$$
"""
RULES = (
    "ALTER TABLE inquiry ADD CONSTRAINT inquiry_claimed_says_when CHECK ("
    "(claimed_by_id IS NULL) = (claimed_at IS NULL))",
    PLACED,
    "CREATE TRIGGER inquiry_message_placed BEFORE INSERT ON inquiry_message FOR EACH ROW "
    "EXECUTE FUNCTION inquiry_message_placed()",
    MOVED,
    "CREATE TRIGGER inquiry_moved AFTER UPDATE OF site_id ON inquiry FOR EACH ROW "
    "WHEN (OLD.site_id IS DISTINCT FROM NEW.site_id) EXECUTE FUNCTION inquiry_moved()",
    TOLD,
    "CREATE CONSTRAINT TRIGGER inquiry_message_told AFTER INSERT ON inquiry_message DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION desk_told()",
    "CREATE CONSTRAINT TRIGGER inquiry_note_told AFTER INSERT ON inquiry_note DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION desk_told()",
    "CREATE CONSTRAINT TRIGGER inquiry_told AFTER UPDATE ON inquiry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
    "WHEN (OLD.claimed_by_id IS DISTINCT FROM NEW.claimed_by_id OR OLD.snoozed_until IS DISTINCT FROM NEW.snoozed_until "
    "OR OLD.site_id IS DISTINCT FROM NEW.site_id OR (OLD.state = 'closed') <> (NEW.state = 'closed')) "
    "EXECUTE FUNCTION desk_told()",
    "UPDATE inquiry_message SET office = coalesce(inquiry.site_id, 0) FROM inquiry WHERE inquiry.id = inquiry_id",
    FOLDED,
    GRAMS,
    "CREATE INDEX inquiry_message_found ON inquiry_message USING gin (search_grams(office, text))",
    "CREATE INDEX inquiry_message_office ON inquiry_message (office, id)",
    "CREATE INDEX inquiry_note_log ON inquiry_note (inquiry_id, id)",
    "CREATE UNIQUE INDEX inquiry_note_once ON inquiry_note (inquiry_id, member_id, key)",
    "CREATE UNIQUE INDEX inquiry_draft_once ON inquiry_draft (inquiry_id, member_id)",
    "CREATE UNIQUE INDEX canned_answer_version ON canned_answer (office, name, number)",
    "CREATE INDEX desk_event_log ON desk_event (office, id)",
    "DROP INDEX inquiry_inbox",
    "CREATE INDEX inquiry_waiting ON inquiry (site_id, waiting_since, id) WHERE state = 'open'",
    "CREATE INDEX inquiry_claimed ON inquiry (claimed_by_id) WHERE claimed_by_id IS NOT NULL",
    "CREATE INDEX inquiry_snoozed ON inquiry (site_id, snoozed_until, id) WHERE snoozed_until IS NOT NULL",
    "CREATE INDEX inquiry_answered ON inquiry (site_id, opened_at, id) WHERE state = 'answered'",
    "CREATE INDEX inquiry_closed ON inquiry (site_id, closed_at, id) WHERE state = 'closed'",
    "CREATE INDEX inquiry_office ON inquiry (site_id, opened_at, id)",
)


def reference(to: str, column: str, name: str) -> Any:
    """A foreign key of a row that keeps what it refers to."""
    return fields.ForeignKeyField(
        f"zhunkao.{to}",
        source_field=column,
        db_constraint=True,
        to_field="id",
        related_name=name,
        on_delete=OnDelete.RESTRICT,
    )


def options(table: str, description: str) -> dict[str, str]:
    return {"table": table, "app": "zhunkao", "pk_attr": "id", "table_description": description}


def row() -> tuple[str, Any]:
    return ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True))


def moment(*, added: bool = False) -> Any:
    return fields.DatetimeField(auto_now=False, auto_now_add=added)


def perhaps() -> Any:
    return fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)


class Migration(migrations.Migration):
    dependencies = [("zhunkao", "0024_first_answers")]

    initial = False

    operations = [
        ops.AddField(model_name="Inquiry", name="snoozed_until", field=perhaps()),
        ops.AddField(
            model_name="Inquiry",
            name="claimed_by",
            field=fields.ForeignKeyField(
                "zhunkao.StaffMember",
                source_field="claimed_by_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="claimed_inquiries",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(model_name="Inquiry", name="claimed_at", field=perhaps()),
        ops.AddField(model_name="InquiryMessage", name="office", field=fields.BigIntField(null=True)),
        ops.CreateModel(
            name="InquiryNote",
            fields=[
                row(),
                ("inquiry", reference("Inquiry", "inquiry_id", "notes")),
                ("member", reference("StaffMember", "member_id", "inquiry_notes")),
                ("text", fields.CharField(max_length=2000)),
                ("key", fields.CharField(null=True, max_length=64)),
                ("written_at", moment()),
            ],
            options=options(
                "inquiry_note",
                "Written for colleagues. It stands in a table of its own, so that no reading of messages ever finds one.",
            ),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="InquiryDraft",
            fields=[
                row(),
                ("inquiry", reference("Inquiry", "inquiry_id", "drafts")),
                ("member", reference("StaffMember", "member_id", "inquiry_drafts")),
                ("text", fields.CharField(max_length=2000)),
                ("saved_at", moment()),
            ],
            options=options("inquiry_draft", "What one clerk has begun to answer. `saved_at` is real time."),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CannedAnswer",
            fields=[
                row(),
                ("office", fields.BigIntField()),
                ("name", fields.CharField(max_length=64)),
                ("number", fields.SmallIntField()),
                ("text", fields.CharField(max_length=600)),
                ("member", reference("StaffMember", "member_id", "canned_answers")),
                ("written_at", moment()),
            ],
            options=options(
                "canned_answer",
                "One version of an answer that an office keeps ready; the newest of a name holds. `office`: a site's id, 0: the",
            ),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DeskClerk",
            fields=[
                row(),
                (
                    "member",
                    fields.OneToOneField(
                        "zhunkao.StaffMember",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="desk_clerk",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("away_since", perhaps()),
            ],
            options=options("desk_clerk", "Whether a member is at the desk. `away_since` is exam time."),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DeskEvent",
            fields=[
                row(),
                ("office", fields.BigIntField()),
                ("inquiry_id", fields.UUIDField()),
                ("what", fields.CharField(max_length=16)),
                ("message_id", fields.BigIntField(null=True)),
                ("happened_at", moment(added=True)),
            ],
            options=options(
                "desk_event",
                "Something happened to an inquiry in an office's inbox. The database writes it, at commit, in one order an office:",
            ),
            bases=["Model"],
        ),
        ops.RunSQL(RULES),
    ]
