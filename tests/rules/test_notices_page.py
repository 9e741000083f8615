"""The page about the notices names tests that exist, and quotes what the notices say."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.exams.notices import NAMES, has

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "notices.md").read_text(encoding="utf-8")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NOT_HELD = re.compile(r"(not yet|out of scope): \S.*")
SECTION = re.compile(
    r"^## ([\w-]+)\.txt:.*\n\n\| what it says \| held by \|\n\|---\|---\|\n((?:\|.*\n?)+)", re.MULTILINE
)


@cache
def functions_of(path: str) -> frozenset[str]:
    """The test functions of one file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(function.name for function in functions if function.name.startswith("test_"))


def rows() -> list[tuple[str, str, list[str]]]:
    """Every row: notice, what it says, what holds it."""
    found = []
    for name, table in SECTION.findall(PAGE):
        for line in table.splitlines():
            quotation, held = re.split(r"(?<!\\) \| ", line.strip("| "))
            found.append((name, quotation.replace("\\|", "|"), held.split("<br>")))
    return found


def test_every_notice_has_its_table() -> None:
    assert sorted({name for name, _, _ in rows()}) == sorted(NAMES)
    assert len(rows()) == sum(line.startswith("| ") for line in PAGE.splitlines()) - len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_notice_says_what_is_quoted_of_it_and_no_sentence_stands_there_twice(name: str) -> None:
    quotations = [quotation for notice, quotation, _ in rows() if notice == name]
    assert [quotation for quotation in quotations if not has(name, quotation)] == []
    assert len(quotations) == len(set(quotations))


def test_every_test_named_exists() -> None:
    named = {(path, test) for _, _, held in rows() for one in held for path, test in TEST.findall(one)}
    missing = [
        f"{path}::{test}" for path, test in named if not (ROOT / path).exists() or test not in functions_of(path)
    ]
    assert (missing, len(named) > 100) == ([], True)


def test_every_sentence_is_held_or_says_why_it_is_not() -> None:
    unclear = [
        (quotation, one)
        for _, quotation, held in rows()
        for one in held
        if not TEST.fullmatch(one) and not NOT_HELD.fullmatch(one)
    ]
    assert unclear == []
