"""What an office states (receivers, offices, where its notices stand, spare papers, data, destruction): once, and a
correction is another statement that names the one before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, ValidationError
from tortoise.exceptions import IntegrityError

from backend import audit
from backend.clock import EXAM_ZONE, Clock
from backend.custody.materials import Material
from backend.custody.models import OfficeStatement, StatementKind
from backend.custody.offices import of_clerk, place_of
from backend.custody.times import batches_at
from backend.database import Database, violated
from backend.errors import Conflict, Fault, Faulty, NotAllowed, NotFound
from backend.exams.catalogue import Exams
from backend.personal_data import PersonalData
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk

ABOUT: Final = "office_statement.content"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
Count = Annotated[int, Field(ge=0, le=100_000)]


class Content(BaseModel):
    """What is stated."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Links(Content):
    """考试公告网址."""

    links: Annotated[tuple[HttpUrl, ...], Field(min_length=1, max_length=20)]


class Receiver(Content):
    name: Line
    post: Line | None = None
    phone: Line


class Receivers(Content):
    """考试专用物品接收地点、人员."""

    place: Line
    receivers: Annotated[tuple[Receiver, ...], Field(min_length=2, max_length=20)]


class OfficeLine(Content):
    """One row of 办公室设置一览表."""

    name: Line
    address: Line | None = None
    postcode: Line | None = None
    head: Line | None = None
    head_post: Line | None = None
    phone: Line | None = None
    mobile: Line | None = None
    fax: Line | None = None
    email: Line | None = None
    duty_phone: Line | None = None


class Offices(Content):
    offices: Annotated[tuple[OfficeLine, ...], Field(min_length=1, max_length=50)]


class SpareCounts(Content):
    """One subject's spare papers at one venue: bags (袋) and papers (份)."""

    venue_id: int
    subject: Line
    bags: Count
    opened_bags: Count
    used_papers: Count
    remaining_papers: Count
    faulty_papers: Count


class SpareUsed(Content):
    venue_id: int
    at: AwareDatetime
    subject: Line
    room: Line
    seat: Line
    reason: Line


class SparePapers(Content):
    """What the spare paper's return says (备用试卷回收单)."""

    counts: Annotated[tuple[SpareCounts, ...], Field(min_length=1, max_length=400)]
    uses: Annotated[tuple[SpareUsed, ...], Field(max_length=400)] = ()


class Word(Content):
    """The centre's word that the uploaded data is whole."""


class Deleted(Content):
    """Exam data deleted and the system taken off, under whose eyes."""

    at: AwareDatetime
    supervisor: Line


class DestroyedLine(Content):
    material: Material
    quantity: Count
    remark: Line | None = None


class Destroyed(Content):
    """考试物品销毁记录单."""

    place: Line
    at: AwareDatetime
    method: Line
    supervisor: Line
    materials: Annotated[tuple[DestroyedLine, ...], Field(min_length=1, max_length=100)]


CONTENTS: Final[Mapping[StatementKind, type[Content]]] = {
    StatementKind.NOTICE_LINKS: Links,
    StatementKind.RECEIVERS: Receivers,
    StatementKind.OFFICES: Offices,
    StatementKind.SPARE_PAPERS: SparePapers,
    StatementKind.DATA_COMPLETE: Word,
    StatementKind.DATA_DELETED: Deleted,
    StatementKind.DESTROYED: Destroyed,
}
WHOSE: Final[Mapping[StatementKind, frozenset[Level]]] = {
    StatementKind.NOTICE_LINKS: frozenset({Level.AREA}),
    StatementKind.RECEIVERS: frozenset({Level.AREA, Level.SITE}),
    StatementKind.OFFICES: frozenset({Level.AREA, Level.SITE}),
    StatementKind.SPARE_PAPERS: frozenset({Level.SITE}),
    # The centre's word, passed on by the area where the site hears it from there (2025).
    StatementKind.DATA_COMPLETE: frozenset({Level.AREA, Level.NATION}),
    StatementKind.DATA_DELETED: frozenset({Level.SITE}),
    # Destroyed by the area (2021), or by each site and summed up by the area (2012).
    StatementKind.DESTROYED: frozenset({Level.AREA, Level.SITE}),
}
OF_BATCH: Final = frozenset({StatementKind.SPARE_PAPERS, StatementKind.DATA_COMPLETE, StatementKind.DATA_DELETED})
"""Stated once a batch; the others once an exam."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A statement as it is read. `corrects`: the one before it that it takes the place of."""

    id: int
    exam_id: int
    kind: StatementKind
    area_id: int
    site_id: int | None
    batch: int
    content: Content
    stated_at: datetime
    corrects: int | None


class Statements:
    """Each statement is one transaction. Scope is part of every query."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, personal_data: PersonalData) -> None:
        self._database, self._clock = database, clock
        self._exams, self._personal_data = exams, personal_data

    async def state(
        self,
        clerk: Clerk,
        exam_code: str,
        kind: StatementKind,
        content: Mapping[str, Any],
        *,
        batch: int = 0,
        site_id: int | None = None,
        corrects: int | None = None,
    ) -> Stated:
        """State it for the clerk's office; the centre's word is stated for a site below. The same again is the same.

        Raises NotAllowed; NotFound; Faulty naming every field; Conflict `statement_exists` where something else was
        stated and `corrects` doesn't name it.
        """
        clerk.require(Duty.GIVE_WORD if kind is StatementKind.DATA_COMPLETE else Duty.STATE_CUSTODY)
        if clerk.level not in WHOSE[kind]:
            raise NotAllowed("not_this_office")
        exam = await self._exams.exam(exam_code)
        named = site_id if kind is StatementKind.DATA_COMPLETE else None
        area_id, site_id = await place_of(self._exams, clerk, None, named)
        known = await batches_at(self._exams, exam, (await self._exams.area_by_id(area_id)).name)
        if batch not in ({one.number for one in known} if kind in OF_BATCH else {0}):
            raise Faulty("statement_faulty", faults=[Fault("batch", "not_in_list")])
        statement = OfficeStatement(
            exam_id=exam.id, area_id=area_id, site_id=site_id, kind=kind, batch=batch, corrects_id=corrects
        )
        said = _read(kind, content)
        try:
            async with self._database.transaction():
                return await self._keep(clerk, statement, said)
        except IntegrityError as error:
            if not (violated(error, "office_statement_once") or violated(error, "office_statement_corrected_once")):
                raise
        return await self._same(statement, said)

    async def latest(
        self, clerk: Clerk, exam_code: str, kind: StatementKind, *, batch: int = 0, site_id: int | None = None
    ) -> Stated:
        """What stands, of the clerk's own office or of a site below it. Raises NotAllowed; NotFound."""
        clerk.require(Duty.SEE_CUSTODY)
        exam = await self._exams.exam(exam_code)
        office = {} if site_id is None and clerk.level is Level.SITE else {"site_id": site_id}
        found = await self._tail(exam_id=exam.id, kind=kind, batch=batch, **{**office, **of_clerk(clerk)})
        if found is None:
            raise NotFound("statement_unknown")
        return self._shown(found)

    async def one(self, clerk: Clerk, statement_id: int) -> Stated:
        """A statement as it was made, also one that was corrected since. Raises NotAllowed; NotFound."""
        clerk.require(Duty.SEE_CUSTODY)
        found = await OfficeStatement.get_or_none(id=statement_id, **of_clerk(clerk))
        if found is None:
            raise NotFound("statement_unknown")
        return self._shown(found)

    async def corrected(self, clerk: Clerk, ids: Sequence[int]) -> list[int]:
        """Of these statements, those whose place another one has taken. Raises NotAllowed."""
        clerk.require(Duty.SEE_CUSTODY)
        later = await OfficeStatement.filter(corrects_id__in=list(ids), **of_clerk(clerk))
        return [one.corrects_id for one in later if one.corrects_id is not None]

    async def all(self, clerk: Clerk, exam_code: str | None = None, *, after: int = 0, limit: int = 50) -> list[Stated]:
        """Those of the clerk's scope, of one exam or of all, corrected ones too, the oldest first. Raises NotAllowed;
        NotFound `exam_unknown`."""
        clerk.require(Duty.SEE_CUSTODY)
        exam = {"exam_id": (await self._exams.exam(exam_code)).id} if exam_code is not None else {}
        found = OfficeStatement.filter(id__gt=after, **exam, **of_clerk(clerk)).order_by("id").limit(limit)
        return [self._shown(one) for one in await found]

    async def _keep(self, clerk: Clerk, statement: OfficeStatement, said: Content) -> Stated:
        office = _office(statement)
        standing = await self._tail(**office)
        if standing is not None and self._content(standing) == said:
            return self._shown(standing)
        if (standing.id if standing else None) != statement.corrects_id:
            raise Conflict("statement_exists")
        statement.content = self._personal_data.encrypt(said.model_dump_json(), about=ABOUT)
        statement.stated_by, statement.stated_at = clerk.member_id, self._clock.now()
        await statement.save()
        after = {"kind": statement.kind, "batch": statement.batch, "corrects": statement.corrects_id}
        await audit.record(self._clock, clerk.actor, "stated", "office_statement", statement.id, after=after)
        return self._shown(statement)

    async def _same(self, statement: OfficeStatement, said: Content) -> Stated:
        """What somebody else stated at the same moment, if it is the same."""
        standing = await self._tail(**_office(statement))
        if standing is None or self._content(standing) != said:
            raise Conflict("statement_exists")
        return self._shown(standing)

    async def _tail(self, **office: Any) -> OfficeStatement | None:
        return await OfficeStatement.filter(**office).order_by("-id").first()

    def _content(self, statement: OfficeStatement) -> Content:
        text = self._personal_data.decrypt(bytes(statement.content), about=ABOUT)
        return CONTENTS[statement.kind].model_validate_json(text)

    def _shown(self, statement: OfficeStatement) -> Stated:
        return Stated(
            id=statement.id,
            exam_id=statement.exam_id,
            kind=statement.kind,
            area_id=statement.area_id,
            site_id=statement.site_id,
            batch=statement.batch,
            content=self._content(statement),
            stated_at=statement.stated_at.astimezone(EXAM_ZONE),
            corrects=statement.corrects_id,
        )


def _office(statement: OfficeStatement) -> dict[str, Any]:
    names = ("exam_id", "area_id", "site_id", "kind", "batch")
    return {name: getattr(statement, name) for name in names}


def _read(kind: StatementKind, content: Mapping[str, Any]) -> Content:
    """Raises Faulty naming every field."""
    try:
        return CONTENTS[kind].model_validate(content)
    except ValidationError as error:
        fields = {".".join(map(str, fault["loc"])): fault["type"] for fault in error.errors()}
    faults = [Fault(field, "missing" if code == "missing" else "malformed") for field, code in fields.items()]
    raise Faulty("statement_faulty", faults=faults)
