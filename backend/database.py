"""PostgreSQL holds the truth: one pool a process, one transaction a service call."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, TypeVar, cast
from urllib.parse import unquote, urlsplit

import asyncpg
from prometheus_client import Gauge, Histogram
from tortoise import Model, Tortoise
from tortoise.backends.base.client import TransactionalDBClient
from tortoise.connection import get_connection, get_connections
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError, IntegrityError
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

M = TypeVar("M", bound=Model)


class PlainConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A connection given back to the pool as it is: nothing of ours leaves state in a session.

    No LISTEN, no session-level lock, no SET outlives its transaction here; asyncpg's cleaning would cost every read a
    second round trip.
    """

    def get_reset_query(self) -> str:
        return ""


UNANSWERED: Final = (
    OSError,
    TimeoutError,
    DBConnectionError,
    asyncpg.InterfaceError,  # the connection was closed under us
    asyncpg.InternalClientError,  # the server has ended it, and the client hasn't noticed yet
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shutting down, starting up, or a statement that took too long
    asyncpg.InsufficientResourcesError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # a lock that took too long, or closed to connections
    asyncpg.TransactionRollbackError,  # a deadlock
)
"""What is raised where PostgreSQL doesn't answer, or not in time: the same act may well succeed a moment later."""

LEFT_FOR_READING: Final = 2
"""Connections of a pool that no transaction takes, so that a single read never waits for ten long ones."""

QUEUED: Final = Gauge("zhunkao_transactions_waiting", "Transactions that wait for a connection of the pool")
QUEUE_SECONDS: Final = Histogram(
    "zhunkao_transaction_wait_seconds",
    "For how long a transaction waited for its turn at the pool",
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 20),
)
POOL: Final = Gauge("zhunkao_pool_connections", "Connections to PostgreSQL of this process", ["state"])
"""`open`: all there are; `idle`: of these, those that nobody uses; `most`: as many as there may be."""

APP: Final = "zhunkao"
"""The label under which models name each other in foreign keys."""


def configuration(url: str, models: Sequence[str], *, pool: int = 10, patient: bool = False) -> dict[str, Any]:
    """Tortoise's configuration for the database at `url` (postgres://user:password@host:port/name).

    `patient`: statements may take as long as they need, as an index over millions of rows does.
    """
    parts = urlsplit(url)
    limits = {} if patient else {"statement_timeout": "20s", "lock_timeout": "10s"}
    credentials = {
        "host": parts.hostname,
        "port": parts.port or 5432,
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password) if parts.password else None,
        "database": parts.path.lstrip("/"),
        "minsize": 1,
        "maxsize": pool,
        "command_timeout": None if patient else 30,
        "connection_class": PlainConnection,
        "server_settings": {**limits, "timezone": "UTC"},
    }
    return {
        "connections": {"default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}},
        "apps": {APP: {"models": list(models), "default_connection": "default", "migrations": "migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


class Database:
    """The process's connection to PostgreSQL. Opened once, in the process's start-up."""

    def __init__(self, url: str, models: Sequence[str], *, pool: int = 10) -> None:
        self.url = url
        self._configuration = configuration(url, models, pool=pool)
        # asyncpg's pool lets whoever comes at the right moment pass those who wait; this queue keeps its order.
        self._turns = asyncio.Semaphore(max(1, pool - LEFT_FOR_READING))
        self._context: TortoiseContext | None = None

    async def open(self) -> None:
        # The fallback lets every task of the process find the pool; without it only tasks born of this one do.
        self._context = await Tortoise.init(config=self._configuration, _enable_global_fallback=True)
        client = self._context.connections.get("default")
        for state, figure in (("open", "get_size"), ("idle", "get_idle_size"), ("most", "get_max_size")):
            POOL.labels(state).set_function(partial(_of_pool, client, figure))

    async def close(self) -> None:
        if self._context is not None:
            await self._context.close_connections()
            self._context = None

    async def answers(self) -> bool:
        """Whether PostgreSQL is there now, asked for two seconds at most."""
        try:
            await asyncio.wait_for(self.rows("SELECT 1"), 2)
        except UNANSWERED:
            return False
        return True

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Everything inside is done or nothing is; inside another transaction it is a savepoint."""
        if isinstance(get_connection("default"), TransactionalDBClient):
            async with in_transaction():
                yield
            return
        with QUEUED.track_inprogress(), QUEUE_SECONDS.time():
            await self._turns.acquire()
        try:
            async with begun():
                yield
        finally:
            self._turns.release()

    async def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """The rows of one named statement, inside the current transaction if there is one."""
        return await get_connection("default").execute_query_dict(sql, list(values))

    async def count(self, query: QuerySet[M], *, at_most: int) -> int:
        """How many rows the query finds; the database stops counting at `at_most`, however many there are."""
        bounded = query.only("id").limit(at_most)
        bounded.sql()  # builds it
        sql, values = bounded.query.get_parameterized_sql()
        (row,) = await self.rows(f"SELECT count(*) AS number FROM ({sql}) AS found", *values)
        return int(row["number"])

    async def execute(self, sql: str, *values: object) -> int:
        """How many rows one named statement changed."""
        return (await get_connection("default").execute_query(sql, list(values)))[0]


def _of_pool(client: Any, figure: str) -> float:
    """What asyncpg's pool says of itself; 0 while there is none."""
    return float(getattr(client._pool, figure)()) if client._pool else 0.0


@asynccontextmanager
async def begun() -> AsyncIterator[TransactionalDBClient]:
    """Tortoise's transaction, of which nothing is left where its connection is cut before it could begin.

    Tortoise itself leaves the task with the dead connection in everything that it does from then on, and its place in
    the pool taken for ever.
    """
    pooled = get_connection("default")
    try:
        async with in_transaction() as connection:
            yield connection
    finally:
        left: Any = get_connection("default")
        if left is not pooled:
            get_connections().set("default", pooled)
            await cast(Any, pooled)._pool.release(left._connection)


async def lock(model: type[M], **having: object) -> M | None:
    """The row, held against every other writer until the transaction ends."""
    return await model.filter(**having).select_for_update().first()


def violated(error: IntegrityError, constraint: str) -> bool:
    """Whether it was this constraint of the database that decided."""
    cause = error.args[0] if error.args else None
    return getattr(cause, "constraint_name", None) == constraint
