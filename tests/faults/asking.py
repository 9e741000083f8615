"""A client that goes on asking, as a phone in a lift does: until it is told that it is done, or told why not."""

import asyncio
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from tests.faults.told import Told

PATIENCE: Final = 120.0
PAUSE: Final = 0.1
NO_ANSWER: Final = (aiohttp.ClientError, TimeoutError, OSError)
BUSY: Final = (502, 503, 504)


class Unexpected(AssertionError):
    """An answer that nothing that broke explains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """A refusal's stable code; empty where it is none."""
        try:
            return str(self.json.get("code", ""))
        except (ValueError, AttributeError):
            return ""


@dataclass(slots=True, kw_only=True)
class Client:
    """Calls one of the services. `rough`: also a 500 is asked again, of what is no part of the product."""

    http: aiohttp.ClientSession
    url: str
    told: Told
    rough: bool = False

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        form: Callable[[], aiohttp.FormData] | None = None,
        already: Collection[str] = (),
        later: Collection[str] = (),
    ) -> Answer:
        """The same call until it is answered. `already`: refusals that say it was done by a try whose answer was lost;
        `later`: those after which it is asked again. Raises Unexpected."""
        async with asyncio.timeout(PATIENCE):
            while not self.told.stopped.is_set():
                answer = await self.once(method, path, body=body, headers=headers, data=form() if form else None)
                if answer is None or self._is_busy(answer) or answer.code in later:
                    await asyncio.sleep(PAUSE)
                    continue
                self.told.answers += 1
                if answer.status < 300 or answer.code in already:
                    return answer
                raise Unexpected(f"{method} {path} answered {answer.status}: {answer.body.decode(errors='replace')}")
        raise Unexpected("stopped")

    def _is_busy(self, answer: Answer) -> bool:
        return answer.status in BUSY or (self.rough and answer.status >= 500)

    async def once(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        data: aiohttp.FormData | None = None,
    ) -> Answer | None:
        """One try; None where there was no answer."""
        try:
            async with self.http.request(method, self.url + path, json=body, headers=headers, data=data) as response:
                return Answer(status=response.status, headers=response.headers.copy(), body=await response.read())
        except NO_ANSWER:
            return None
