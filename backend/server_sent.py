"""Server-sent events: how one is written, and a connection that is kept open for them.

Whoever reads them comes again by themselves with the id of the last one: a connection may end at any time, and ends
quietly, also where what stands behind it doesn't answer any more.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, Final

import structlog
from aiohttp import web
from redis.exceptions import RedisError

from backend.database import UNANSWERED
from backend.errors import Refusal

log = structlog.get_logger(__name__)
CONTENT_TYPE: Final = "text/event-stream"
WRITE_SECONDS: Final = 30
"""The longest a reader may take nothing."""
RETRY_MS: Final = 3000
ALIVE: Final = b": alive\n\n"
HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


def event(data: Any, *, number: int | None = None, name: str | None = None) -> bytes:
    """One event. Without a `number` it is none of a log's, and nobody asks for what came after it."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    lines = [f"id: {number}"] if number is not None else []
    lines += [f"event: {name}"] if name else []
    lines += [f"data: {line}" for line in text.split("\n")]
    return ("\n".join(lines) + "\n\n").encode()


async def send(
    request: web.Request, events: AsyncGenerator[bytes, None], *, headers: Mapping[str, str] | None = None
) -> web.StreamResponse:
    """Write them as they come, until they end or nobody reads any more. Raises what they raise before the first."""
    async with aclosing(events):
        first = await anext(events, b"")
        response = web.StreamResponse(headers={**HEADERS, **(headers or {})})
        response.content_type, response.charset = CONTENT_TYPE, "utf-8"
        await response.prepare(request)
        try:
            await response.write(f"retry: {RETRY_MS}\n\n".encode() + first)
            async for one in events:
                async with asyncio.timeout(WRITE_SECONDS):
                    await response.write(one)
        except (Refusal, RedisError, *UNANSWERED) as error:
            log.info("stream_ended", reason=type(error).__name__)
    return response
