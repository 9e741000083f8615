"""Automatic confirmation of many at once: last year's file came after their forms, and a worker asks the rule again.

Run by `python -m benchmarks.automatic`, or through `measure()`. The floor is a batch's writes as bare statements, with
nothing read, compared or claimed before them.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import asyncpg

from backend.registrations.asking_again import BATCH
from benchmarks.candidates import MADE
from zhunkao import wiring
from zhunkao.building import services
from zhunkao.demo.programs import exam_files
from zhunkao.installation import services as servers
from zhunkao.journey.people import EXAM, RETURNING, sections
from zhunkao.settings import Settings

COUNT: Final = 100_000
HANDED_IN: Final = """
INSERT INTO registration (id, candidate_id, exam_id, state, payment_state, version, registration_number,
    verification_code, form, auto_confirmation, rolls, reasons, created_at, submitted_at)
SELECT md5('registration ' || n)::uuid, md5('candidate ' || n)::uuid, exam.id, 'submitted', 'none', 1, 'B' || n,
    'BENCH1', jsonb_set($3::text::jsonb, '{registration,archive_number}', to_jsonb('SAMPLE' || n)),
    '{"outcome": "not_applicable", "reason": "no_last_year", "rolls": false, "differences": []}', false, '[]', now(),
    now()
FROM generate_series(0, $1::int - 1) AS n JOIN exam ON exam.code = $2
"""
RECORDS: Final = """
INSERT INTO past_registration (kind, year, id_type, id_number_index, archive_number, attendance, qualified,
    passed_subjects, marks, form, sample)
SELECT 'health_professional', 2023, id_type, id_number_index, 'SAMPLE' || substr(username, 7), 'sat', false, '[]', '[]',
    $1::text::jsonb, true
FROM candidate
"""
NOTED: Final = "INSERT INTO rule_again (registration_id, since) SELECT id, now() FROM registration ORDER BY id"
AS_BEFORE: Final = """
UPDATE registration SET state = 'submitted', confirmed_by = NULL, confirmed_at = NULL, rolls = false,
    auto_confirmation = '{"outcome": "not_applicable", "reason": "no_last_year", "rolls": false, "differences": []}'
"""
BARE: Final = (
    """
UPDATE registration SET state = 'confirmed', confirmed_by = 'system', confirmed_at = now(), version = version + 1,
    rolls = true, auto_confirmation = '{"outcome": "confirmed", "reason": null, "rolls": true, "differences": []}'
WHERE id = ANY($1::uuid[])
""",
    """
INSERT INTO audit_record (at, recorded_at, actor_kind, actor_id, act, subject, subject_id, after)
SELECT now(), now(), 'system', 'zhunkao', act, 'registration', one::text, '{"state": "confirmed"}'
FROM unnest($1::uuid[]) AS one, unnest(ARRAY['compared', 'confirmed']) AS act
""",
    """
INSERT INTO event (name, candidate_id, subject_id, payload, happened_at, attempts)
SELECT name, NULL, one::text, '{"outcome": "confirmed"}', now(), 0
FROM unnest($1::uuid[]) AS one, unnest(ARRAY['registration:compared', 'registration:confirmed']) AS name
""",
)


def measure() -> dict[str, Any]:
    """Registrations, seconds and registrations a second of one worker, and of two; the same of the bare writes."""
    with tempfile.TemporaryDirectory(prefix="zhunkao-bench-") as folder:
        Path(folder).chmod(0o711)
        with servers(Settings(data_folder=Path(folder))) as settings:
            return asyncio.run(_measured(settings))


async def _measured(settings: Settings) -> dict[str, Any]:
    await wiring.migrate(settings)
    await wiring.load_exams(settings, [Path(file) for file in exam_files()], accept_outside=False)
    connection = await asyncpg.connect(settings.database_url)
    try:
        await _people(connection)
        bare = await _bare(connection)
        one = await _swept(settings, connection, workers=1)
        two = await _swept(settings, connection, workers=2)
    finally:
        await connection.close()
    return {"bare writes": _figures(bare), "one sweep": _figures(one), "two sweeps at once": _figures(two)}


async def _people(connection: asyncpg.Connection) -> None:
    form = sections(RETURNING, point=1)
    past = json.dumps({**form, "name": "测试"}, ensure_ascii=False)
    await connection.execute(MADE, COUNT)
    await connection.execute(HANDED_IN, COUNT, EXAM, json.dumps(form, ensure_ascii=False))
    await connection.execute(RECORDS, past)
    await connection.execute("ANALYZE candidate, registration, past_registration")


async def _bare(connection: asyncpg.Connection) -> float:
    ids = [row["id"] for row in await connection.fetch("SELECT id FROM registration ORDER BY id")]
    started = time.perf_counter()
    for first in range(0, COUNT, BATCH):
        async with connection.transaction():
            for statement in BARE:
                await connection.execute(statement, ids[first : first + BATCH])
    return time.perf_counter() - started


async def _swept(settings: Settings, connection: asyncpg.Connection, *, workers: int) -> float:
    await connection.execute(AS_BEFORE)
    await connection.execute(NOTED)
    await connection.execute("VACUUM ANALYZE registration, rule_again")
    async with services(settings) as built:
        await built.exams.prepare()
        started = time.perf_counter()
        done = await asyncio.gather(*(built.asking_again.sweep() for _ in range(workers)))
        seconds = time.perf_counter() - started
    confirmed = await connection.fetchval("SELECT count(*) FROM registration WHERE confirmed_by = 'system'")
    assert sum(done) == confirmed == COUNT, (done, confirmed)
    return seconds


def _figures(seconds: float) -> dict[str, Any]:
    return {"registrations": COUNT, "seconds": round(seconds, 1), "per_second": round(COUNT / seconds)}


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=2)
    print()
