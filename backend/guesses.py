"""Guesses of a secret held to their limits. Every limit names what it is of: an account from an address, an address."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary

from backend.cache import Cache
from backend.errors import TooMany

ONE_CUSTOMER: Final = 64
"""Bits of an IPv6 address that tell whose it is (RFC 6177)."""


def origin(address: str | None) -> str:
    """What one customer of a network has: an address of IPv4, or the 2^64 of IPv6 that are handed out together."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address):
        known = known.ipv4_mapped or ipaddress.ip_network((known, ONE_CUSTOMER), strict=False).network_address
    return str(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many failures within so many seconds (real time) lock one kind of secret for as long. `refusal`: the words."""

    name: str
    failures: int
    seconds: int
    refusal: str


class Guesses:
    """Lets a secret be tried while its limits allow it, and counts what was wrong."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def right(self, limits: Mapping[str, Limit], proof: Callable[[], Awaitable[bool]]) -> bool:
        """Whether `proof` says so. `limits`: by the key that is counted; its first is whose turn is taken.

        Tries of one key are made one after the other, so that a burst of them gets no further than the limit.
        Raises TooMany with the limit's words.
        """
        async with self.turn(next(iter(limits))):
            await self.require_unlocked(limits)
            if await proof():
                return True
            await self.count_failure(limits)
            return False

    async def require_unlocked(self, limits: Mapping[str, Limit]) -> None:
        """Raises TooMany where one of these is locked for its failures."""
        for key, limit in limits.items():
            if await self._cache.get(f"locked:{key}", purpose="limit") is not None:
                raise TooMany(limit.refusal, retry_after=limit.seconds)

    async def forget(self, key: str) -> None:
        """Unlock what was locked."""
        await self._cache.drop(f"locked:{key}", purpose="limit")

    def turn(self, key: str) -> asyncio.Lock:
        """One at a time for each key, in this process; the lock is kept while anybody has it."""
        return self._turns.setdefault(key, asyncio.Lock())

    async def count_failure(self, limits: Mapping[str, Limit]) -> None:
        """One more that was wrong."""
        for key, limit in limits.items():
            if await self._cache.count(key, seconds=limit.seconds, purpose="limit") >= limit.failures:
                await self._cache.put(f"locked:{key}", "locked", seconds=limit.seconds, purpose="limit")
