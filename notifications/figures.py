"""How reminders stand, for whoever watches the service: read, and nothing else."""

from dataclasses import dataclass
from typing import Final

from prometheus_client import Gauge

from backend.clock import Clock
from backend.database import Database

PLANNED: Final = Gauge("zhunkao_reminders_planned", "Reminders that have not gone out yet")
MISSED: Final = Gauge("zhunkao_reminders_missed", "Reminders whose time passed: never gone out, or never done")
LATE: Final = Gauge(
    "zhunkao_reminders_overdue_seconds", "For how long the oldest reminder that is due has been waiting"
)
EVENTS: Final = Gauge("zhunkao_events_waiting", "Events that no reader has taken yet, those that failed among them")
EVENTS_LAG: Final = Gauge("zhunkao_events_lag_seconds", "For how long the oldest event has waited for its reader")

STANDING: Final = """
SELECT (SELECT count(*) FROM reminder WHERE state = 'planned') AS planned,
    (SELECT count(*) FROM reminder WHERE state = 'missed') AS missed,
    (SELECT count(*) FROM event WHERE processed_at IS NULL) AS events,
    coalesce(extract(epoch FROM $1 - (SELECT happened_at FROM event WHERE processed_at IS NULL ORDER BY id LIMIT 1)), 0)
        AS events_lag_seconds,
    coalesce(extract(epoch FROM $1 - (SELECT min(due_at) FROM reminder WHERE state = 'planned' AND due_at <= $1)), 0)
        AS overdue_seconds
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`overdue_seconds` and `events_lag_seconds`: in exam time. Through the night nothing is due; what an operator
    holds back is.
    """

    planned: int
    missed: int
    events: int
    overdue_seconds: float
    events_lag_seconds: float


class Figures:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def read(self) -> Standing:
        """How it stands now."""
        (row,) = await self._database.rows(STANDING, self._clock.now())
        seconds = {name: float(row[name]) for name in ("overdue_seconds", "events_lag_seconds")}
        return Standing(**{**row, **seconds})

    async def show(self) -> None:
        """Put it where it is watched from."""
        standing = await self.read()
        PLANNED.set(standing.planned)
        MISSED.set(standing.missed)
        EVENTS.set(standing.events)
        LATE.set(standing.overdue_seconds)
        EVENTS_LAG.set(standing.events_lag_seconds)
