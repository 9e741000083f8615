"""One set of processes for all faults that come one at a time; each test leaves it whole."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.faults.ground import Ground, ground, start_all
from tests.faults.walking import MORNING, set_clock


@pytest.fixture(scope="package")
def running() -> Iterator[Ground]:
    """Not for the session: its processes never rest, and other tests' would."""
    with ground() as one:
        start_all(one)
        yield one


@pytest.fixture
async def one(running: Ground) -> Ground:
    """Everything runs, on a morning on which everything is open."""
    await set_clock(running, MORNING)
    return running


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Of people whom no other test has met."""
    return count(4000)


@pytest.fixture
def people(numbers: Iterator[int]) -> list[int]:
    """Three of them."""
    return [next(numbers) for _ in range(3)]
