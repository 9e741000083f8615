"""The command `zhunkao`, from outside."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.foundation.other_processes import end_of, python
from tests.servers import fresh_folder

ROOT = Path(__file__).parents[2]
COMMANDS = (
    *("api", "console", "worker", "sandbox", "migrate", "load-exam", "import", "create-staff", "check"),
    *("reconcile", "reminders", "verify-manifest"),
)
NOBODY_THERE = {
    "ZHUNKAO_DATABASE_URL": "postgres://127.0.0.1:1/nothing",
    "ZHUNKAO_REDIS_URL": "redis://127.0.0.1:1",
    "ZHUNKAO_SECRET_KEYS": "s" * 40,
    "ZHUNKAO_DATA_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
}


@pytest.fixture
def folder() -> Iterator[Path]:
    with fresh_folder() as made:
        yield made


def said(*arguments: str, folder: Path, **environment: str) -> tuple[int, str, str]:
    with python("-m", "zhunkao", *arguments, folder=folder, **environment) as command:
        return end_of(command)


def test_every_command_of_the_contract_is_there(tmp_path: Path) -> None:
    status, out, _ = said("--help", folder=tmp_path)
    listed = out.split("Commands:\n")[1].splitlines()
    assert status == 0
    assert {line.split()[0] for line in listed} >= set(COMMANDS)


def test_check_says_that_nothing_is_wrong_and_what_is_embedded(tmp_path: Path) -> None:
    status, out, err = said("check", folder=tmp_path)
    assert (status, err) == (0, "")
    assert out == "Nothing is misconfigured (development).\nEmbedded in .zhunkao: PostgreSQL, Redis.\n"


def test_check_says_what_is_wrong_one_line_each(tmp_path: Path) -> None:
    status, out, err = said("check", folder=tmp_path, ZHUNKAO_CLOCK="settable", ZHUNKAO_API_PROT="1")
    assert (status, out) == (1, "")
    assert [line.split()[0] for line in err.splitlines()] == ["Error:", "ZHUNKAO_API_PROT", "ZHUNKAO_CLOCK"]


@pytest.mark.parametrize("command", ["api", "worker", "migrate"])
def test_a_misconfigured_process_does_not_start(tmp_path: Path, command: str) -> None:
    status, _, err = said(command, folder=tmp_path, ZHUNKAO_ENVIRONMENT="production")
    assert status == 1
    assert "production refuses the embedded service" in err
    assert not (tmp_path / ".zhunkao").exists()


def test_a_server_that_is_not_there_is_told_without_a_traceback(tmp_path: Path) -> None:
    status, out, err = said("migrate", folder=tmp_path, **NOBODY_THERE)
    assert (status, out) == (1, "")
    assert err.startswith("Error: a server doesn't answer")
    assert len(err.splitlines()) == 1


def test_a_bad_file_is_told_by_its_line(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "exam.toml").write_text("exam = 1\n", encoding="utf-8")
    status, _, err = said("load-exam", "exam.toml", folder=tmp_path, ZHUNKAO_DATA_FOLDER=str(folder))
    assert status == 1
    assert err.startswith("Error: exam.toml:1: ")


def test_make_tells_every_target_that_is_for_people() -> None:
    told = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    targets = [line.split()[1] for line in told.splitlines()]
    assert targets == ["help", "demo", "test", "soak", "lint", "bench", "lock", "sbom", "audit", "clients", "clean"]
