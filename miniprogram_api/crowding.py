"""Who is let in while more is asked than can be answered, and who is told at once to come back in some seconds.

What everybody waits for is the time until those before them are answered. A process that has been full for a second
knows how many it answers in one; from then on a call is let in while its wait would be shorter than calls of its kind
may wait: what can be read later the shortest, payment and handing in the longest. So too much is refused at once and
in words, and there is never a queue in which everybody's patience ends before their turn comes. Who waits for a
platform's server is not counted meanwhile: a platform that hangs takes nobody else's place.
"""

import random
import time
from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware
from prometheus_client import Counter, Gauge

from backend.elsewhere import counted
from backend.errors import Unavailable
from miniprogram_api.problems import problem
from miniprogram_api.requests import language_of
from miniprogram_api.typed_routes import AiohttpHandler, Urgency

INSIDE: Final = Gauge("zhunkao_requests_inside", "Requests that are being answered, those that wait for news left out")
REFUSED: Final = Counter("zhunkao_requests_crowded_out_total", "Requests refused because of too many", ["urgency"])

PATIENCE: Final[Mapping[Urgency, float]] = {Urgency.LATER: 0.25, Urgency.USUAL: 0.5, Urgency.FIRST: 1.0}
"""Seconds that a call may wait for those before it."""
AT_FIRST: Final[dict[Urgency, int]] = {Urgency.LATER: 64, Urgency.USUAL: 128, Urgency.FIRST: 256}
"""How many may be inside before it is known how fast they are answered: a crowd that has just come."""
FULL: Final = 16
"""Fewer than so many are never too many, and say nothing of how many could be answered."""
LOOKED_AT: Final = 1.0
"""Seconds of being full after which it is known, and is learnt anew."""
COME_BACK: Final = (2, 10)
"""After so many seconds, at random: whoever is refused together shall not return together."""


class Crowd:
    """How many are inside, and whether one more may enter. `now`: seconds that only grow."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.inside = 0
        self._full_since: float | None = None
        self._answered = 0
        self._per_second: float | None = None

    def places(self, urgency: Urgency) -> int:
        """How many may be inside for a call of this urgency to be let in."""
        if self._per_second is None:
            return AT_FIRST[urgency]
        return max(FULL, int(self._per_second * PATIENCE[urgency]))

    def enter(self, urgency: Urgency) -> bool:
        """Let one more in, or not."""
        self._look()
        if self.inside >= self.places(urgency):
            return False
        self.inside += 1
        return True

    def leave(self) -> None:
        """One of them is answered."""
        self._answered += 1
        self._look()
        self.inside -= 1

    def shift(self, by: int) -> None:
        """One of them waits for somebody else's server (-1), or is back (1): it is not refused any more."""
        self.inside += by
        self._look()

    def _look(self) -> None:
        now = self._now()
        if self.inside < FULL:
            self._full_since = self._per_second = None
        elif self._full_since is None:
            self._full_since, self._answered = now, 0
        elif (seconds := now - self._full_since) >= LOOKED_AT:
            self._per_second = self._answered / seconds
            self._full_since, self._answered = now, 0


def crowded(urgencies: Mapping[object, Urgency]) -> Middleware:
    """Before all others, so that a refusal costs as little as it can: no clock, no trace, no line in the log.

    `urgencies`: of the routes' handlers; any other is apart.
    """
    crowd = Crowd()

    @web.middleware
    async def let_in(request: web.Request, handler: AiohttpHandler) -> web.StreamResponse:
        urgency = urgencies.get(request.match_info.handler, Urgency.APART)
        if urgency is Urgency.APART:
            return await handler(request)
        if not crowd.enter(urgency):
            REFUSED.labels(urgency).inc()
            return problem(Unavailable("crowded", retry_after=random.randint(*COME_BACK)), language_of(request))
        INSIDE.inc()
        try:
            with counted(crowd.shift):
                return await handler(request)
        finally:
            INSIDE.dec()
            crowd.leave()

    return let_in
