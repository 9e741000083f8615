"""The demo, as whoever types `make demo` meets it."""

import http.client
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.foundation.other_processes import end_of, is_alive, line_of, python, wait_until_gone
from tests.servers import fresh_folder
from zhunkao.demo.folder import empty
from zhunkao.installation import ownership

DEMO = ("-m", "zhunkao.demo")


@pytest.fixture
def folder() -> Iterator[Path]:
    with fresh_folder() as made:
        yield made


def addresses(demo: subprocess.Popen[str]) -> dict[str, str]:
    """What it says when everything is ready: the first word of each line, the first address in it."""
    found: dict[str, str] = {}
    while not (line := line_of(demo)).startswith("Ctrl-C stops everything"):
        if address := re.search(r"\w+://\S+[^\s,]", line):
            found[line.split()[0]] = address[0]
    return found


def status_of(url: str) -> int:
    host, port = re.findall(r"//([\d.]+):(\d+)", url)[0]
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        connection.request("GET", "/" + url.split("/", 3)[3])
        return connection.getresponse().status
    finally:
        connection.close()


def children_of(pid: int) -> list[int]:
    """Process ids of everything that a process has started and that runs."""
    parents = {
        int(path.parent.name): path.read_text().rsplit(")", 1)[1].split()[1]
        for path in Path("/proc").glob("[0-9]*/stat")
    }
    return [child for child, parent in parents.items() if parent == str(pid) and is_alive(child)]


def test_a_demo_starts_everything_and_keeps_it_for_the_next_time(folder: Path) -> None:
    with python(*DEMO, "--port", "0", folder=folder) as demo:
        first = addresses(demo)
        assert status_of(first["Phone"]) == 200
        assert status_of(first["Candidate"].replace("/api/v1", "/readyz")) == 200
        with python(
            "-m", "zhunkao", "create-staff", "beside", "--name", "测试甲", "--level", "national", folder=folder
        ) as beside:
            assert end_of(beside)[0] == 0
        pids = children_of(demo.pid)
        assert len(pids) == 7  # PostgreSQL, Valkey, sandbox, API, worker, desk, console
        demo.send_signal(signal.SIGINT)
        status, out, err = end_of(demo)
    assert (status, err) == (0, "")
    assert "Stopped. What you did is kept for the next start." in out
    wait_until_gone(*pids)
    with python(*DEMO, "--port", "0", folder=folder) as demo:
        again = addresses(demo)
        with psycopg.connect(again["Database"]) as connection:
            assert connection.execute("SELECT count(*) FROM staff_member WHERE username = 'beside'").fetchone() == (1,)
        pids = children_of(demo.pid)
        demo.send_signal(signal.SIGKILL)
    wait_until_gone(*pids)


def test_a_stop_while_the_demo_starts_leaves_nothing_behind(folder: Path) -> None:
    with python(*DEMO, "--port", "0", folder=folder) as demo:
        line_of(demo)  # the database has started
        pids = children_of(demo.pid)
        demo.send_signal(signal.SIGTERM)
        assert end_of(demo)[0] == 130
    assert pids
    wait_until_gone(*pids)


def test_a_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with python(*DEMO, folder=tmp_path, ZHUNKAO_SANDBOX_PORT=port, ZHUNKAO_API_PORT="0") as demo:
            status, out, err = end_of(demo)
    assert (status, out) == (1, "")
    assert f"port {port} is taken" in err
    assert "ZHUNKAO_SANDBOX_PORT" in err


def test_a_second_demo_beside_a_running_one_says_so(tmp_path: Path) -> None:
    with ownership(tmp_path / ".zhunkao"), python(*DEMO, "--reset", folder=tmp_path) as demo:
        status, _, err = end_of(demo)
    assert status == 1
    assert "a demo is running" in err


def test_the_demo_is_no_part_of_production(tmp_path: Path) -> None:
    with python(*DEMO, folder=tmp_path, ZHUNKAO_ENVIRONMENT="production") as demo:
        status, _, err = end_of(demo)
    assert status == 1
    assert "the demo is no part of it" in err
    assert not (tmp_path / ".zhunkao").exists()


def test_a_reset_forgets_everything_but_a_script_that_may_be_running(tmp_path: Path) -> None:
    (tmp_path / "postgresql" / "data").mkdir(parents=True)
    (tmp_path / "script").mkdir()
    (tmp_path / "keys.json").touch()
    (tmp_path / "lock").touch()
    empty(tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["lock", "script"]
