"""An office's inbox: its inquiries by what is to be done about them, one of them whole, and the log of what happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from backend.clock import EXAM_ZONE, Clock, real_now
from backend.database import Database
from backend.errors import NotFound
from backend.exams.catalogue import Exams
from backend.inquiries.desk_models import DeskEvent, DeskLogStart, InquiryDraft
from backend.inquiries.holding import inbox_of, office
from backend.inquiries.models import Author, Inquiry, InquiryKind, InquiryMessage, InquiryState
from backend.inquiries.platforms import Limits
from backend.inquiries.urgency import Closing, Urgency, closing, urgency
from backend.pictures import Pictures
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk

PAGE, MOST_SHOWN = 50, 200
MOST_SAID: Final = 100
"""Messages of a talk that are shown at once."""
EVENTS: Final = 200
"""A page of the log."""
EXAMS_LOOKED_AT: Final = 8


class Which(StrEnum):
    """What is to be done: `waiting` for an answer, in the clerk's own hands, put aside, answered, over."""

    WAITING = "waiting"
    MINE = "mine"
    SNOOZED = "snoozed"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a list is found and ordered: its condition ($2: now, $3: the clerk), its key, and the direction."""

    where: str
    key: str
    newest_first: bool = False


ORDERS: Final[Mapping[Which, Order]] = {
    Which.WAITING: Order(
        where="state = 'open' AND (snoozed_until IS NULL OR snoozed_until <= $2) AND $3::uuid IS NOT NULL",
        key="waiting_since",
    ),
    Which.MINE: Order(
        where="claimed_by_id = $3 AND state <> 'closed' AND $2::timestamptz IS NOT NULL",
        key="coalesce(waiting_since, claimed_at + interval '100 years')",
    ),
    Which.SNOOZED: Order(where="snoozed_until > $2 AND $3::uuid IS NOT NULL", key="snoozed_until"),
    Which.ANSWERED: Order(
        where="state = 'answered' AND $2::timestamptz IS NOT NULL AND $3::uuid IS NOT NULL",
        key="opened_at",
        newest_first=True,
    ),
    Which.CLOSED: Order(
        where="state = 'closed' AND $2::timestamptz IS NOT NULL AND $3::uuid IS NOT NULL",
        key="closed_at",
        newest_first=True,
    ),
}

LINES: Final = """
SELECT one.*, member.name AS claimed_by, coalesce(candidate.name, account_recovery.name) AS name,
    chat.platform, chat.said_at, last.author, last.text, last.picture IS NOT NULL AS shows
FROM (
    SELECT inquiry.*, {key} AS place FROM inquiry
    WHERE {inbox} AND {where} AND ($4::text IS NULL OR kind = $4)
      AND {beyond}
    ORDER BY {key} {way}, id {way} LIMIT $7
) AS one
LEFT JOIN candidate ON candidate.id = one.candidate_id
LEFT JOIN account_recovery ON account_recovery.inquiry_id = one.id
LEFT JOIN staff_member AS member ON member.id = one.claimed_by_id
LEFT JOIN chat ON chat.id = one.chat_id
LEFT JOIN LATERAL (
    SELECT author, text, picture FROM inquiry_message WHERE inquiry_id = one.id ORDER BY id DESC LIMIT 1
) AS last ON true
ORDER BY one.place {way}, one.id {way}
"""

SAID: Final = """
SELECT message.id, message.author, message.text, message.picture IS NOT NULL AS shows, message.written_at,
    member.name AS by, delivery.state AS delivery
FROM inquiry_message AS message
LEFT JOIN staff_member AS member ON message.author = 'staff' AND member.id::text = message.author_id
LEFT JOIN chat_delivery AS delivery ON delivery.message_id = message.id
WHERE message.inquiry_id = $1 AND message.id < $2 ORDER BY message.id DESC LIMIT $3
"""
NOTED: Final = """
SELECT note.id, note.text, note.written_at, member.name AS by FROM inquiry_note AS note
JOIN staff_member AS member ON member.id = note.member_id
WHERE note.inquiry_id = $1 ORDER BY note.id DESC LIMIT $2
"""
NEWEST: Final = 2**63 - 1
LAST: Final = """
SELECT greatest(max(desk_event.id), (SELECT pruned_to FROM desk_log_start WHERE office = $1), 0) AS last
FROM desk_event WHERE office = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One inquiry in the list. `name`: None of somebody in a chat that is bound to nobody."""

    id: UUID
    kind: InquiryKind
    state: InquiryState
    name: str | None
    platform: str | None
    text: str
    author: str
    waiting_since: datetime | None
    snoozed_until: datetime | None
    claimed_by: str | None
    is_mine: bool
    urgency: Urgency | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing in a talk: a message, or a note for colleagues (`author` is `note`). `delivery`: of an answer on its
    way into a chat."""

    id: int
    author: str
    text: str
    shows: bool
    written_at: datetime
    by: str | None
    delivery: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One inquiry. `answerable`: somebody could read an answer."""

    line: Line
    candidate_id: UUID | None
    said: Sequence[Said]
    more_before: int | None
    draft: str
    answerable: bool


class Inbox:
    """What came to the clerk's office. Scope is part of every query. `limits`: of the platforms' chats, by name."""

    def __init__(
        self, *, database: Database, clock: Clock, exams: Exams, pictures: Pictures, limits: Mapping[str, Limits]
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._pictures, self._limits = pictures, limits

    async def page(
        self,
        clerk: Clerk,
        which: Which = Which.WAITING,
        *,
        kind: InquiryKind | None = None,
        after: str | None = None,
        limit: int = PAGE,
    ) -> tuple[Sequence[Line], str | None]:
        """Those that wait the oldest first, those that are over the newest first; and where to go on.

        Raises NotAllowed; NotFound `inquiry_unknown` for an `after` that no page gave.
        """
        clerk.require(Duty.SEE_INBOX)
        limit = min(limit, MOST_SHOWN)
        at, last = _place(after)
        rows = await self._rows(clerk, ORDERS[which], (kind, at, last, limit + 1))
        ending = await self._closing(clerk)
        lines = [self._line(clerk, row, ending) for row in rows[:limit]]
        following = f"{rows[limit - 1]['place'].isoformat()}~{rows[limit - 1]['id']}" if len(rows) > limit else None
        return lines, following

    async def talk(self, clerk: Clerk, inquiry_id: UUID, *, before: int = NEWEST) -> Talk:
        """One inquiry: its newest messages (those before the one with this id) and the notes, in order.

        Raises NotAllowed; NotFound `inquiry_unknown`.
        """
        clerk.require(Duty.SEE_INBOX)
        rows = await self._rows(clerk, Order(where=ONE, key="opened_at"), (None, None, None, 1), inquiry_id)
        if not rows:
            raise NotFound("inquiry_unknown")
        said = await self._database.rows(SAID, inquiry_id, before, MOST_SAID + 1)
        noted = await self._database.rows(NOTED, inquiry_id, MOST_SAID) if before == NEWEST else []
        draft = await InquiryDraft.get_or_none(inquiry_id=inquiry_id, member_id=clerk.member_id)
        told = [_said(row) for row in said[:MOST_SAID]] + [_said({**row, "author": "note"}) for row in noted]
        return Talk(
            line=self._line(clerk, rows[0], await self._closing(clerk)),
            candidate_id=rows[0]["candidate_id"],
            said=sorted(told, key=lambda one: (one.written_at, one.id)),
            more_before=said[MOST_SAID - 1]["id"] if len(said) > MOST_SAID else None,
            draft=draft.text if draft else "",
            answerable=rows[0]["kind"] != InquiryKind.ACCOUNT_RECOVERY or rows[0]["candidate_id"] is not None,
        )

    async def picture(self, clerk: Clerk, inquiry_id: UUID, message_id: int) -> bytes:
        """A picture that was shown, a JPEG. Raises NotFound `inquiry_unknown`, `picture_unknown`."""
        if not await Inquiry.exists(id=inquiry_id, **inbox_of(clerk, Duty.SEE_INBOX)):
            raise NotFound("inquiry_unknown")
        message = await InquiryMessage.get_or_none(id=message_id, inquiry_id=inquiry_id)
        if message is None or message.picture is None:
            raise NotFound("picture_unknown")
        return await self._pictures.get(message.picture)

    async def events(self, clerk: Clerk, *, after: int) -> Sequence[DeskEvent]:
        """What happened in the clerk's inbox after this, a page at most. Raises NotAllowed."""
        clerk.require(Duty.SEE_INBOX)
        return await DeskEvent.filter(office=office(clerk), id__gt=after).order_by("id").limit(EVENTS)

    async def log_start(self, clerk: Clerk) -> int:
        """The event up to which the clerk's office's log was pruned; 0: it is whole. Asked after the log is read, so
        that nothing is pruned between the two. Raises NotAllowed."""
        clerk.require(Duty.SEE_INBOX)
        start = await DeskLogStart.get_or_none(office=office(clerk))
        return start.pruned_to if start else 0

    async def last_event(self, clerk: Clerk) -> int:
        """What has happened up to now: asked before a list is read, so that nothing falls between the two."""
        clerk.require(Duty.SEE_INBOX)
        return int((await self._database.rows(LAST, office(clerk)))[0]["last"])

    async def _rows(
        self, clerk: Clerk, order: Order, page: tuple[Any, ...], inquiry_id: UUID | None = None
    ) -> list[dict[str, Any]]:
        at_site = clerk.level is Level.SITE
        statement = LINES.format(
            key=order.key,
            where=order.where,
            inbox="site_id = $1" if at_site else "site_id IS NULL AND $1::bigint IS NULL",
            # Not one statement with a condition: the index leads to the page only where the key stands alone.
            beyond=FIRST if page[1] is None else f"({order.key}, id) {'<' if order.newest_first else '>'} ($5, $6)",
            way="DESC" if order.newest_first else "ASC",
        )
        scope = clerk.site_id if at_site else None
        return await self._database.rows(statement, scope, self._clock.now(), inquiry_id or clerk.member_id, *page)

    async def _closing(self, clerk: Clerk) -> Closing | None:
        """The deadline at the clerk's place that is nearest."""
        site = await self._exams.site_by_id(clerk.site_id) if clerk.site_id else None
        exams, _ = await self._exams.exams(limit=EXAMS_LOOKED_AT)
        places = (site.area, site.name) if site else (None, None)
        calendars = [await self._exams.calendar_or_national(exam.code, *places) for exam in exams]
        return closing(calendars, self._clock.now())

    def _line(self, clerk: Clerk, row: Mapping[str, Any], ending: Closing | None) -> Line:
        waiting = row["waiting_since"] if row["state"] == InquiryState.OPEN else None
        return Line(
            id=UUID(str(row["id"])),
            kind=InquiryKind(row["kind"]),
            state=InquiryState(row["state"]),
            name=row["name"],
            platform=row["platform"],
            text=row["text"] or "",
            author=row["author"] or Author.SYSTEM,
            waiting_since=_local(waiting),
            snoozed_until=_local(row["snoozed_until"]),
            claimed_by=row["claimed_by"],
            is_mine=row["claimed_by_id"] == clerk.member_id,
            urgency=urgency(_local(waiting), self._clock.now(), closing=ending, chat_until=self._chat_until(row)),
        )

    def _chat_until(self, row: Mapping[str, Any]) -> timedelta | None:
        limits = self._limits.get(row["platform"] or "")
        if limits is None or row["said_at"] is None:
            return None
        left: timedelta = row["said_at"] + timedelta(seconds=limits.message_seconds) - real_now()
        return left


FIRST: Final = "$5::timestamptz IS NULL AND $6::uuid IS NULL"
ONE: Final = "id = $3 AND $2::timestamptz IS NOT NULL"


def _place(after: str | None) -> tuple[datetime | None, UUID | None]:
    if not after:
        return None, None
    at, _, last = after.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(last)
    except ValueError as error:
        raise NotFound("inquiry_unknown") from error


def _said(row: Mapping[str, Any]) -> Said:
    return Said(
        id=row["id"],
        author=row["author"],
        text=row["text"],
        shows=bool(row.get("shows")),
        written_at=row["written_at"].astimezone(EXAM_ZONE),
        by=row["by"],
        delivery=row.get("delivery"),
    )


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(EXAM_ZONE) if at else None
