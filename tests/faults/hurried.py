"""A command of ours as it is, only less patient, so that what comes after a crash comes within seconds.

`python -m tests.faults.hurried worker`. What is shortened is how often somebody looks; what decides whether a thing is
done twice (leases, locks, unique keys) is left as it is.
"""

import sys
from functools import partial
from typing import Final

from argon2 import PasswordHasher

import backend.passwords
from zhunkao.cli import main

WORKER: Final = {
    "SWEEP_SECONDS": 1.0,
    "REMINDERS_SECONDS": 0.5,
    "LANE_SECONDS": 0.5,
    "PAUSE_SECONDS": 0.5,
    "HEARTBEAT_SECONDS": 0.5,
    "STALLED_SECONDS": 3.0,
    "LOOK_FOR_STALLED": "* * * * * *",
}
SETTLEMENT: Final = {"ASK_AGAIN_SECONDS": 2}


def hurry(command: str) -> None:
    """Look often, and hash passwords at the least cost."""
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    setattr(backend.passwords, "PasswordHasher", cheap)  # noqa: B010  # a type, to the type checker
    if command == "worker":
        from backend.payments import settlement
        from zhunkao import worker

        for module, changed in ((worker, WORKER), (settlement, SETTLEMENT)):
            for name, value in changed.items():
                setattr(module, name, value)


if __name__ == "__main__":
    hurry(sys.argv[1])
    main()
