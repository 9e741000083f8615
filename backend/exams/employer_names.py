"""Whether two ways to write an employer mean the same one. Pure.

Names are compared without width, case, spaces, punctuation and what stands in brackets. A place's name may be left out
(市人民医院 at 乌海 is 乌海市人民医院), an autonomous place may be written short (湘西州 is 湘西土家族苗族自治州), some
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
    """The name without what never matters; empty for a name of nothing but brackets and spaces."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    text = "".join(character for character in _BRACKETS.sub("", text) if character.isalnum())
    for long, short in _SHORT:
        text = text.replace(long, short)
    return text


def forms(name: str, *, site: str = "", area: str = "") -> frozenset[str]:
    """Every spelling the name may have at a site of an area: with and without the places above it."""
    whole = _without_province(canonical(name), area)
    spellings = {whole, _autonomous().sub("", whole)}
    if site:
        city = canonical(site)
        spellings |= {city + text for text in spellings if text[:1] and text[0] in LEVELS}
        spellings |= {_without_city(text, city) for text in spellings}
    return frozenset(spellings - {""})


def same(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Whether any two of the forms are equal."""
    return not set(ones).isdisjoint(others)


def misspelt(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Whether any two of the forms differ by one character that carries no meaning of its own."""
    others = list(others)
    return any(_one_slip(one, other) for one in ones for other in others)


def _without_province(text: str, area: str) -> str:
    """The text without the name of its province, where that is written with 省 or 自治区: 吉林市 is a city."""
    return re.sub(rf"^{re.escape(area)}(?:省|(?:{_peoples()})*自治区)", "", text) if area else text


def _without_city(text: str, city: str) -> str:
    """What follows the city's name where that names a place or a level of its own: 泸溪县人民医院, 州人民医院."""
    match = re.match(rf"{re.escape(city)}[{LEVELS}]?(?=.*[{LEVELS}])", text)
    return text[match.end() :] if match else ""


def _one_slip(one: str, other: str) -> bool:
    """Equal but for one character that is wrong, missing or too many."""
    if one == other or min(len(one), len(other)) < _SHORTEST_TO_MISSPELL or abs(len(one) - len(other)) > 1:
        return False
    start = _common(one, other)
    end = _common(one[start:][::-1], other[start:][::-1])
    differing = one[start : len(one) - end] + other[start : len(other) - end]
    single = max(len(one) - end - start, len(other) - end - start) == 1
    return single and not _TELLING.issuperset(differing)


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
    return re.compile(rf"(?:(?:{_peoples()})*自治)+(?=[{LEVELS}])")


@cache
def _peoples() -> str:
    """Any one people's name, as an alternative in a pattern: 土家族, 维吾尔."""
    stems = [value.zh.removesuffix("族") for value in code_lists()["ethnicity"] if value.zh.endswith("族")]
    return "|".join(f"{stem}族?" if len(stem) > 1 else f"{stem}族" for stem in stems)
