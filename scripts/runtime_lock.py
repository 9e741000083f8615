"""Prints the part of requirements.lock that a running service needs, for images: pins and hashes as they stand there.

    python3 scripts/runtime_lock.py > runtime.lock && pip install --require-hashes -r runtime.lock

`--traces`: with what sends traces to a collector. Needs nothing installed; the lock itself says what each is there for.
"""

import re
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
ENTRY = re.compile(r"^([a-z0-9][a-z0-9._-]*)[^\n]*\n(?:[ ]+[^\n]*\n)*", re.M)
ASKED_FOR = "-r requirements.in"
TRACES = "-r requirements-traces.in"


def runtime(lock: str, *, traces: bool = False) -> str:
    """The entries that requirements.in asks for, and those that these need in turn; `traces`: what sends them too."""
    entries = {match[1]: match[0] for match in ENTRY.finditer(lock)}
    causes = {name: set(re.findall(r"^\s+#(?: {3}| via )(.+)$", entry, re.M)) for name, entry in entries.items()}
    needed: set[str] = set()
    wanted = {ASKED_FOR, TRACES} if traces else {ASKED_FOR}
    while wanted:
        found = {name for name, of in causes.items() if of & wanted} - needed
        needed |= found
        wanted = {re.sub(r"\[.*", "", name) for name in found}
    return "".join(entry for name, entry in entries.items() if name in needed)


if __name__ == "__main__":
    sys.stdout.write(runtime(LOCK.read_text(encoding="utf-8"), traces="--traces" in sys.argv[1:]))
