"""What a change of the schema takes away from code that doesn't know it, read off the catalogue before and after."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import asyncpg

COLUMNS: Final = """
SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS needed,
       a.atthasdef OR a.attidentity <> '' AS has_default
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
"""
RULES: Final = """
SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS rule FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype IN ('c', 'f', 'x')
UNION ALL
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
JOIN pg_class ON pg_class.oid = indrelid WHERE indisunique AND relnamespace = 'public'::regnamespace
"""
WORD: Final = re.compile(r"'([^']*)'::[a-z ]+(?:, )?")
"""A word of a list, as the catalogue writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`needed`: it may not be empty; `has_default`: the database fills it in by itself."""

    type: str
    needed: bool
    has_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Columns by table and name; rules (checks, foreign keys, unique indexes) by table and name, as SQL has them."""

    columns: Mapping[tuple[str, str], Column]
    rules: Mapping[tuple[str, str], str]

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(table for table, _ in self.columns)


async def catalogue(connection: asyncpg.Connection) -> Catalogue:
    """What there is now."""
    columns: list[Any] = await connection.fetch(COLUMNS)
    rules: list[Any] = await connection.fetch(RULES)
    return Catalogue(
        columns={
            (row["table"], row["column"]): Column(
                type=row["type"], needed=row["needed"], has_default=row["has_default"]
            )
            for row in columns
        },
        rules={(row["table"], row["name"]): row["rule"] for row in rules},
    )


def taken_away(before: Catalogue, after: Catalogue) -> list[str]:
    """What code written for `before` would stumble over in `after`, in words; nothing where it can go on."""
    return sorted({*_columns(before, after), *_rules(before, after)})


def _columns(before: Catalogue, after: Catalogue) -> Iterator[str]:
    for (table, name), was in before.columns.items():
        now = after.columns.get((table, name))
        if table not in after.tables:
            yield f"{table} is gone"
        elif now is None:
            yield f"{table}.{name} is gone"
        elif now.type != was.type and not _is_wider(was.type, now.type):
            yield f"{table}.{name} was {was.type} and is {now.type}"
        elif now.needed and not was.needed:
            yield f"{table}.{name} may not be empty any more"
        elif was.needed and was.has_default and not now.has_default:
            yield f"{table}.{name} is not filled in any more"
    for (table, name), now in after.columns.items():
        new = (table, name) not in before.columns
        if new and table in before.tables and now.needed and not now.has_default:
            yield f"{table}.{name} is new and may not be empty"


def _rules(before: Catalogue, after: Catalogue) -> Iterator[str]:
    known = set(before.rules.values())
    for (table, name), rule in after.rules.items():
        if rule in known or table not in before.tables or _allows_more(before.rules.get((table, name), ""), rule):
            continue
        if _is_laid_on_what_was(table, name, before, after):
            yield f"{table} has a new rule: {name}"


def _is_laid_on_what_was(table: str, name: str, before: Catalogue, after: Catalogue) -> bool:
    """Not where it speaks of new columns alone, which old code leaves empty or to their default."""
    rule = after.rules[table, name].partition(" REFERENCES ")[0]
    named = [column for where, column in after.columns if where == table and _names(rule, column)]
    return not named or any((table, column) in before.columns for column in named)


def _is_wider(was: str, now: str) -> bool:
    """A text that may be longer."""
    lengths = [re.fullmatch(r"character varying\((\d+)\)", one) for one in (was, now)]
    first, second = lengths
    return first is not None and (now == "text" or (second is not None and int(second[1]) >= int(first[1])))


def _allows_more(was: str, now: str) -> bool:
    """A list of allowed words that has grown, and nothing else of the rule has changed."""
    around = [WORD.sub("", one) for one in (was, now)]
    words = [set(WORD.findall(one)) for one in (was, now)]
    return "= ANY" in now and "<>" not in now and around[0] == around[1] and words[0] <= words[1]


def _names(rule: str, column: str) -> bool:
    words = "".join(letter if letter.isalnum() or letter == "_" else " " for letter in rule.partition(" ")[2])
    return column in words.split()
