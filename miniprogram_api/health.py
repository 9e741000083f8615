"""Alive, able, and in figures."""

import asyncio
from typing import Annotated, Literal

from prometheus_client import generate_latest
from pydantic import BaseModel

from backend.cache import Cache
from backend.database import Database
from miniprogram_api.typed_routes import Reply, Routes, Urgency

routes = Routes(Urgency.APART)
PLAIN = "text/plain"
Readiness = Literal["ready", "degraded", "not_ready"]


class Alive(BaseModel):
    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """`degraded`: without Redis, limits rest; everything else works."""

    status: Readiness
    database: bool
    cache: bool


@routes.add("GET", "/healthz")
async def alive() -> Alive:
    """The process answers."""
    return Alive()


@routes.add("GET", "/readyz", likewise=(503,))
async def ready(database: Database, cache: Cache) -> Annotated[Reply, Ready]:
    """Whether requests can be served: 503 without the database."""
    has_database, has_cache = await asyncio.gather(database.answers(), cache.answers())
    status: Readiness = "not_ready" if not has_database else "ready" if has_cache else "degraded"
    body = Ready(status=status, database=has_database, cache=has_cache)
    return Reply(body=body, status=200 if has_database else 503)


@routes.add("GET", "/metrics", produces=PLAIN)
async def metrics() -> Reply:
    """Prometheus' text format."""
    return Reply(body=generate_latest(), content_type=PLAIN)
