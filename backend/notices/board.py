"""The board: offices put up notices, word them anew, take them down; a candidate reads those of their place."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database, lock, violated
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.exams.calendar import LayerName
from backend.exams.catalogue import Exams
from backend.notices.models import Notice, NoticeVersion
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
LONGEST_TITLE, LONGEST_TEXT = 128, 20_000

SHOWN: Final = """
SELECT latest.id, notice.name, latest.number, latest.title, latest.text, latest.published_at,
       area.name AS area, site.name AS site
FROM notice
JOIN LATERAL (SELECT * FROM notice_version WHERE notice_id = notice.id ORDER BY number DESC LIMIT 1) latest ON true
LEFT JOIN area ON area.id = notice.area_id
LEFT JOIN site ON site.id = notice.site_id
WHERE notice.withdrawn_at IS NULL AND latest.id < $3
  AND (notice.area_id IS NULL OR notice.area_id = $1) AND (notice.site_id IS NULL OR notice.site_id = $2)
ORDER BY latest.id DESC LIMIT $4
"""
"""What hangs at a place, the nation's and the area's included, the latest wording of each, the newest first."""

NEWEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A notice as candidates read it. `id`: its place in the list."""

    id: int
    name: str
    number: int
    title: str
    text: str
    published_at: datetime
    area: str | None
    site: str | None

    @property
    def layer(self) -> LayerName:
        """Whose notice it is."""
        return "site" if self.site else "area" if self.area else "national"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One wording of a notice as its office has it before it. `is_withdrawn`: the notice is taken down."""

    name: str
    number: int
    title: str
    text: str
    published_at: datetime
    is_withdrawn: bool


class NoticeBoard:
    """Notices. Whose a notice is follows from the office of the clerk who puts it up."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def publish(self, clerk: Clerk, name: str, *, title: str, text: str) -> int:
        """Put up the office's notice of this name, or word it anew; the number of the version that hangs now.

        The same words again change nothing. Raises Faulty naming the fields; NotAllowed `not_this_office` for a
        confirmation point.
        """
        clerk.require(Duty.PUBLISH_NOTICE)
        _require_sound(name, title, text)
        try:
            async with self._database.transaction():
                office = _office(clerk)
                notice = await lock(Notice, name=name, **office)
                notice = notice or await Notice.create(name=name, **office)
                return await self._word(clerk, notice, title, text)
        except IntegrityError as error:
            if not violated(error, "notice_office_name"):
                raise
            raise Conflict("notice_being_written") from error

    async def withdraw(self, clerk: Clerk, name: str) -> None:
        """Take it down; its versions are kept. Again is harmless. Raises NotAllowed; NotFound `notice_unknown`."""
        clerk.require(Duty.PUBLISH_NOTICE)
        async with self._database.transaction():
            notice = await lock(Notice, name=name, **_office(clerk))
            if notice is None:
                raise NotFound("notice_unknown")
            if notice.withdrawn_at is None:
                notice.withdrawn_at = self._clock.now()
                await notice.save(update_fields=["withdrawn_at"])
                await audit.record(self._clock, clerk.actor, "notice_withdrawn", "notice", notice.id)

    async def own(self, clerk: Clerk, *, after: str = "", limit: int = 50) -> list[Own]:
        """The office's own notices in their latest wording, by name, those taken down too. Raises NotAllowed."""
        clerk.require(Duty.PUBLISH_NOTICE)
        notices = await Notice.filter(name__gt=after[:64], **_office(clerk)).order_by("name").limit(limit)
        return [(await _versions(notice, limit=1))[0] for notice in notices]

    async def versions(self, clerk: Clerk, name: str, *, limit: int = 50) -> list[Own]:
        """How the office's notice of this name was worded, the latest first. Raises NotAllowed; NotFound
        `notice_unknown`, also for another office's."""
        clerk.require(Duty.PUBLISH_NOTICE)
        notice = await Notice.get_or_none(name=name, **_office(clerk))
        if notice is None:
            raise NotFound("notice_unknown")
        return await _versions(notice, limit=limit)

    async def shown(
        self, area: str | None, site: str | None, *, after: int | None = None, limit: int = 50
    ) -> tuple[list[Shown], int | None]:
        """What hangs at a place, the newest first, and where to go on. Raises NotFound for a place that isn't known."""
        area_id = (await self._exams.area(area)).id if area else None
        site_id = (await self._exams.site(area, site)).id if area and site else None
        rows = await self._database.rows(SHOWN, area_id, site_id, after or NEWEST, limit + 1)
        found = [Shown(**row) for row in rows[:limit]]
        return found, found[-1].id if len(rows) > limit else None

    async def _word(self, clerk: Clerk, notice: Notice, title: str, text: str) -> int:
        """Inside a transaction that holds the notice."""
        latest = await NoticeVersion.filter(notice=notice).order_by("-number").first()
        if latest and (latest.title, latest.text) == (title, text) and notice.withdrawn_at is None:
            return int(latest.number)
        number = latest.number + 1 if latest else 1
        await NoticeVersion.create(
            notice=notice,
            number=number,
            title=title,
            text=text,
            published_at=self._clock.now(),
            member_id=clerk.member_id,
        )
        notice.withdrawn_at = None
        await notice.save(update_fields=["withdrawn_at"])
        after = {"name": notice.name, "number": number, "title": title}
        await audit.record(self._clock, clerk.actor, "notice_published", "notice", notice.id, after=after)
        return number


def _office(clerk: Clerk) -> dict[str, Any]:
    """The office's own notices, by their columns: no office writes another's."""
    return {
        "area_id": clerk.area_id if clerk.level is not Level.NATION else None,
        "site_id": clerk.site_id if clerk.level is Level.SITE else None,
    }


async def _versions(notice: Notice, *, limit: int) -> list[Own]:
    return [
        Own(
            name=notice.name,
            number=version.number,
            title=version.title,
            text=version.text,
            published_at=version.published_at.astimezone(EXAM_ZONE),
            is_withdrawn=notice.withdrawn_at is not None,
        )
        for version in await NoticeVersion.filter(notice=notice).order_by("-number").limit(limit)
    ]


def _require_sound(name: str, title: str, text: str) -> None:
    faults = [] if NAME.fullmatch(name) else [Fault("name", "notice_name_form")]
    for field, value, longest in (("title", title, LONGEST_TITLE), ("text", text, LONGEST_TEXT)):
        if not value.strip():
            faults.append(Fault(field, "missing"))
        elif len(value) > longest:
            faults.append(Fault(field, "too_long", {"longest": longest}))
    if faults:
        raise Faulty("notice_incomplete", faults=faults)
