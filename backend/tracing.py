"""Whose doing it is: a trace (W3C Trace Context) that goes from a request into its log lines, its jobs and its events.

A span is one piece of that work. While nobody reads spans (`read_by`) it is two numbers in a context variable, and
nothing is kept of it.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Final, Literal

import structlog

Kind = Literal["server", "consumer", "client", "internal"]

HEADER: Final = "traceparent"
FORM: Final = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
"""Later versions than 00 may have more after the flags; version ff is none."""


@dataclass(slots=True, kw_only=True)
class Span:
    """`trace_id`: 32 hexadecimal digits; `id` and `parent_id`: 16. Times are nanoseconds since 1970, real time.

    `facts` are identifiers, patterns and counts, never what a person wrote.
    """

    name: str
    kind: Kind
    trace_id: str
    parent_id: str | None
    id: str = field(default_factory=lambda: token_hex(8))
    began_ns: int = field(default_factory=time.time_ns)
    ended_ns: int = 0
    failed: bool = False
    facts: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def traceparent(self) -> str:
        """What the next one is told. Whoever keeps spans decides by the trace id, so that the flag says nothing new."""
        return f"00-{self.trace_id}-{self.id}-01"


Reader = Callable[[Span], None]
_now: ContextVar[Span | None] = ContextVar("span", default=None)
_reader: Reader | None = None


def read_by(reader: Reader | None) -> None:
    """Every span of this process that ends from now on is told to this reader; it must not block. None: to nobody."""
    global _reader
    _reader = reader


def current() -> Span | None:
    """The piece of work that is under way here."""
    return _now.get()


def trace_id() -> str:
    """Of the work under way here; one that is nobody's else."""
    span = _now.get()
    return span.trace_id if span else token_hex(16)


@contextmanager
def begun(name: str, *, kind: Kind, caused_by: str | None = None) -> Iterator[Span]:
    """Work that begins here: in the trace of a `traceparent`, or in a new one where that is none or malformed."""
    found = FORM.fullmatch(caused_by) if caused_by else None
    trace, parent = (found[1], found[2]) if found else (token_hex(16), None)
    # Bound and never unbound: whatever begins next in this task binds its own.
    structlog.contextvars.bind_contextvars(trace_id=trace)
    with _under_way(Span(name=name, kind=kind, trace_id=trace, parent_id=parent)) as span:
        yield span


@contextmanager
def within(name: str, *, kind: Kind) -> Iterator[Span]:
    """A part of the work that is under way here, or of nobody's."""
    now = _now.get()
    trace, parent = (now.trace_id, now.id) if now else (token_hex(16), None)
    with _under_way(Span(name=name, kind=kind, trace_id=trace, parent_id=parent)) as span:
        yield span


@contextmanager
def _under_way(span: Span) -> Iterator[Span]:
    token = _now.set(span)
    try:
        yield span
    except BaseException:
        span.failed = True
        raise
    finally:
        _now.reset(token)
        if _reader is not None:
            span.ended_ns = time.time_ns()
            _reader(span)
