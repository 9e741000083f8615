"""The offices of the demo: buttons beside the phone act through the same services as the staff's pages will.

It listens on this machine for the demo alone; who clicks is a sample clerk of the sample site or of its area.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import aiohttp
from aiohttp import web

from backend.errors import Fault, Faulty, NotFound, Refusal
from backend.inquiries.models import AccountRecovery
from backend.payments.models import Refund
from backend.registrations.models import Registration
from backend.registrations.moves import Act
from backend.staff.models import Level, StaffMember
from backend.staff.scope import clerk
from backend.wording import Language, say
from zhunkao.building import services
from zhunkao.journey.people import AREA, AREA_CLERK, EXAM, SECOND_SITE_CLERK, SITE, SITE_CLERK, write_last_year
from zhunkao.services import Services
from zhunkao.settings import Settings

CLERKS: Final = {
    Act.CONFIRM: SITE_CLERK,
    Act.SITE_APPROVE: SITE_CLERK,
    Act.SITE_REJECT: SITE_CLERK,
    Act.SITE_RETURN: SITE_CLERK,
    Act.AREA_APPROVE: AREA_CLERK,
    Act.AREA_REJECT: AREA_CLERK,
    Act.SEAT: SITE_CLERK,
}
REFUND_CLERKS: Final = {"ask_refund": ("ask", SITE_CLERK), "approve_refund": ("approve", AREA_CLERK)}
"""Buttons about money: their words in wording/refunds.toml, and whose they are."""
REASON: Final = "示例：材料不全"
REFUND_REASON: Final = "示例：考生因病不能参加考试"
TO_SUPPLEMENT: Final = timedelta(days=2)
SEED: Final = 2024
FIRST_DAY: Final = "2023-12-01T09:00:00+08:00"


async def serve(settings: Settings) -> None:
    """Until cancelled."""
    async with services(settings, pool=4) as built:
        await _prepare(built, settings)
        runner = web.AppRunner(create_desk(built), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.desk_port).start()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()


def create_desk(built: Services) -> web.Application:
    """`GET /desk` lists the acts; `POST /desk/{act}` `{registration}` does one and answers where it stands then.
    `POST /desk/recovery-code` answers `{name, code}` to the newest request for an account."""
    app = web.Application()
    app.router.add_get("/desk", _answered(lambda request, language: _acts(language)))
    app.router.add_post("/desk/recovery-code", _answered(lambda request, language: _give_recovery_code(built)))
    app.router.add_post("/desk/{act}", _answered(lambda request, language: _do(built, request)))
    return app


async def _prepare(built: Services, settings: Settings) -> None:
    """Once: the sample clerks, last year's sample people, and exam time on the first day of pre-registration."""
    if not await StaffMember.exists(username=SECOND_SITE_CLERK):
        await built.members.create(username=SECOND_SITE_CLERK, name="示例考点", level=Level.SITE, area=AREA, site=SITE)
    if await StaffMember.exists(username=SITE_CLERK):
        return
    await built.members.create(username=SITE_CLERK, name="示例考点", level=Level.SITE, area=AREA, site=SITE)
    await built.members.create(username=AREA_CLERK, name="示例考区", level=Level.AREA, area=AREA)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "last-year.csv"
        await asyncio.to_thread(write_last_year, file)
        await built.past_registrations.load(file, kind="health_professional", year=2023)
    async with aiohttp.ClientSession() as http, http.put(settings.clock_url, json={"now": FIRST_DAY}) as answer:
        answer.raise_for_status()


async def _acts(language: Language) -> dict[str, Any]:
    items = [{"act": str(act), "title": say("acts", act, language), "clerk": name} for act, name in CLERKS.items()]
    for act, (words, name) in REFUND_CLERKS.items():
        items.append({"act": act, "title": say("refunds", words, language), "clerk": name})
    return {"items": items, "next": None}


async def _do(built: Services, request: web.Request) -> dict[str, Any]:
    await built.clock.synchronise()
    registration_id = await _registration(request)
    if (name := request.match_info["act"]) in REFUND_CLERKS:
        return await _refund(built, name, registration_id)
    try:
        act = Act(request.match_info["act"])
        who = await clerk(CLERKS[act])
    except (ValueError, KeyError) as error:
        raise Faulty("request_faulty", faults=[Fault("act", "not_in_list")]) from error
    if act is Act.SEAT:
        await built.seating.arrange(who, EXAM, seed=SEED)
        row = await Registration.get(id=registration_id)
    else:
        until = built.clock.now() + TO_SUPPLEMENT if act is Act.SITE_RETURN else None
        row = await built.office.act(who, act, registration_id, reasons=[REASON], until=until)
    return {"state": row.state, "payment_state": row.payment_state}


async def _give_recovery_code(built: Services) -> dict[str, Any]:
    """Both clerks of the sample site see the documents of who asked it last, and one gives out the code."""
    await built.clock.synchronise()
    clerks = [await clerk(username) for username in (SITE_CLERK, SECOND_SITE_CLERK)]
    asked = await AccountRecovery.filter(inquiry__site_id=clerks[0].site_id).order_by("-id").first()
    if asked is None:
        raise NotFound("inquiry_unknown")
    for one in clerks:
        await built.account_recoveries.documents_seen(one, asked.inquiry_id)
    return {"name": asked.name, "code": await built.account_recoveries.issue_code(clerks[0], asked.inquiry_id)}


async def _refund(built: Services, act: str, registration_id: UUID) -> dict[str, Any]:
    """The site asks, the area approves what was asked for last; also where an admit card is out, as the demo may."""
    who = await clerk(REFUND_CLERKS[act][1])
    if act == "ask_refund":
        await built.refunds.ask(who, registration_id, REFUND_REASON)
    else:
        asked = await Refund.filter(registration_id=registration_id).order_by("-id").first()
        await built.refunds.approve(who, asked.id if asked else 0, despite_admit_card=True)
    row = await Registration.get(id=registration_id)
    return {"state": row.state, "payment_state": row.payment_state}


async def _registration(request: web.Request) -> UUID:
    try:
        return UUID((await request.json())["registration"])
    except (ValueError, KeyError, TypeError) as error:
        raise Faulty("request_faulty", faults=[Fault("registration", "malformed")]) from error


def _answered(
    work: Callable[[web.Request, Language], Awaitable[dict[str, Any]]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        language: Language = "en" if request.headers.get("Accept-Language", "").startswith("en") else "zh-CN"
        try:
            return web.json_response(await work(request, language))
        except Refusal as refusal:
            detail = say("errors", refusal.code, language, **refusal.values)
            return web.json_response({"code": refusal.code, "detail": detail}, status=refusal.status)

    return answer
