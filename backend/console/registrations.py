"""The office's registrations: the list by state or by what waits, the search, the scan."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.documents.application_form import read_scanned_text
from backend.registrations.cases import acts_from
from backend.registrations.models import PaymentState, State
from backend.registrations.waiting import STATES as STATE_OF
from backend.registrations.waiting import Waiting
from backend.registrations.work_list import COUNTED, Wanted
from backend.staff.duties import Duty
from backend.staff.models import Level

pages = Pages()
STATES: Final = tuple(state for state in State if state is not State.DRAFT)
FILTERS: Final = ("state", "payment_state", "waiting")


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """The filters of an address or a form; what is none of ours is none."""
    state, payment, waiting = (asked.get(name, "") for name in FILTERS)
    return Wanted(
        state=State(state) if state in list(State) else None,
        payment_state=PaymentState(payment) if payment in list(PaymentState) else None,
        waiting=Waiting(waiting) if waiting in list(Waiting) else None,
    )


@pages.add("GET", "/registrations", Duty.SEE_REGISTRATIONS)
async def list_registrations(visit: Visit) -> web.StreamResponse:
    asked = visit.request.query
    wanted = wanted_of(asked)
    lines, after = await visit.house.work_list.page(visit.clerk, wanted, after=asked.get("after"))
    state = STATE_OF.get(wanted.waiting) if wanted.waiting else wanted.state
    acts = acts_from(visit.clerk, state) if state else []
    filters = {name: getattr(wanted, name) or "" for name in FILTERS}
    if "HX-Request" in visit.request.headers:
        return visit.page("registration_rows.html", lines=lines, after=after, filters=filters, acts=acts)
    # What an index holds is counted; a rare state is not looked for among an area's or the nation's millions.
    is_cheap = wanted.waiting or acts or visit.clerk.level in (Level.POINT, Level.SITE)
    number = await visit.house.work_list.count(visit.clerk, wanted) if lines and is_cheap else None
    return visit.page(
        "registrations.html",
        lines=lines,
        after=after,
        filters=filters,
        acts=acts,
        number=number,
        counted=COUNTED,
        states=STATES,
        payments=list(PaymentState),
    )


@pages.add("POST", "/search", Duty.SEE_REGISTRATIONS)
async def search(visit: Visit) -> web.StreamResponse:
    """What was typed, or what a barcode reader typed. Sent as a form, since addresses stand in logs."""
    text = (await visit.sent()).get("text", "").strip()
    number, code = _scanned(text)
    lines = await visit.house.work_list.find(visit.clerk, number)
    if len(lines) == 1:
        return see_other(f"/registrations/{lines[0].id}" + (f"?code={code}" if code else ""))
    return visit.page("found.html", lines=lines, acts=[])


def _scanned(text: str) -> tuple[str, str]:
    """Registration number and verification code of a form's barcode; else what was typed, dashes and all."""
    try:
        number, code = read_scanned_text(text)
    except ValueError:
        return text, ""
    is_barcode = number.isdecimal() and code.isascii() and code.isalnum()
    return (number, code) if is_barcode else (text, "")
