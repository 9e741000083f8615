"""Old code works beside a new schema: what it couldn't bear comes in a second half, which says so (decision 27)."""

import importlib
import pkgutil
import re
from typing import Final

import asyncpg
import pytest

import migrations
from tests.schema.halves import catalogue, taken_away
from zhunkao.migrating import FIRST_SCHEMA

BEFORE_THE_RULE: Final = "0028_certificates"
MARK: Final = "SECOND_HALF"
HEADING: Final = re.compile(r"^-- (0\d{3}_\w+)$", re.MULTILINE)
GROUND: Final = """
CREATE TABLE place (id bigserial PRIMARY KEY, name text NOT NULL, note text, word varchar(4),
    kind varchar(8) NOT NULL DEFAULT 'site',
    CONSTRAINT place_kind_word CHECK (kind IN ('site', 'area')));
CREATE TABLE visit (id bigserial PRIMARY KEY, place_id bigint REFERENCES place (id));
"""
WORDED: Final = "ALTER TABLE place DROP CONSTRAINT place_kind_word, ADD CONSTRAINT place_kind_word CHECK (kind IN ({}))"
MORE: Final = WORDED.format("'site', 'area', 'point'")
LESS: Final = WORDED.format("'site', 'point'")


def parts() -> dict[str, str]:
    """The statements of each migration, by its name, in their order; "" is what stands before the first."""
    pieces = HEADING.split(FIRST_SCHEMA.read_text("utf-8"))
    return {"": pieces[0], **dict(zip(pieces[1::2], pieces[2::2], strict=True))}


async def test_a_migration_takes_nothing_from_older_code_unless_it_is_marked_as_a_second_half(
    empty_database_url: str,
) -> None:
    connection = await asyncpg.connect(empty_database_url)
    try:
        for name, statements in parts().items():
            before = await catalogue(connection)
            await connection.execute(statements)
            if name > BEFORE_THE_RULE:
                mark = getattr(importlib.import_module(f"migrations.{name}"), MARK, None)
                found = taken_away(before, await catalogue(connection))
                assert not found or mark, f"{name}: {found}"
                assert mark is None or (found and re.search(r"\b00\d\d\b", mark)), f"{name} needs no {MARK}: {mark}"
    finally:
        await connection.close()


def test_every_migration_is_looked_at() -> None:
    written = [one.name for one in pkgutil.iter_modules(migrations.__path__) if one.name[0] == "0"]
    assert [name for name in parts() if name] == sorted(written)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("DROP TABLE visit", ["visit is gone"]),
        ("ALTER TABLE place DROP COLUMN note", ["place.note is gone"]),
        ("ALTER TABLE place RENAME COLUMN note TO remark", ["place.note is gone"]),
        ("ALTER TABLE place ALTER COLUMN id TYPE integer", ["place.id was bigint and is integer"]),
        ("ALTER TABLE place ALTER COLUMN note SET NOT NULL", ["place.note may not be empty any more"]),
        ("ALTER TABLE place ALTER COLUMN kind DROP DEFAULT", ["place.kind is not filled in any more"]),
        ("ALTER TABLE place ADD COLUMN area text NOT NULL", ["place.area is new and may not be empty"]),
        ("ALTER TABLE place ADD CONSTRAINT named CHECK (name <> '')", ["place has a new rule: named"]),
        ("CREATE UNIQUE INDEX place_name ON place (name)", ["place has a new rule: place_name"]),
        ("ALTER TABLE visit ADD FOREIGN KEY (id) REFERENCES place (id)", ["visit has a new rule: visit_id_fkey"]),
        ("ALTER TABLE place ADD COLUMN area text", []),
        ("ALTER TABLE place ADD COLUMN area text NOT NULL DEFAULT ''", []),
        ("ALTER TABLE place ADD COLUMN area text CHECK (area IN ('a', 'b'))", []),
        ("ALTER TABLE place ADD COLUMN visit_id bigint REFERENCES visit (id)", []),
        ("ALTER TABLE place ALTER COLUMN name DROP NOT NULL", []),
        ("CREATE INDEX place_name ON place (name)", []),
        ("ALTER TABLE place ALTER COLUMN word TYPE varchar(16)", []),
        (
            "CREATE TABLE area (id bigint PRIMARY KEY, name text UNIQUE, place bigint REFERENCES place (id))",
            [],
        ),
        (MORE, []),
        (LESS, ["place has a new rule: place_kind_word"]),
    ],
)
async def test_what_older_code_would_stumble_over_is_seen(
    empty_database_url: str, change: str, found: list[str]
) -> None:
    connection = await asyncpg.connect(empty_database_url)
    try:
        await connection.execute(GROUND)
        before = await catalogue(connection)
        await connection.execute(change)
        assert taken_away(before, await catalogue(connection)) == found
    finally:
        await connection.close()
