"""All benchmarks: prints a table, leaves benchmarks/results.json. `python -m benchmarks`."""

import json
import os
import platform
from pathlib import Path
from typing import Any

from benchmarks import callbacks, cards, serving

RESULTS = Path(__file__).parent / "results.json"


def main() -> None:
    figures = {
        "machine": _machine(),
        "serving": serving.measure(),
        "callbacks": callbacks.measure(),
        "cards": cards.measure(),
    }
    RESULTS.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(table(figures))
    print(f"\n{RESULTS}")


def table(figures: dict[str, Any]) -> str:
    """The figures as lines."""
    lines = [f"\n{'':<26}{'per second':>11}{'p50 ms':>9}{'p99 ms':>9}{'of bare':>9}"]
    for name, one in figures["serving"].items():
        lines.append(f"{name:<26}{one['per_second']:>11}{one['p50_ms']:>9}{one['p99_ms']:>9}{one['of_bare']:>9}")
    for name, one in figures["callbacks"].items():
        if name != "kept":
            lines.append(f"{name:<26}{one['per_second']:>11}{one['p50_ms']:>9}{one['p99_ms']:>9}")
    lines.append("")
    lines += [f"{name.replace('_', ' '):<26}{value:>11}" for name, value in figures["cards"].items()]
    return "\n".join(lines)


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "cores": os.cpu_count(), "system": platform.platform()}


if __name__ == "__main__":
    main()
