"""The database refuses by itself what must never be, whoever writes: each rule by its own name."""

import asyncpg
import pytest

from tests.schema.relied_on import CHECKS, ONLY_GROW, UNIQUE
from tests.schema.samples import Rows
from tests.schema.violations import ALLOWED, BROKEN, FIRST, SECOND


def of_tables(named: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(table, name) for table, names in named.items() for name in names]


@pytest.mark.parametrize(("table", "rule"), of_tables(UNIQUE))
async def test_what_must_be_there_once_cannot_be_there_twice(rows: Rows, table: str, rule: str) -> None:
    rows.keys[table] = await rows.add(table, **FIRST.get(rule, {}))
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await rows.add(table, **SECOND[rule])
    assert refused.value.constraint_name == rule


@pytest.mark.parametrize(("table", "rule"), of_tables(CHECKS))
async def test_a_row_that_breaks_a_rule_is_refused(rows: Rows, table: str, rule: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await rows.add(table, **BROKEN[rule])
    assert refused.value.constraint_name == rule


@pytest.mark.parametrize("case", ALLOWED)
async def test_what_was_may_stand_beside_what_is(rows: Rows, case: str) -> None:
    table, first, second = ALLOWED[case]
    rows.keys[table] = await rows.add(table, **first)
    assert await rows.add(table, **second) != rows.keys[table]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_record SET act = 'another'",
        "UPDATE audit_record SET act = 'another' WHERE false",
        "DELETE FROM audit_record",
        "TRUNCATE audit_record",
        "TRUNCATE audit_record CASCADE",
        "INSERT INTO audit_record (id, at, recorded_at, actor_kind, actor_id, act, subject, subject_id) "
        "SELECT id, at, recorded_at, actor_kind, actor_id, 'another', subject, subject_id FROM audit_record "
        "ON CONFLICT (id) DO UPDATE SET act = 'another'",
    ],
)
async def test_the_audit_log_only_grows(rows: Rows, statement: str) -> None:
    await rows.one("audit_record")
    with pytest.raises(asyncpg.RaiseError, match="the audit log only grows"):
        async with rows.connection.transaction():
            await rows.connection.execute(statement)
    assert await rows.connection.fetch("SELECT act FROM audit_record") == [("tested",)]
    await rows.add("audit_record")


@pytest.mark.parametrize("table", sorted(set(ONLY_GROW) - {"audit_record"}))
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_what_is_kept_of_the_materials_only_grows(rows: Rows, table: str, statement: str) -> None:
    key = await rows.one(table)
    with pytest.raises(asyncpg.RaiseError, match="what is kept of the materials only grows"):
        async with rows.connection.transaction():
            await rows.connection.execute(statement.format(table))
    assert await rows.connection.fetchval(f"SELECT id FROM {table} WHERE id = $1", key) == key


@pytest.mark.parametrize("missing", ["a signature", "a count"])
async def test_a_hand_over_is_not_closed_before_all_is_counted_and_four_have_signed(rows: Rows, missing: str) -> None:
    await rows.one("hand_over_signature")
    if missing == "a count":
        await rows.one("hand_over_item")
    with pytest.raises(asyncpg.RaiseError, match="two have signed on each side"):
        async with rows.connection.transaction():
            await rows.connection.execute(
                "INSERT INTO hand_over_closing (hand_over_id, closed_by, closed_at) "
                "VALUES ($1, gen_random_uuid(), now())",
                await rows.one("hand_over"),
            ) if missing == "a signature" else await rows.add("hand_over_closing")


@pytest.mark.parametrize(
    "table", ["candidate", "exam", "registration", "payment_order", "site", "room", "exam_session"]
)
async def test_what_others_stand_on_cannot_be_deleted(rows: Rows, table: str) -> None:
    await rows.one("payment")
    await rows.one("seat")
    with pytest.raises(asyncpg.RestrictViolationError):
        await rows.connection.execute(f"DELETE FROM {table}")
