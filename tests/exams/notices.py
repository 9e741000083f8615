"""The notices as they were found published, for tests that hold the data and the page of sentences to their words."""

import re
import unicodedata
from functools import cache
from typing import Final

from backend.exams.reference import DATA

NAMES: Final = ("health-2021", "health-2021-xiangxi", "health-2024", "health-2025-wuhai", "nurse-2012")
READING: Final = re.compile(r"\([a-zāēěéèīíìōóòǔúùüàáǎūńň]+\)")
"""The website that republished Xiangxi's notice put a reading behind some characters: 衛(wèi)生."""


@cache
def text(name: str) -> str:
    """All of one notice, as `plain` has it."""
    return plain((DATA / "notices" / f"{name}.txt").read_text(encoding="utf-8"))


def plain(words: str) -> str:
    """Words without spaces and readings, full-width and half-width alike."""
    return READING.sub("", "".join(unicodedata.normalize("NFKC", words).split()))


def has(name: str, quotation: str) -> bool:
    """Whether the notice says this; `…` stands for what was left out."""
    parts = [re.escape(plain(part)) for part in quotation.split("…")]
    return re.search(".*?".join(parts), text(name)) is not None
