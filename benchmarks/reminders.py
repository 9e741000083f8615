"""How fast a million reminders are planned: 250,000 candidates whose fee falls due under one deadline, told four times.

Run by `python -m benchmarks.reminders`, or through `measure()`. What is measured is the worker's own pass over an exam
whose calendar was loaded; then the same pass again, which finds nothing to change, and again after the window moved.
"""

import asyncio
import json
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import asyncpg

from backend.clock import EXAM_ZONE, SettableClock
from benchmarks.candidates import MADE
from notifications.reminders import Reminders, reminders
from zhunkao import wiring
from zhunkao.building import services
from zhunkao.demo.programs import exam_files
from zhunkao.installation import services as servers
from zhunkao.journey.people import AREA, EXAM, SITE, SPECIALITY, SUBJECTS
from zhunkao.settings import Settings

CANDIDATES: Final = 250_000
WANTED: Final = 4 * CANDIDATES
NOW: Final = datetime(2024, 1, 25, 10, tzinfo=EXAM_ZONE)

DUE: Final = """
INSERT INTO registration (id, candidate_id, exam_id, state, payment_state, version, registration_number,
    verification_code, form, site_id, rolls, reasons, confirmed_by, created_at, submitted_at, confirmed_at,
    payment_due_since)
SELECT md5('registration ' || n)::uuid, md5('candidate ' || n)::uuid, exam.id, 'approved', 'due', 1, 'B' || n, 'BENCH1',
    $3::text::jsonb, $4, false, '[]', 'staff', $5, $5, $5, $5
FROM generate_series(0, $1::int - 1) AS n JOIN exam ON exam.code = $2
"""
MOVED: Final = """
WITH moved AS (
    UPDATE calendar_window SET closes_at = closes_at + interval '1 day'
    WHERE stage = 'payment' AND area_id IS NULL AND exam_id = (SELECT id FROM exam WHERE code = $1)
)
UPDATE exam SET version = version + 1 WHERE code = $1
"""
LOADED: Final = """
INSERT INTO event (name, subject_id, payload, happened_at, attempts) VALUES ('exam:loaded', $1, '{}', $2, 0)
"""
PLANNED: Final = "SELECT count(*) AS planned, count(DISTINCT due_at) AS instants FROM reminder WHERE state = 'planned'"


def measure() -> dict[str, Any]:
    """Seconds of the first planning, of one that changes nothing, and of one after the window moved by a day."""
    with tempfile.TemporaryDirectory(prefix="zhunkao-bench-") as folder:
        Path(folder).chmod(0o711)
        with servers(Settings(data_folder=Path(folder), clock="settable")) as settings:
            return asyncio.run(measured(settings))


async def measured(settings: Settings) -> dict[str, Any]:
    """In an empty database with the bundled exams' schema to be made."""
    await wiring.migrate(settings)
    await wiring.load_exams(settings, [Path(file) for file in exam_files()], accept_outside=False)
    async with services(settings) as built:
        clock = SettableClock()
        clock.set(NOW)
        worker = reminders(database=built.database, clock=clock, exams=built.exams, channel=built.routing)
        connection = await asyncpg.connect(settings.database_url)
        try:
            await _people(connection, (await built.exams.site(AREA, SITE)).id)
            first = await _pass(connection, worker)
            planned = await connection.fetchrow(PLANNED)
            again = await _pass(connection, worker)
            await connection.execute(MOVED, EXAM)
            await asyncio.sleep(1.5)  # until this process knows it
            moved = await _pass(connection, worker)
        finally:
            await connection.close()
    assert planned["planned"] == WANTED, planned
    return {
        "planned": planned["planned"],
        "seconds": round(first, 1),
        "per_second": round(WANTED / first),
        "again_seconds": round(again, 1),
        "moved_seconds": round(moved, 1),
    }


async def _people(connection: asyncpg.Connection, site_id: int) -> None:
    choice = {"area": AREA, "site": SITE, "level": "intermediate", "speciality": SPECIALITY}
    form = json.dumps({"registration": {**choice, "subjects": list(SUBJECTS)}}, ensure_ascii=False)
    await connection.execute("UPDATE event SET processed_at = now()")
    await connection.execute(MADE, CANDIDATES)
    await connection.execute(DUE, CANDIDATES, EXAM, form, site_id, NOW)
    await connection.execute("ANALYZE candidate, registration")


async def _pass(connection: asyncpg.Connection, worker: Reminders) -> float:
    """Seconds from the exam's event to the end of the pass over everybody in it."""
    started = time.perf_counter()
    await connection.execute(LOADED, EXAM, NOW)
    await worker.outbox.consume()
    await worker.outbox.replan()
    return time.perf_counter() - started


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=2)
    print()
