"""A process on its way out: it answers as before, says that it isn't ready, and keeps no connection open.

Whoever balances looks away meanwhile, so that nobody is on the line when it hangs up.
"""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware


class Leaving:
    """Of one process."""

    def __init__(self) -> None:
        self.begun = False

    async def when_told(self, *, after: float) -> None:
        """Wait until the process is told to stop, which cancels this, and for `after` seconds more."""
        try:
            await asyncio.Event().wait()
        finally:
            self.begun = True
            await asyncio.sleep(after)

    def middleware(self) -> Middleware:
        """Whoever is answered after it has begun comes back by a connection of their own, and to somebody else."""

        @web.middleware
        async def hang_up(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            if self.begun and not response.prepared:
                response.force_close()
            return response

        return hang_up
