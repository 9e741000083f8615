"""How long seating 100,000 candidates of 200 sites takes, how long the check, and how many colleagues are neighbours.

Run by `python -m benchmarks.arrangement`, or through `measure()`. Pure rules in one process; no database.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar
from uuid import UUID

from backend.seating.arrangement import arrange, seat_rows
from backend.seating.checking import check
from backend.seating.facts import Examinee, Need, RoomFacts, Task

T = TypeVar("T")
CANDIDATES: Final = 100_000
SITES: Final = 200
SPECIALITIES: Final = 40
"""Half of them on each weekend; the first has as many as the next two together, and so on down."""
EMPLOYERS: Final = 60
WEEKENDS: Final = ((1, 2, 3, 4), (5, 6, 7, 8))
SEATS_A_ROOM: Final = 30
NEEDING: Final = 200
"""Of so many candidates one needs a place for a wheelchair, and one the front row."""


def measure() -> dict[str, Any]:
    """Seconds by the clock and of CPU, neighbours beside the least possible, faults, and whether twice is the same."""
    sites = list(made(CANDIDATES, SITES))
    plans, arranging = timed(lambda: [arrange(task, seed=number) for number, task in enumerate(sites)])
    rows = [seat_rows(task, plan) for task, plan in zip(sites, plans, strict=True)]
    verdicts, checking = timed(lambda: [check(task, some) for task, some in zip(sites, rows, strict=True)])
    again, _ = timed(lambda: [arrange(task, seed=number) for number, task in enumerate(sites)])
    return {
        "candidates": sum(len(plan) for plan in plans),
        "sites": len(sites),
        "largest_site": max(len(plan) for plan in plans),
        "seat_rows": sum(map(len, rows)),
        "arrange_seconds": arranging[0],
        "arrange_cpu_seconds": arranging[1],
        "check_seconds": checking[0],
        "check_cpu_seconds": checking[1],
        "found_wrong": sum(verdict.count for verdict in verdicts),
        "neighbours": sum(verdict.neighbours for verdict in verdicts),
        "least_neighbours": sum(verdict.least for verdict in verdicts),
        "same_seed_same_plan": plans == again,
    }


def timed(work: Callable[[], T]) -> tuple[T, tuple[float, float]]:
    """What the work gives, and its seconds: by the clock, and of this process's CPU."""
    clock, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, (round(time.perf_counter() - clock, 1), round(time.process_time() - cpu, 1))


def made(candidates: int, sites: int) -> Iterator[Task]:
    """Made-up sites, of very different sizes; the same each time."""
    dice = random.Random(2024)
    weights = [1 / (1 + number) for number in range(sites)]
    sizes = [60 + int(weight * (candidates - 60 * sites) / sum(weights)) for weight in weights]
    sizes[0] += candidates - sum(sizes)
    for size in sizes:
        yield _site(size, dice)


def _site(size: int, dice: random.Random) -> Task:
    specialities = dice.choices(range(SPECIALITIES), [1 / (1 + n) for n in range(SPECIALITIES)], k=size)
    employers = dice.choices(range(EMPLOYERS), [1 / (2 + n) for n in range(EMPLOYERS)], k=size)
    examinees = [_examinee(number, *one, dice) for number, one in enumerate(zip(specialities, employers, strict=True))]
    rooms = [
        RoomFacts(
            id=number,
            venue_number=1 + number // 900,
            number=1 + number % 900,
            seats=SEATS_A_ROOM,
            columns=5,
            computer=True,
            broken=frozenset({17}) if number % 10 == 0 else frozenset(),
            wheelchair=frozenset({1, 30}),
        )
        for number in range(size // SEATS_A_ROOM + size // 200 + 4)
    ]
    slots = {session: session for weekend in WEEKENDS for session in weekend}
    return Task(examinees=tuple(examinees), rooms=tuple(rooms), slots=slots)


def _examinee(number: int, speciality: int, employer: int, dice: random.Random) -> Examinee:
    batch = WEEKENDS[speciality % len(WEEKENDS)]
    # One in five has passed some subjects in the year before.
    sessions = batch if dice.random() < 0.8 else tuple(sorted(dice.sample(batch, 2)))
    need = {0: frozenset({Need.WHEELCHAIR}), 1: frozenset({Need.FRONT_ROW})}.get(number % NEEDING, frozenset())
    return Examinee(
        registration_id=UUID(int=dice.getrandbits(128)),
        group=f"示例医院{employer}",
        speciality=f"{speciality:03d}",
        sessions=sessions,
        batch=batch,
        needs=need,
    )


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=2)
    print()
