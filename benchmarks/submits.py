"""Forms handed in at one API process: all the rules, the codes, the audit record and the event, in one transaction.

Beside it, in the same run and by turns, the same writes as a bare asyncpg transaction in the client's own process:
what HTTP, the rules and the reading for them cost is the ratio. Returning candidates are confirmed by the automatic
rule at submit, one by one; how fast many are confirmed at once is measured in `automatic.py`.
"""

import asyncio
import contextlib
import statistics
import time
from collections.abc import Sequence
from io import StringIO
from typing import Any, Final

import asyncpg

from benchmarks.load import Measured, figures, load, request
from benchmarks.running import Running, person, running, stage
from zhunkao.journey.entering import draft
from zhunkao.journey.people import AREA, EXAM, RETURNING, SITE, write_last_year
from zhunkao.journey.stage import Stage

CLIENTS: Final = 64
COUNT, ROUNDS, WARM_UP = 600, 3, 100
MOST_RETURNING, SECONDS = 10_000, 60
"""So many returning candidates, or as many as are confirmed in about that time."""
CONNECTIONS: Final = 10
"""Of the bare transactions: as many as the API's pool has."""

OPEN_NOW: Final = """
WITH opened AS (
    UPDATE calendar_window SET closes_at = now() + interval '1 day' WHERE stage = 'pre_registration'
)
UPDATE exam SET version = version + 1
"""
"""The API that is measured has the real time, at which the exam of 2024 is long over."""

CLONES: Final = """
WITH people AS (
    INSERT INTO candidate SELECT (jsonb_populate_record(one, jsonb_build_object(
        'id', gen_random_uuid(), 'username', $3 || number, 'username_key', $3 || number,
        'id_number_index', '\\x' || encode(convert_to($3 || number, 'UTF8'), 'hex')))).*
    FROM candidate one, generate_series(1, $2::int) number WHERE one.id = $1 RETURNING id, id_number_index
), bindings AS (
    INSERT INTO binding (candidate_id, platform, app_id, open_id, bound_at, last_used_at)
    SELECT id, 'wechat', 'wxBENCH', id::text, now(), now() FROM people
), past AS (
    INSERT INTO past_registration SELECT (jsonb_populate_record(one, jsonb_build_object(
        'id', nextval(pg_get_serial_sequence('past_registration', 'id')),
        'id_number_index', '\\x' || encode(people.id_number_index, 'hex')))).*
    FROM past_registration one, people
    WHERE one.id_number_index = (SELECT id_number_index FROM candidate WHERE id = $1)
), sessions AS (
    INSERT INTO session (id, candidate_id, refresh_hash, started_at, expires_at)
    SELECT gen_random_uuid(), id, ''::bytea, now(), now() + interval '1 day' FROM people RETURNING id, candidate_id
), registrations AS (
    INSERT INTO registration SELECT (jsonb_populate_record(one, jsonb_build_object(
        'id', gen_random_uuid(), 'candidate_id', people.id))).*
    FROM registration one, people WHERE one.candidate_id = $1 RETURNING id, candidate_id
)
SELECT registrations.id AS registration, sessions.id AS session, candidate_id AS candidate
FROM registrations JOIN sessions USING (candidate_id)
"""
"""As many candidates ($2) as the one ($1), each signed in, with a draft and any record of last year."""

BARE: Final = (
    "SELECT * FROM registration WHERE id = $1 FOR UPDATE",
    "INSERT INTO form_version (registration_id, number, verification_code, form, photo, submitted_at) "
    "SELECT id, 1, 'AAAA1111', form, photo, now() FROM registration WHERE id = $1",
    "INSERT INTO audit_record (at, recorded_at, actor_kind, actor_id, act, subject, subject_id, after) "
    "SELECT now(), now(), 'candidate', candidate_id, 'submitted', 'registration', id, '{\"state\": \"submitted\"}' "
    "FROM registration WHERE id = $1",
    "INSERT INTO event (name, candidate_id, subject_id, payload, happened_at, attempts) "
    "SELECT 'registration:submitted', candidate_id, id, '{\"outcome\": \"not_applicable\"}', now(), 0 "
    "FROM registration WHERE id = $1",
    "UPDATE registration SET state = 'submitted', version = version + 1, submitted_at = now(), "
    "verification_code = 'AAAA1111', site_id = (SELECT min(id) FROM site), registration_number = "
    "'9' || lpad(nextval('registration_number_sequence')::text, 12, '0') WHERE id = $1",
)


def measure() -> dict[str, Any]:
    """A second and latencies of each, of submits and bare transactions medians of the rounds; how many were stored."""
    with running() as one:
        return asyncio.run(_measured(one))


async def _measured(one: Running) -> dict[str, Any]:
    async with stage(one) as made:
        new, returning = await drafts(made, one)
        await made.built.database.execute(OPEN_NOW)
        await opened(one, made)
        await _load(one, made, await _clones(made, new, WARM_UP, "warm_"))
        submits, bare = await _by_turns(one, made, new)
        rate = statistics.median(measured.per_second for measured in submits)
        count = min(MOST_RETURNING, round(rate * SECONDS * 0.7, -2))
        confirmed = await _load(one, made, await _clones(made, returning, int(count), "back_"))
        stored = await made.built.database.rows(
            "SELECT state, count(*) AS registrations FROM registration WHERE state <> 'draft' GROUP BY state ORDER BY 1"
        )
    found = {
        "bare transaction": figures(bare),
        "submit": figures(submits),
        "submit, confirmed at once": {**figures([confirmed]), "seconds": round(confirmed.seconds, 1)},
    }
    for figure in found.values():
        figure["of_bare"] = round(figure["per_second"] / found["bare transaction"]["per_second"], 2)
    return {**found, "stored": {row["state"]: row["registrations"] for row in stored}}


async def drafts(made: Stage, one: Running) -> tuple[str, str]:
    """A new candidate and one who returns, each with a form filled in whole; their candidates' ids."""
    file = one.settings.data_folder / "last-year.csv"
    await asyncio.to_thread(write_last_year, file)
    await made.built.past_registrations.load(file, kind="health_professional", year=2023)
    with contextlib.redirect_stdout(StringIO()):
        phones = [await draft(made, person(0), seed=1), await draft(made, RETURNING, seed=2)]
    found = []
    for phone in phones:
        (row,) = await made.built.database.rows(
            "SELECT candidate_id FROM registration WHERE id = $1::uuid", phone.registration
        )
        found.append(str(row["candidate_id"]))
    return found[0], found[1]


async def opened(one: Running, made: Stage) -> None:
    """Wait until the API that is measured has seen it: it looks once a second."""
    url = f"http://127.0.0.1:{one.api_port}/api/v1/exams/{EXAM}/calendar"
    async with asyncio.timeout(10):
        while True:
            async with made.http.get(url, params={"area": AREA, "site": SITE}) as answer:
                states = {item["stage"]: item["state"] for item in (await answer.json())["items"]}
            if states["pre_registration"] == "open":
                return
            await asyncio.sleep(0.1)


async def _clones(made: Stage, candidate: str, count: int, prefix: str) -> list[dict[str, Any]]:
    return await made.built.database.rows(CLONES, candidate, count, prefix)


async def _by_turns(one: Running, made: Stage, new: str) -> tuple[list[Measured], list[Measured]]:
    submits, bare = [], []
    for number in range(ROUNDS):
        submits.append(await _load(one, made, await _clones(made, new, COUNT, f"submit_{number}_")))
        bare.append(await _bare(one.settings.database_url, await _clones(made, new, COUNT, f"bare_{number}_")))
    return submits, bare


async def _load(one: Running, made: Stage, drafts: Sequence[dict[str, Any]]) -> Measured:
    """Each handed in once, by so many clients."""
    requests = [
        request(
            "POST",
            f"/api/v1/registrations/{row['registration']}/submit",
            token=made.built.tokens.access(session_id=row["session"], candidate_id=row["candidate"]),
        )
        for row in drafts
    ]
    return await load("127.0.0.1", one.api_port, requests, connections=CLIENTS, count=len(requests))


async def _bare(database_url: str, drafts: Sequence[dict[str, Any]]) -> Measured:
    measured, left = Measured(), iter(drafts)
    async with asyncpg.create_pool(database_url, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:

        async def client() -> None:
            for row in left:
                started = time.perf_counter()
                async with pool.acquire() as connection, connection.transaction():
                    for statement in BARE:
                        await connection.execute(statement, row["registration"])
                measured.latencies.append(time.perf_counter() - started)

        started = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(CLIENTS)))
        measured.seconds = time.perf_counter() - started
    measured.statuses[200] = len(measured.latencies)
    return measured
