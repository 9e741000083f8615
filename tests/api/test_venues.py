"""Venues and rooms as their site keeps them: imported whole or not at all, again and again, until a plan uses them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from backend.errors import Conflict, Faulty, Refusal
from backend.exams.models import Room, Venue
from backend.exams.reference import bundled_files
from backend.seating.models import Seat
from backend.seating.room_rules import RoomSaid
from backend.sheets import BadFile
from tests.api.seating import arrange, waiting
from tests.api.test_import_command import said
from tests.api.world import World
from tests.workbooks import write_workbook
from zhunkao.journey.people import AREA, EXAM, SITE

HEADER = ["area", "site", "venue", "venue_name", "address", "room", "seats"]
OPTIONAL = ["columns", "place", "format", "broken", "wheelchair", "sessions"]


def line(venue: int, room: int, seats: object, *more: str, name: str = "示例机房楼") -> list[str]:
    """A row of the sample site's file: `more` in the order of OPTIONAL."""
    given = [*more, *[""] * (len(OPTIONAL) - len(more))]
    return [AREA, SITE, str(venue), name, "示例路9号", str(room), str(seats), *given]


def write(folder: Path, *rows: Sequence[str]) -> Path:
    file = folder / "venues.csv"
    file.write_text("\n".join(",".join(row) for row in ([*HEADER, *OPTIONAL], *rows)) + "\n", encoding="utf-8")
    return file


async def rooms() -> dict[tuple[int, int], Room]:
    """The sample site's of the sample exam, by the numbers of venue and room."""
    found = Room.filter(venue__exam__code=EXAM, venue__site__name=SITE).select_related("venue")
    return {(room.venue.number, room.number): room for room in await found}


async def faults(world: World, file: Path) -> list[str]:
    with pytest.raises(BadFile) as bad:
        await world.built.venues.load(file, EXAM)
    return [fault.removeprefix(f"{file.name} ") for fault in bad.value.faults]


async def test_a_sites_rooms_are_imported_by_command_and_again_nothing_changes(world: World, tmp_path: Path) -> None:
    rows = [
        line(2, 1, 45, "9", "教学楼301", "computer", "7;8", "1", "1;2;3;4"),
        line(2, 2, 45, "9", "教学楼301", "computer", "7;8", "1", "5;6;7;8"),
        line(3, 1, 24, name="示例中学"),
    ]
    write(tmp_path, *rows)
    for told in ("3 new", "0 new"):
        status, out, err = await said(world, tmp_path, "import", "venues", "venues.csv", "--exam", EXAM)
        assert (status, out) == (0, f"venues.csv: 3 rows, {told}, 0 changed\n"), err
    found = await rooms()
    assert set(found) == {(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1)}
    room = found[2, 1]
    assert (room.capacity, room.columns, room.place, room.format) == (45, 9, "教学楼301", "computer")
    assert (room.broken, room.wheelchair, room.sessions) == ([7, 8], [1], [1, 2, 3, 4])
    assert (found[3, 1].columns, found[3, 1].format) == (5, None)
    corrected = write(tmp_path, line(2, 1, 40, "8", "教学楼301", "computer", "", "", "1;2;3;4"))
    done = await world.built.venues.load(corrected, EXAM)
    assert (done.rows, done.added, done.changed) == (1, 0, 1)
    assert len(await rooms()) == 6


async def test_a_workbook_is_read_as_a_csv_is(world: World, tmp_path: Path) -> None:
    file = write_workbook(tmp_path / "venues.xlsx", [HEADER, [AREA, SITE, 2, "示例机房楼", "示例路9号", 1, 30]])
    assert (await world.built.venues.load(file, EXAM)).added == 1


async def test_every_bad_row_is_told_with_its_line_and_nothing_is_loaded(world: World, tmp_path: Path) -> None:
    before = await rooms()
    file = write(
        tmp_path,
        line(2, 1, 30),
        line(2, 2, 100),
        line(2, 3, 30, "2"),
        line(2, 4, 30, "", "", "oral", "31", "31"),
        line(2, 5, "many"),
        line(100, 1, 30, "", "", "", "", "", "77"),
        line(2, 1, 30),
        line(2, 6, 30, name="另一名称"),
        [AREA, "无此考点", "2", "示例", "示例", "7", "30", *[""] * 6],
        line(2, 8, 30, "", "教学楼301"),
        line(2, 9, 30, "", "教学楼301"),
    )
    assert await faults(world, file) == [
        "line 3: seats: is out of range",
        "line 4: columns: has more than 12 seats in a column",
        "line 5: format: is not in the list",
        "line 5: broken: names a seat the room hasn't",
        "line 5: wheelchair: names a seat the room hasn't",
        "line 5: wheelchair: names a seat that is broken",
        "line 6: seats: it is not a whole number",
        "line 7: venue: is out of range",
        "line 7: sessions: names a session that isn't in the timetable",
        "line 8: room: line 2 has it already",
        "line 9: venue_name: line 2 has another name or address for this venue",
        "line 10: site: there is no such site to import for",
        "line 12: place: is another room's at the same time",
    ]
    assert set(await rooms()) == set(before) and await Venue.filter(kept_by_site=True).count() == 0


async def test_a_room_that_a_plan_uses_stays_as_it_is(world: World, tmp_path: Path) -> None:
    site = await waiting(world, 10)
    named = ["示例考场一", "示例路1号"]
    as_it_is, smaller = [[AREA, SITE, "1", *named, "1", seats, *[""] * 6] for seats in ("30", "20")]
    assert (await world.built.venues.load(write(tmp_path, as_it_is), EXAM)).changed == 0
    await arrange(world, site)
    assert (await world.built.venues.load(write(tmp_path, as_it_is), EXAM)).changed == 0
    renamed = [AREA, SITE, "1", "另一考场", "示例路1号", "3", "24", *[""] * 6]
    assert await faults(world, write(tmp_path, smaller)) == [
        "line 2: room: a seating plan uses it; withdraw the plan first"
    ]
    assert await faults(world, write(tmp_path, renamed)) == [
        "line 2: venue_name: a seating plan uses it; withdraw the plan first"
    ]
    with pytest.raises(Conflict, match="room_in_use"):
        await world.built.venues.remove_room(site, EXAM, 1, 1)
    await world.built.seating.withdraw(site, EXAM, reason="试室有误")
    assert (await world.built.venues.load(write(tmp_path, smaller), EXAM)).changed == 1


async def test_a_clerk_imports_for_the_own_site_alone(world: World, tmp_path: Path) -> None:
    mine, _ = await world.clerks()
    other, _ = await world.clerks_elsewhere()
    file = write(tmp_path, line(2, 1, 30))
    assert (await world.built.venues.load_for(mine, file, EXAM)).added == 1
    with pytest.raises(BadFile, match="there is no such site to import for"):
        await world.built.venues.load_for(other, file, EXAM)


async def test_what_a_site_keeps_by_itself_survives_the_exam_s_files(world: World, tmp_path: Path) -> None:
    rewritten = [AREA, SITE, "1", "示例新考场", "示例路8号", "1", "50", *[""] * 6]
    await world.built.venues.load(write(tmp_path, rewritten, line(2, 1, 30)), EXAM)
    for _ in range(2):
        await world.built.exam_loading.load(bundled_files(), accept_outside=False)
    found = await rooms()
    assert {key: room.capacity for key, room in found.items()} == {(1, 1): 50, (1, 2): 30, (1, 3): 24, (2, 1): 30}
    assert found[1, 1].venue.name == "示例新考场"


async def test_two_who_import_at_once_meet_in_one_row(world: World, tmp_path: Path) -> None:
    file = write(tmp_path, line(2, 1, 30), line(2, 2, 30))
    done = await asyncio.gather(*(world.built.venues.load(file, EXAM) for _ in range(4)))
    assert sorted(one.added for one in done) == [0, 0, 0, 2]
    assert await Venue.filter(exam__code=EXAM, number=2).count() == 1


async def test_a_room_is_set_and_taken_away_and_does_not_come_back_with_the_exam_s_file(world: World) -> None:
    site, _ = await world.clerks()
    said = RoomSaid(venue=5, number=1, seats=40, columns=8, place="三楼301", broken=(3,))
    for _ in range(2):
        await world.built.venues.set_room(site, EXAM, said, name="示例考场五", address="示例路5号")
    assert [(one.venue.number, one.number) for one in await world.built.venues.rooms(site, EXAM, limit=4)][-1] == (5, 1)
    with pytest.raises(Faulty) as faulty:
        wrong = RoomSaid(venue=5, number=2, seats=30, columns=11, place="三楼301")
        await world.built.venues.set_room(site, EXAM, wrong, name="", address="示例路5号")
    assert {fault.field for fault in faulty.value.faults} == {"venue_name", "columns"}
    twin = RoomSaid(venue=5, number=2, seats=30, columns=5, place="三楼301")
    with pytest.raises(Faulty, match="place_taken"):
        await world.built.venues.set_room(site, EXAM, twin, name="示例考场五", address="示例路5号")
    await world.built.venues.remove_room(site, EXAM, 5, 1)
    with pytest.raises(Refusal, match="room_unknown"):
        await world.built.venues.remove_room(site, EXAM, 5, 1)
    await world.built.venues.remove_room(site, EXAM, 1, 3)
    await world.built.exam_loading.load(bundled_files(), accept_outside=False)
    assert set(await rooms()) == {(1, 1), (1, 2)}


async def test_broken_seats_stay_empty_and_a_room_for_other_sessions_too(world: World, tmp_path: Path) -> None:
    site = await waiting(world, 30)
    named = ["示例考场一", "示例路1号"]
    file = write(
        tmp_path,
        [AREA, SITE, "1", *named, "1", "30", "", "", "", "", "", "5;6;7;8"],
        [AREA, SITE, "1", *named, "2", "30", "", "", "", "1;2;3", "", ""],
    )
    await world.built.venues.load(file, EXAM)
    await arrange(world, site)
    found = await rooms()
    used = {(seat.room_id, seat.number) for seat in await Seat.all().select_related("room")}
    assert {room_id for room_id, _ in used} == {found[1, 2].id, found[1, 3].id}
    assert not {(found[1, 2].id, number) for number in (1, 2, 3)} & used
