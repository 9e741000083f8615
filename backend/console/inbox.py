"""The desk: the inbox, one talk beside it, what happens meanwhile, the search and the counts."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from aiohttp import web

from backend.console.pages import Pages, Visit
from backend.console.sent import a_key_of
from backend.documents.review_reports import Report
from backend.errors import NotSignedIn, Refusal
from backend.inquiries.desk_following import Happened
from backend.inquiries.inbox import MOST_SHOWN, PAGE, Talk, Which
from backend.inquiries.models import InquiryKind
from backend.server_sent import ALIVE, event, send
from backend.staff.duties import Duty

pages = Pages()


@pages.add("GET", "/inbox", Duty.SEE_INBOX)
async def show_inbox(visit: Visit) -> web.StreamResponse:
    return await desk(visit)


@pages.add("GET", "/inbox/lines", Duty.SEE_INBOX)
async def show_lines(visit: Visit) -> web.StreamResponse:
    """The list alone: its next page, or all that was shown, anew."""
    return visit.page("inbox_lines.html", **await _lines(visit), chosen=visit.request.query.get("chosen", ""))


@pages.add("GET", "/inbox/events", Duty.SEE_INBOX)
async def follow_inbox(visit: Visit) -> web.StreamResponse:
    """What happens at this desk, as server-sent events."""
    last = visit.request.headers.get("Last-Event-ID") or visit.request.query.get("after") or "0"
    after = a_key_of(int, last[:18], "inquiry_unknown")
    return await send(visit.request, _events(visit.house.desk_following.happened(visit.member, after=after)))


@pages.add("POST", "/inbox/search", Duty.SEE_INBOX)
async def search_inbox(visit: Visit) -> web.StreamResponse:
    """Sent as a form, since addresses stand in logs."""
    sent = await visit.sent()
    text, after = sent.get("text", ""), sent.get("after", "")
    found = await visit.house.inquiry_search.find(
        visit.clerk, text, after=a_key_of(int, after, "inquiry_unknown") if after else None
    )
    return visit.page("inbox_found.html", found=found, text=text.strip())


@pages.add("GET", "/inbox/counts", Duty.COUNT_INQUIRIES)
async def count_inquiries(visit: Visit) -> web.StreamResponse:
    return visit.page("inbox_counts.html", counts=await visit.house.inquiry_counts.by_site(visit.clerk))


@pages.add("POST", "/inbox/export.xlsx", Duty.EXPORT_INQUIRIES)
async def export_workbook(visit: Visit) -> web.StreamResponse:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(await visit.house.inquiry_lists.workbook(visit.clerk), kind)


@pages.add("POST", "/inbox/export.csv", Duty.EXPORT_INQUIRIES)
async def export_csv(visit: Visit) -> web.StreamResponse:
    return _file(await visit.house.inquiry_lists.csv(visit.clerk), "text/csv")


@pages.add("GET", "/inbox/{inquiry}", Duty.SEE_INBOX)
async def show_inquiry(visit: Visit) -> web.StreamResponse:
    return await desk(visit, inquiry_of(visit))


@pages.add("GET", "/inbox/{inquiry}/talk", Duty.SEE_INBOX)
async def show_talk(visit: Visit) -> web.StreamResponse:
    """What was said, alone: what is being written beside it stays as it is."""
    return visit.page("inbox_talk.html", talk=await _talk(visit, inquiry_of(visit)))


@pages.add("GET", "/inbox/{inquiry}/pictures/{message}", Duty.SEE_INBOX)
async def show_picture(visit: Visit) -> web.StreamResponse:
    message = a_key_of(int, visit.request.match_info["message"], "picture_unknown")
    picture = await visit.house.inbox.picture(visit.clerk, inquiry_of(visit), message)
    return web.Response(body=picture, content_type="image/jpeg")


@pages.add("GET", "/inbox/{inquiry}/canned", Duty.SEE_INBOX)
async def fill_canned(visit: Visit) -> web.StreamResponse:
    """A canned answer with what this candidate's records say, for the box in which the clerk writes."""
    text = await visit.house.besides.filled(visit.clerk, inquiry_of(visit), visit.request.query.get("text", ""))
    return web.json_response({"text": text})


async def desk(
    visit: Visit, inquiry: UUID | None = None, *, refusal: Refusal | None = None, text: str | None = None
) -> web.Response:
    """The whole desk, with one inquiry open or none. `refusal`: of an act, whose `text` is still there."""
    last = await visit.house.inbox.last_event(visit.clerk)
    about: dict[str, Any] = {"talk": None}
    if inquiry is not None:
        about = {
            "talk": await _talk(visit, inquiry),
            "beside": await visit.house.besides.of(visit.clerk, inquiry),
            "canned": await visit.house.canned_answers.all(visit.clerk),
            "marks": await visit.house.drafts.marks(visit.clerk, inquiry),
        }
    return visit.page(
        "inbox.html",
        status=refusal.status if refusal else 200,
        **await _lines(visit),
        **about,
        chosen=str(inquiry or ""),
        colleagues=await visit.house.absences.colleagues(visit.clerk),
        kinds=list(InquiryKind),
        last=last,
        refusal=refusal,
        text=text,
        key=uuid4().hex,
    )


def inquiry_of(visit: Visit) -> UUID:
    return a_key_of(UUID, visit.request.match_info["inquiry"], "inquiry_unknown")


async def _lines(visit: Visit) -> dict[str, Any]:
    asked = visit.request.query
    which = Which(asked["which"]) if asked.get("which") in list(Which) else Which.WAITING
    kind = InquiryKind(asked["kind"]) if asked.get("kind") in list(InquiryKind) else None
    shown = asked.get("shown", "")
    limit = min(max(int(shown), PAGE), MOST_SHOWN) if shown.isdecimal() and len(shown) < 6 else PAGE
    lines, after = await visit.house.inbox.page(visit.clerk, which, kind=kind, after=asked.get("after"), limit=limit)
    return {"lines": lines, "after": after, "which": which, "kind": kind, "every": list(Which)}


async def _talk(visit: Visit, inquiry: UUID) -> Talk:
    before = visit.request.query.get("before", "")
    if before.isdecimal() and len(before) < 19:
        return await visit.house.inbox.talk(visit.clerk, inquiry, before=int(before))
    return await visit.house.inbox.talk(visit.clerk, inquiry)


async def _events(found: AsyncGenerator[Happened, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(found):
        try:
            async for one in found:
                told = [event("", number=one.pruned_to, name="reload")] if one.pruned_to is not None else []
                told += [
                    event({"inquiry": str(it.inquiry_id), "what": it.what, "message": it.message_id}, number=it.id)
                    for it in one.events
                ]
                told += [event(mark, name="mark") for mark in one.marks]
                yield b"".join(told) or ALIVE
        except NotSignedIn:
            yield event("", name="ended")


def _file(report: Report, content_type: str) -> web.Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(report.file_name)}"}
    return web.Response(body=report.content, content_type=content_type, headers=headers)
