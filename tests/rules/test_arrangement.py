"""Who sits where: everyone once, no seat twice, the same seed the same plan, colleagues apart where that can be."""

import uuid
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.errors import Conflict
from backend.seating.admit_numbers import admit_number
from backend.seating.arrangement import Examinee, FreeSeat, apart, arrange, chosen

groups = st.lists(st.sampled_from("甲乙丙丁戊"), max_size=60)
rooms = st.lists(st.integers(1, 30), max_size=6)


def people(names: Sequence[str]) -> list[Examinee]:
    """One examinee a name, the name their employer."""
    return [Examinee(registration_id=uuid.UUID(int=number), group=name) for number, name in enumerate(names)]


def site(capacities: Sequence[int]) -> list[FreeSeat]:
    return [
        FreeSeat(venue_number=1 + index // 3, room_number=1 + index % 3, number=number, room_id=100 + index)
        for index, capacity in enumerate(capacities)
        for number in range(1, capacity + 1)
    ]


def neighbours(queue: Sequence[Examinee]) -> int:
    return sum(left.group == right.group for left, right in pairwise(queue))


def unavoidable(names: Sequence[str]) -> int:
    """How often a group must sit beside itself: its members beyond one more than all the others."""
    if not names:
        return 0
    largest = max(Counter(names).values())
    return max(0, largest - (len(names) - largest) - 1)


@given(groups, rooms, st.integers(0, 2**31))
def test_everyone_gets_exactly_one_seat_and_no_seat_is_given_twice(
    names: list[str], capacities: list[int], seed: int
) -> None:
    seats = site(capacities)
    assume(len(names) <= len(seats))
    plan = arrange(people(names), seats, seed=seed)
    assert set(plan) == {one.registration_id for one in people(names)}
    assert len(set(plan.values())) == len(names)
    assert set(plan.values()) <= set(seats)


@given(groups, rooms, st.integers(0, 2**31), st.randoms(use_true_random=False))
def test_the_same_seed_gives_the_same_plan_in_whatever_order_they_come(
    names: list[str], capacities: list[int], seed: int, dice: object
) -> None:
    examinees, seats = people(names), site(capacities)
    assume(len(names) <= len(seats))
    plan = arrange(examinees, seats, seed=seed)
    dice.shuffle(examinees)  # type: ignore[attr-defined]
    dice.shuffle(seats)  # type: ignore[attr-defined]
    assert arrange(examinees, seats, seed=seed) == plan


def test_another_seed_gives_another_plan() -> None:
    examinees, seats = people("甲" * 20 + "乙" * 20), site([30, 30])
    assert arrange(examinees, seats, seed=1) != arrange(examinees, seats, seed=2)


@given(groups, st.integers(0, 2**31))
def test_colleagues_follow_each_other_only_as_often_as_they_must(names: list[str], seed: int) -> None:
    queue = apart(people(names), seed=seed)
    assert sorted(one.registration_id for one in queue) == [one.registration_id for one in people(names)]
    assert neighbours(queue) == unavoidable(names)


@given(st.integers(1, 60), rooms)
def test_more_people_than_seats_are_refused_with_both_numbers(more: int, capacities: list[int]) -> None:
    seats = site(capacities)
    with pytest.raises(Conflict) as refused:
        arrange(people("甲" * (len(seats) + more)), seats, seed=0)
    assert refused.value.code == "too_few_seats"
    assert refused.value.values == {"candidates": len(seats) + more, "seats": len(seats)}


@given(rooms, st.data())
def test_rooms_are_filled_in_order_and_only_the_last_two_share_what_is_left(
    capacities: list[int], data: st.DataObject
) -> None:
    seats = site(capacities)
    needed = data.draw(st.integers(0, len(seats)))
    taken = Counter(seat.room_id for seat in chosen(seats, needed))
    assert sum(taken.values()) == needed
    used = [taken[100 + index] for index in range(len(taken))]
    assert all(used), "no room is left out between others"
    assert used[:-2] == capacities[: max(len(used) - 2, 0)]
    if len(used) > 1:
        before, last = used[-2], used[-1]
        assert last == capacities[len(used) - 1] or before - last in (0, 1) or before < last == needed - sum(used[:-1])


@given(rooms, st.data())
def test_within_a_room_seats_are_taken_from_the_first_on(capacities: list[int], data: st.DataObject) -> None:
    seats = site(capacities)
    found = chosen(seats, data.draw(st.integers(0, len(seats))))
    for room in {seat.room_id for seat in found}:
        numbers = sorted(seat.number for seat in found if seat.room_id == room)
        assert numbers == list(range(1, len(numbers) + 1))


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
def test_no_two_seats_of_a_site_have_one_admit_number(places: list[tuple[int, int, int]]) -> None:
    numbers = {
        admit_number(
            year=2024,
            kind="nurse_licensing",
            area_code="13",
            site_code="01",
            venue_number=venue,
            room_number=room,
            seat_number=seat,
        )
        for venue, room, seat in places
    }
    assert len(numbers) == len(places)
    assert all(len(number) == 14 and number.isdigit() for number in numbers)
