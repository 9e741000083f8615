"""Five people through the 2024 exam: three on WeChat, of whom two return, one from Alipay, one from Baidu."""

import asyncio
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from backend.errors import Refusal
from backend.staff.scope import Clerk, clerk
from zhunkao.building import services
from zhunkao.journey.asking import ask
from zhunkao.journey.entering import enter_from, enter_new, return_changed, return_unchanged
from zhunkao.journey.offices import arrange_seats, confirm, refuse_outdated, review_at_site, review_in_area
from zhunkao.journey.paying import move_payment, pay, refund, refuse_too_early
from zhunkao.journey.people import ALIPAYS, AREA_CLERK, BAIDUS, EXAM, SITE_CLERK, write_last_year
from zhunkao.journey.phone import Phone
from zhunkao.journey.record import Record, WrongStep
from zhunkao.journey.recovering import recover_at_site, recover_by_face
from zhunkao.journey.reminded import has_nothing_to_confirm, is_reminded_to_confirm
from zhunkao.journey.stage import Stage, save_pdf
from zhunkao.settings import Settings


async def run(settings: Settings, sandbox_url: str, api_url: str, output: Path) -> int:
    """Walk; 0 only if every step did what it should. Leaves journey.json and the PDFs in `output`."""
    record, ok = Record(EXAM), False
    try:
        async with services(settings, pool=4) as built, aiohttp.ClientSession() as http:
            stage = Stage(
                http=http, api_url=api_url, sandbox_url=sandbox_url, output=output, record=record, built=built
            )
            await _walk(stage)
        ok = True
    except WrongStep as wrong:
        print(f"\nThe journey stopped: {wrong}")
    except (aiohttp.ClientError, Refusal, OSError, KeyError, TimeoutError):
        traceback.print_exc()
        print("\nThe journey stopped: something failed outside of what a step checks.")
    finally:
        await asyncio.to_thread(record.write, output / "journey.json", ok=ok)
    if ok:
        print(f"\n{len(record.steps)} steps, all as they should be: {output / 'journey.json'}")
    return 0 if ok else 1


async def _walk(stage: Stage) -> None:
    site, area = await clerk(SITE_CLERK), await clerk(AREA_CLERK)
    await stage.at("2023-12-01 09:00")
    await _last_year(stage)
    new = await enter_new(stage)
    await ask(new)
    returning = await return_unchanged(stage)
    moved = await return_changed(stage)
    everywhere = [new, await enter_from(stage, ALIPAYS, "alipay"), await enter_from(stage, BAIDUS, "baidu")]
    await _are_approved(stage, everywhere, returning, site, area)
    for phone in everywhere:
        await recover_by_face(phone)
    await recover_at_site(stage, moved)
    await _pay(stage, everywhere)
    await refund(stage, await move_payment(stage, returning), site, area)
    await _sit(stage, everywhere, site)


async def _last_year(stage: Stage) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "last-year.csv"
        await asyncio.to_thread(write_last_year, file)
        imported = await stage.built.past_registrations.load(file, kind="health_professional", year=2023)
    stage.staff("导入上一年度报考数据（示例）", "import last-year", {"rows": imported.rows})


async def _are_approved(stage: Stage, phones: Sequence[Phone], returning: Phone, site: Clerk, area: Clerk) -> None:
    """Confirmed on site, but for the one whom the system has confirmed; reviewed by the site, then by the area."""
    await stage.at("2023-12-05 10:00")
    await is_reminded_to_confirm(phones[0])
    await refuse_outdated(stage, phones[0], site)
    for phone in phones:
        await confirm(stage, phone, site)
    await has_nothing_to_confirm(phones[0])
    await stage.at("2023-12-20 10:00")
    for phone in (*phones, returning):
        await review_at_site(stage, phone, site)
    await stage.at("2024-01-10 10:00")
    for phone in (*phones, returning):
        await review_in_area(stage, phone, area)
    await refuse_too_early(phones[0])


async def _pay(stage: Stage, phones: Sequence[Phone]) -> None:
    """On every platform."""
    await stage.at("2024-01-29 09:00")
    for phone in phones:
        await pay(phone)


async def _sit(stage: Stage, phones: Sequence[Phone], site: Clerk) -> None:
    """Seated; the admit card is refused before 1 April and downloaded on it."""
    await stage.at("2024-03-01 10:00")
    await arrange_seats(stage, site)
    for phone in phones:
        await phone.steps(does="看到座位已排定", step="seating", state="done")
    await stage.at("2024-03-31 23:59")
    early = phones[0]
    await early.api(
        "GET", early.mine("/admit-card.pdf"), does="4月1日前不能下载准考证", expect=409, code="stage_not_open_yet"
    )
    await stage.at("2024-04-01 00:00")
    for phone in phones:
        await _take_admit_card(stage, phone)


async def _take_admit_card(stage: Stage, phone: Phone) -> None:
    await phone.api("GET", phone.mine("/admit-card"), does="看准考证", expect=200, keep=("admit_number", "sittings"))
    await save_pdf(stage, phone, "admit-card", does="下载准考证")
    await phone.steps(does="准考证已下载，等待考试", step="exam", state="current", message="4月13日")
