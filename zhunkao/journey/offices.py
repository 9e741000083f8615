"""What the site and the area do, and what a candidate's phone shows of it."""

from typing import Final
from uuid import UUID

from backend.errors import Refusal
from backend.registrations.moves import Act
from backend.staff.scope import Clerk
from zhunkao.journey.people import EXAM
from zhunkao.journey.phone import Phone
from zhunkao.journey.stage import Stage

SEED: Final = 2024


async def refuse_outdated(stage: Stage, phone: Phone, site: Clerk) -> None:
    """A form that was withdrawn since it was printed can't be confirmed."""
    old = phone.seen["old"]
    try:
        await stage.built.office.confirm(site, old["registration_number"], old["verification_code"])
        stage.staff("扫描旧申报表", "Office.confirm", {}, wrong="an outdated form was confirmed")
    except Refusal as refusal:
        wrong = None if refusal.code == "form_outdated" else f"refused as {refusal.code}"
        stage.staff("扫描旧申报表：不是最新版本，不能确认", "Office.confirm", {"code": refusal.code}, wrong=wrong)


async def confirm(stage: Stage, phone: Phone, site: Clerk) -> None:
    """On site, by the scanned form; nothing is withdrawn after it."""
    new = phone.seen["new"]
    row = await stage.built.office.confirm(site, new["registration_number"], new["verification_code"])
    stage.staff(f"扫描{phone.person.name}的申报表，现场确认", "Office.confirm", {"state": row.state})
    await phone.steps(does="看到已确认", step="confirmation", state="done", message="您已完成报名确认")
    await phone.api("POST", phone.mine("/withdraw"), does="确认后不能再撤回", expect=409, code="not_from_this_state")


async def review_at_site(stage: Stage, phone: Phone, site: Clerk) -> None:
    row = await stage.built.office.act(site, Act.SITE_APPROVE, UUID(phone.registration))
    stage.staff(f"考点审核通过：{phone.person.name}", "Office.act site_approve", {"state": row.state})


async def review_in_area(stage: Stage, phone: Phone, area: Clerk) -> None:
    row = await stage.built.office.act(area, Act.AREA_APPROVE, UUID(phone.registration))
    answer = {"state": row.state, "payment_state": row.payment_state}
    stage.staff(f"考区审核通过：{phone.person.name}", "Office.act area_approve", answer)
    await phone.steps(does="看到审核通过、缴费何时开始", step="payment", state="current", message="1月29日")


async def arrange_seats(stage: Stage, site: Clerk) -> None:
    adopted = await stage.built.seating.arrange(site, EXAM, seed=SEED)
    stage.staff("编排考场座位", "Seating.arrange", {"seated": adopted.seated, "seed": SEED})
