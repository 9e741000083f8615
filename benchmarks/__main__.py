"""All benchmarks: prints a table, leaves benchmarks/results.json. `python -m benchmarks [serving|cards|faces …]`.

Of those that are named alone the others' figures stay as they are.
"""

import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import (
    arrangement,
    automatic,
    batch,
    callbacks,
    card_downloads,
    cards,
    deliveries,
    deliveries_killed,
    desk,
    faces,
    imports,
    peaks,
    reminders,
    reminders_year,
    serving,
    submits,
)

RESULTS: Final = Path(__file__).parent / "results.json"
ALL: Final[dict[str, Callable[[], Any]]] = {
    "serving": serving.measure,
    "callbacks": callbacks.measure,
    "submits": submits.measure,
    "automatic": automatic.measure,
    "cards": cards.measure,
    "card_downloads": card_downloads.measure,
    "batch": batch.measure,
    "faces": faces.measure,
    "imports": imports.measure,
    "deliveries": deliveries.measure,
    "deliveries_killed": deliveries_killed.measure,
    "desk": desk.measure,
    "peaks": peaks.measure,
    "reminders": reminders.measure,
    "reminders_year": reminders_year.measure,
    "arrangement": arrangement.measure,
}


def main(named: Sequence[str]) -> None:
    if unknown := set(named) - ALL.keys():
        sys.exit(f"there is no benchmark {', '.join(sorted(unknown))}: there are {', '.join(ALL)}")
    figures = json.loads(RESULTS.read_text(encoding="utf-8")) if named else {}
    figures["machine"] = _machine()
    for name in named or ALL:
        figures[name] = ALL[name]()
        RESULTS.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table(figures))
    print(f"\n{RESULTS}")


def table(figures: dict[str, Any]) -> str:
    """The figures as lines, of those that were ever measured."""
    lines = [f"\n{'':<26}{'per second':>11}{'p50 ms':>9}{'p99 ms':>9}{'of bare':>9}"]
    for name, one in figures.get("serving", {}).items():
        lines.append(f"{name:<26}{one['per_second']:>11}{one['p50_ms']:>9}{one['p99_ms']:>9}{one['of_bare']:>9}")
    for name, one in figures.get("callbacks", {}).items():
        if name != "kept":
            lines.append(f"{name:<26}{one['per_second']:>11}{one['p50_ms']:>9}{one['p99_ms']:>9}")
    for name, one in figures.get("submits", {}).items():
        if name != "stored":
            lines.append(f"{name:<26}{one['per_second']:>11}{one['p50_ms']:>9}{one['p99_ms']:>9}{one['of_bare']:>9}")
    lines.append(f"\n{'confirmed by the system':<26}{'per second':>11}{'seconds':>9}{'of':>9}")
    for name, one in figures.get("automatic", {}).items():
        lines.append(f"{name:<26}{one['per_second']:>11}{one['seconds']:>9}{one['registrations']:>9}")
    lines.append("")
    lines += [f"{name.replace('_', ' '):<26}{value:>11}" for name, value in figures.get("cards", {}).items()]
    lines += [
        f"{f'batch, {name}'.replace('_', ' '):<26}{value:>11}" for name, value in figures.get("batch", {}).items()
    ]
    for name, one in figures.get("card_downloads", {}).items():
        if isinstance(one, dict):
            lines.append(f"{name:<26}{one['per_second']:>11}{one['p50_ms']:>9}{one['p99_ms']:>9}{one['of_bare']:>9}")
        else:
            lines.append(f"{name.replace('_', ' '):<26}{one:>11}")
    lines.append(f"\n{'face login, p50 ms':<26}{'account':>11}{'none':>9}{'ratio':>9}{'calls':>9}")
    for name, one in figures.get("faces", {}).items():
        row = one["with_account_p50_ms"], one["without_p50_ms"], one["ratio"], one["calls"]
        lines.append(f"{name:<26}{row[0]:>11}{row[1]:>9}{row[2]:>9}{row[3]:>9}")
    lines.append(f"\n{'a million rows':<26}{'seconds':>11}{'COPY s':>9}{'file MB':>9}{'grew MB':>9}")
    for name, one in figures.get("imports", {}).items():
        lines.append(f"{name:<26}{one['seconds']:>11}{one['copy_seconds']:>9}{one['file_mb']:>9}{one['grown_mb']:>9}")
    for name in ("deliveries", "deliveries_killed"):
        lines.append("")
        for what, value in figures.get(name, {}).items():
            shown = ", ".join(f"{word} {count}" for word, count in value.items()) if isinstance(value, dict) else value
            lines.append(f"{what.replace('_', ' '):<26}{shown:>11}")
    if planned := figures.get("reminders"):
        lines.append(f"\n{'reminders':<26}{'planned':>11}{'seconds':>9}{'again s':>9}{'moved s':>9}")
        row = planned["planned"], planned["seconds"], planned["again_seconds"], planned["moved_seconds"]
        lines.append(f"{'one deadline':<26}{row[0]:>11}{row[1]:>9}{row[2]:>9}{row[3]:>9}")
    lines.append("")
    for what, value in figures.get("desk", {}).items():
        shown = ", ".join(f"{word} {count}" for word, count in value.items()) if isinstance(value, dict) else value
        lines.append(f"{f'desk, {what}'.replace('_', ' '):<26}{shown!s:>11}")
    lines.append(f"\n{'arrivals a second':<44}{'offered':>9}{'accepted':>9}{'refused':>9}{'p50 ms':>9}{'p99 ms':>9}")
    for name, one in figures.get("peaks", {}).items():
        for times, row in one.items() if isinstance(one, dict) else ():
            if times != "closed":
                cells = (row[column] for column in ("offered", "accepted", "refused", "p50_ms", "p99_ms"))
                lines.append(f"{f'{name}, {times}':<44}" + "".join(f"{cell!s:>9}" for cell in cells))
    lines.append("")
    lines += [f"{name.replace('_', ' '):<26}{value!s:>11}" for name, value in figures.get("arrangement", {}).items()]
    return "\n".join(lines)


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "cores": os.cpu_count(), "system": platform.platform()}


if __name__ == "__main__":
    main(sys.argv[1:])
