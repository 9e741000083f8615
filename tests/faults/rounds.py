"""Rounds of small journeys while something is killed: `python -m tests.faults.rounds --seed 7 --rounds 200`.

What is killed and at which answered call follows from the seed alone; which call that is depends on the machine.
"""

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

import psycopg

from tests.faults.ground import Ground, ground, start_all
from tests.faults.invariants import CHECKS
from tests.faults.told import Told
from tests.faults.walking import MORNING, fetch_cards, set_clock, under_way, walking

PEOPLE: Final = 4
ANSWERS: Final = 220
"""About how many calls a round answers."""
KINDS: Final = ("api", "worker", "redis", "database", "connections")
"""Killed with `kill -9`; the database is shut down without ceremony, or its connections are ended."""
WEIGHTS: Final = (2, 3, 3, 4, 3)
"""How often each: the first two take seconds to be back."""
CARDS_OUT: Final = "2024-04-02T10:00:00+08:00"


@dataclass(slots=True, kw_only=True)
class Report:
    """What a run came to."""

    seed: int
    rounds: int = 0
    journeys: int = 0
    answers: int = 0
    checked: int = 0
    cards: int = 0
    seconds: float = 0.0
    broken: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        rows = {
            "seed": self.seed,
            "rounds": self.rounds,
            "journeys": self.journeys,
            "calls answered": self.answers,
            "admit cards": self.cards,
            **{f"broken: {kind}": self.broken[kind] for kind in KINDS},
            "invariants checked": self.checked,
            "seconds": round(self.seconds),
        }
        return "\n".join(f"{name:<20}{value:>10}" for name, value in rows.items())


def run(one: Ground, *, seed: int, rounds: int, say: Callable[[str], None] = lambda line: None) -> Report:
    """So many rounds over what runs. Raises Broken or Unexpected, with the seed in it, at the first that is wrong."""
    report, told = Report(seed=seed), Told()
    started = time.monotonic()
    asyncio.run(set_clock(one, MORNING))
    for number in range(1, rounds + 1):
        dice = random.Random(f"{seed} {number}")
        people = range(number * PEOPLE, (number + 1) * PEOPLE)
        try:
            with walking(one, told, people, seed=dice.randrange(2**32)) as going:
                broken = break_things(one, told, going, dice)
        except BaseException as error:
            error.add_note(f"in round {number} of seed {seed}")
            raise
        report.rounds, report.answers = number, told.answers
        report.journeys += PEOPLE
        report.checked += len(CHECKS)
        report.broken.update(broken)
        report.seconds = time.monotonic() - started
        say(f"round {number}: {', '.join(broken)}; {report.seconds:.0f} s")
    hand_out_cards(one, told, report)
    return report


def hand_out_cards(one: Ground, told: Told, report: Report) -> None:
    """Months later: who has a seat has a card, though the API is killed while they are fetched."""
    # Whoever owes a fee has forfeited by then.
    told.ends = {key: end for key, end in told.ends.items() if end[1] == "paid"}
    asyncio.run(set_clock(one, CARDS_OUT))
    before = told.answers
    with under_way(one, told, fetch_cards(one, told)) as going:
        while told.answers < before + 10 and not going.done():
            time.sleep(0.002)
        break_one(one, "api", 0)
    report.broken["api"] += 1
    report.checked += len(CHECKS)
    report.cards = len(told.cards)


def break_things(one: Ground, told: Told, going: "Future[None]", dice: random.Random) -> list[str]:
    """Once or twice, at the answered calls that the dice say; everything runs again when this returns."""
    before, broken = told.answers, []
    for at in sorted(dice.sample(range(10, ANSWERS), dice.choice((1, 1, 1, 2)))):
        kind = dice.choices(KINDS, WEIGHTS)[0]
        moment, away = dice.uniform(0, 0.05), dice.uniform(0, 0.5)
        while told.answers - before < at and not going.done():
            time.sleep(0.002)
        time.sleep(moment)
        break_one(one, kind, away)
        broken.append(kind)
    return broken


def break_one(one: Ground, kind: str, away: float) -> None:
    """Gone for so many seconds, then started again and waited for."""
    if kind == "connections":
        cut_connections(one)
    elif kind == "database":
        one.break_database()
        time.sleep(away)
        one.mend_database()
    elif kind == "redis":
        one.break_cache()
        time.sleep(away)
        one.mend_cache()
    else:
        one.kill(kind)
        time.sleep(away)
        one.start(kind)
        if kind == "api":
            one.api_ready()


def cut_connections(one: Ground) -> None:
    """PostgreSQL ends every connection but the one that asks for it."""
    with psycopg.connect(one.settings.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


def main() -> None:
    """Say the seed first, so that whatever is found can be looked for again."""
    parser = argparse.ArgumentParser(prog="make soak", description="Rounds of journeys while something is killed.")
    parser.add_argument("--seed", type=int, default=random.randrange(2**31), help="chosen anew where none is given")
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    began = time.monotonic()
    with ground() as one:
        start_all(one)
        print(f"started after {time.monotonic() - began:.0f} s", flush=True)
        report = run(one, seed=asked.seed, rounds=asked.rounds, say=lambda line: print(line, flush=True))
    print(f"\n{report}")


if __name__ == "__main__":
    main()
