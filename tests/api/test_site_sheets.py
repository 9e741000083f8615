"""What a site prints of its rooms: from its day on, of what the area has frozen, every seat on every sheet."""

import io
import zipfile
from collections.abc import Callable

import pypdfium2
import pytest

from backend.audit import AuditRecord
from backend.documents.sheet_papers import SheetKind
from backend.errors import Refusal
from backend.exams.models import Room, Venue
from backend.registrations.models import Registration
from backend.seating.models import AdmitNumber, PlanState, SeatingPlan
from backend.staff.scope import Clerk
from tests.api.seating import arrange, waiting
from tests.api.world import JIA, World
from zhunkao.journey.people import EXAM

DAY = "2024-04-01 00:00:00"


def text_of(pdf: bytes) -> str:
    """All that stands on a paper, without spaces and line ends."""
    with pypdfium2.PdfDocument(pdf) as paper:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in paper)


async def refused(work: object) -> str:
    with pytest.raises(Refusal) as refusal:
        await work  # type: ignore[misc]
    return refusal.value.code


async def frozen(world: World, count: int) -> Clerk:
    """So many candidates in seats that the area has frozen; the site's clerk."""
    site = await waiting(world, count)
    _, area = await world.known_clerks()
    await arrange(world, site)
    for plan in await SeatingPlan.all():
        await world.built.seating_checks.freeze(area, plan.id)
    return site


async def test_sheets_are_printed_from_their_day_on_of_what_is_frozen(
    world: World, stop_at: Callable[[str], None]
) -> None:
    site = await frozen(world, 3)
    sheets = world.built.site_sheets
    for kind in SheetKind:
        assert await refused(sheets.sheet(site, EXAM, kind, venue=1, room=1)) == "stage_not_open_yet"
    assert await refused(sheets.archive(site, EXAM, venue=1)) == "stage_not_open_yet"
    stop_at(DAY)
    assert await refused(sheets.room_lists(site, EXAM, venue=2)) == "venue_unknown"
    assert await refused(sheets.sheet(site, EXAM, SheetKind.DOOR_LIST, venue=1, room=3)) == "room_unknown"
    assert len(await sheets.room_lists(site, EXAM, venue=1)) == 4
    await SeatingPlan.all().update(state=PlanState.ADOPTED, decided_at=None, decided_by=None)
    assert await refused(sheets.room_lists(site, EXAM, venue=1)) == "seating_not_frozen"


async def test_each_sheet_shows_every_seat_of_the_room(world: World, stop_at: Callable[[str], None]) -> None:
    site = await frozen(world, 33)
    stop_at(DAY)
    numbers = {row.registration_id: row.number for row in await AdmitNumber.all()}
    for kind in (SheetKind.SIGN_IN_SHEET, SheetKind.SEAT_CHART, SheetKind.SEAT_LABELS, SheetKind.DOOR_LIST):
        texts = []
        for room in (1, 2):
            (paper,) = await world.built.site_sheets.sheet(site, EXAM, kind, venue=1, room=room)
            texts.append(text_of(paper.pdf))
        assert all(sum(number in text for text in texts) == 1 for number in numbers.values()), kind
        assert any(JIA.id_number in text for text in texts) is (kind is SheetKind.SIGN_IN_SHEET), kind
    (record,) = await world.built.site_sheets.sheet(site, EXAM, SheetKind.ROOM_RECORD, venue=1, room=2)
    with pypdfium2.PdfDocument(record.pdf) as paper:
        assert len(paper) == 4, "a record for each sitting"
    lists = [text_of(one.pdf) for one in await world.built.site_sheets.room_lists(site, EXAM, venue=1)]
    for text in lists:
        assert min(numbers.values()) in text and max(numbers.values()) in text and "33" in text
    assert await AuditRecord.filter(act="printed", subject="venue").count() == 10


async def test_all_sheets_of_a_venue_come_as_one_zip_in_pieces(world: World, stop_at: Callable[[str], None]) -> None:
    site = await frozen(world, 40)
    await more_rooms(world)
    stop_at(DAY)
    pieces = [piece async for piece in await world.built.site_sheets.archive(site, EXAM, venue=1)]
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        signed = text_of(archive.read("签到表/01-001至002.pdf"))
    folders = {name.partition("/")[0] for name in names}
    assert folders == {"试室编排表", "签到表", "座位安排表", "座位贴", "试室考生名单", "试室情况记录单"}
    assert len(pieces) == len(names) + 1, "each is sent as soon as it is drawn"
    assert all(row.number in signed for row in await AdmitNumber.all())
    assert await Registration.exclude(seated_at=None).count() == 40


async def more_rooms(world: World) -> None:
    """Rooms that nobody sits in are on no sheet."""
    venue = await Venue.get(exam__code=EXAM, number=1)
    await Room.create(venue=venue, number=9, capacity=30, columns=5)


async def test_sites_of_the_nurse_exam_print_no_sign_in_sheets_but_the_others(
    world: World, stop_at: Callable[[str], None]
) -> None:
    site, _ = await world.clerks()
    exam = await world.built.exams.exam("nurse-2012")
    stop_at("2012-04-20 09:00:00")
    await SeatingPlan.create(
        exam_id=exam.id,
        site_id=site.site_id,
        state=PlanState.FROZEN,
        seed=1,
        candidates=0,
        adopted_at=world.built.clock.now(),
        adopted_by="1",
        decided_at=world.built.clock.now(),
        decided_by="1",
    )
    sheets = world.built.site_sheets
    assert await refused(sheets.sheet(site, exam.code, SheetKind.SIGN_IN_SHEET, venue=1, room=1)) == "stage_not_held"
    assert await sheets.room_lists(site, exam.code, venue=1) == []
    pieces = [piece async for piece in await sheets.archive(site, exam.code, venue=1)]
    assert zipfile.ZipFile(io.BytesIO(b"".join(pieces))).namelist() == []
