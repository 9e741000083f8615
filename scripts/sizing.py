"""Writes the tables of docs/operations/sizing.md from benchmarks/results.json: run it after `make bench`.

Measured on one machine, with whoever makes the load, the database and the sandbox beside the service. What
a peak asks for is arithmetic over the exam's own numbers.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
RESULTS: Final = ROOT / "benchmarks" / "results.json"
PAGE: Final = ROOT / "docs" / "operations" / "sizing.md"
BEGIN: Final = "<!-- written by scripts/sizing.py -->"
END: Final = "<!-- until here -->"

CANDIDATES: Final = 3_000_000
IN_THE_PEAK_HOUR: Final = CANDIDATES // 10
FIGURES: Final = (
    # (what it is, where it stands, its unit)
    ("reads of where a registration stands", ("serving", "status read (steps)", "per_second"), "a second"),
    ("sign-ins by the platform's code", ("serving", "sign-in by code", "per_second"), "a second"),
    ("forms handed in", ("submits", "submit", "per_second"), "a second"),
    ("payments notified and kept", ("callbacks", "notification", "per_second"), "a second"),
    ("admit cards drawn when asked for", ("card_downloads", "card, drawn", "per_second"), "a second"),
    ("admit cards fetched again", ("card_downloads", "card, again", "per_second"), "a second"),
    ("admit cards printed by a site, in the background", ("batch", "per_second"), "a second"),
    (
        "registrations confirmed by the system, two workers",
        ("automatic", "two sweeps at once", "per_second"),
        "a second",
    ),
    ("reminders planned", ("reminders", "per_second"), "a second"),
    ("reminders sent, one worker", ("deliveries", "one_worker_per_second"), "a second"),
    ("reminders sent, two workers", ("deliveries", "two_workers_per_second"), "a second"),
    ("a million reminders moved with a window", ("reminders", "moved_seconds"), "seconds"),
    ("a million results imported", ("imports", "results", "seconds"), "seconds"),
    ("100,000 candidates seated", ("arrangement", "arrange_seconds"), "seconds"),
)
PEAKS: Final = (
    # (the moment, what one candidate does then: how often, which figure, in what)
    ("the minute results come out, and the first hour of admit cards", "looks 20 times", 20, FIGURES[0]),
    ("the same", "signs in once", 1, FIGURES[1]),
    ("the first hour of admit cards", "fetches a card nobody drew before", 1, FIGURES[4]),
    ("the last hour of registration", "hands the form in", 1, FIGURES[2]),
    ("the last hour of payment", "pays", 1, FIGURES[3]),
)


def tables(figures: dict[str, Any]) -> str:
    """Both tables, of those figures that were ever measured."""
    machine = figures["machine"]
    lines = [
        f"Measured on {machine['cores']} cores, Python {machine['python']}.",
        "",
        "| what | measured |",
        "|---|---|",
    ]
    for what, place, unit in FIGURES:
        if (value := at(figures, place)) is not None:
            lines.append(f"| {what} | {value:,g} {unit} |")
    lines += ["", "| when | each candidate | asked for a second | such machines |", "|---|---|---|---|"]
    for moment, does, times, (_, place, _) in PEAKS:
        if (value := at(figures, place)) is not None:
            asked = IN_THE_PEAK_HOUR * times / 3600
            lines.append(f"| {moment} | {does} | {asked:,.0f} | {asked / value:.1f} |")
    return "\n".join(lines)


def at(figures: Any, place: tuple[str, ...]) -> float | None:
    for name in place:
        figures = figures.get(name, {})
    return figures if isinstance(figures, int | float) else None


def page(text: str, figures: dict[str, Any]) -> str:
    """The page with its tables drawn anew."""
    drawn = f"{BEGIN}\n{tables(figures)}\n{END}"
    return re.sub(f"{BEGIN}.*{END}", lambda _: drawn, text, flags=re.S)


if __name__ == "__main__":
    measured = json.loads(RESULTS.read_text(encoding="utf-8"))
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), measured), encoding="utf-8")
