"""Files that a platform hands out by an address: streamed to a temporary file, never larger than allowed, never held
in memory, never written from the event loop.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
import structlog

from backend.errors import Unavailable
from backend.payments.bills import BadBill
from miniprogram_api.platforms.outbound import Once

log = structlog.get_logger(__name__)

TIMEOUT: Final = aiohttp.ClientTimeout(total=600, connect=5, sock_connect=5, sock_read=30)
AT_ONCE: Final = 2
PART: Final = 1 << 18
LARGEST_DOWNLOAD: Final = 1 << 28
LARGEST_UNPACKED: Final = 1 << 30
"""A day with half a million payments is about 150 MB of text."""


class Downloads:
    """Fetches files. `largest`: bytes as sent; `largest_unpacked`: what unpacking one may come to."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        *,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        largest: int = LARGEST_DOWNLOAD,
        largest_unpacked: int = LARGEST_UNPACKED,
    ) -> None:
        self._http, self._timeout, self._largest = http, timeout, largest
        self.largest_unpacked = largest_unpacked
        self._places = asyncio.Semaphore(AT_ONCE)

    @asynccontextmanager
    async def fetched(self, url: str, *, headers: Mapping[str, str] | None = None) -> AsyncIterator[Path]:
        """The file at `url`, in a folder of its own that is gone afterwards. Asked for once: addresses are short-lived.

        Raises BadBill `bill_too_large`; Unavailable for any status but 200 and for a file that breaks off.
        """
        async with self._places:
            folder = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="zhunkao-bill-")
            try:
                file = Path(folder.name) / "bill"
                await self._fetch(url, headers, file)
                yield file
            finally:
                await asyncio.to_thread(folder.cleanup)

    async def _fetch(self, url: str, headers: Mapping[str, str] | None, file: Path) -> None:
        try:
            async with self._http.get(
                url,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
                auto_decompress=False,
                middlewares=[Once()],
            ) as response:
                if response.status != 200:
                    log.warning("download_refused", status=response.status)
                    raise Unavailable("platform_unavailable")
                await self._keep(response, file)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:  # ValueError: no address
            log.warning("download_failed", error=type(error).__name__)
            raise Unavailable("platform_unavailable") from error

    async def _keep(self, response: aiohttp.ClientResponse, file: Path) -> None:
        size = 0
        with await asyncio.to_thread(file.open, "wb") as kept:
            async for part in response.content.iter_chunked(PART):
                size += len(part)
                if size > self._largest:
                    raise BadBill("bill_too_large")
                await asyncio.to_thread(kept.write, part)
