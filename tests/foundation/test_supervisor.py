"""The supervisor, as a real process over real processes."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.foundation.other_processes import end_of, line_of, python, wait_until_gone

SMALL_DEMO = Path(__file__).with_name("small_demo.py")


def started(demo: subprocess.Popen[str]) -> dict[str, int]:
    """The process ids of everything it has started, once all is ready."""
    found: dict[str, int] = {}
    while (line := line_of(demo)) != "ready":
        name, pid = line.split()
        found[name] = int(pid)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_ends_everything_last_started_first(tmp_path: Path, number: signal.Signals) -> None:
    with python(SMALL_DEMO, "first=steady", "second=steady", "third=steady", folder=tmp_path) as demo:
        pids = started(demo)
        demo.send_signal(number)
        assert end_of(demo) == (0, "stopped\n", "")
    wait_until_gone(*pids.values())
    assert (tmp_path / "order").read_text().split() == ["third", "second", "first"]


def test_a_stop_while_things_start_ends_those_that_have(tmp_path: Path) -> None:
    with python(SMALL_DEMO, "first=steady", "second=import signal; signal.pause()", folder=tmp_path) as demo:
        pids = [int(line_of(demo).split()[1]) for _ in range(2)]  # the second one never says that it has started
        demo.send_signal(signal.SIGINT)
        assert end_of(demo) == (0, "stopped\n", "")
    wait_until_gone(*pids)


def test_a_program_that_ends_by_itself_ends_all_with_the_last_it_said(tmp_path: Path) -> None:
    broken = "import time; print('the reason', flush=True); input()"
    with python(SMALL_DEMO, "steady=steady", f"broken={broken}", folder=tmp_path) as demo:
        pid = int(line_of(demo).split()[1])
        status, _, complaint = end_of(demo)
    assert status == 1
    assert complaint.startswith("broken ended with status 1. The end of logs/broken.log:\n  | the reason\n")
    wait_until_gone(pid)


def test_a_program_that_is_killed_ends_all(tmp_path: Path) -> None:
    with python(SMALL_DEMO, "first=steady", "second=steady", folder=tmp_path) as demo:
        pids = started(demo)
        os.kill(pids["first"], signal.SIGKILL)
        status, _, complaint = end_of(demo)
    assert status == 1
    assert complaint.startswith("first was ended by SIGKILL.")
    wait_until_gone(*pids.values())


def test_everything_ends_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    with python(SMALL_DEMO, "first=steady", "second=steady", folder=tmp_path) as demo:
        pids = started(demo)
        demo.send_signal(signal.SIGKILL)
    wait_until_gone(*pids.values())


def test_a_second_stop_ends_by_force_what_does_not_end_when_asked(tmp_path: Path) -> None:
    with python(SMALL_DEMO, "first=steady", "second=stubborn", "third=steady", folder=tmp_path) as demo:
        pids = started(demo)
        demo.send_signal(signal.SIGINT)
        wait_until_gone(pids["third"])
        demo.send_signal(signal.SIGINT)
        assert end_of(demo)[0] == 0
    wait_until_gone(*pids.values())


def test_the_former_log_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    for _ in range(2):
        with python(SMALL_DEMO, "only=steady", folder=tmp_path) as demo:
            started(demo)
            demo.send_signal(signal.SIGINT)
            assert end_of(demo)[0] == 0
    assert (tmp_path / "logs" / "only.log").read_text().split() == ["started"]
    assert (tmp_path / "logs" / "only.log.1").read_text().split() == ["started"]
