"""The year of the 2024 exam by the settable clock: 2,000 candidates in all states, every reminder of the table.

What they do is written into the rows as the services write it, each act with its event; planning and handing out are
the worker's own. What goes out is held to what a plain program expects (reminder_lives.py): nothing missing, nothing
that is nobody's, none late, none twice. Run by `python -m benchmarks.reminders_year`; status 1 where anything differs.
"""

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from backend.clock import SettableClock
from backend.database import Database
from benchmarks.reminder_acts import acts_of_all, candidate_of, do
from benchmarks.reminder_lives import CHINA, Life, expected, lives
from notifications.reminders import reminders
from zhunkao import wiring
from zhunkao.building import services
from zhunkao.demo.programs import exam_files
from zhunkao.installation import services as servers
from zhunkao.services import Services
from zhunkao.settings import Settings

CANDIDATES, SEED = 2_000, 2024
LATE: Final = timedelta(minutes=1)

NEXT: Final = "SELECT min(due_at) AS due_at FROM reminder WHERE state = 'planned' AND due_at > $1"
SENT: Final = "SELECT id, kind, candidate_id, due_at, sent_at FROM reminder WHERE id = ANY($1::bigint[])"
Key = tuple[str, UUID, datetime]
"""Kind, candidate, and when. Two matters of one night wake at the same hour: they are counted, not only looked for."""


@dataclass(slots=True)
class Recorded:
    """A channel that keeps what it was given."""

    taken: list[int] = field(default_factory=list)

    async def take(self, reminders: Sequence[int]) -> None:
        self.taken += reminders

    async def again(self, reminders: Sequence[int]) -> int:
        return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """By kind: what was expected, what went out, and in what they differ."""

    rows: dict[str, dict[str, int]]
    candidates: int
    instants: int
    seconds: float

    @property
    def clean(self) -> bool:
        return not any(row[what] for row in self.rows.values() for what in ("missing", "nobody's", "late", "twice"))


def measure() -> dict[str, Any]:
    """The whole year with 2,000 candidates, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="zhunkao-bench-") as folder:
        Path(folder).chmod(0o711)
        with servers(Settings(data_folder=Path(folder), clock="settable")) as settings:
            year = asyncio.run(_measured(settings))
    print(table(year))
    return {"candidates": year.candidates, "seconds": round(year.seconds), "clean": year.clean, **year.rows}


def table(year: Year) -> str:
    heads = ("expected", "went out", "missing", "nobody's", "late", "twice")
    lines = [f"{'':<20}" + "".join(f"{head:>10}" for head in heads)]
    for kind, row in sorted(year.rows.items()):
        lines.append(f"{kind:<20}" + "".join(f"{row[head]:>10}" for head in heads))
    lines.append(f"{year.candidates} candidates, {year.instants} instants, {year.seconds:.0f} s")
    return "\n".join(lines)


async def _measured(settings: Settings) -> Year:
    await wiring.migrate(settings)
    await wiring.load_exams(settings, [Path(file) for file in exam_files()], accept_outside=False)
    async with services(settings) as built:
        return await live_through(built, lives(CANDIDATES, SEED))


async def live_through(built: Services, people: Sequence[Life]) -> Year:
    """The year of these people, in a database with every bundled exam; the clock is left at its end."""
    started, channel = time.perf_counter(), Recorded()
    clock = SettableClock()
    worker = reminders(database=built.database, clock=clock, exams=built.exams, channel=channel)
    acts = sorted(await acts_of_all(built, people), key=lambda act: act.when)
    instants, now, position = 0, acts[0].when, 0
    clock.set(now)
    while True:
        while position < len(acts) and acts[position].when <= now:
            await do(built.database, acts[position])
            position += 1
        clock.set(now)
        await worker.sweep()
        instants += 1
        (row,) = await built.database.rows(NEXT, now)
        ahead = [when for when in (row["due_at"], acts[position].when if position < len(acts) else None) if when]
        if not ahead:
            break
        now = min(ahead).astimezone(CHINA)
    return await _compared(built.database, people, channel.taken, instants, time.perf_counter() - started)


async def _compared(
    database: Database, people: Sequence[Life], taken: Sequence[int], instants: int, seconds: float
) -> Year:
    rows = await database.rows(SENT, list(taken))
    late = Counter(row["kind"] for row in rows if row["sent_at"] - row["due_at"] >= LATE)
    out = Counter((row["kind"], row["candidate_id"], row["due_at"].astimezone(CHINA)) for row in rows)
    wanted = Counter((kind, candidate_of(one), when) for one in people for kind, when in expected(one))
    missing, more = wanted - out, out - wanted
    counted = Counter(taken)
    again = Counter(row["kind"] for row in rows if counted[row["id"]] > 1)
    found: dict[str, dict[str, int]] = {}
    for kind in sorted({key[0] for key in wanted} | {key[0] for key in out}):
        found[kind] = {
            "expected": _of_kind(kind, wanted),
            "went out": _of_kind(kind, out),
            "missing": _of_kind(kind, missing),
            "nobody's": sum(times for key, times in more.items() if key[0] == kind and key not in wanted),
            "late": late[kind],
            "twice": sum(times for key, times in more.items() if key[0] == kind and key in wanted) + again[kind],
        }
    return Year(rows=found, candidates=len(people), instants=instants, seconds=seconds)


def _of_kind(kind: str, reminders: Counter[Key]) -> int:
    return sum(times for key, times in reminders.items() if key[0] == kind)


if __name__ == "__main__":
    sys.exit(0 if measure()["clean"] else 1)
