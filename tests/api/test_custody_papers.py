"""The papers of the exam's materials say what is on record, and are drawn for those whose it is."""

from dataclasses import replace

import pytest

from backend.audit import AuditRecord
from backend.custody.declaring import Piece
from backend.custody.hand_overs import Counted
from backend.custody.materials import HandOverKind, Material
from backend.custody.models import StatementKind
from backend.errors import NotFound
from backend.exams.models import ExamSession, Venue
from tests.api.custody import Offices, offices_of
from tests.api.results import seat
from tests.api.world import JIA, World
from tests.documents.reading import codes_on, pages_of, picture_of
from zhunkao.journey.people import AREA, EXAM, SITE


@pytest.fixture
async def offices(world: World) -> Offices:
    return await offices_of(world)


def words(pdf: bytes) -> str:
    return "".join("".join(pages_of(pdf)).split())


async def test_the_hand_over_sheet_says_what_was_declared_counted_and_found_broken(offices: Offices) -> None:
    hand_over = await offices.declared(number="2024-示例-7")
    torn = Counted(counted=29, intact=False, remark="外包装破损")
    await offices.counted(hand_over, B1=torn, B2=Counted(counted=5, intact=True))
    text = words(await offices.world.built.custody_papers.hand_over(offices.area, hand_over.id))
    for said in (
        "2024-示例-7",
        "试卷B1",
        "F001",
        "30",
        "29",
        "B1封条或外包装破损：外包装破损",
        "B1数量不符",
        AREA,
        SITE,
    ):
        assert said in text, said
    assert await AuditRecord.filter(act="printed", subject="material_handover").exists()


async def test_a_sites_computers_things_are_summed_by_venue_and_an_areas_by_site(offices: Offices) -> None:
    venue = await Venue.get(site__name=SITE, exam__code=EXAM)
    pieces = [
        Piece(material=material, label=f"D{n}", seal=f"S{n}", quantity=n, venue_id=venue.id)
        for n, material in enumerate((Material.ANSWER_DISCS, Material.USB_KEYS, Material.ROOM_RECORDS), 1)
    ]
    hand_over = await offices.declared(kind=HandOverKind.RECOVERY, pieces=pieces)
    found = {piece.label: Counted(counted=piece.quantity, intact=True) for piece in pieces}
    await offices.counted(hand_over, offices.area, **found)
    papers = offices.world.built.custody_papers
    of_site = words(await papers.computer_exam_return(offices.site, EXAM, batch=1))
    assert "机考物品回收清单（考点）" in of_site and venue.name in of_site and "S1、S2、S3" in of_site
    of_area = words(await papers.computer_exam_return(offices.area, EXAM, batch=1))
    assert "机考物品回收清单（考区）" in of_area and SITE in of_area and venue.name not in of_area


async def test_a_box_of_answer_cards_has_its_sheet_with_its_barcode(offices: Offices) -> None:
    pieces = [Piece(material=Material.ANSWER_CARDS, label=f"BOX{n}", seal=f"S{n}", quantity=300) for n in (1, 2)]
    hand_over = await offices.declared(kind=HandOverKind.RECOVERY, pieces=pieces)
    pdf = await offices.world.built.custody_papers.answer_card_boxes(offices.area, hand_over.id)
    assert len(pages_of(pdf)) == 2 and "300" in words(pdf)
    assert "BOX1" in codes_on(picture_of(pdf)).values()


async def test_spare_papers_offices_and_destruction_are_drawn_from_what_was_stated(offices: Offices) -> None:
    statements, papers = offices.world.built.statements, offices.world.built.custody_papers
    venue = await Venue.get(site__name=SITE, exam__code=EXAM)
    one = {"venue_id": venue.id, "subject": "基础知识"}
    counts = {"bags": 2, "opened_bags": 1, "used_papers": 1, "remaining_papers": 4, "faulty_papers": 1}
    used = {"at": "2024-04-13T09:10:00+08:00", "room": "001", "seat": "07", "reason": "试卷缺页"}
    spare = {"counts": [{**one, **counts}], "uses": [{**one, **used}]}
    await statements.state(offices.site, EXAM, StatementKind.SPARE_PAPERS, spare, batch=1)
    text = words(await papers.spare_paper_return(offices.site, EXAM, venue.id, batch=1))
    assert "试卷缺页" in text and venue.name in text
    with pytest.raises(NotFound):
        await papers.spare_paper_return(offices.site, EXAM, venue.id + 1, batch=1)
    office = {"name": "考点办公室", "head": "测试甲", "mobile": "13800000000"}
    await statements.state(offices.site, EXAM, StatementKind.OFFICES, {"offices": [office]})
    text = words(await papers.office_list(offices.area, EXAM, site_id=offices.site.site_id))
    assert "考点办公室设置一览表" in text and "13800000000" in text
    destroyed = {
        "place": "示例纸厂",
        "at": "2024-05-20T10:00:00+08:00",
        "method": "化浆",
        "supervisor": "测试丙",
        "materials": [{"material": "papers", "quantity": 120}],
    }
    await statements.state(offices.area, EXAM, StatementKind.DESTROYED, destroyed)
    text = words(await papers.destruction_record(offices.area, EXAM))
    assert "示例纸厂" in text and "化浆" in text and "120" in text


async def test_candidates_confirm_what_was_taken_on_a_sheet_of_their_room_with_masked_numbers(world: World) -> None:
    phone = await world.person()
    await phone.submitted()
    [number] = await seat(world, phone)
    site, _ = await world.known_clerks()
    venue = await Venue.get(site__name=SITE, exam__code=EXAM)
    session = await ExamSession.get(exam__code=EXAM, number=1, area__name=AREA)
    drawn = world.built.recovery_papers
    text = words(await drawn.confirmation(site, venue_id=venue.id, session_id=session.id))
    assert "回收确认单" in text and number in text and JIA.name in text and JIA.id_number not in text
    with pytest.raises(NotFound, match="rooms_unknown"):
        await drawn.confirmation(site, venue_id=venue.id, session_id=session.id, after_room=1)
    other = replace(site, site_id=0)
    with pytest.raises(NotFound, match="door_unknown"):
        await drawn.confirmation(other, venue_id=venue.id, session_id=session.id)
