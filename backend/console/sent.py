"""What browsers send, read or refused in words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from json import JSONDecodeError
from typing import Any, TypeVar
from uuid import UUID

from aiohttp import web

from backend.clock import EXAM_ZONE
from backend.console.pages import Visit
from backend.errors import Fault, Faulty, NotFound

K = TypeVar("K")
E = TypeVar("E", bound=StrEnum)


def a_key_of(kind: Callable[[str], K], text: str, refusal: str) -> K:
    """A row's key out of a path or a field. Raises NotFound in the words of `refusal`."""
    try:
        return kind(text)
    except ValueError as error:
        raise NotFound(refusal) from error


async def exam_asked(visit: Visit) -> str:
    """The exam that the address names, else the one that is in progress. Raises NotFound `exam_unknown`."""
    if asked := visit.request.query.get("exam"):
        return (await visit.house.exams.exam(asked)).code
    return (await visit.house.exams.in_progress(visit.house.clock.now())).code


def registration_of(visit: Visit) -> UUID:
    """The registration a page is about. Raises NotFound `registration_unknown`."""
    return a_key_of(UUID, visit.request.match_info["registration"], "registration_unknown")


def after_of(visit: Visit, name: str = "after") -> int:
    """The row to go on after (or before), where a list goes on; what is no number begins it anew."""
    try:
        return row_key(visit.request.query.get(name, "0"))
    except ValueError:
        return 0


def texts(sent: Mapping[str, object]) -> dict[str, str]:
    """The fields of a form that are text; of a repeated one the last."""
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def lines_of(sent: Mapping[str, str], field: str) -> list[str]:
    """A field with one thing a line; empty lines are none."""
    return [line for line in sent.get(field, "").splitlines() if line.strip()]


async def json_of(request: web.Request) -> dict[str, Any]:
    """A script's body. Raises Faulty `not_json`."""
    try:
        body = await request.json()
    except (JSONDecodeError, UnicodeDecodeError) as error:
        raise Faulty("not_json", faults=[Fault("body", "not_json")]) from error
    if not isinstance(body, dict):
        raise Faulty("not_json", faults=[Fault("body", "not_json")])
    return body


def one_of(kind: type[E], text: str, field: str) -> E:
    """A choice out of a list. Raises Faulty naming the field."""
    try:
        return kind(text)
    except ValueError as error:
        raise Faulty("request_faulty", faults=[Fault(field, "not_in_list" if text else "missing")]) from error


def numbers_of(text: str, field: str) -> list[int]:
    """The whole numbers of a line, by spaces or commas. Raises Faulty naming the field."""
    parts = text.replace(",", " ").replace("，", " ").split()
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        raise Faulty("request_faulty", faults=[Fault(field, "malformed")])
    return [int(part) for part in parts]


def instant_of(text: str, field: str) -> datetime | None:
    """As a browser's field has it, in China's time; None where it is empty. Raises Faulty naming the field."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=EXAM_ZONE)
    except ValueError as error:
        raise Faulty("request_faulty", faults=[Fault(field, "malformed")]) from error


def row_key(text: str) -> int:
    """A number that a row's key can be. Raises ValueError."""
    return _below(text, 2**63)


def small_number(text: str) -> int:
    """A number of a venue, a room or the like. Raises ValueError."""
    return _below(text, 2**15)


def whole_number(text: str) -> int:
    """A whole number; 0, which nothing has, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _below(text: str, limit: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20) or int(text) >= limit:
        raise ValueError(text)
    return int(text)
