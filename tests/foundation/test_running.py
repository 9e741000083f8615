"""How a process of ours ends."""

import signal
from pathlib import Path

import pytest

from tests.foundation.other_processes import end_of, line_of, python

WORK = """
import asyncio
from zhunkao import running
from zhunkao.running import Interrupted, run

running.STOP_WITHIN = 1

async def work():
    print("working", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        print("ending", flush=True)
        {ending}

try:
    run(work())
except Interrupted:
    print("interrupted")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_lets_the_work_end_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with python("-c", WORK.format(ending="await asyncio.sleep(0.01)"), folder=tmp_path) as process:
        line_of(process)
        process.send_signal(number)
        assert end_of(process) == (0, "ending\ninterrupted\n", "")


@pytest.mark.parametrize("ending", ["await asyncio.Event().wait()", "import time; time.sleep(3600)"])
def test_work_that_does_not_end_is_ended_by_the_system(tmp_path: Path, ending: str) -> None:
    with python("-c", WORK.format(ending=ending), folder=tmp_path) as process:
        line_of(process)
        process.send_signal(signal.SIGTERM)
        assert end_of(process)[0] == -signal.SIGALRM


def test_work_that_ends_gives_its_result(tmp_path: Path) -> None:
    code = "import asyncio\nfrom zhunkao.running import run\nprint(run(asyncio.sleep(0, 'result')))"
    with python("-c", code, folder=tmp_path) as process:
        assert end_of(process) == (0, "result\n", "")
