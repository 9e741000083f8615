"""The papers of the exam's materials, drawn from what is on record: hand-over, return lists, offices, destruction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

from backend import audit
from backend.clock import EXAM_ZONE, Clock
from backend.custody.hand_overs import HandOvers, HandOverView, ItemView
from backend.custody.incidents import Incidents
from backend.custody.materials import NAMES, WHOSE, HandOverKind, Material, Side
from backend.custody.models import HandOver, StatementKind
from backend.custody.offices import of_clerk
from backend.custody.statements import Content, Destroyed, Offices, SparePapers, Statements
from backend.documents import materials, office_list, returned_papers
from backend.documents.materials import MaterialDestruction, MaterialHandover
from backend.documents.office_list import Office, OfficeList
from backend.documents.rendering import Renderer
from backend.documents.returned_papers import (
    AnswerCardBox,
    AnswerCardBoxes,
    ComputerExamLine,
    ComputerExamReturn,
    Due,
    SpareCount,
    SparePaperReturn,
    SpareUse,
)
from backend.errors import NotFound
from backend.exams.catalogue import ExamFacts, Exams
from backend.exams.models import Venue
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk

C = TypeVar("C", bound=Content)
DISCS: Final = {
    "answer_discs": Material.ANSWER_DISCS,
    "paper_discs": Material.PAPER_DISCS,
    "spare_discs": Material.SPARE_DISCS,
    "usb_keys": Material.USB_KEYS,
    "room_records": Material.ROOM_RECORDS,
}
CENTRE: Final = "人才中心"


class CustodyPapers:
    """Draws. Scope is that of what is drawn; every paper drawn is on record."""

    def __init__(
        self,
        *,
        clock: Clock,
        exams: Exams,
        renderer: Renderer,
        hand_overs: HandOvers,
        incidents: Incidents,
        statements: Statements,
    ) -> None:
        self._clock, self._exams, self._renderer = clock, exams, renderer
        self._hand_overs, self._incidents, self._statements = hand_overs, incidents, statements

    async def hand_over(self, clerk: Clerk, hand_over_id: int) -> bytes:
        """考试专用物品交接单. Raises NotAllowed; NotFound."""
        view = await self._hand_overs.view(clerk, hand_over_id)
        row = view.hand_over
        exam = await self._exams.by_id(row.exam_id)
        at = view.closing.closed_at if view.closing else row.declared_at
        head = await self._head(exam, row.area_id, row.site_id)
        offices = {Level.NATION: CENTRE, Level.AREA: head["area"], Level.SITE: head["site"]}
        sheet = MaterialHandover(
            **head,
            handover_number=row.number,
            giver=offices[WHOSE[row.kind][Side.GIVER]],
            receiver=offices[WHOSE[row.kind][Side.RECEIVER]],
            place=row.place,
            at=at.astimezone(EXAM_ZONE),
            materials=tuple(_material(one) for one in view.items),
            incident="；".join(await self._incidents.texts(row.id)) or None,
        )
        return await self._drawn(clerk, row.id, materials.HANDOVER_TEMPLATE, materials.material_handover_data(sheet))

    async def answer_card_boxes(self, clerk: Clerk, hand_over_id: int) -> bytes:
        """答题卡回收单, one a box. Raises NotAllowed; NotFound, also `boxes_unknown` where there is no box."""
        view = await self._hand_overs.view(clerk, hand_over_id)
        boxes = [one for one in view.items if one.item.material is Material.ANSWER_CARDS]
        if not boxes:
            raise NotFound("boxes_unknown")
        row = view.hand_over
        venues = await _venues(one.item.venue_id for one in boxes)
        sheet = AnswerCardBoxes(
            **await self._head(await self._exams.by_id(row.exam_id), row.area_id, row.site_id),
            boxes=tuple(
                AnswerCardBox(
                    box_number=one.item.label,
                    position=position,
                    boxes=len(boxes),
                    venue=venues.get(one.item.venue_id or 0),
                    sitting=None,
                    rooms=None,
                    bags=None,
                    cards=one.count.counted if one.count else one.item.declared,
                )
                for position, one in enumerate(boxes, 1)
            ),
        )
        data = returned_papers.answer_card_box_data(sheet)
        return await self._drawn(clerk, row.id, returned_papers.BOX_TEMPLATE, data)

    async def computer_exam_return(self, clerk: Clerk, exam_code: str, *, batch: int) -> bytes:
        """机考物品回收清单: of a site by venue, of an area by site. Raises NotAllowed; NotFound."""
        clerk.require(Duty.SEE_CUSTODY)
        exam = await self._exams.exam(exam_code)
        of_area = clerk.level is not Level.SITE
        rows = await HandOver.filter(
            exam_id=exam.id, kind=HandOverKind.RECOVERY, batch=batch, corrections=None, **of_clerk(clerk)
        ).order_by("id")
        views = [await self._hand_overs.view(clerk, row.id) for row in rows]
        sheet = ComputerExamReturn(
            **await self._head(exam, clerk.area_id, clerk.site_id),
            of_area=of_area,
            batch=str(batch),
            lines=tuple(await self._lines(views, of_area=of_area)),
        )
        data = returned_papers.computer_exam_return_data(sheet)
        return await self._drawn(clerk, exam.id, returned_papers.COMPUTER_TEMPLATE, data)

    async def spare_paper_return(self, clerk: Clerk, exam_code: str, venue_id: int, *, batch: int) -> bytes:
        """备用试卷回收单 of one venue of the clerk's site. Raises NotAllowed; NotFound."""
        said, head = await self._stated(clerk, exam_code, StatementKind.SPARE_PAPERS, SparePapers, batch, None)
        venue = (await _venues([venue_id])).get(venue_id)
        counts = [one for one in said.counts if one.venue_id == venue_id]
        if venue is None or not counts:
            raise NotFound("statement_unknown")
        sheet = SparePaperReturn(
            **head,
            venue=venue,
            counts=tuple(SpareCount(**one.model_dump(exclude={"venue_id"})) for one in counts),
            uses=tuple(
                SpareUse(**one.model_dump(exclude={"venue_id"})) for one in said.uses if one.venue_id == venue_id
            ),
        )
        data = returned_papers.spare_paper_return_data(sheet)
        return await self._drawn(clerk, venue_id, returned_papers.SPARE_TEMPLATE, data)

    async def office_list(self, clerk: Clerk, exam_code: str, *, site_id: int | None = None) -> bytes:
        """办公室设置一览表, of the clerk's own office or of a site below it. Raises NotAllowed; NotFound."""
        said, head = await self._stated(clerk, exam_code, StatementKind.OFFICES, Offices, 0, site_id)
        offices = tuple(Office(**one.model_dump()) for one in said.offices)
        sheet = OfficeList(**head, of_area=head["site"] is None, offices=offices)
        return await self._drawn(clerk, exam_code, office_list.TEMPLATE, office_list.office_list_data(sheet))

    async def destruction_record(self, clerk: Clerk, exam_code: str, *, site_id: int | None = None) -> bytes:
        """考试物品销毁记录单, as `office_list`."""
        said, head = await self._stated(clerk, exam_code, StatementKind.DESTROYED, Destroyed, 0, site_id)
        destroyed = tuple(
            materials.Destroyed(
                name=NAMES[one.material][0], unit=NAMES[one.material][1], quantity=one.quantity, remark=one.remark
            )
            for one in said.materials
        )
        at = said.at.astimezone(EXAM_ZONE)
        sheet = MaterialDestruction(**head, place=said.place, at=at, method=said.method, materials=destroyed)
        data = materials.material_destruction_data(sheet)
        return await self._drawn(clerk, exam_code, materials.DESTRUCTION_TEMPLATE, data)

    async def _stated(
        self, clerk: Clerk, exam_code: str, kind: StatementKind, content: type[C], batch: int, site_id: int | None
    ) -> tuple[C, dict[str, Any]]:
        stated = await self._statements.latest(clerk, exam_code, kind, batch=batch, site_id=site_id)
        assert isinstance(stated.content, content)
        exam = await self._exams.exam(exam_code)
        return stated.content, await self._head(exam, stated.area_id, stated.site_id)

    async def _lines(self, views: Iterable[HandOverView], *, of_area: bool) -> list[ComputerExamLine]:
        """A line a venue, or a site: what was to come, and what was counted."""
        items: dict[int, list[ItemView]] = defaultdict(list)
        for view in views:
            for one in view.items:
                place = view.hand_over.site_id if of_area else one.item.venue_id
                if place is not None and one.item.material in DISCS.values():
                    items[place].append(one)
        venues = {} if of_area else await _venues(items)
        lines = []
        for place, found in sorted(items.items()):
            name = (await self._exams.site_by_id(place)).name if of_area else venues[place]
            counts = {column: _due(found, material) for column, material in DISCS.items()}
            seals = "、".join(one.item.seal for one in found)
            remark = "；".join(one.count.remark for one in found if one.count and one.count.remark) or None
            lines.append(ComputerExamLine(place=name, **counts, seals=seals, remark=remark))
        return lines

    async def _head(self, exam: ExamFacts, area_id: int | None, site_id: int | None) -> dict[str, Any]:
        return {
            "exam_name": exam.name,
            "printed_at": self._clock.now().replace(second=0, microsecond=0),
            "sample": exam.sample,
            "area": (await self._exams.area_by_id(area_id)).name if area_id else None,
            "site": (await self._exams.site_by_id(site_id)).name if site_id else None,
        }

    async def _drawn(self, clerk: Clerk, of: int | str, template: str, data: Mapping[str, object]) -> bytes:
        rendered = await self._renderer.render(template, data)
        await audit.record(self._clock, clerk.actor, "printed", template, of)
        return rendered.pdf


async def _venues(ids: Iterable[int | None]) -> dict[int, str]:
    """Their names."""
    return {venue.id: venue.name for venue in await Venue.filter(id__in=[one for one in ids if one])}


def _material(one: ItemView) -> materials.Material:
    name, unit = NAMES[one.item.material]
    return materials.Material(
        name=f"{name} {one.item.label}",
        unit=unit,
        declared=one.item.declared,
        counted=one.count.counted if one.count else None,
        seals=one.item.seal,
        intact=one.count.intact if one.count else None,
        remark=one.count.remark if one.count else None,
    )


def _due(items: Iterable[ItemView], material: Material) -> Due:
    mine = [one for one in items if one.item.material is material]
    counts = [one.count.counted for one in mine if one.count is not None]
    returned = sum(counts) if len(counts) == len(mine) else None
    return Due(due=sum(one.item.declared for one in mine), returned=returned)
