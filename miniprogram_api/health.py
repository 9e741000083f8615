"""Alive, able, and in figures."""

import asyncio
from typing import Annotated, Literal

from prometheus_client import generate_latest
from pydantic import BaseModel

from backend.cache import Cache
from backend.database import Database
from backend.leaving import Leaving
from miniprogram_api.typed_routes import Reply, Routes, Urgency

routes = Routes(Urgency.APART)
PLAIN = "text/plain"
Readiness = Literal["ready", "degraded", "not_ready", "leaving"]


class Alive(BaseModel):
    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """`degraded`: without Redis, limits rest; everything else works. `leaving`: it still answers, and soon won't."""

    status: Readiness
    database: bool
    cache: bool


@routes.add("GET", "/healthz")
async def alive() -> Alive:
    """The process answers."""
    return Alive()


@routes.add("GET", "/readyz", likewise=(503,))
async def ready(database: Database, cache: Cache, leaving: Leaving) -> Annotated[Reply, Ready]:
    """Whether requests can be served: 503 without the database, and where the process was told to stop."""
    has_database, has_cache = await asyncio.gather(database.answers(), cache.answers())
    status = _readiness(has_database, has_cache, leaving)
    body = Ready(status=status, database=has_database, cache=has_cache)
    return Reply(body=body, status=200 if status in ("ready", "degraded") else 503)


def _readiness(has_database: bool, has_cache: bool, leaving: Leaving) -> Readiness:
    if leaving.begun:
        return "leaving"
    if not has_database:
        return "not_ready"
    return "ready" if has_cache else "degraded"


@routes.add("GET", "/metrics", produces=PLAIN)
async def metrics() -> Reply:
    """Prometheus' text format."""
    return Reply(body=generate_latest(), content_type=PLAIN)
