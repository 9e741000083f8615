"""Whether two ways to write an employer mean the same one. Pure.

Names are compared without width, case, spaces, punctuation and what stands in brackets. A place's own name may be left
out (市人民医院 at 乌海 is 乌海市人民医院), an autonomous place may be written short (湘西州 for 湘西土家族苗族自治州), some
institutions have a usual short name, and one wrong character is forgiven unless it changes the meaning.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from backend.exams.reference import code_lists

_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|《[^《》]*》")
_SHORT: Final = (
    ("疾病预防控制中心", "疾控中心"),
    ("卫生健康委员会", "卫健委"),
    ("卫生健康委", "卫健委"),
    ("卫生健康局", "卫健局"),
    ("妇幼保健院", "妇保院"),
    ("精神病医院", "精神病院"),
    ("职业病防治院", "职防院"),
)
"""Institutions and their usual short names, longer ones first."""
LEVELS: Final = "省市州县区旗盟"
"""Last characters of a place's name."""
_TELLING: Final = frozenset("0123456789〇零一二三四五六七八九十东南西北中妇儿男女老新" + LEVELS)
"""Characters that tell one institution from its neighbour: between 第一 and 第二 lies no misspelling."""
_SHORTEST_TO_MISSPELL: Final = 5


def canonical(name: str) -> str:
    """The name in the one spelling that names are compared in; empty for a name of nothing but brackets and spaces."""
    text = unicodedata.normalize("NFKC", name).casefold()
    text = "".join(character for character in _BRACKETS.sub("", text) if character.isalnum())
    text = _autonomous().sub("", text)
    for long, short in _SHORT:
        text = text.replace(long, short)
    return text


def forms(name: str, *, site: str = "", area: str = "") -> frozenset[str]:
    """Every spelling the name may have at a site of an area: with and without the places above it."""
    text = _without_province(canonical(name), area)
    found = {text}
    if site and text[:1] and text[0] in LEVELS:
        found.add(canonical(site) + text)
    if site and (local := _without_site(text, canonical(site))):
        found.add(local)
    return frozenset(found - {""})


def same(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Whether any two of the forms are equal."""
    return not set(ones).isdisjoint(others)


def misspelt(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Whether any two of the forms differ by one character that carries no meaning of its own."""
    others = list(others)
    return any(_one_slip(one, other) for one in ones for other in others)


def _without_province(text: str, area: str) -> str:
    """The text without the name of its province, where that is written with 省 or 区: 吉林市 is a city."""
    for level in "省区":
        text = text.removeprefix(f"{canonical(area)}{level}") if area else text
    return text


def _without_site(text: str, site: str) -> str:
    """What follows the city's name where that is a place or an institution of its own: 湘西州泸溪县人民医院."""
    match = re.match(rf"{re.escape(site)}[{LEVELS}]?(?=.*[{LEVELS}])", text)
    return text[match.end() :] if match else ""


def _one_slip(one: str, other: str) -> bool:
    """Equal but for one character that is wrong, missing or too many."""
    if one == other or min(len(one), len(other)) < _SHORTEST_TO_MISSPELL or abs(len(one) - len(other)) > 1:
        return False
    start = _common(one, other)
    end = _common(one[start:][::-1], other[start:][::-1])
    differing = one[start : len(one) - end] + other[start : len(other) - end]
    single = max(len(one) - end - start, len(other) - end - start) == 1
    return single and not _TELLING.intersection(differing)


def _common(one: str, other: str) -> int:
    """How many characters the two begin with alike."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


@cache
def _autonomous() -> re.Pattern[str]:
    """土家族苗族自治 in 湘西土家族苗族自治州: the peoples a place is named for, and 自治 itself."""
    peoples = "|".join(value.zh for value in code_lists()["ethnicity"] if value.zh.endswith("族"))
    return re.compile(rf"(?:{peoples})*自治(?=[{LEVELS}])")
