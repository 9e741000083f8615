"""A plan spoilt on purpose is always found, and the bound is below what any arrangement reaches."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backend.errors import Conflict
from backend.seating.arrangement import arrange, seat_rows
from backend.seating.bounds import Together, least_possible
from backend.seating.checking import LISTED, Wrong, check
from backend.seating.facts import Need, SeatPlace, SeatRow, Task
from tests.rules.seating_tasks import SLOTS, people, room, task, tasks

Spoilt = tuple[Task, list[SeatRow]]
Spoil = Callable[[Task, list[SeatRow], SeatRow], Spoilt]


def moved(rows: Sequence[SeatRow], row: SeatRow, **changed: object) -> list[SeatRow]:
    """The rows with one of them otherwise."""
    return [replace(one, **changed) if one == row else one for one in rows]  # type: ignore[arg-type]


def all_moved(rows: Sequence[SeatRow], row: SeatRow, room_id: int, number: int) -> list[SeatRow]:
    """One person in another seat through all their sessions."""
    return [
        replace(one, room_id=room_id, number=number) if one.registration_id == row.registration_id else one
        for one in rows
    ]


def with_room(of: Task, room_id: int, **changed: object) -> Task:
    return replace(
        of,
        rooms=tuple(replace(one, **changed) if one.id == room_id else one for one in of.rooms),  # type: ignore[arg-type]
    )


def with_person(of: Task, row: SeatRow, **changed: object) -> Task:
    examinees = tuple(
        replace(one, **changed) if one.registration_id == row.registration_id else one  # type: ignore[arg-type]
        for one in of.examinees
    )
    return replace(of, examinees=examinees)


def mixed(of: Task, rows: list[SeatRow], row: SeatRow) -> Spoilt:
    """Somebody of another batch in the computer room, on a seat of their own."""
    stranger = replace(people("戊", "303")[0], registration_id=uuid.UUID(int=7))
    wider = with_room(of, row.room_id, computer=True, seats=99, sessions=frozenset())
    given = [
        SeatRow(registration_id=stranger.registration_id, session=s, room_id=row.room_id, number=99) for s in (3, 4)
    ]
    return replace(wider, examinees=(*of.examinees, stranger)), [*rows, *given]


def shared(of: Task, rows: list[SeatRow], row: SeatRow) -> Spoilt:
    """Somebody on the same seat at another time: both would have its number."""
    later = replace(people("戊", "304")[0], registration_id=uuid.UUID(int=7), sessions=(9,))
    given = replace(row, registration_id=later.registration_id, session=9)
    return replace(with_room(of, row.room_id, computer=False), examinees=(*of.examinees, later)), [*rows, given]


def taken(of: Task, rows: list[SeatRow], row: SeatRow) -> Spoilt:
    """Somebody sits there already."""
    before = replace(people("戊")[0], registration_id=uuid.UUID(int=7), sessions=(row.session,))
    return replace(of, seated={SeatPlace(row.room_id, row.number): before}), rows


SPOILS: dict[Wrong, Spoil] = {
    Wrong.SESSION_MISSING: lambda of, rows, row: (of, [one for one in rows if one != row]),
    Wrong.TWO_SEATS: lambda of, rows, row: (
        with_room(of, row.room_id, seats=99),
        [*rows, replace(row, number=99)],
    ),
    Wrong.NOBODY_WAITS: lambda of, rows, row: (of, moved(rows, row, registration_id=uuid.UUID(int=7))),
    Wrong.SESSION_NOT_THEIRS: lambda of, rows, row: (of, moved(rows, row, session=77)),
    Wrong.NO_SUCH_SEAT: lambda of, rows, row: (of, moved(rows, row, number=100)),
    Wrong.SEAT_BROKEN: lambda of, rows, row: (with_room(of, row.room_id, broken=frozenset({row.number})), rows),
    Wrong.SEAT_SPENT: lambda of, rows, row: (with_room(of, row.room_id, spent=frozenset({row.number})), rows),
    Wrong.SEAT_TAKEN: taken,
    Wrong.NUMBER_SHARED: shared,
    Wrong.SESSIONS_MIXED: mixed,
    Wrong.ROOM_CLOSED: lambda of, rows, row: (with_room(of, row.room_id, sessions=frozenset({77})), rows),
    Wrong.NEED_UNMET: lambda of, rows, row: (
        with_room(with_person(of, row, needs=frozenset({Need.WHEELCHAIR})), row.room_id, wheelchair=frozenset()),
        rows,
    ),
}


def test_every_wrong_the_checker_knows_is_tried() -> None:
    assert set(SPOILS) == set(Wrong)


@pytest.mark.parametrize("wrong", Wrong)
@settings(max_examples=15)
@given(of=tasks(), data=st.data())
def test_a_plan_spoilt_on_purpose_is_always_found(wrong: Wrong, of: Task, data: st.DataObject) -> None:
    try:
        rows = seat_rows(of, arrange(of, seed=1))
    except Conflict:
        assume(False)
        raise
    assume(rows)
    row = data.draw(st.sampled_from(rows))
    if wrong is Wrong.SESSIONS_MIXED:
        assume(row.session in (1, 2))
    spoilt, wrongly = SPOILS[wrong](of, rows, row)
    verdict = check(spoilt, wrongly)
    assert not verdict.holds
    assert wrong in {found.wrong for found in verdict.found}


def test_all_that_is_wrong_is_counted_and_the_first_of_it_listed() -> None:
    of = task("甲" * 200, [99, 99, 10])
    verdict = check(of, [])
    assert (verdict.holds, verdict.count, len(verdict.found)) == (False, 400, LISTED)


def test_colleagues_are_neighbours_only_when_they_sit_at_one_time() -> None:
    of = Task(examinees=tuple(people("甲甲")), rooms=(room(1, 2, columns=1),), slots=SLOTS)
    assert check(of, seat_rows(of, arrange(of, seed=1))).neighbours == 1
    apart = replace(of, examinees=tuple(replace(p, sessions=(n + 1,)) for n, p in enumerate(of.examinees)))
    assert check(apart, seat_rows(apart, arrange(apart, seed=1))).neighbours == 0


def pairs_of(spots: frozenset[tuple[int, int, int]]) -> int:
    """How many of these seats stand side by side."""
    return sum((room, row, column + 1) in spots for room, row, column in spots) + sum(
        (room, row + 1, column) in spots for room, row, column in spots
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.just(1), st.integers(0, 2), st.integers(0, 2)), unique=True, min_size=1, max_size=8),
    st.data(),
)
def test_no_arrangement_of_few_people_comes_below_the_bound(
    spots: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    size = data.draw(st.integers(0, len(spots)))
    bound = least_possible([Together(spots=frozenset(spots), groups={"甲": size})])
    assert bound <= min(pairs_of(frozenset(chosen)) for chosen in combinations(spots, size))


def test_the_bound_is_what_a_full_room_of_one_employer_has() -> None:
    spots = frozenset((1, row, column) for row in range(6) for column in range(5))
    assert least_possible([Together(spots=spots, groups={"甲": 30})]) == 49
    assert least_possible([Together(spots=spots, groups={"甲": 15, "乙": 15})]) == 0
