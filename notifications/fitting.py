"""A text fitted into a platform's field: as much of it as the platform takes, cut at a word. Pure.

The limits: WeChat's are those of its page on subscribe messages ("订阅消息参数值内容限制说明"), by the type in the
field's name; a keyword of Alipay's takes 50 characters; Baidu names no limit, and Alipay's is kept there too.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend.clock import EXAM_ZONE

ELLIPSIS: Final = "…"
BREAKS: Final = frozenset(" \t，。；：、！？,.;:!?（()）")
"""Characters at which a text can be cut; between two of Chinese writing it can be cut anywhere."""

KEY: Final = re.compile(r"([a-z_]+?)\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """`characters`: the most a field takes; `only`: what all of it must be, None where it may be anything."""

    characters: int
    only: re.Pattern[str] | None = None


HAN: Final = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]*")
TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
LIMITS: Final = {
    "thing": Limit(characters=20),
    "phrase": Limit(characters=5, only=HAN),
    "time": Limit(characters=32, only=TIME),
    "keyword": Limit(characters=50),
}
"""By the type that a field's name begins with."""


def limit_of(field: str) -> Limit:
    """Raises KeyError for a field of a type nobody knows."""
    match = KEY.fullmatch(field)
    if match is None:
        raise KeyError(field)
    return LIMITS[match[1]]


def fits(text: str, limit: Limit) -> bool:
    """Whether a platform takes it as it is."""
    return 0 < len(text) <= limit.characters and (limit.only is None or limit.only.fullmatch(text) is not None)


def fitted(text: str, limit: Limit) -> str:
    """The text on one line; a longer one ends at a word, with an ellipsis."""
    line = " ".join("".join(" " if _breaks_the_line(sign) else sign for sign in text).split())
    if len(line) <= limit.characters:
        return line
    room = limit.characters - len(ELLIPSIS)
    return line[: _last_break(line, room)].rstrip("".join(BREAKS)) + ELLIPSIS


def written(at: datetime, *, deadline: bool = False) -> str:
    """`2024-02-08 23:59`, as every platform takes a time; no platform has a 24:00, so that deadline is the minute
    before it."""
    local = at.astimezone(EXAM_ZONE)
    if deadline and (local.hour, local.minute) == (0, 0):
        local -= timedelta(minutes=1)
    return local.strftime("%Y-%m-%d %H:%M")


def _last_break(line: str, room: int) -> int:
    """After how many characters at most `room` the line can be cut; in the midst of a word that fills it alone."""
    for end in range(room, 0, -1):
        if not (_is_letter(line[end - 1]) and _is_letter(line[end])):
            return end
    return room


def _is_letter(sign: str) -> bool:
    """A letter or digit of a writing that has words, as Chinese has not."""
    return sign.isalnum() and unicodedata.east_asian_width(sign) not in "WF"


def _breaks_the_line(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Zl", "Zp")
