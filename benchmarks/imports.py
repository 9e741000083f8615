"""How fast files of a million rows are imported and what memory that takes, beside a bare COPY of the same file.

Run by `python -m benchmarks.imports`, or through `measure()`. Each import runs in a process of its own, for its peak.
"""

import asyncio
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg

from backend.candidates.document_numbers import check_character
from benchmarks.candidates import ADMITTED, ENTERED, MADE
from zhunkao import wiring
from zhunkao.building import services
from zhunkao.demo.programs import exam_files
from zhunkao.installation import services as servers
from zhunkao.journey.people import AREA, EDUCATION, EXAM, SITE, SPECIALITY, SUBJECTS, WORK
from zhunkao.settings import Settings, revealed

ROWS: Final = 1_000_000
FEWER: Final = 100_000
"""What a tenth takes: where memory doesn't grow, it is the same."""
STATM: Final = Path("/proc/self/statm")
BORN: Final = date(1960, 1, 1)
EMPTY: Final = {"results": "TRUNCATE result", "last-year": "TRUNCATE past_registration CASCADE"}
FLOOR: Final = "CREATE TEMPORARY TABLE floor ({}) ON COMMIT DROP"


def measure() -> dict[str, Any]:
    """By kind of file: seconds, rows a second, seconds of the bare COPY, MB of the file, and by how many MB the process
    grew while it imported a tenth of it, and all of it."""
    with tempfile.TemporaryDirectory(prefix="zhunkao-bench-") as folder:
        Path(folder).chmod(0o711)
        with servers(Settings(data_folder=Path(folder))) as settings:
            asyncio.run(_prepare(settings))
            return {kind: _of_kind(settings, kind, Path(folder)) for kind in EMPTY}


def _of_kind(settings: Settings, kind: str, folder: Path) -> dict[str, Any]:
    file = folder / f"{kind}.csv"
    _write(file, kind, FEWER)
    _, fewer = _timed(settings, kind, file)
    _write(file, kind, ROWS)
    floor, whole = _timed(settings, kind, file)
    return {
        "seconds": round(whole["seconds"], 1),
        "per_second": round(whole["rows"] / whole["seconds"]),
        "copy_seconds": round(floor, 1),
        "file_mb": round(file.stat().st_size / 2**20),
        "grown_mb": round(whole["grown_mb"]),
        "grown_mb_by_a_tenth": round(fewer["grown_mb"]),
    }


def _timed(settings: Settings, kind: str, file: Path) -> tuple[float, dict[str, Any]]:
    """Seconds of the bare COPY, and what the import says of itself."""
    return asyncio.run(_floor(settings, file, kind)), _in_a_process(settings, kind, file)


def _in_a_process(settings: Settings, kind: str, file: Path) -> dict[str, Any]:
    environment = {**os.environ, "BENCHMARK_SETTINGS": json.dumps(revealed(settings))}
    command = [sys.executable, "-m", "benchmarks.imports", kind, str(file)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


async def _import(settings: Settings, kind: str, file: Path) -> dict[str, Any]:
    async with services(settings) as built:
        await built.exams.prepare()
        peak = asyncio.create_task(peak_mb(before := process_mb()))
        started = time.perf_counter()
        if kind == "results":
            rows = (await built.result_imports.load(file, EXAM)).rows
        else:
            rows = (await built.past_registrations.load(file, kind="health_professional", year=2023)).rows
        seconds = time.perf_counter() - started
        peak.cancel()
    return {"rows": rows, "seconds": seconds, "grown_mb": await peak - before}


async def peak_mb(most: float) -> float:
    """The most memory this process held until it is cancelled, looked at twenty times a second."""
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            most = max(most, process_mb())
            await asyncio.sleep(0.05)
    return most


def process_mb() -> float:
    """What the process holds now. Its all-time peak would tell of its start, which reads the fonts."""
    return int(STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 2**20


async def _floor(settings: Settings, file: Path, kind: str) -> float:
    """Seconds of PostgreSQL's own COPY of the file into a table of text."""
    connection = await asyncpg.connect(settings.database_url)
    try:
        await connection.execute(EMPTY[kind])
        with file.open(encoding="utf-8") as lines:
            width = lines.readline().count(",") + 1
        async with connection.transaction():
            await connection.execute(FLOOR.format(", ".join(f"c{number} text" for number in range(width))))
            started = time.perf_counter()
            await connection.copy_to_table("floor", source=str(file), format="csv", header=True)
            return time.perf_counter() - started
    finally:
        await connection.close()


async def _prepare(settings: Settings) -> None:
    """The bundled exams, and as many candidates with admit numbers as there will be rows."""
    await wiring.migrate(settings)
    await wiring.load_exams(settings, [Path(file) for file in exam_files()], accept_outside=False)
    connection = await asyncpg.connect(settings.database_url)
    try:
        await connection.execute("SET session_replication_role = replica")
        choice = {"area": AREA, "site": SITE, "level": "intermediate", "speciality": SPECIALITY}
        form = json.dumps({"registration": {**choice, "subjects": list(SUBJECTS)}}, ensure_ascii=False)
        await connection.execute(MADE, ROWS)
        await connection.execute(ENTERED, ROWS, EXAM, form)
        await connection.execute(ADMITTED, ROWS)
        await connection.execute("ANALYZE candidate, registration, admit_number")
    finally:
        await connection.close()


def _write(file: Path, kind: str, count: int) -> None:
    rows = _results(count) if kind == "results" else _last_year(count)
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(",".join(row) + "\n" for row in rows)


def _results(count: int) -> Iterator[Sequence[str]]:
    yield ["admit_number", "archive_number", *(f"{part}.{one}" for one in SUBJECTS for part in ("score", "pass_line"))]
    for number in range(count):
        scores = [str((number * step) % 101) for step in (7, 11, 13, 17)]
        yield [f"24113{number:09d}", f"SAMPLE{number:08d}", *(cell for score in scores for cell in (score, "60"))]


def _last_year(count: int) -> Iterator[Sequence[str]]:
    form = {**{f"education.{name}": str(value) for name, value in EDUCATION.items()}}
    form |= {f"work.{name}": str(value) for name, value in WORK.items()}
    form |= {"registration.area": AREA, "registration.site": SITE, "registration.speciality": SPECIALITY}
    said = ["id_type", "id_number", "name", "archive_number", "attendance", "qualified", "passed_subjects"]
    yield [*said, *form]
    for number in range(count):
        born = BORN + timedelta(days=number % 14_000)
        first = f"13{number // 14_000:04d}{born:%Y%m%d}000"
        who = ["resident_id_card", first + check_character(first), "测试", f"SAMPLE{number:08d}"]
        yield [*who, "sat", "no", SUBJECTS[number % 4], *form.values()]


if __name__ == "__main__":
    if "BENCHMARK_SETTINGS" in os.environ:
        given = Settings(**json.loads(os.environ["BENCHMARK_SETTINGS"]))
        print(json.dumps(asyncio.run(_import(given, sys.argv[1], Path(sys.argv[2])))))
    else:
        json.dump(measure(), sys.stdout, indent=2)
        print()
