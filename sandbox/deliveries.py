"""Posts to the service: again when it was not accepted, and spoilt when a fault asks for it."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import aiohttp
from yarl import URL

from sandbox.faults import FaultKind
from sandbox.ground import Ground

TIMEOUT_SECONDS = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One attempt's HTTP request."""

    url: URL
    body: bytes
    headers: Mapping[str, str]


class Deliveries:
    """Delivers one platform's notifications."""

    def __init__(
        self,
        ground: Ground,
        platform: str,
        accepted: Callable[[int, bytes], bool],
        *,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        """`accepted` judges the service's answer by status and body; `timeout`: seconds the service may take."""
        self._ground = ground
        self._platform = platform
        self._accepted = accepted
        self._timeout = timeout

    async def deliver(self, url: str, write: Callable[[bool], Letter], resends: Sequence[float]) -> bool:
        """Post until accepted. `write(bad_signature)` writes each attempt anew, as its time and nonce are signed.

        Returns whether it was accepted; a dropped one counts as accepted, because nothing is left to do.
        """
        faults, path = self._ground.faults, URL(url).path
        if faults.take(self._platform, path, FaultKind.DROP_NOTIFICATION):
            return True
        if late := faults.take(self._platform, path, FaultKind.LATE_NOTIFICATION):
            await asyncio.sleep(late.seconds)
        twice = faults.take(self._platform, path, FaultKind.DUPLICATE_NOTIFICATION)
        accepted = await self._post_until_accepted(path, write, resends)
        if twice:
            await self.post(write(False))
        return accepted

    async def _post_until_accepted(self, path: str, write: Callable[[bool], Letter], resends: Sequence[float]) -> bool:
        for delay in (0.0, *resends):
            await asyncio.sleep(delay)
            bad = self._ground.faults.take(self._platform, path, FaultKind.BAD_SIGNATURE) is not None
            if await self.post(write(bad)):
                return True
        return False

    async def post(self, letter: Letter) -> bool:
        """One attempt within the platform's seconds. Returns whether it was accepted."""
        timeout = aiohttp.ClientTimeout(total=self._timeout)
        try:
            async with self._ground.http.post(
                letter.url, data=letter.body, headers=letter.headers, timeout=timeout, allow_redirects=False
            ) as answer:
                return self._accepted(answer.status, await answer.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("A notification to %s was not delivered: %r", letter.url, error)
            return False
