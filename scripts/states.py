"""Draws docs/states.md from the tables that the service itself goes by: `python scripts/states.py` writes it anew."""

import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from backend.registrations.deadlines import DEADLINES, OFFICE_WAITS, Forfeiture
from backend.registrations.models import State
from backend.registrations.moves import MOVES, Move

PAGE = Path(__file__).parents[1] / "docs" / "states.md"

HEAD = """# The states of a registration

Drawn by `scripts/states.py` from `backend/registrations/moves.py` and `deadlines.py`; a test fails where this page says
something else. Every move that is not here is refused in words.

"""
CLOCK = """
## By the clock

A deadline is over in the first instant that its window no longer holds. Sweeps (`forfeitures.py`, and `unpaid.py` among
the payments) find the places where it is over, claim their registrations in batches, and write state, audit record and
event of a batch in one transaction; any number of workers may do so at once.

| from | when | to |
|---|---|---|
"""
WHEN = {
    Forfeiture.NOT_CONFIRMED: "`confirmation` and `online_mend` are over",
    Forfeiture.NOT_SUPPLEMENTED: "the supplement's own deadline is over",
    Forfeiture.NOT_PAID: "`payment` is over, the fee was due in time, it is paid online, and no order is open: each "
    "platform has been asked",
}
TAIL = """
- Where it is paid at the site, and where a fee fell due after payment was over, nothing is forfeited.
- An order is open until its platform has answered. While one doesn't, its registration waits, and the log tells of it
  as an error (`deadline_waits_for_platform`).
- Money whose platform time is before the close undoes `not_paid`, whenever it is told of.
- A window that is moved moves the deadline; what it makes too early is taken back (`restored`).
- {waits}: an office is late. They stay, and its staff are told once a site (`overdue_review`, `review:overdue`).
"""


def page() -> str:
    """The whole page."""
    return HEAD + _diagram() + _table() + CLOCK + _deadlines() + TAIL.format(waits=_listed(OFFICE_WAITS))


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {row.start} --> {row.end}: {row.act}" for row in MOVES if row.start is not row.end]
    lines += [f"    {state} --> forfeited: {reason}" for state, reason in DEADLINES.items()]
    return "\n".join([*lines, "```", ""])


def _table() -> str:
    rows = [f"| `{row.start}` | {row.act} ({row.who}) | {_window(row)} | `{row.end}` |" for row in MOVES]
    return "\n".join(["", "| from | act (who) | inside | to |", "|---|---|---|---|", *rows, ""])


def _window(row: Move) -> str:
    if row.stage is None:
        return f"its own deadline, returned by the {row.returned_by}"
    if row.when != "open":
        return f"`{row.stage}` {'over' if row.when == 'over' else 'not over yet'}"
    return f"`{row.stage}`" + (f"; a supplement until `{row.supplemented}` ends" if row.supplemented else "")


def _deadlines() -> str:
    return "".join(
        f"| {_listed(state for state in DEADLINES if DEADLINES[state] is reason)} | {when} | `forfeited: {reason}` |\n"
        for reason, when in WHEN.items()
    )


def _listed(states: Iterable[State]) -> str:
    return ", ".join(f"`{state}`" for state in sorted(states))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
