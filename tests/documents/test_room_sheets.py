from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.documents.rendering import Renderer
from backend.documents.seat_chart import MOST_COLUMNS, MOST_ROWS, Layout, seat_chart_data
from backend.documents.seat_labels import LABELS_A_PAGE
from backend.documents.sheets import ROOMS_A_PAPER, Room, Seated
from backend.documents.sign_in_sheet import ROWS_A_PAGE, sign_in_sheet_data
from tests.documents import room_examples as examples
from tests.documents.papers import PAPERS
from tests.documents.reading import codes_on, pages_of, picture_of, place_of

NO_FONT_HAS = "\U0002a6d6"
ROOM_SHEETS = ["sign_in_sheet", "door_list", "seat_chart", "seat_labels", "recovery_confirmation"]


async def pdf_of(renderer: Renderer, name: str, content: object) -> bytes:
    return (await renderer.render(name, PAPERS[name].data(content))).pdf


async def pages(renderer: Renderer, name: str, content: object) -> list[str]:
    return pages_of(await pdf_of(renderer, name, content))


def everyone(rooms: tuple[Room, ...]) -> list[Seated]:
    return [seated for room in rooms for seated in room.candidates]


async def test_invigilators_read_whole_document_numbers_on_the_sign_in_sheet(renderer: Renderer) -> None:
    sheet = examples.sign_in_sheet()
    words = "".join(await pages(renderer, "sign_in_sheet", sheet))
    assert [seated.id_number for seated in everyone(sheet.rooms) if seated.id_number not in words] == []


@pytest.mark.parametrize("name", ["door_list", "seat_chart", "seat_labels", "recovery_confirmation"])
async def test_what_hangs_where_all_can_read_it_tells_no_whole_document_number(renderer: Renderer, name: str) -> None:
    sheet = PAPERS[name].plain()
    words = "".join(await pages(renderer, name, sheet))
    assert [seated.id_number for seated in everyone(sheet.rooms) if seated.id_number[4:-4] in words] == []


async def test_the_door_tells_the_two_ends_of_a_document_number(renderer: Renderer) -> None:
    first, _ = await pages(renderer, "door_list", examples.door_list())
    assert "1101**********0006" in first


@pytest.mark.parametrize("name", ROOM_SHEETS)
async def test_every_room_begins_a_page_and_counts_its_own(renderer: Renderer, name: str) -> None:
    rooms = PAPERS[name].plain().rooms
    firsts = [page for page in await pages(renderer, name, PAPERS[name].plain()) if "第1页" in page]
    assert len(firsts) == len(rooms) == 2
    for room, page in zip(rooms, firsts, strict=True):
        assert room.candidates[0].admit_number in page


@pytest.mark.parametrize("name", ROOM_SHEETS)
@pytest.mark.parametrize("count", [0, ROOMS_A_PAPER + 1])
def test_a_paper_of_no_rooms_or_of_too_many_is_refused(name: str, count: int) -> None:
    sheet = PAPERS[name].blank()  # type: ignore[misc]
    with pytest.raises(ValueError, match=f"1 to {ROOMS_A_PAPER} rooms"):
        PAPERS[name].data(replace(sheet, rooms=sheet.rooms * count))


async def test_a_room_of_thirty_signs_in_on_three_pages_of_ten(renderer: Renderer) -> None:
    sheet = replace(examples.sign_in_sheet(), rooms=(examples.room(1),))
    signed = await pages(renderer, "sign_in_sheet", sheet)
    numbers = [seated.admit_number for seated in everyone(sheet.rooms)]
    assert [sum(number in page for number in numbers) for page in signed] == [ROWS_A_PAGE] * 3
    assert ["监考人员签名" in page for page in signed] == [False, False, True]


async def test_each_sitting_has_a_column_to_sign_in_with_its_day_and_hours(renderer: Renderer) -> None:
    sheet = replace(examples.sign_in_sheet(), rooms=(examples.room(1, sittings=4),))
    first, *_ = await pages(renderer, "sign_in_sheet", sheet)
    assert "基础知识4月13日09:00—10:30" in first
    assert "专业实践能力4月14日14:00—15:30" in first
    assert "考生签名" not in first


def test_more_sittings_than_the_sign_in_sheet_has_room_for_are_refused() -> None:
    room = replace(examples.room(1), sittings=tuple(examples.room_sitting(index % 4) for index in range(5)))
    with pytest.raises(ValueError, match="room for 4 sittings"):
        sign_in_sheet_data(replace(examples.sign_in_sheet(), rooms=(room,)))


async def test_photos_keep_their_own_bytes_on_the_sign_in_sheet_alone(renderer: Renderer) -> None:
    room = examples.room(1, people=3)
    pdf = await pdf_of(renderer, "sign_in_sheet", replace(examples.sign_in_sheet(), rooms=(room,)))
    assert all(seated.photo and seated.photo in pdf for seated in room.candidates)
    door = await pdf_of(renderer, "door_list", replace(examples.door_list(), rooms=(room,)))
    assert not any(seated.photo and seated.photo in door for seated in room.candidates)


async def test_the_room_list_sums_up_rooms_and_candidates(renderer: Renderer) -> None:
    (page,) = await pages(renderer, "room_list", examples.room_list(12))
    assert "共12个试室，考生360人" in page
    assert "2401020300010124010203000130" in page


async def test_labels_stand_thirty_a_page_and_each_inside_its_own_lines(renderer: Renderer) -> None:
    sheet = replace(examples.seat_labels(), rooms=(examples.room(1),), sample=False)
    pdf = await pdf_of(renderer, "seat_labels", sheet)
    assert len(pages_of(pdf)) == 1
    for index, seated in enumerate(sheet.rooms[0].candidates):
        left, top, right, bottom = place_of(pdf, seated.admit_number)
        column, row = index % 3, index // 3
        assert 7.5 + 65 * column < left < right < 7.5 + 65 * (column + 1)
        assert 8 + 27.4 * row < top < bottom < 8 + 27.4 * (row + 1)


async def test_no_code_is_on_a_seat_label(renderer: Renderer) -> None:
    assert codes_on(picture_of(await pdf_of(renderer, "seat_labels", examples.seat_labels()))) == {}


async def test_a_label_keeps_the_code_point_of_a_missing_character_when_it_is_cut_out(renderer: Renderer) -> None:
    room = examples.room(1, people=2)
    room = replace(room, candidates=(examples.seated(1, name=f"测试{NO_FONT_HAS}"), room.candidates[1]))
    (page,) = await pages(renderer, "seat_labels", replace(examples.seat_labels(), rooms=(room,)))
    assert "测试〓24010203000101试室：001护理学（203）字库缺字：U+2A6D602" in page.replace("座位号", "")


async def test_more_labels_than_a_page_holds_go_on_the_next(renderer: Renderer) -> None:
    room = examples.room(1, people=LABELS_A_PAGE + 1)
    first, second = await pages(renderer, "seat_labels", replace(examples.seat_labels(), rooms=(room,)))
    last = room.candidates[-1].admit_number
    assert last not in first
    assert last in second
    assert "第2页共2页" in second


@given(
    columns=st.integers(1, MOST_COLUMNS),
    seats=st.integers(1, 99),
    first_column=st.sampled_from(["left", "right"]),
    serpentine=st.booleans(),
)
def test_every_seat_of_a_layout_stands_in_one_place(
    columns: int, seats: int, first_column: str, serpentine: bool
) -> None:
    layout = Layout(columns=columns, seats=seats, first_column=first_column, serpentine=serpentine)
    places = [layout.seat_at(row, column) for row in range(layout.rows()) for column in range(columns)]
    assert sorted(seat for seat in places if seat) == list(range(1, seats + 1))


@given(columns=st.integers(1, MOST_COLUMNS), seats=st.integers(2, 99), first_column=st.sampled_from(["left", "right"]))
def test_seats_that_follow_each_other_are_neighbours_where_they_run_there_and_back(
    columns: int, seats: int, first_column: str
) -> None:
    layout = Layout(columns=columns, seats=seats, first_column=first_column)
    where = {layout.seat_at(row, column): (row, column) for row in range(layout.rows()) for column in range(columns)}
    full = seats - seats % layout.rows()
    for (row, column), (next_row, next_column) in pairwise(where[seat] for seat in range(1, full + 1)):
        assert abs(row - next_row) + abs(column - next_column) == 1


async def test_the_chart_shows_each_candidate_where_their_seat_stands(renderer: Renderer) -> None:
    sheet = replace(examples.seat_chart(), rooms=(examples.room(1),))
    pdf = await pdf_of(renderer, "seat_chart", sheet)
    first, sixth, seventh, twelfth = (
        place_of(pdf, f"240102030001{seat:02d}", page_height=210) for seat in (1, 6, 7, 12)
    )
    assert first[1] < sixth[1]
    assert seventh[1] == pytest.approx(sixth[1], abs=1)
    assert twelfth[1] == pytest.approx(first[1], abs=1)
    assert sixth[2] < seventh[0]
    assert place_of(pdf, "门", page_height=210)[0] > twelfth[2]


async def test_a_seat_nobody_has_is_drawn_empty(renderer: Renderer) -> None:
    _, second = await pages(renderer, "seat_chart", examples.seat_chart())
    assert second.count("空位") == 4


def test_a_candidate_whose_seat_the_room_has_not_is_refused() -> None:
    sheet = replace(examples.seat_chart(), rooms=(examples.room(1, people=31),))
    with pytest.raises(ValueError, match="seat 31 is not one of the room's 30"):
        seat_chart_data(sheet)


@pytest.mark.parametrize("layout", [Layout(columns=11), Layout(columns=2)])
def test_a_layout_too_large_for_a_page_is_refused(layout: Layout) -> None:
    assert layout.columns > MOST_COLUMNS or layout.rows() > MOST_ROWS
    with pytest.raises(ValueError, match="at most 10 columns and 12 rows"):
        seat_chart_data(replace(examples.seat_chart(), layout=layout))
