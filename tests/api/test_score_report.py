"""The score report as a PDF: its owner's, inside its window, whole with both years, and noted once as downloaded."""

import asyncio
from dataclasses import replace
from pathlib import Path

from backend.audit import AuditRecord
from backend.events import Event, EventName
from backend.results.models import Result
from tests.api.results import OUT, PASSED, line, load, publish
from tests.api.violations import BARRED, WRITTEN, seated, upheld
from tests.api.world import YI, Phone, World
from tests.documents.reading import pages_of
from zhunkao.journey.people import SUBJECTS


async def published(world: World, folder: Path, *scores: str) -> tuple[Phone, str]:
    """Somebody whose result is out, with a month to download the report."""
    phone, number = await seated(world)
    await load(world, folder, line(number, *scores))
    await publish(world, report_until="2024-07-31 00:00")
    await world.at(OUT)
    return phone, number


async def page(phone: Phone) -> str:
    answer = await phone.mine("GET", "/score-report.pdf")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf"), answer.body
    (words,) = pages_of(answer.body)
    return words


async def test_its_owner_reads_every_subject_with_number_document_and_outcome(world: World, tmp_path: Path) -> None:
    phone, number = await published(world, tmp_path, "60", "59", "absent", "100")
    words = await page(phone)
    for expected in (phone.who.name, phone.who.id_number, number, "SAMPLE24", "缺考", "不合格", "2024年6月18日"):
        assert expected in words
    assert "尚有科目未合格" in words
    assert all(subject in words for subject in SUBJECTS)


async def test_the_report_says_what_is_void_and_not_what_was_scored(world: World, tmp_path: Path) -> None:
    phone, number = await seated(world)
    await load(world, tmp_path, line(number, "97", "61", "62", "63"))
    await upheld(world, phone, WRITTEN)
    await publish(world)
    await world.at(OUT)
    words = await page(phone)
    assert words.count("成绩无效") == 1 and "97" not in words.replace(number, "").replace(phone.who.id_number, "")
    assert "尚有科目未合格" in words


async def test_of_a_serious_violation_every_subject_is_void(world: World, tmp_path: Path) -> None:
    phone, number = await seated(world)
    await upheld(world, phone, replace(BARRED, item=1))
    await load(world, tmp_path, line(number, *PASSED))
    await publish(world)
    await world.at(OUT)
    assert (await page(phone)).count("成绩无效") == len(SUBJECTS)


async def test_it_is_had_from_the_instant_of_publication_to_the_last_moment_of_its_window(
    world: World, tmp_path: Path
) -> None:
    phone, number = await seated(world)
    await load(world, tmp_path, line(number, *PASSED))
    await publish(world, report_until="2024-07-31 00:00")
    await world.at("2024-06-18 09:59:00")
    early = await phone.mine("GET", "/score-report.pdf")
    assert (early.status, early.code) == (409, "results_not_published_yet")
    for when in ("2024-06-18 10:00:00", "2024-07-30 23:59:00"):
        await world.at(when)
        await page(phone)
    await world.at("2024-07-31 00:00:00")
    late = await phone.mine("GET", "/score-report.pdf")
    assert (late.status, late.code) == (409, "stage_over")
    assert "7月30日 24:00" in late.json["detail"]


async def test_however_often_it_is_downloaded_that_is_noted_once(world: World, tmp_path: Path) -> None:
    phone, _ = await published(world, tmp_path, *PASSED)
    assert await Event.filter(name=EventName.SCORE_REPORT_DOWNLOADED).count() == 0
    await asyncio.gather(*(page(phone) for _ in range(4)))
    event = await Event.get(name=EventName.SCORE_REPORT_DOWNLOADED)
    assert (event.subject_id, event.candidate_id) == (phone.registration, phone.candidate_id)
    assert await AuditRecord.filter(act="downloaded", subject="score_report").count() == 1
    first = (await Result.get()).report_downloaded_at
    await world.at("2024-06-19 10:00")
    await page(phone)
    assert (await Result.get()).report_downloaded_at == first


async def test_it_is_nobody_elses(world: World, tmp_path: Path) -> None:
    phone, _ = await published(world, tmp_path, *PASSED)
    other = await world.person(YI)
    other.registration = phone.registration
    answer = await other.mine("GET", "/score-report.pdf")
    assert (answer.status, answer.code) == (404, "registration_unknown")
