"""Sites to arrange, made up by Hypothesis: rooms of any shape with broken seats, candidates of few employers."""

import uuid
from collections.abc import Sequence

from hypothesis import strategies as st

from backend.seating.facts import Examinee, Need, RoomFacts, Task

BATCHES = {"301": (1, 2), "302": (1, 2), "303": (3, 4), "304": (2, 5)}
"""By speciality, its sessions; the first and the last batch meet in session 2."""
SLOTS = {1: 0, 2: 1, 3: 0, 4: 2, 5: 3}
"""Sessions 1 and 3 are sat at one time."""


def people(names: Sequence[str], speciality: str = "301") -> list[Examinee]:
    """One examinee a name, the name their employer."""
    batch = BATCHES[speciality]
    return [
        Examinee(registration_id=uuid.UUID(int=number), group=name, speciality=speciality, sessions=batch, batch=batch)
        for number, name in enumerate(names)
    ]


def room(number: int, seats: int, *, columns: int = 5, computer: bool = False, **more: frozenset[int]) -> RoomFacts:
    return RoomFacts(
        id=100 + number, venue_number=1, number=number, seats=seats, columns=columns, computer=computer, **more
    )


def site(capacities: Sequence[int], *, computer: bool = False) -> list[RoomFacts]:
    return [room(number, seats, computer=computer) for number, seats in enumerate(capacities, 1)]


def task(names: Sequence[str], capacities: Sequence[int], *, computer: bool = False) -> Task:
    return Task(examinees=tuple(people(names)), rooms=tuple(site(capacities, computer=computer)), slots=SLOTS)


@st.composite
def rooms(draw: st.DrawFn) -> RoomFacts:
    seats = draw(st.integers(1, 30))
    some = st.frozensets(st.integers(1, seats), max_size=3)
    return room(
        draw(st.integers(1, 999)),
        seats,
        columns=draw(st.integers(1, min(7, seats))),
        computer=draw(st.booleans()),
        broken=draw(some),
        spent=draw(some),
        wheelchair=draw(some),
        sessions=draw(st.sampled_from([frozenset(), frozenset(), frozenset({1, 2, 5}), frozenset({3, 4})])),
    )


@st.composite
def examinees(draw: st.DrawFn) -> Examinee:
    speciality = draw(st.sampled_from(sorted(BATCHES)))
    batch = BATCHES[speciality]
    return Examinee(
        registration_id=draw(st.uuids()),
        group=draw(st.sampled_from(["", "甲", "乙", "丙"])),
        speciality=speciality,
        sessions=draw(st.sampled_from([batch, batch[:1], batch[1:]])),
        batch=batch,
        needs=draw(
            st.sampled_from([frozenset[Need]()] * 8 + [frozenset({Need.WHEELCHAIR}), frozenset({Need.FRONT_ROW})])
        ),
    )


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    return Task(
        examinees=tuple(draw(st.lists(examinees(), max_size=24, unique_by=lambda one: one.registration_id))),
        rooms=tuple(draw(st.lists(rooms(), max_size=5, unique_by=lambda one: one.number))),
        slots=SLOTS,
    )
