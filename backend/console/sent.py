"""What browsers send, read or refused in words."""

from collections.abc import Callable
from json import JSONDecodeError
from typing import Any, TypeVar

from aiohttp import web

from backend.errors import Fault, Faulty, NotFound

K = TypeVar("K")


def a_key_of(kind: Callable[[str], K], text: str, refusal: str) -> K:
    """A row's key out of a path or a field. Raises NotFound in the words of `refusal`."""
    try:
        return kind(text)
    except ValueError as error:
        raise NotFound(refusal) from error


async def json_of(request: web.Request) -> dict[str, Any]:
    """A script's body. Raises Faulty `not_json`."""
    try:
        body = await request.json()
    except (JSONDecodeError, UnicodeDecodeError) as error:
        raise Faulty("not_json", faults=[Fault("body", "not_json")]) from error
    if not isinstance(body, dict):
        raise Faulty("not_json", faults=[Fault("body", "not_json")])
    return body
