"""What clerks do at the desk. A refused act leaves the desk as it is, with the words and what was being written."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import cast
from uuid import UUID

from aiohttp import web

from backend.clock import EXAM_ZONE
from backend.console.inbox import desk, inquiry_of
from backend.console.pages import Handler, Pages, Visit, see_other
from backend.console.sent import a_key_of
from backend.console.uploads import uploaded
from backend.errors import Fault, Faulty, NotFound, Refusal, TooLarge
from backend.inquiries.drafts import Doing
from backend.pictures import MAX_BYTES
from backend.staff.duties import Duty

pages = Pages()
Act = Callable[[Visit, UUID], Awaitable[object]]
DOINGS = ("reading", "typing")


def _acting(act: Act) -> Handler:
    async def carry_out(visit: Visit) -> web.StreamResponse:
        inquiry = inquiry_of(visit)
        try:
            await act(visit, inquiry)
        except (NotFound, TooLarge):
            raise
        except Refusal as refusal:
            return await desk(visit, inquiry, refusal=refusal, text=(await visit.sent()).get("text"))
        return see_other(f"/inbox/{inquiry}")

    return carry_out


async def _answer(visit: Visit, inquiry: UUID) -> None:
    picture = await uploaded(visit, "picture", most=MAX_BYTES)
    sent = await visit.sent()
    await visit.house.answers.answer(
        visit.clerk,
        inquiry,
        sent.get("text", ""),
        picture=picture.content if picture else None,
        client_message_id=sent.get("key", "")[:64] or None,
    )


async def _note(visit: Visit, inquiry: UUID) -> None:
    sent = await visit.sent()
    await visit.house.claims.note(visit.clerk, inquiry, sent.get("note", ""), key=sent.get("key", "")[:64] or None)


async def _hand_over(visit: Visit, inquiry: UUID) -> None:
    to = a_key_of(UUID, (await visit.sent()).get("to", ""), "colleague_unknown")
    await visit.house.claims.hand_over(visit.clerk, inquiry, to)


async def _snooze(visit: Visit, inquiry: UUID) -> None:
    until = (await visit.sent()).get("until", "")
    await visit.house.claims.snooze(visit.clerk, inquiry, _moment(until) if until else None)


def _moment(text: str) -> datetime:
    """As a browser's field has it, in China's time. Raises Faulty naming the field."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=EXAM_ZONE)
    except ValueError as error:
        raise Faulty("request_faulty", faults=[Fault("until", "malformed")]) from error


ACTS: dict[str, Act] = {
    "answer": _answer,
    "notes": _note,
    "claim": lambda visit, inquiry: visit.house.claims.claim(visit.clerk, inquiry),
    "release": lambda visit, inquiry: visit.house.claims.release(visit.clerk, inquiry),
    "hand-over": _hand_over,
    "snooze": _snooze,
    "close": lambda visit, inquiry: visit.house.answers.close(visit.clerk, inquiry),
    "reopen": lambda visit, inquiry: visit.house.claims.reopen(visit.clerk, inquiry),
}
for name, act in ACTS.items():
    pages.add("POST", f"/inbox/{{inquiry}}/{name}", Duty.ANSWER)(_acting(act))


@pages.add("POST", "/inbox/{inquiry}/draft", Duty.ANSWER)
async def save_draft(visit: Visit) -> web.StreamResponse:
    await visit.house.drafts.save(visit.clerk, inquiry_of(visit), (await visit.sent()).get("text", ""))
    return web.Response(status=204)


@pages.add("POST", "/inbox/{inquiry}/marks", Duty.ANSWER)
async def make_mark(visit: Visit) -> web.StreamResponse:
    doing = (await visit.sent()).get("doing", "")
    said = cast(Doing, doing if doing in DOINGS else "reading")
    await visit.house.drafts.mark(visit.clerk, inquiry_of(visit), said, name=visit.member.name)
    return web.Response(status=204)


@pages.add("POST", "/inbox/away", Duty.ANSWER)
async def leave_desk(visit: Visit) -> web.StreamResponse:
    await visit.house.absences.leave(visit.clerk)
    return see_other("/inbox")


@pages.add("POST", "/inbox/back", Duty.ANSWER)
async def come_back(visit: Visit) -> web.StreamResponse:
    await visit.house.absences.come_back(visit.clerk)
    return see_other("/inbox")


@pages.add("GET", "/canned-answers", Duty.SEE_INBOX)
async def list_canned(visit: Visit) -> web.StreamResponse:
    return await _canned(visit)


@pages.add("POST", "/canned-answers", Duty.WRITE_CANNED_ANSWERS)
async def word_canned(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    number = a_key_of(int, sent.get("number", "0"), "inquiry_unknown")
    try:
        await visit.house.canned_answers.word(visit.clerk, sent.get("name", ""), sent.get("text", ""), number=number)
    except Refusal as refusal:
        return await _canned(visit, refusal=refusal, text=sent.get("text", ""), name=sent.get("name", ""))
    return see_other("/canned-answers")


async def _canned(visit: Visit, *, refusal: Refusal | None = None, name: str = "", text: str = "") -> web.Response:
    canned = await visit.house.canned_answers.all(visit.clerk)
    status = refusal.status if refusal else 200
    return visit.page("canned_answers.html", status=status, canned=canned, refusal=refusal, name=name, text=text)
