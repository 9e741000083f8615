"""Fees that are paid at the site: what is due, taken with the number of its receipt."""

import re
from typing import Final

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.sent import registration_of
from backend.errors import Fault, Faulty
from backend.staff.duties import Duty

pages = Pages()
YUAN: Final = re.compile(r"([0-9]{1,6})(?:\.([0-9]{2}))?")


def fen_of(yuan: str) -> int:
    """An amount as it is written, 260 or 260.00. Raises Faulty naming the field."""
    if not (found := YUAN.fullmatch(yuan.strip())):
        raise Faulty("receipt_faulty", faults=[Fault("amount", "malformed")])
    return int(found[1]) * 100 + int(found[2] or 0)


@pages.add("GET", "/registrations/{registration}/fee", Duty.TAKE_FEE)
async def show_fee(visit: Visit) -> web.StreamResponse:
    row = await visit.house.cases.find(visit.clerk, registration_of(visit))
    fee = await visit.house.onsite_payments.fee(visit.clerk, row.id)
    return visit.page("fee.html", row=row, fee=fee)


@pages.add("POST", "/registrations/{registration}/fee", Duty.TAKE_FEE)
async def take_fee(visit: Visit) -> web.StreamResponse:
    registration, sent = registration_of(visit), await visit.sent()
    await visit.house.onsite_payments.record(
        visit.clerk,
        registration,
        receipt_number=sent.get("receipt_number", ""),
        amount_fen=fen_of(sent.get("amount", "")),
    )
    return see_other(f"/registrations/{registration}/fee")
