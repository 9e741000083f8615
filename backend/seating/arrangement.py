"""Who sits where: a pure function of candidates, rooms and a seed. The same input gives the same plan.

A candidate keeps one seat through all sessions, so that the card reads simply and the admit number is true for each of
them. Specialities sit in blocks, colleagues apart where the room allows it, the last rooms share what is left over.
"""

import random
from collections.abc import Mapping
from uuid import UUID

from backend.seating.allotment import allot
from backend.seating.facts import SeatPlace, SeatRow, Task
from backend.seating.separation import Separation


def arrange(task: Task, *, seed: int) -> dict[UUID, SeatPlace]:
    """Every examinee's seat. Raises Conflict `too_few_seats`, `too_few_rooms`, `no_place_for_need`."""
    dice = random.Random(seed)
    allotment = allot(task, dice)
    separation = Separation(task.rooms, task.slots, dice)
    for seat, one in (*task.seated.items(), *allotment.placed.items()):
        separation.place(seat, one)
    for block in allotment.blocks:
        separation.deal(block)
    separation.improve(allotment.blocks)
    found = {one.registration_id: seat for seat, one in separation.plan().items() if seat not in task.seated}
    return {one.registration_id: found[one.registration_id] for one in task.examinees}


def seat_rows(task: Task, plan: Mapping[UUID, SeatPlace]) -> list[SeatRow]:
    """A plan as it is written: a row a candidate a session."""
    return [
        SeatRow(
            registration_id=one.registration_id,
            session=session,
            room_id=plan[one.registration_id].room_id,
            number=plan[one.registration_id].number,
        )
        for one in task.examinees
        for session in one.sessions
    ]
