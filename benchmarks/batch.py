"""A site's batch of 10,000 admit cards: seconds until the last is drawn, seconds until all are fetched as one ZIP, and
the most memory the process that does it holds, which is one of its own.

Run by `python -m benchmarks.batch [cards]`, or through `measure()`.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import asyncpg

from backend.candidates.accounts import ABOUT_PHONE
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.documents.fonts import prepare_fonts
from backend.documents.models import BatchKind
from backend.personal_data import PersonalData
from backend.staff.models import Level
from backend.staff.scope import clerk
from benchmarks.candidates import ADMITTED, ENTERED, MADE
from benchmarks.cards import FONTS, example
from benchmarks.imports import peak_mb, process_mb
from zhunkao import wiring
from zhunkao.building import services
from zhunkao.demo.programs import exam_files
from zhunkao.installation import services as servers
from zhunkao.journey.people import AREA, EXAM, RETURNING, SITE, sections
from zhunkao.settings import Settings, revealed

CARDS: Final = 10_000
PHOTOS: Final = 20
"""As many different ones: the others are like them."""
OPEN_NOW: Final = """
UPDATE calendar_window SET closes_at = now() + interval '1 day' WHERE stage = 'admit_card'
"""
ROOMS: Final = """
INSERT INTO room (venue_id, number, capacity, columns, broken, wheelchair, sessions)
SELECT (SELECT min(id) FROM venue WHERE site_id = $2), n, 30, 5, '[]', '[]', '[]'
FROM generate_series(100, 100 + ($1::int - 1) / 30) AS n
"""
SEATED: Final = """
WITH plan AS (
    INSERT INTO seating_plan (exam_id, site_id, seed, candidates, adopted_at, adopted_by, state, neighbours,
        least_neighbours, decided_at, decided_by)
    SELECT id, $3, 1, $1, now(), '-', 'frozen', 0, 0, now(), '-' FROM exam WHERE code = $2 RETURNING id
)
INSERT INTO seat (plan_id, registration_id, session_id, room_id, number)
SELECT plan.id, md5('registration ' || n)::uuid, session.id, room.id, n % 30 + 1
FROM plan, generate_series(0, $1::int - 1) AS n
JOIN room ON room.number = 100 + n / 30
JOIN (
    SELECT DISTINCT ON (subject) exam_session.id FROM exam_session JOIN exam ON exam.id = exam_session.exam_id
    WHERE exam.code = $2 ORDER BY subject, exam_session.number
) AS session ON true
"""


def measure(cards: int = CARDS) -> dict[str, Any]:
    """The cards, seconds, cards a second, MB of the process at most, seconds to fetch them, MB of the ZIP."""
    with tempfile.TemporaryDirectory(prefix="zhunkao-bench-") as folder:
        Path(folder).chmod(0o711)
        prepare_fonts(FONTS)
        (Path(folder) / "fonts").symlink_to(FONTS.resolve())
        with servers(Settings(data_folder=Path(folder))) as settings:
            given = settings.model_copy(update={"clock": "system", "clock_url": ""})
            asyncio.run(prepare(given, cards))
            environment = {**os.environ, "BENCHMARK_SETTINGS": json.dumps(revealed(given))}
            command = [sys.executable, "-m", "benchmarks.batch"]
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
            return dict(json.loads(done.stdout.splitlines()[-1]))


async def prepare(settings: Settings, cards: int) -> None:
    """So many candidates seated at the sample site, whose clerk is `test.site`; their cards may be printed now."""
    await wiring.migrate(settings)
    await wiring.load_exams(settings, [Path(file) for file in exam_files()], accept_outside=False)
    async with services(settings) as built:
        await built.members.create(username="test.site", name="示例考点", level=Level.SITE, area=AREA, site=SITE)
    await seat(settings, cards)


async def seat(settings: Settings, cards: int) -> None:
    """So many candidates with a card at the sample site, in a database in which nobody else is registered."""
    connection = await asyncpg.connect(settings.database_url)
    try:
        async with services(settings) as built:
            photos = [await built.storage.put("photos", example(number).photo or b"") for number in range(PHOTOS)]
            site_id = (await built.exams.site(AREA, SITE)).id
        personal_data = PersonalData([key.get_secret_value() for key in settings.data_keys])
        number = personal_data.encrypt(RETURNING.id_number, about=ABOUT_ID_NUMBER)
        phone = personal_data.encrypt("13000000000", about=ABOUT_PHONE)
        await connection.execute(OPEN_NOW)
        await connection.execute(MADE, cards)
        await connection.execute("UPDATE candidate SET id_number = $1, phone = $2", number, phone)
        await connection.execute(ENTERED, cards, EXAM, json.dumps(sections(RETURNING, point=1), ensure_ascii=False))
        await connection.execute(
            "UPDATE registration SET site_id = $1, photo = ($2::text[])[1 + abs(hashtext(id::text)) % $3::int]",
            site_id,
            photos,
            PHOTOS,
        )
        await connection.execute(ADMITTED, cards)
        await connection.execute(ROOMS, cards, site_id)
        await connection.execute(SEATED, cards, EXAM, site_id)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _draw(settings: Settings) -> dict[str, Any]:
    async with services(settings) as built:
        await built.exams.prepare()
        peak = asyncio.create_task(peak_mb(process_mb()))
        who = await clerk("test.site")
        started = time.perf_counter()
        batch = await built.batches.order(who, EXAM, BatchKind.ADMIT_CARDS)
        await built.batch_drawing.draw(batch)
        seconds = time.perf_counter() - started
        cards = (await built.batches.look(who, batch)).cards_drawn
        started, size = time.perf_counter(), 0
        async for piece in await built.batches.archive(who, batch):
            size += len(piece)
        fetched = time.perf_counter() - started
        peak.cancel()
        return {
            "cards": cards,
            "seconds": round(seconds, 1),
            "per_second": round(cards / seconds, 1),
            "process_mb": round(await peak),
            "fetched_seconds": round(fetched, 1),
            "zip_mb": round(size / 2**20),
        }


if __name__ == "__main__":
    if "BENCHMARK_SETTINGS" in os.environ:
        print(json.dumps(asyncio.run(_draw(Settings(**json.loads(os.environ["BENCHMARK_SETTINGS"]))))))
    else:
        json.dump(measure(*map(int, sys.argv[1:])), sys.stdout, indent=2)
        print()
