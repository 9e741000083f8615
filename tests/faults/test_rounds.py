"""Journeys go on while the API, the worker, Redis or PostgreSQL are killed; nothing acknowledged is lost."""

from typing import Final

from tests.faults.ground import ground, start_all
from tests.faults.rounds import KINDS, run

SEED: Final = 20240413
ROUNDS: Final = 20


def test_whatever_is_killed_what_was_acknowledged_stays_and_nothing_happens_twice() -> None:
    with ground() as one:
        start_all(one)
        report = run(one, seed=SEED, rounds=ROUNDS)
    assert report.rounds == ROUNDS and set(report.broken) == set(KINDS) and report.cards > ROUNDS
