"""Redis keeps what may be forgotten: limits, token caches, locks. Without it the service goes on and counts."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar, cast

import structlog
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

T = TypeVar("T")
log = structlog.get_logger(__name__)
FAILURES = Counter("zhunkao_cache_failures_total", "Calls to Redis that failed and were done without", ["purpose"])


LEFT_SECONDS: Final = 5.0
"""So long a Redis that didn't answer in time is left alone; then one call tries it, while the others go on without."""


class Cache:
    """The process's connection to Redis. A call that fails is answered as if nothing were stored."""

    def __init__(self, url: str) -> None:
        # One retry at once, for a connection that was closed while idle; more would only make everybody wait.
        self.redis: Redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=1,
            socket_connect_timeout=1,
            max_connections=50,
            retry=Retry(NoBackoff(), 1),
        )
        self._left_until: float | None = None  # by the monotonic clock

    async def close(self) -> None:
        await self.redis.aclose()

    async def answers(self) -> bool:
        """Whether Redis is there now."""
        try:
            return bool(await self.redis.ping())
        except (RedisError, OSError):
            return False

    async def asked(self, purpose: str, call: Callable[[], Awaitable[T]], *, without: T) -> T:
        """What the call gives, and `without` where Redis is gone.

        One that hangs is worse than one that is gone: it is waited for once, and then left alone for a while.
        """
        if self._left_until is not None:
            if time.monotonic() < self._left_until:
                FAILURES.labels(purpose).inc()
                return without
            self._left_until = time.monotonic() + LEFT_SECONDS  # for everybody but this call
        try:
            given = await call()
        except (RedisError, OSError) as error:
            self._failed(purpose, error)
            return without
        self._left_until = None
        return given

    async def get(self, key: str, *, purpose: str) -> str | None:
        return await self.asked(purpose, lambda: cast(Awaitable[str | None], self.redis.get(key)), without=None)

    async def put(self, key: str, value: str, *, seconds: int, purpose: str) -> None:
        await self.asked(purpose, lambda: self.redis.set(key, value, ex=seconds), without=None)

    async def remembered(
        self, key: str, read: Callable[[], Awaitable[list[dict[str, Any]]]], *, seconds: int, purpose: str
    ) -> list[dict[str, Any]]:
        """The rows that `read` gives, at most so old; of JSON's own kinds of values alone."""
        if (known := await self.get(key, purpose=purpose)) is not None:
            return cast(list[dict[str, Any]], json.loads(known))
        rows = await read()
        await self.put(key, json.dumps(rows), seconds=seconds, purpose=purpose)
        return rows

    async def drop(self, key: str, *, purpose: str) -> None:
        await self.asked(purpose, lambda: self.redis.delete(key), without=None)

    async def drop_if(self, key: str, value: str, *, purpose: str) -> None:
        """Forget the key only while it still holds this value: another may have replaced it meanwhile."""
        script = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end"
        await self.asked(purpose, lambda: cast(Awaitable[int], self.redis.eval(script, 1, key, value)), without=0)

    async def take(self, key: str, value: str, *, seconds: int, purpose: str) -> bool:
        """Whether the key was free and is ours now. Without Redis: yes, since nobody else can be told of either."""

        async def taken() -> bool:
            return bool(await self.redis.set(key, value, ex=seconds, nx=True))

        return await self.asked(purpose, taken, without=True)

    async def count(self, key: str, *, seconds: int, purpose: str, add: int = 1) -> int:
        """How many there were in this window of `seconds` (real time), these `add` included. Without Redis: 0."""
        window = f"{key}:{int(time.time()) // seconds}"

        async def counted() -> int:
            async with self.redis.pipeline(transaction=True) as pipe:
                pipe.incrby(window, add)
                pipe.expire(window, seconds)
                total, _ = await pipe.execute()
            return int(total)

        return await self.asked(purpose, counted, without=0)

    async def tell(self, channel: str, said: str, *, purpose: str) -> None:
        """Publish it to whoever listens now."""
        await self.asked(purpose, lambda: self.redis.publish(channel, said), without=0)

    def _failed(self, purpose: str, error: Exception) -> None:
        if isinstance(error, RedisTimeout | TimeoutError):
            self._left_until = time.monotonic() + LEFT_SECONDS
        else:
            self._left_until = None  # gone at once holds nobody up
        FAILURES.labels(purpose).inc()
        log.warning("cache_failed", purpose=purpose, error=type(error).__name__)
