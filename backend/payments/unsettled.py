"""Money that is not where it should be yet, for whoever watches the service: counted, and nothing else."""

from typing import Final

from prometheus_client import Gauge

from backend.clock import Clock, real_now
from backend.database import Database

ORDERS: Final = Gauge(
    "zhunkao_orders_overdue", "Orders whose time is over and whose platform has not said what became of them"
)
CALLBACKS: Final = Gauge("zhunkao_callbacks_waiting", "Platforms' notifications that are kept and not acted on yet")
CALLBACKS_LAG: Final = Gauge("zhunkao_callbacks_lag_seconds", "For how long the oldest of these has waited (real time)")
REFUNDS: Final = Gauge("zhunkao_refunds_unfinished", "Refunds that are decided and have not ended", ["state"])

STANDING: Final = """
SELECT (SELECT count(*) FROM payment_order WHERE state = 'open' AND expires_at < $1) AS orders,
    (SELECT count(*) FROM callback WHERE processed_at IS NULL) AS callbacks,
    coalesce(extract(epoch FROM $2 - (SELECT received_at FROM callback WHERE processed_at IS NULL ORDER BY id LIMIT 1)),
        0)::float AS callbacks_lag_seconds,
    (SELECT count(*) FROM refund WHERE state = 'approved') AS approved,
    (SELECT count(*) FROM refund WHERE state = 'sent') AS sent
"""


class Unsettled:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def show(self) -> None:
        """Put it where it is watched from."""
        (row,) = await self._database.rows(STANDING, self._clock.now(), real_now())
        ORDERS.set(row["orders"])
        CALLBACKS.set(row["callbacks"])
        CALLBACKS_LAG.set(max(row["callbacks_lag_seconds"], 0))
        for state in ("approved", "sent"):
            REFUNDS.labels(state).set(row[state])
