"""Two times, never mixed: exam time (windows, deadlines, payment times) and real time (tokens, leases, limits)."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

import aiohttp

EXAM_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has one zone and no summer time since 1991; every notice is written in it."""


class Clock(Protocol):
    """Exam time, as an aware datetime in Asia/Shanghai."""

    def now(self) -> datetime: ...

    @property
    def is_known(self) -> bool:
        """Whether `now` is exam time: until whoever sets the clock has answered once, nobody knows."""

    async def synchronise(self) -> None:
        """Make `now` agree with whoever sets the clock; nothing to do where nobody does."""


class SystemClock:
    """Exam time is the machine's time: the only clock a production service accepts."""

    is_known = True

    def now(self) -> datetime:
        return real_now().astimezone(EXAM_ZONE)

    async def synchronise(self) -> None:
        return


class SettableClock:
    """Exam time that a demo or a test moves: real time plus an offset, read from whoever keeps it.

    The offset is asked for before each piece of work, so that a step taken right after the clock was moved already
    sees the new time. Where the keeper doesn't answer, the last offset stands.
    """

    def __init__(self, url: str | None = None, *, http: aiohttp.ClientSession | None = None) -> None:
        self._url, self._http = url, http
        self._offset = timedelta(0)
        self._has_answered = False

    @property
    def is_known(self) -> bool:
        return self._url is None or self._has_answered

    def now(self) -> datetime:
        return (real_now() + self._offset).astimezone(EXAM_ZONE)

    def set(self, now: datetime) -> None:
        self._offset = now - real_now()

    async def synchronise(self) -> None:
        if self._url is None or self._http is None:
            return
        try:
            async with self._http.get(self._url, timeout=aiohttp.ClientTimeout(total=2)) as answer:
                self._offset = timedelta(seconds=float((await answer.json())["offset_seconds"]))
                self._has_answered = True
        except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
            return


def real_now() -> datetime:
    """The machine's time in UTC, for what must not follow exam time: token lifetimes, leases, rate limits."""
    return datetime.now(UTC)


def day_of(now: datetime) -> date:
    """The day of this instant, in China."""
    return now.astimezone(EXAM_ZONE).date()


def start_of_day(now: datetime) -> datetime:
    """When that day began."""
    return now.astimezone(EXAM_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


def seconds_to_tomorrow(now: datetime) -> int:
    """For what is limited by the day: in how many seconds, at least one, the next one begins."""
    return int((start_of_day(now) + timedelta(days=1) - now).total_seconds()) + 1
