"""Every table of the database has been asked what it holds of people, and what is encrypted is known as such."""

from typing import Final

import asyncpg
import pytest

from backend.candidates import accounts, face_logins, logins
from backend.custody import statements
from backend.inquiries import account_recoveries, wanted_change
from backend.privacy.fields import held
from backend.privacy.purging import CLAIM, PURGED
from backend.registrations import past
from backend.staff import signing_in

OF_NOBODY: Final = frozenset(
    {
        *("area", "area_policy", "calendar_window", "confirmation_point", "confirmation_slot", "exam", "exam_layer"),
        *("exam_session", "site", "site_policy", "speciality", "venue", "room", "results_publication"),
        *("notice", "notice_version", "canned_answer", "reminder_pause", "replanning", "rule_again", "overdue_review"),
        *("reconciliation", "bill_difference", "seating_plan", "batch", "batch_part", "door_list", "chat_delivery"),
        *("hand_over", "hand_over_closing", "hand_over_item", "hand_over_signature", "item_count", "custody_incident"),
        *("desk_clerk", "desk_event", "desk_log_start", "documents_seen", "index_key", "purge_record"),
    }
)
"""Published, counted, or naming people by their ids alone."""
NO_SECRET_OF_ANYBODY: Final = {
    ("security_key", "credential_id"),
    ("security_key", "public_key"),
    ("index_key", "sealed"),
}
PUBLIC: Final = {("security_key", "credential_id"), ("security_key", "public_key"), ("index_key", "sealed")}
TELLING: Final = ("name", "id_number", "phone", "open_id", "union_id", "form", "photo", "picture", "text", "address")
COLUMNS: Final = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name !~ '^(procrastinate|tortoise)_'
"""
ABOUTS: Final = {
    *(logins.ABOUT_ID_NUMBER, accounts.ABOUT_PHONE, face_logins.ABOUT_FACE, past.ABOUT_PAST_ID_NUMBER),
    *(account_recoveries.ABOUT_NUMBER, account_recoveries.ABOUT_PHONE, wanted_change.ABOUT_WANTED),
    *(statements.ABOUT, signing_in.ABOUT_TOTP),
}


async def columns(connection: asyncpg.Connection) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in await connection.fetch(COLUMNS):
        found.setdefault(row["table_name"], {})[row["column_name"]] = row["data_type"]
    return found


async def test_a_table_holds_something_of_people_or_nothing(connection: asyncpg.Connection) -> None:
    listed = {one.table for one in held()}
    assert not listed & OF_NOBODY
    assert set(await columns(connection)) == listed | OF_NOBODY


async def test_every_column_that_is_listed_is_there_and_every_telling_one_is_listed(
    connection: asyncpg.Connection,
) -> None:
    found = await columns(connection)
    for one in held():
        assert one.columns <= set(found[one.table]), one.table
        kinds = {"uuid": "uuid", "bigint": "bigint"}
        assert found[one.table]["id"] == kinds[one.key], one.table
        if one.table != "security_key":
            assert set(TELLING) & set(found[one.table]) <= one.columns, one.table
    bytes_of = {(table, name) for table, one in found.items() for name, kind in one.items() if kind == "bytea"}
    listed = {(one.table, column) for one in held() for column in one.columns}
    assert bytes_of <= listed | PUBLIC


def test_what_is_encrypted_is_listed_under_the_words_it_is_bound_to() -> None:
    assert {about for one in held() for about in one.sealed.values()} == ABOUTS


@pytest.mark.parametrize("one", PURGED, ids=lambda one: one.table)
async def test_what_is_purged_is_found_by_a_time_and_nothing_refers_to_it(connection: asyncpg.Connection, one) -> None:  # type: ignore[no-untyped-def]
    claim = CLAIM.format(table=one.table, since=one.since, picture="")
    await connection.fetch(claim, await connection.fetchval("SELECT now()"), 1)
    refers = "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND confrelid = $1::regclass"
    assert await connection.fetch(refers, one.table) == []
