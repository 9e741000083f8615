"""Draws docs/reminders.md from the catalogue of reminders: `python scripts/reminders.py` writes it anew."""

import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from backend.wording import say
from notifications.catalogue import Entry, Telling, catalogue

PAGE = Path(__file__).parents[1] / "docs" / "reminders.md"

HEAD = """# The reminders

Drawn by `scripts/reminders.py` from `notifications/catalogue.toml` and `backend/wording/reminders.toml`; a test fails
where this page says something else.

| kind | title | told | for whom |
|---|---|---|---|
"""
TAIL = """
- Nothing goes out from 22:00 until 08:00. What falls there moves to 08:00, or, where that is at or past the deadline,
  to 20:00 of the evening before (`notifications/timing.py`).
- Whole days before a window closes count from its last day's 24:00, hours from the close itself; before a half day of a
  confirmation point they count from that half day's end.
- A kind that asks for something stays open in the to-do list until its rule no longer holds
  (`notifications/rules.py`), and what of it has not gone out is taken back then. Several tellings of one matter are one
  to-do.
- After an outage the latest word of each matter goes out if it is still of use; the rest is `missed`.
- `zhunkao reminders preview EXAM` shows what would be told of an exam, also of a calendar that is not loaded yet;
  `pause`, `resume` and `resend KIND --only-failed` are the operators' hand on it.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"{row}\n" for row in _rows()) + TAIL


def _rows() -> Iterable[str]:
    for entry in catalogue().tellings():
        asks = "" if entry.kind.asks else " (only tells)"
        rules = " and ".join(f"`{rule}`" for rule in (entry.kind.whom, entry.when.only) if rule)
        yield f"| `{entry.kind_name}`{asks} | {say('reminders', entry.kind_name)} | {_when(entry)} | {rules} |"


def _when(entry: Entry) -> str:
    when = entry.when
    if when.event is not None:
        having = "".join(f", {key} {' or '.join(words)}" for key, words in when.having.items())
        return f"after `{when.event}`{having}"
    if when.exam_day is not None:
        return (
            f"{_offset(when)} before {'each of their exam days' if when.exam_day == 'each' else 'their first exam day'}"
        )
    told = {"opens": "when `{}` opens", "now": "at once, until `{}` closes", "closes": "{before} before `{}` closes"}
    modes = [f"confirmed {when.confirmation_mode}" if when.confirmation_mode else "", when.payment_mode or ""]
    where = ", ".join(mode for mode in modes if mode)
    said = told[when.edge].format(when.stage, before=_offset(when))
    return f"{said}{' (' + where + ')' if where else ''}"


def _offset(when: Telling) -> str:
    hours = round(when.before.total_seconds() / 3600)
    return f"{hours // 24} d" if hours % 24 == 0 else f"{hours} h"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
