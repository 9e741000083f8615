"""`make test`: lint, format, types, floors, every test; each to its end, all their results in one last line."""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
RESULTS = ROOT / ".pytest_cache" / "results.xml"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
LINT = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("lint-imports", "--no-cache", "--no-logo"))
TYPES = (("mypy",),)


def main(arguments: list[str]) -> int:
    """Run everything; 0 only if all of it is well."""
    os.chdir(ROOT)
    only_lint = arguments == ["--only-lint"]
    lint, types = passes(LINT), passes(TYPES)
    closing = [f"lint {word(lint)}", f"types {word(types)}"]
    tests = True
    if not only_lint:
        tests, summary = run_tests(arguments)
        closing.append(summary)
    print(" · ".join(closing), flush=True)
    return 0 if lint and types and tests else 1


def passes(commands: tuple[tuple[str, ...], ...]) -> bool:
    """Whether all of the commands end well; every one of them is run."""
    statuses = [run(*command) for command in commands]
    return not any(statuses)


def run(tool: str, *arguments: str) -> int:
    """Run a tool of .venv, its output shown."""
    print(f"· {' '.join((tool, *arguments))}", flush=True)
    return subprocess.run([str(BIN / tool), *arguments], check=False).returncode


def word(well: bool) -> str:
    """How the last line calls a result."""
    return "ok" if well else "FAILED"


def run_tests(arguments: list[str]) -> tuple[bool, str]:
    """Run the tests, the browser's only where there is one; whether they passed, and their part of the last line."""
    browser = have_chromium()
    leave_out = [] if browser else ["-m", "not browser"]
    RESULTS.unlink(missing_ok=True)
    status = run("pytest", "-n", "2", "--dist", "loadgroup", f"--junitxml={RESULTS}", *leave_out, *arguments)
    counted = count(RESULTS)
    browsers = f"browser tests {counted.browser} run" if browser else not_run()
    return status == 0, f"{counted} · {browsers}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the results file says."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    browser: int = 0

    def __str__(self) -> str:
        parts = {"failed": self.failed, "skipped": self.skipped}
        return ", ".join([f"{self.passed} passed", *(f"{number} {name}" for name, number in parts.items() if number)])


def count(results: Path) -> Counted:
    """Count a JUnit results file; nothing passed where there is none."""
    if not results.exists():
        return Counted()
    suite = ElementTree.parse(results).getroot().find("testsuite")
    cases = list(suite.iter("testcase")) if suite is not None else []
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    browser = sum(case.find("properties/property[@name='browser']") is not None for case in cases)
    return Counted(passed=len(cases) - failed - skipped, failed=failed, skipped=skipped, browser=browser)


def not_run() -> str:
    """How many tests the missing browser leaves out."""
    command = [str(BIN / "pytest"), "--collect-only", "-q", "-m", "browser", "--no-header"]
    listed = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    number = sum("::" in line for line in listed.splitlines())
    return f"{number} browser tests not run: no Chromium"


def have_chromium() -> bool:
    """Whether there is a Chromium; as root on Debian one is installed first, with glyphs for what the pages say."""
    if any(shutil.which(name) for name in CHROMIUM_NAMES):
        return True
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("· apt-get install chromium (for the browser tests)", flush=True)
    apt_get("update")  # one list that can't be fetched need not be the one we want
    apt_get("install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk")
    return shutil.which("chromium") is not None


def apt_get(*arguments: str) -> None:
    """Run apt-get without questions; whether it did its work shows afterwards."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-q", *arguments], check=False, env=environment, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
