"""The operators' side of results, from outside: what is imported and when it comes out, said in words."""

import asyncio
from pathlib import Path

from tests.api.results import PASSED, line, seat, write
from tests.api.world import JIA, World
from tests.foundation.other_processes import end_of, python
from zhunkao.journey.people import EXAM, SPECIALITY, write_last_year

MILITARY = {
    "id_type": "resident_id_card",
    "id_number": "{number}",
    "name": JIA.name,
    "registration.area": "内蒙古",
    "registration.site": "乌海",
    "registration.speciality": SPECIALITY,
    "registration.level": "intermediate",
}


async def said(world: World, folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run `zhunkao` on the world's database and clock."""
    environment = {
        "ZHUNKAO_DATABASE_URL": world.settings.database_url,
        "ZHUNKAO_REDIS_URL": world.settings.redis_url,
        "ZHUNKAO_SECRET_KEYS": world.settings.secret_keys[0].get_secret_value(),
        "ZHUNKAO_DATA_KEYS": world.settings.data_keys[0].get_secret_value(),
        "ZHUNKAO_CLOCK": "settable",
        "ZHUNKAO_CLOCK_URL": world.settings.clock_url,
    }
    with python("-m", "zhunkao", *arguments, folder=folder, **environment) as command:
        return await asyncio.to_thread(end_of, command)


async def test_results_are_imported_and_published_by_command(world: World, tmp_path: Path) -> None:
    phone = await world.person(JIA)
    await phone.submitted()
    (number,) = await seat(world, phone)
    write(tmp_path / "results.csv", [line(number, *PASSED)])
    status, out, err = await said(world, tmp_path, "import", "results", "results.csv", "--exam", EXAM)
    assert (status, out) == (0, "results.csv: 1 rows, 1 new, 0 changed\n"), err
    made = await said(world, tmp_path, "create-staff", "test.centre", "--name", "示例中心", "--level", "national")
    assert made[0] == 0, made
    when = ["--at", "2024-06-18 10:00", "--report-until", "2024-07-31 00:00", "--by", "test.centre"]
    status, out, err = await said(world, tmp_path, "publish-results", EXAM, *when)
    assert (status, out) == (0, f"the results of {EXAM} come out at 2024-06-18 10:00\n"), err
    await world.at("2024-06-18 10:00")
    assert (await phone.mine("GET", "/results")).json["qualified"]


async def test_last_year_is_imported_for_the_exam_that_follows_it(world: World, tmp_path: Path) -> None:
    write_last_year(tmp_path / "2023.csv")
    status, out, err = await said(world, tmp_path, "import", "last-year", "2023.csv", "--exam", EXAM)
    assert (status, out) == (0, "2023.csv: 2 rows, 2 new, 0 changed\n"), err


async def test_military_candidates_are_imported_by_command(world: World, tmp_path: Path) -> None:
    await world.at("2025-01-20 10:00")
    lines = [",".join(MILITARY), ",".join(MILITARY.values()).format(number=JIA.id_number)]
    (tmp_path / "military.csv").write_text("\n".join(lines), encoding="utf-8")
    status, out, err = await said(world, tmp_path, "import", "military", "military.csv", "--exam", "health-2025")
    assert (status, out) == (0, "military.csv: 1 rows, 1 new, 0 changed\n"), err


async def test_what_is_wrong_with_a_file_is_told_line_by_line_without_a_traceback(world: World, tmp_path: Path) -> None:
    write(tmp_path / "results.csv", [line("24113010199999", *PASSED), line("x", *PASSED)])
    status, out, err = await said(world, tmp_path, "import", "results", "results.csv", "--exam", EXAM)
    assert (status, out, err) == (1, "", "Error: results.csv line 3: admit_number: it is not 14 digits\n")


async def test_a_kind_nobody_knows_is_told(world: World, tmp_path: Path) -> None:
    write_last_year(tmp_path / "2023.csv")
    status, _, err = await said(world, tmp_path, "import", "rolls", "2023.csv", "--exam", EXAM)
    known = "last-year, military, frontline, results and venues are."
    assert status == 1 and err.startswith(f"Error: This kind of file is not known; {known}")
