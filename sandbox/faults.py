"""Faults on order: what a platform does on its bad days, played the given number of times."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Self

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import Field, model_validator

from sandbox.problems import Message, read_body


class FaultKind(StrEnum):
    """The first three spoil an answer, then three a notification, `bad_signature` whichever comes first; the last three
    a file: something in it was changed, half of it is missing, a page comes in its place."""

    TIMEOUT = "timeout"
    STATUS = "status"
    ERROR_CODE = "error_code"
    BAD_SIGNATURE = "bad_signature"
    DROP_NOTIFICATION = "drop_notification"
    DUPLICATE_NOTIFICATION = "duplicate_notification"
    LATE_NOTIFICATION = "late_notification"
    ALTERED_FILE = "altered_file"
    CUT_FILE = "cut_file"
    HTML = "html"


ANSWER_FAULTS = (FaultKind.TIMEOUT, FaultKind.STATUS, FaultKind.ERROR_CODE)


class Fault(Message):
    """One fault: where, what, how often."""

    platform: str
    path: str = "*"
    """The platform's own (`/sns/jscode2session`, `/gateway.do/alipay.trade.create`), for a notification that of our
    callback; `*` is any text."""
    kind: FaultKind
    times: Annotated[int, Field(ge=1)] = 1
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    """Kind `status` answers it (503 if left out); kind `error_code` may set it for WeChat Pay."""
    error_code: int | str | None = None
    """What kind `error_code` answers: WeChat's number, WeChat Pay's name, Alipay's sub_code, Baidu's number."""
    seconds: Annotated[float, Field(ge=0)] = 60.0
    """How long `timeout` holds the answer back, how late a `late_notification` is."""
    every: Annotated[int, Field(ge=1)] = 1
    """Only each so-many-th time that it could be played it is; the others are good days between."""
    passed: Annotated[int, Field(ge=0)] = 0
    """How often it could have been played so far."""
    lands: bool = False
    """The platform does what was asked, and only its answer is spoilt."""

    @model_validator(mode="after")
    def _error_code_named(self) -> Self:
        if self.kind is FaultKind.ERROR_CODE and self.error_code is None:
            raise ValueError("kind error_code needs error_code")
        return self

    def hits(self, platform: str, path: str, kinds: tuple[FaultKind, ...]) -> bool:
        """Whether this fault is meant."""
        return self.kind in kinds and self.platform == platform and fnmatchcase(path, self.path)

    def is_its_turn(self) -> bool:
        """Counted: one more time at which it could be played."""
        self.passed += 1
        return self.passed % self.every == 0


class Faults:
    """The faults still to be played, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Ask for one."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Back to good days."""
        self._waiting.clear()

    def take(self, platform: str, path: str, *kinds: FaultKind) -> Fault | None:
        """The fault to play here and now, counted as played."""
        fault = next(
            (fault for fault in self._waiting if fault.hits(platform, path, kinds) and fault.is_its_turn()), None
        )
        if fault:
            fault.times -= 1
            self._waiting = [waiting for waiting in self._waiting if waiting.times > 0]
        return fault

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/faults", self._list),
            web.post("/sandbox/faults", self._add),
            web.delete("/sandbox/faults", self._clear),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response({"items": [fault.model_dump(mode="json") for fault in self._waiting], "next": None})

    async def _add(self, request: web.Request) -> web.Response:
        fault = await read_body(request, Fault)
        # WeChat Pay's paths differ from WeChat's, so one platform name is enough for both.
        fault.platform = fault.platform.replace("wechatpay", "wechat")
        self.add(fault)
        return web.json_response(fault.model_dump(mode="json"), status=201)

    async def _clear(self, request: web.Request) -> web.Response:
        self.clear()
        return web.Response(status=204)


def spoil_answers(
    faults: Faults,
    *,
    platform: str,
    prefix: str,
    answer: Callable[[Fault, str], web.Response],
    closing: asyncio.Event,
    named: Callable[[web.Request], Awaitable[str]] | None = None,
) -> Middleware:
    """A middleware that plays `timeout`, `status` and `error_code` on a platform's paths under `prefix`.

    `answer` writes the error in the platform's own form, given the path; `closing` ends a held answer early when the
    sandbox stops; `named` tells a finer path than the URL's where all calls share one.
    """

    @web.middleware
    async def play(request: web.Request, handler: Handler) -> web.StreamResponse:
        path = await named(request) if named else request.path.removeprefix(prefix)
        fault = faults.take(platform, path, *ANSWER_FAULTS)
        if fault is None:
            return await handler(request)
        if fault.lands:
            await handler(request)
        if fault.kind is FaultKind.TIMEOUT:
            await hold(fault.seconds, closing)
            hang_up(request)
        return answer(fault, path)

    return play


async def hold(seconds: float, closing: asyncio.Event) -> None:
    """Wait, but not beyond the sandbox's end."""
    try:
        async with asyncio.timeout(seconds):
            await closing.wait()
    except TimeoutError:
        return


def hang_up(request: web.Request) -> None:
    """Cut the connection, so that the caller gets no answer at all."""
    if request.transport:
        request.transport.abort()
