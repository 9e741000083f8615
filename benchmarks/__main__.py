"""All benchmarks: prints a table, leaves benchmarks/results.json. `python -m benchmarks`."""

import json
import os
import platform
from pathlib import Path
from typing import Any

from benchmarks import cards, imports, serving

RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    figures = {
        "machine": _machine(),
        "serving": serving.measure(),
        "cards": cards.measure(),
        "imports": imports.measure(),
    }
    RESULTS.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table(figures))
    print(f"\n{RESULTS}")


def table(figures: dict[str, Any]) -> str:
    """The figures as lines."""
    lines = [f"\n{'':<26}{'per second':>11}{'p50 ms':>9}{'p99 ms':>9}{'of bare':>9}"]
    for name, one in figures["serving"].items():
        lines.append(f"{name:<26}{one['per_second']:>11}{one['p50_ms']:>9}{one['p99_ms']:>9}{one['of_bare']:>9}")
    lines.append("")
    lines += [f"{name.replace('_', ' '):<26}{value:>11}" for name, value in figures["cards"].items()]
    lines.append(f"\n{'a million rows':<26}{'seconds':>11}{'COPY s':>9}{'file MB':>9}{'grew MB':>9}")
    for name, one in figures["imports"].items():
        lines.append(f"{name:<26}{one['seconds']:>11}{one['copy_seconds']:>9}{one['file_mb']:>9}{one['grown_mb']:>9}")
    return "\n".join(lines)


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "cores": os.cpu_count(), "system": platform.platform()}


if __name__ == "__main__":
    main()
