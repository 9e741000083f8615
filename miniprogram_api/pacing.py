"""Calls that cost much are held to a pace, candidate by candidate: drawing a paper, unpacking a picture, asking a
platform. Counted in real time; without Redis nobody is held.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from backend.cache import Cache
from backend.errors import TooMany
from miniprogram_api.requests import Caller
from miniprogram_api.typed_routes import Pace

DRAWN: Final = Pace(name="drawn", calls=30, seconds=60)
SENT: Final = Pace(name="sent", calls=30, seconds=60)
EXPORTED: Final = Pace(name="exported", calls=5, seconds=3600)
ORDERED: Final = Pace(name="ordered", calls=20, seconds=60)


def held(pace: Pace, cache: Cache) -> Callable[[Mapping[str, Any]], Awaitable[None]]:
    """What a route with this pace asks before it acts, of the arguments it is about to be called with.

    Raises TooMany `too_often`.
    """

    async def hold(arguments: Mapping[str, Any]) -> None:
        caller = next(one for one in arguments.values() if isinstance(one, Caller))
        key = f"pace:{pace.name}:{caller.candidate_id}"
        if await cache.count(key, seconds=pace.seconds, purpose="limit") > pace.calls:
            raise TooMany("too_often", retry_after=pace.seconds)

    return hold
