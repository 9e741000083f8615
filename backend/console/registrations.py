"""The office's registrations: the list, the search, the scan, one of them with everything beside it, and the acts."""

from datetime import datetime
from uuid import UUID

from aiohttp import web

from backend.clock import EXAM_ZONE
from backend.console.pages import Handler, Pages, Visit, see_other
from backend.console.sent import a_key_of
from backend.documents.application_form import read_scanned_text
from backend.errors import Fault, Faulty
from backend.registrations.models import PaymentState, State
from backend.registrations.moves import Act
from backend.registrations.office import DUTIES, REASONED, RETURNS
from backend.staff.duties import Duty

pages = Pages()
STATES = tuple(state for state in State if state is not State.DRAFT)
SINGLY = tuple(act for act in DUTIES if act is not Act.REFUSE)
"""A refusal says of each paper why: it needs a page of its own."""


@pages.add("GET", "/registrations", Duty.SEE_REGISTRATIONS)
async def list_registrations(visit: Visit) -> web.StreamResponse:
    asked = visit.request.query
    state, payment = asked.get("state", ""), asked.get("payment_state", "")
    lines, after = await visit.house.work_list.page(
        visit.clerk,
        state=State(state) if state in list(State) else None,
        payment_state=PaymentState(payment) if payment in list(PaymentState) else None,
        after=asked.get("after"),
    )
    template = "registration_rows.html" if "HX-Request" in visit.request.headers else "registrations.html"
    return visit.page(
        template, lines=lines, after=after, state=state, payment=payment, states=STATES, payments=list(PaymentState)
    )


@pages.add("POST", "/search", Duty.SEE_REGISTRATIONS)
async def search(visit: Visit) -> web.StreamResponse:
    """What was typed, or what a barcode reader typed. Sent as a form, since addresses stand in logs."""
    text = (await visit.sent()).get("text", "").strip()
    try:
        number, code = read_scanned_text(text)
    except ValueError:
        number, code = text, ""
    lines = await visit.house.work_list.find(visit.clerk, number)
    if len(lines) == 1:
        return see_other(
            f"/registrations/{lines[0].id}" + (f"?code={code}" if code.isalnum() and code.isascii() else "")
        )
    return visit.page("found.html", lines=lines)


@pages.add("GET", "/registrations/{registration}", Duty.SEE_REGISTRATIONS)
async def show_registration(visit: Visit) -> web.StreamResponse:
    return await _shown(visit)


@pages.add("POST", "/registrations/{registration}/document-number", Duty.SEE_REGISTRATIONS)
async def show_document_number(visit: Visit) -> web.StreamResponse:
    number = await visit.house.cases.document_number(visit.clerk, _registration(visit))
    return await _shown(visit, whole_number=number)


@pages.add("GET", "/registrations/{registration}/materials/{kind}", Duty.SEE_MATERIALS)
async def show_material(visit: Visit) -> web.StreamResponse:
    kind = visit.request.match_info["kind"]
    picture = await visit.house.materials.picture_for(visit.clerk, _registration(visit), kind)
    return web.Response(body=picture, content_type="image/jpeg")


def _acting(act: Act) -> Handler:
    async def carry_out(visit: Visit) -> web.StreamResponse:
        """One of the offices' acts on one registration."""
        sent, registration = await visit.sent(), _registration(visit)
        await visit.house.office.act(
            visit.clerk,
            act,
            registration,
            verification_code=sent.get("code") or None,
            reasons=[line for line in sent.get("reasons", "").splitlines() if line.strip()],
            until=_until(sent.get("until", "")),
            despite=sent.get("despite") or None,
        )
        return see_other(f"/registrations/{registration}")

    return carry_out


for one in SINGLY:
    pages.add("POST", f"/registrations/{{registration}}/acts/{one}", DUTIES[one])(_acting(one))


async def _shown(visit: Visit, *, whole_number: str | None = None) -> web.StreamResponse:
    case = await visit.house.cases.open(visit.clerk, _registration(visit))
    code = visit.request.query.get("code", "")
    return visit.page(
        "registration.html",
        case=case,
        whole_number=whole_number,
        code=code,
        outdated=bool(code) and code.upper() != case.row.verification_code,
        acts=[one for one in case.acts if one in SINGLY],
        reasoned=REASONED,
        returns=RETURNS,
    )


def _registration(visit: Visit) -> UUID:
    return a_key_of(UUID, visit.request.match_info["registration"], "registration_unknown")


def _until(text: str) -> datetime | None:
    """A supplement's deadline, as a browser's field has it; in China's time. Raises Faulty naming the field."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=EXAM_ZONE)
    except ValueError as error:
        raise Faulty("request_faulty", faults=[Fault("until", "malformed")]) from error
