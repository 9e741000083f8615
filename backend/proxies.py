"""Who calls, where proxies that end TLS stand before the service: read from what they forward, and from nobody else.

Every limit by address, and every address in the audit log, is only as good as this.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Middleware

FORWARDED: Final = "X-Forwarded-For"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Proxies:
    """The networks of one's own proxies: `10.0.0.0/8`, `192.0.2.1`. Raises ValueError for what is no network."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = tuple(ipaddress.ip_network(network) for network in networks)

    def caller(self, peer: str | None, forwarded: Sequence[str]) -> str | None:
        """The last address that none of one's own proxies has. `forwarded`: the header, as often as it was sent.

        What stands before that address was written by whoever called, and says nothing.
        """
        chain = [part.strip() for line in forwarded for part in line.split(",")]
        found = peer
        while chain and self._is_ours(found):
            if not _is_address(chain[-1]):
                break
            found = chain.pop()
        return found

    def middleware(self) -> Middleware:
        """Every handler finds the caller's address as `request.remote`."""

        @web.middleware
        async def known(request: web.Request, handler: Handler) -> web.StreamResponse:
            address = self.caller(request.remote, request.headers.getall(FORWARDED, ()))
            if address is None or address == request.remote:
                return await handler(request)
            return await handler(request.clone(remote=address))

        return known

    def _is_ours(self, address: str | None) -> bool:
        if not self._networks or address is None or not _is_address(address):
            return False
        known = ipaddress.ip_address(address)
        return any(known in network for network in self._networks)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
