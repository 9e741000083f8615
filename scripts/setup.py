"""Makes .venv from requirements.lock, once; anew only when the lock, the project file, Python or the place changed.

Runs under the system's python3, whatever its version, with nothing installed: so plain syntax, standard library only.
"""

import fcntl
import hashlib
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".made-from"
LOG = VENV / "install.log"
MADE_FROM = ("requirements.lock", "pyproject.toml")
OLDEST = (3, 11)
OTHER_NAMES = ("python3.13", "python3.12", "python3.11")


def main() -> None:
    """Make .venv unless it is as it should be."""
    if sys.version_info < OLDEST:
        use_another_python()
    place = os.open(str(ROOT), os.O_RDONLY)
    fcntl.flock(place, fcntl.LOCK_EX)  # a second make waits for the first, then finds the work done
    if not is_made():
        require_venv()
        make()


def use_another_python() -> None:
    """Go on under a newer Python where there is one, else end with a sentence."""
    for name in OTHER_NAMES:
        found = shutil.which(name)
        if found and is_new_enough(found):
            os.execv(found, [found, str(Path(__file__).resolve())])
    version = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"python3 is Python {version}; this needs 3.11 or newer (make PYTHON=/path/to/python3 names another).")


def is_new_enough(python: str) -> bool:
    """Whether a Python starts and is one we can use; a version manager's stand-in may do neither."""
    question = f"import sys; sys.exit(sys.version_info < {OLDEST!r})"
    return subprocess.run([python, "-c", question], check=False, stderr=subprocess.DEVNULL).returncode == 0


def require_venv() -> None:
    """Debian takes venv apart from Python: say how to get it before anything is begun."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        version = "python{}.{}".format(*sys.version_info[:2])
        sys.exit(f"This Python has no venv: install it (Debian: apt-get install {version}-venv), then run make again.")


def is_made() -> bool:
    """Whether .venv was made to its end, from just these files, by this Python, in this place."""
    return STAMP.is_file() and STAMP.read_text() == fingerprint() and runs()


def runs() -> bool:
    """Whether the Python in .venv starts: the one it was made from may have gone."""
    try:
        return subprocess.run([str(PYTHON), "-c", ""], check=False).returncode == 0
    except OSError:
        return False


def fingerprint() -> str:
    """Everything that .venv depends on, in one line."""
    content = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in MADE_FROM)).hexdigest()
    return f"{content} {sys.version_info[0]}.{sys.version_info[1]} {ROOT}\n"


def make() -> None:
    """Make .venv, or bring a whole one to the lock; what an interruption left is thrown away."""
    began = time.monotonic()
    if STAMP.is_file() and runs() and same_python():
        print("Bringing .venv to requirements.lock.", flush=True)
        STAMP.unlink()
    else:
        print("Making .venv from requirements.lock; this is done once and takes about a minute.", flush=True)
        step("making .venv", [sys.executable, "-m", "venv", "--clear", str(VENV)])
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    step("installing packages", [*pip, "--require-hashes", "-r", "requirements.lock"])
    step("installing zhunkao", [*pip, "--no-deps", "--no-build-isolation", "-e", "."])
    STAMP.write_text(fingerprint())
    print(f"  .venv is made ({time.monotonic() - began:.0f} s)", flush=True)


def same_python() -> bool:
    """Whether .venv was made by this version of Python in this place."""
    return STAMP.read_text().split(maxsplit=1)[1] == fingerprint().split(maxsplit=1)[1]


def step(name: str, command: "list[str]") -> None:
    """Run a command; tell how far it is while it runs, and the end of what it said when it fails."""
    read, write = os.pipe()
    with subprocess.Popen(command, cwd=str(ROOT), stdout=write, stderr=write, stdin=subprocess.DEVNULL) as process:
        os.close(write)
        said = follow(read, Shown(name))
        os.close(read)
    VENV.is_dir() and LOG.write_text(said)
    if process.returncode:
        print("\n".join(said.splitlines()[-20:]), file=sys.stderr)
        sys.exit(f"{name} failed; all it said is in {LOG}")


def follow(pipe: int, shown: "Shown") -> str:
    """Everything that comes out of a pipe until its end; `shown` hears of it, and of each second without news."""
    text = ""
    while True:
        if select.select([pipe], [], [], 1.0)[0]:
            part = os.read(pipe, 65536).decode(errors="replace")
            if not part:
                shown.end()
                return text
            text += part
        shown.update(text)


class Shown:
    """One line about a step: rewritten on a terminal, repeated every five seconds elsewhere."""

    def __init__(self, name: str) -> None:
        self.name, self.began, self.last = name, time.monotonic(), time.monotonic()
        self.terminal = sys.stdout.isatty()

    def update(self, text: str) -> None:
        """Tell how far it is when it is time to."""
        now = time.monotonic()
        if now - self.last < (0.2 if self.terminal else 5.0):
            return
        self.last = now
        line = f"  {self.name}, {now - self.began:.0f} s{self.count(text)}"
        print(f"\r{line:<60}" if self.terminal else line, end="" if self.terminal else "\n", flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self.terminal:
            print(f"\r{'':<60}\r", end="", flush=True)

    def count(self, text: str) -> str:
        """How many packages pip has looked at, of those in the lock (some are for other systems)."""
        if "Installing collected packages" in text:
            return ": putting them in place"
        collected = text.count("\nCollecting ")
        return f": {collected} of about {packages()}" if collected else ""


def packages() -> int:
    """How many packages the lock names."""
    return sum(
        "==" in line and line[0].isalnum() for line in (ROOT / "requirements.lock").read_text().splitlines() if line
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
