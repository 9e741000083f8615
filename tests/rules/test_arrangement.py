"""Who sits where: everyone once, no seat twice, the same seed the same plan, colleagues apart where that can be."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.documents.seat_chart import Layout
from backend.errors import Conflict
from backend.exams.room_layout import MOST_COLUMNS, MOST_ROWS, usual_columns
from backend.seating.admit_numbers import admit_number
from backend.seating.allotment import chosen
from backend.seating.arrangement import arrange, seat_rows
from backend.seating.checking import Verdict, check
from backend.seating.facts import Need, SeatPlace, Task
from backend.seating.layout import neighbours, places
from tests.rules.seating_tasks import SLOTS, people, room, site, task, tasks

groups = st.lists(st.sampled_from("甲乙丙丁戊"), max_size=60)
capacities = st.lists(st.integers(1, 30), max_size=6)
seeds = st.integers(0, 2**31)


def arranged(of: Task, seed: int) -> dict[uuid.UUID, SeatPlace]:
    """A plan, where there is one at all."""
    try:
        return arrange(of, seed=seed)
    except Conflict as refusal:
        assert refusal.code in ("too_few_seats", "too_few_rooms", "no_place_for_need")
        assume(False)
        raise


def judged(of: Task, seed: int) -> Verdict:
    return check(of, seat_rows(of, arranged(of, seed)))


@settings(max_examples=60)
@given(tasks(), seeds)
def test_everyone_gets_a_seat_that_is_there_and_the_checker_finds_nothing_wrong(of: Task, seed: int) -> None:
    plan = arranged(of, seed)
    assert set(plan) == {one.registration_id for one in of.examinees}
    assert len(set(plan.values())) == len(of.examinees)
    verdict = check(of, seat_rows(of, plan))
    assert verdict.found == ()
    assert verdict.neighbours >= verdict.least


@settings(max_examples=30)
@given(tasks(), seeds, st.randoms(use_true_random=False))
def test_the_same_seed_gives_the_same_plan_in_whatever_order_they_come(of: Task, seed: int, dice: object) -> None:
    plan = arranged(of, seed)
    examinees, rooms = list(of.examinees), list(of.rooms)
    dice.shuffle(examinees)  # type: ignore[attr-defined]
    dice.shuffle(rooms)  # type: ignore[attr-defined]
    assert arrange(replace(of, examinees=tuple(examinees), rooms=tuple(rooms)), seed=seed) == plan


def test_another_seed_gives_another_plan() -> None:
    of = task("甲" * 20 + "乙" * 20, [30, 30])
    assert arrange(of, seed=1) != arrange(of, seed=2)


@pytest.mark.parametrize("employers", ["甲乙", "甲乙丙", "甲乙丙丁戊", "甲甲乙丙"])
@pytest.mark.parametrize("seed", range(3))
def test_colleagues_never_sit_beside_each_other_where_no_employer_has_more_than_half(employers: str, seed: int) -> None:
    of = task((employers * 60)[:60], [30, 30], computer=True)
    assert judged(of, seed).neighbours == 0


@pytest.mark.parametrize("count", [16, 20, 25, 30])
def test_of_an_employer_that_has_more_than_half_few_more_sit_together_than_must(count: int) -> None:
    of = task("甲" * count + "乙丙丁戊己庚辛壬癸子丑寅卯辰"[: 30 - count], [30], computer=True)
    verdict = judged(of, 1)
    assert verdict.least > 0
    assert verdict.neighbours <= verdict.least + 6


def test_who_has_no_employer_is_nobodys_colleague() -> None:
    assert judged(task([""] * 30, [30]), 1).neighbours == 0


def test_who_came_since_sits_beside_no_colleague_who_sits_already() -> None:
    first = task("甲甲甲甲乙乙乙乙", [30])
    seated = {seat: one for one in first.examinees for seat in [arrange(first, seed=1)[one.registration_id]]}
    later = tuple(replace(one, registration_id=uuid.UUID(int=100 + n)) for n, one in enumerate(people("甲乙丙丁")))
    of = Task(examinees=later, rooms=first.rooms, seated=seated, slots=SLOTS)
    plan = arrange(of, seed=1)
    assert not set(plan.values()) & seated.keys()
    assert check(of, seat_rows(of, plan)).neighbours == 0


@given(st.integers(1, 60), capacities)
def test_more_people_than_seats_are_refused_with_both_numbers(more: int, seats: list[int]) -> None:
    with pytest.raises(Conflict) as refused:
        arrange(task("甲" * (sum(seats) + more), seats), seed=0)
    assert refused.value.code == "too_few_seats"
    assert refused.value.values == {"candidates": sum(seats) + more, "seats": sum(seats)}


@given(groups, capacities, seeds)
def test_paper_rooms_seat_as_many_as_they_have_seats_whatever_they_sit(
    names: list[str], seats: list[int], seed: int
) -> None:
    assume(len(names) <= sum(seats))
    mixed = [
        replace(one, speciality="303", batch=(3, 4), sessions=(3, 4)) if number % 3 else one
        for number, one in enumerate(people(names))
    ]
    of = Task(examinees=tuple(mixed), rooms=tuple(site(seats)), slots=SLOTS)
    assert check(of, seat_rows(of, arrange(of, seed=seed))).holds


def test_a_computer_room_serves_one_batch_and_the_next_begins_another_room() -> None:
    others = [replace(one, registration_id=uuid.UUID(int=900 + n)) for n, one in enumerate(people("甲" * 4, "303"))]
    of = Task(examinees=(*people("乙" * 4), *others), rooms=tuple(site([30, 30], computer=True)), slots=SLOTS)
    plan = arrange(of, seed=1)
    assert {plan[one.registration_id].room_id for one in others} == {102}
    with pytest.raises(Conflict, match="too_few_rooms"):
        arrange(replace(of, rooms=of.rooms[:1]), seed=1)


def test_batches_take_the_rooms_that_fit_them_where_room_after_room_is_not_enough() -> None:
    others = [replace(one, registration_id=uuid.UUID(int=900 + n)) for n, one in enumerate(people("甲" * 10, "303"))]
    of = Task(examinees=(*people("乙" * 4), *others), rooms=tuple(site([10, 4], computer=True)), slots=SLOTS)
    assert check(of, seat_rows(of, arrange(of, seed=1))).holds


def test_specialities_sit_in_blocks() -> None:
    others = [replace(one, registration_id=uuid.UUID(int=900 + n)) for n, one in enumerate(people("甲" * 20, "302"))]
    of = Task(examinees=(*others, *people("乙" * 25)), rooms=tuple(site([30, 30])), slots=SLOTS)
    plan = arrange(of, seed=1)
    in_order = sorted(of.examinees, key=lambda one: plan[one.registration_id])
    assert [one.speciality for one in in_order] == ["301"] * 25 + ["302"] * 20


@pytest.mark.parametrize(("need", "seats"), [(Need.WHEELCHAIR, {14}), (Need.FRONT_ROW, {1, 12, 13, 24, 25})])
def test_who_needs_a_place_for_a_wheelchair_or_the_front_row_has_it(need: Need, seats: set[int]) -> None:
    needing = replace(people("甲" * 50)[49], needs=frozenset({need}))
    rooms = room(1, 30), room(2, 30, wheelchair=frozenset({14}))
    of = Task(examinees=(*people("甲" * 49), needing), rooms=rooms, slots=SLOTS)
    assert arrange(of, seed=1)[needing.registration_id].number in seats
    with pytest.raises(Conflict, match="no_place_for_need"):
        arrange(replace(of, rooms=(room(1, 60, broken=frozenset({1, 24, 25, 48, 49})),)), seed=1)


@given(capacities, st.data())
def test_rooms_are_filled_in_order_and_only_the_last_two_share_what_is_left(
    seats: list[int], data: st.DataObject
) -> None:
    rooms = [[SeatPlace(number, seat) for seat in range(1, count + 1)] for number, count in enumerate(seats)]
    needed = data.draw(st.integers(0, sum(seats)))
    found = chosen(rooms, needed)
    taken = Counter(seat.room_id for seat in found)
    assert sum(taken.values()) == needed
    used = [taken[number] for number in range(len(taken))]
    assert all(used), "no room is left out between others"
    assert used[:-2] == seats[: max(len(used) - 2, 0)]
    if len(used) > 1:
        before, last = used[-2], used[-1]
        assert last == seats[len(used) - 1] or before - last in (0, 1) or before < last == needed - sum(used[:-1])
    for number, count in taken.items():
        assert [seat.number for seat in found if seat.room_id == number] == list(range(1, count + 1))


@given(st.integers(1, 99), st.integers(1, 10))
def test_seats_stand_where_the_seat_chart_draws_them(seats: int, columns: int) -> None:
    layout = Layout(columns=columns, seats=seats)
    assert all(layout.seat_at(*place) == seat for seat, place in places(seats, columns).items())


@given(st.integers(1, 99), st.integers(1, 10))
def test_neighbours_are_one_step_apart_and_each_others(seats: int, columns: int) -> None:
    where, beside = places(seats, columns), neighbours(seats, columns)
    for seat, (row, column) in where.items():
        expected = {other for other, (down, right) in where.items() if abs(row - down) + abs(column - right) == 1}
        assert set(beside[seat]) == expected


@given(st.integers(1, 99))
def test_a_room_nobody_has_described_fits_on_a_chart(seats: int) -> None:
    columns = usual_columns(seats)
    assert columns <= MOST_COLUMNS and -(-seats // columns) <= MOST_ROWS


def test_an_admit_number_is_14_digits_in_the_order_of_the_rule() -> None:
    number = admit_number(
        year=2024,
        kind="health_professional",
        area_code="13",
        site_code="07",
        venue_number=2,
        room_number=15,
        seat_number=9,
    )
    assert number == "24113070201509"


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 999), st.integers(1, 99)), unique=True, max_size=40))
def test_no_two_seats_of_a_site_have_one_admit_number(numbers: Sequence[tuple[int, int, int]]) -> None:
    given_out = {
        admit_number(
            year=2024,
            kind="nurse_licensing",
            area_code="13",
            site_code="01",
            venue_number=venue,
            room_number=number,
            seat_number=seat,
        )
        for venue, number, seat in numbers
    }
    assert len(given_out) == len(numbers)
    assert all(len(number) == 14 and number.isdigit() for number in given_out)
