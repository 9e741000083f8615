"""The catalogue of reminders: catalogue.toml, read once and checked, so that nothing of it can fail later."""

import re
import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from backend.events import EventName
from backend.exams.stages import Stage
from backend.wording import catalogue as words_of
from notifications.fitting import HAN, LIMITS, Limit, limit_of
from notifications.rules import RULES

PLATFORMS: Final = ("wechat", "alipay", "baidu")
SOURCES: Final = {
    "title": ("",),
    "hint": ("_hint",),
    "outcome": ("_outcome",),
    "exam": (),
    "place": (),
    "until": (),
    "at": (),
    "starts_at": (),
}
"""What a template's field may be filled with, and the ending of the words it is said in."""
MOMENTS: Final = frozenset({"until", "at", "starts_at"})
PAGE: Final = re.compile(r"pages/[a-z/-]+(\?[a-z]+=\{(registration|inquiry)\})?")
OFFSET: Final = re.compile(r"(\d+) (day|hour)s?")

Edge = Literal["opens", "closes", "now"]


class BadCatalogue(Exception):
    """An entry can't be kept. The message names the entry and what is wrong with it, one line a fault."""


def _offset(given: object) -> object:
    match = OFFSET.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise ValueError("is written as '3 days' or '6 hours'")
    return timedelta(**{f"{match[2]}s": int(match[1])})


Offset = Annotated[timedelta, BeforeValidator(_offset)]


class Telling(BaseModel):
    """When a reminder is told. One of: a stage's edge, an exam day, an event.

    `edge`: `now` is as soon as the reminder is for somebody, until the stage is over. `at_their_place`: the window ends
    with the half day or the point of the candidate's own, if that is earlier. `until`: by which stage's end it is of
    use, `supplement` being the candidate's own deadline; `useful`: for how long, where nothing ends it. `having`: what
    an event's payload must say; `tells`: the word in it that chooses the variant. `only`: a rule beside the kind's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: Stage | None = None
    edge: Edge = "closes"
    before: Offset = timedelta()
    at_their_place: bool = False
    exam_day: Literal["each", "first"] | None = None
    event: EventName | None = None
    having: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    tells: str | None = None
    until: Stage | None = None
    useful: Offset | None = None
    confirmation_mode: Literal["onsite", "online"] | None = None
    payment_mode: Literal["onsite", "online"] | None = None
    only: str | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> "Telling":
        if sum(one is not None for one in (self.stage, self.exam_day, self.event)) != 1:
            raise ValueError("is at a stage's edge, on an exam day or after an event: one of them")
        if self.before and self.stage is not None and self.edge != "closes":
            raise ValueError("`before` is before a stage closes")
        if self.event is not None and self.until is None and self.useful is None:
            raise ValueError("says until when it is of use: `until` or `useful`")
        return self


class Kind(BaseModel):
    """A kind of reminder. `asks`: something is to be done, and the to-do stays open until it is; else it only tells.

    `whom`: the rule that says whose it is, and that must still hold when it goes out. `everywhere`: sent on every bound
    platform.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    asks: bool
    whom: str
    about: Literal["registration", "account", "inquiry"] = "registration"
    variants: tuple[str, ...] = ("told",)
    template: str
    page: str
    everywhere: bool = False
    tellings: Mapping[str, Telling]


class Catalogue(BaseModel):
    """`templates`: name → platform → field → what stands in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    templates: Mapping[str, Mapping[str, Mapping[str, str]]]
    kinds: Mapping[str, Kind]

    def tellings(self) -> Iterator["Entry"]:
        """Every telling of every kind, in the catalogue's order."""
        for name, kind in self.kinds.items():
            for telling, when in kind.tellings.items():
                yield Entry(kind_name=name, kind=kind, name=telling, when=when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One telling under its names."""

    kind_name: str
    kind: Kind
    name: str
    when: Telling


@cache
def catalogue() -> Catalogue:
    """The service's own. Raises BadCatalogue."""
    return read(files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8"))


def read(text: str, words: Mapping[str, Mapping[str, str]] | None = None) -> Catalogue:
    """A catalogue and the words of it (the service's own unless others are given). Raises BadCatalogue."""
    try:
        found = Catalogue.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadCatalogue(str(error)) from error
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise BadCatalogue("\n".join(lines)) from error
    if faults := [*_faults(found, words if words is not None else words_of("reminders"))]:
        raise BadCatalogue("\n".join(faults))
    return found


def _faults(found: Catalogue, words: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for name, template in found.templates.items():
        yield from _template_faults(name, template)
    for name, kind in found.kinds.items():
        yield from (f"kinds.{name}: {fault}" for fault in _kind_faults(name, kind, found, words))


def _template_faults(name: str, template: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    if set(template) != set(PLATFORMS):
        yield f"templates.{name}: is for {', '.join(PLATFORMS)}, each of them"
    for platform, fields in template.items():
        for field, source in fields.items():
            place = f"templates.{name}.{platform}.{field}"
            if source not in SOURCES:
                yield f"{place}: nothing is known as {source}"
            try:
                limit = limit_of(field)
            except KeyError:
                yield f"{place}: is of none of the types {', '.join(LIMITS)}"
                continue
            if (limit is LIMITS["time"]) and source not in MOMENTS:
                yield f"{place}: {source} is no time"


def _kind_faults(name: str, kind: Kind, found: Catalogue, words: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for rule in {kind.whom, *(one.only for one in kind.tellings.values() if one.only)} - RULES.keys():
        yield f"there is no rule {rule}"
    if PAGE.fullmatch(kind.page) is None:
        yield f"{kind.page} is no page of the mini-program"
    if len(name) > 32 or any("/" in telling for telling in kind.tellings):
        yield "has too long a name, or a telling with a slash"
    if kind.template not in found.templates:
        yield f"there is no template {kind.template}"
        return
    for platform, fields in found.templates[kind.template].items():
        for field, source in fields.items():
            if source in SOURCES and _is_known(field):
                for code in _codes(name, kind.variants, source):
                    yield from (f"{code}, {platform}'s {field}: {fault}" for fault in _misfits(words, code, field))
    for code in [name, *(f"{name}_{variant}" for variant in kind.variants)]:
        if code not in words:
            yield f"{code} has no words"


def _is_known(field: str) -> bool:
    """Whether its limit is known; where it isn't, the template's own fault says so."""
    try:
        limit_of(field)
    except KeyError:
        return False
    return True


def _codes(name: str, variants: Sequence[str], source: str) -> list[str]:
    """The words that can stand in a field with this source."""
    endings = SOURCES[source]
    return [name if ending == "" else f"{name}_{variant}{ending}" for ending in endings for variant in variants]


def _misfits(words: Mapping[str, Mapping[str, str]], code: str, field: str) -> Iterator[str]:
    """What of these words a field can't take. Those with a value in them are fitted when the value is known."""
    if code not in words:
        yield "has no words"
        return
    limit: Limit = limit_of(field)
    # The platforms' templates are Chinese, and so is what is sent.
    text = words[code]["zh"]
    if any(part[1] is not None for part in string.Formatter().parse(text)):
        if limit.only is not None:
            yield "has a value in it, which may be anything"
    elif len(text) > limit.characters:
        yield f"has {len(text)} characters, {limit.characters} fit"
    elif limit.only is HAN and HAN.fullmatch(text) is None:
        yield "is not all in Chinese characters"
