"""Exam time: real time plus an offset, so that the demo can stand in any week of the exam's year."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from sandbox.problems import Problem, read_object
from sandbox.store import Store

CHINA = timezone(timedelta(hours=8))


class ExamClock:
    """Tells exam time, which is settable, and real time, by which codes, tokens and signatures live."""

    def __init__(self, store: Store, real_time: Callable[[], float] = time.time) -> None:
        self._store = store
        self.real = real_time
        """Unix seconds."""

    @property
    def offset_seconds(self) -> float:
        """How far exam time is ahead of real time."""
        return self._store.state.clock_offset_seconds

    def now(self) -> datetime:
        """Exam time, at +08:00."""
        return datetime.fromtimestamp(self.real() + self.offset_seconds, CHINA)

    def stamp(self) -> str:
        """Exam time as the platforms write it: RFC 3339, whole seconds, +08:00."""
        return self.now().isoformat(timespec="seconds")

    def set(self, now: datetime) -> None:
        """Make it this moment; time runs on from there."""
        self._store.state.clock_offset_seconds = now.timestamp() - self.real()
        self._store.changed()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/sandbox/clock", self._tell), web.put("/sandbox/clock", self._set)]

    async def _tell(self, request: web.Request) -> web.Response:
        return web.json_response(self._reading())

    async def _set(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        self.set(moment(body.get("now")))
        return web.json_response(self._reading())

    def _reading(self) -> dict[str, Any]:
        return {"now": self.now().isoformat(timespec="milliseconds"), "offset_seconds": self.offset_seconds}


def moment(text: object) -> datetime:
    """The moment an RFC 3339 text names. Problem 400 when it names none or leaves the offset out."""
    try:
        parsed = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        raise Problem(400, "bad_time", "now must be an RFC 3339 time with its offset: 2024-12-15T09:00:00+08:00.")
    return parsed
