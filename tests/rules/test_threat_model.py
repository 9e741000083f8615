"""The threat model names tests that exist, and every threat has one."""

import re

from tests.rules.test_notices_page import ROOT, TEST, functions_of

PAGE = (ROOT / "THREAT_MODEL.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([STRIDE]) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def test_every_test_named_exists() -> None:
    named = TEST.findall(PAGE)
    missing = [
        f"{path}::{test}" for path, test in named if not (ROOT / path).exists() or test not in functions_of(path)
    ]
    assert (missing, len(named) > 50) == ([], True)


def test_every_threat_is_answered_and_its_answer_held_by_a_test() -> None:
    rows = ROW.findall(PAGE)
    assert len(rows) == len(re.findall(r"^\| [STRIDE] \|", PAGE, re.MULTILINE)) > 40
    unheld = [threat for _, threat, _, held in rows if not all(map(TEST.fullmatch, held.split("<br>")))]
    assert unheld == []


def test_every_way_has_been_asked_in_every_kind_it_can_be_attacked_in() -> None:
    ways = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:6]
    for way in ways:
        assert len({kind for kind, *_ in ROW.findall(way)}) >= 4, way.splitlines()[0]
