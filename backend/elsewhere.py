"""Time in which a call waits for somebody else's server: it takes none of the places of those whom we could answer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

Shift = Callable[[int], None]
"""Told -1 as a call begins to wait elsewhere, and 1 as it is back."""

_COUNTED: Final[ContextVar[Shift | None]] = ContextVar("counted", default=None)


@contextmanager
def counted(shift: Shift) -> Iterator[None]:
    """What is done inside is one call, of those that `shift` counts."""
    token = _COUNTED.set(shift)
    try:
        yield
    finally:
        _COUNTED.reset(token)


@contextmanager
def elsewhere() -> Iterator[None]:
    """Meanwhile this call is not counted."""
    shift = _COUNTED.get()
    if shift is None:
        yield
        return
    shift(-1)
    try:
        yield
    finally:
        shift(1)
