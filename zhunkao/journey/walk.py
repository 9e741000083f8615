"""Three people through the 2024 exam: one new, one returning unchanged, one returning from another school."""

import asyncio
import tempfile
import traceback
from pathlib import Path
from typing import Final
from uuid import UUID

import aiohttp

from backend.errors import Refusal
from backend.registrations.moves import Act
from backend.staff.scope import Clerk, clerk
from zhunkao.journey.entering import choose_place, enter, hand_in, return_changed, return_unchanged
from zhunkao.journey.people import AREA_CLERK, EXAM, NEW, SITE_CLERK, write_last_year
from zhunkao.journey.phone import Phone
from zhunkao.journey.record import Record, WrongStep
from zhunkao.journey.stage import Stage, save_pdf
from zhunkao.services import services
from zhunkao.settings import Settings

SEED: Final = 2024


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
    await stage.at("2023-12-01 09:00")
    await _last_year(stage)
    new = await enter(stage, NEW)
    point = await choose_place(new)
    await hand_in(stage, new, point)
    await return_unchanged(stage, point)
    await return_changed(stage, point)
    site, area = await clerk(SITE_CLERK), await clerk(AREA_CLERK)
    await confirm(stage, new, site)
    await review(stage, new, site, area)
    await pay(stage, new)
    await sit(stage, new, site)


async def _last_year(stage: Stage) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "last-year.csv"
        await asyncio.to_thread(write_last_year, file)
        imported = await stage.built.past_registrations.load(file, kind="health_professional", year=2023)
    stage.staff("导入上一年度报考数据（示例）", "import last-year", {"rows": imported.rows})


async def confirm(stage: Stage, phone: Phone, site: Clerk) -> None:
    """On site, by the scanned form; an outdated form can't be confirmed."""
    await stage.at("2023-12-05 10:00")
    await stage.built.clock.synchronise()
    old, new = phone.seen["old"], phone.seen["new"]
    number = new["registration_number"]
    try:
        await stage.built.office.confirm(site, number, old["verification_code"])
        stage.staff("扫描旧申报表", "Office.confirm", {}, wrong="an outdated form was confirmed")
    except Refusal as refusal:
        wrong = None if refusal.code == "form_outdated" else f"refused as {refusal.code}"
        stage.staff("扫描旧申报表：不是最新版本，不能确认", "Office.confirm", {"code": refusal.code}, wrong=wrong)
    row = await stage.built.office.confirm(site, number, new["verification_code"])
    stage.staff("扫描新申报表，现场确认", "Office.confirm", {"state": row.state})
    await phone.steps(does="看到已确认", step="confirmation", state="done", message="您已完成报名确认")
    await phone.api(
        "POST",
        f"/registrations/{phone.registration}/withdraw",
        does="确认后不能再撤回",
        expect=409,
        code="not_from_this_state",
    )


async def review(stage: Stage, phone: Phone, site: Clerk, area: Clerk) -> None:
    """The site, then the area."""
    registration = UUID(phone.registration)
    await stage.at("2023-12-20 10:00")
    await stage.built.clock.synchronise()
    row = await stage.built.office.act(site, Act.SITE_APPROVE, registration)
    stage.staff("考点审核通过", "Office.act site_approve", {"state": row.state})
    await stage.at("2024-01-10 10:00")
    await stage.built.clock.synchronise()
    row = await stage.built.office.act(area, Act.AREA_APPROVE, registration)
    stage.staff("考区审核通过", "Office.act area_approve", {"state": row.state, "payment_state": row.payment_state})
    await phone.steps(does="看到审核通过、缴费何时开始", step="payment", state="current", message="1月29日")


async def pay(stage: Stage, phone: Phone) -> None:
    """Too early is refused in words; then order, the platform's payment, its signed callback."""
    path = f"/registrations/{phone.registration}/payment"
    body = {"platform": "wechat"}
    await phone.api(
        "POST",
        path,
        does="缴费还没开始",
        expect=409,
        code="stage_not_open_yet",
        json_body=body,
        headers=phone.intention(),
    )
    await stage.at("2024-01-29 09:00")
    key = phone.intention()
    answer = await phone.api(
        "POST",
        path,
        does="下单缴费",
        expect=200,
        json_body=body,
        headers=key,
        keep=("order_number", "amount_fen", "state"),
        must={"state": "open", "amount_fen": 26000},
    )
    again = await phone.api(
        "POST",
        path,
        does="重复点击仍是同一订单",
        expect=200,
        json_body=body,
        headers=key,
        keep=("order_number",),
        must={"order_number": answer.json["order_number"]},
    )
    await phone.sandbox(
        "POST",
        f"/sandbox/users/{phone.user_id}/pay",
        does="微信支付",
        keep=("errMsg",),
        json_body={"client": again.json["client"], "outcome": "paid"},
    )
    await phone.until(
        f"/registrations/{phone.registration}",
        does="收到平台签名通知，缴费成功",
        must={"payment_state": "paid"},
        keep=("state", "payment_state", "paid_at"),
    )
    await phone.api(
        "POST", path, does="不会重复缴费", expect=409, code="already_paid", json_body=body, headers=phone.intention()
    )


async def sit(stage: Stage, phone: Phone, site: Clerk) -> None:
    """Seated; the admit card is refused before 1 April and downloaded on it."""
    path = f"/registrations/{phone.registration}"
    await stage.at("2024-03-01 10:00")
    await stage.built.clock.synchronise()
    adopted = await stage.built.seating.arrange(site, EXAM, seed=SEED)
    stage.staff("编排考场座位", "Seating.arrange", {"seated": adopted.seated, "seed": SEED})
    await phone.steps(does="看到座位已排定", step="seating", state="done")
    await stage.at("2024-03-31 23:59")
    await phone.api(
        "GET", f"{path}/admit-card.pdf", does="4月1日前不能下载准考证", expect=409, code="stage_not_open_yet"
    )
    await stage.at("2024-04-01 00:00")
    await phone.api("GET", f"{path}/admit-card", does="看准考证", expect=200, keep=("admit_number", "sittings"))
    await save_pdf(stage, phone, f"{path}/admit-card.pdf", "admit-card.pdf", "下载准考证")
    await phone.steps(does="准考证已下载，等待考试", step="exam", state="current", message="4月13日")
