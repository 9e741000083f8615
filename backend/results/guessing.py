"""Results are asked for by two numbers that go together; whoever tries pairs is stopped. Counted in real time.

An admit number, a document and an address each have their limit of wrong tries, since any of them may be the one that
is held fixed while another is guessed. Others can so use up a number's tries: its owner still reads it signed in.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from backend.cache import Cache
from backend.errors import TooMany
from backend.guesses import origin

DAY: Final = 86_400
QUARTER_OF_AN_HOUR: Final = 900
ONE_NUMBER: Final = 10
"""Wrong tries of one admit number, or with one document, a day."""
ONE_ADDRESS: Final = 100
"""Wrong tries of one address in a quarter of an hour: a hospital shares one."""


@dataclass(slots=True)
class Guess:
    """One try; whoever finds the two numbers to go together says so."""

    right: bool = False


class Guessing:
    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    @asynccontextmanager
    async def guess(self, *, admit_number: str, document: str, address: str | None) -> AsyncIterator[Guess]:
        """Counted before it is tried, so that a burst gets no further than the limit; taken back when it is right.

        Raises TooMany `too_many_result_queries`.
        """
        counted = [
            (f"results:number:{admit_number}", DAY, ONE_NUMBER),
            (f"results:document:{document}", DAY, ONE_NUMBER),
            (f"results:address:{origin(address)}", QUARTER_OF_AN_HOUR, ONE_ADDRESS),
        ]
        totals = await asyncio.gather(
            *(self._cache.count(key, seconds=seconds, purpose="limit") for key, seconds, _ in counted)
        )
        for total, (_, seconds, most) in zip(totals, counted, strict=True):
            if total > most:
                raise TooMany("too_many_result_queries", retry_after=seconds)
        guess = Guess()
        try:
            yield guess
        finally:
            if guess.right:
                await asyncio.gather(
                    *(self._cache.count(key, seconds=seconds, purpose="limit", add=-1) for key, seconds, _ in counted)
                )
