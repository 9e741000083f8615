"""The clients that `make clients` draws: typed, and right about the service."""

import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from scripts.clients import PACKAGE, api_document, draw_python, draw_typescript
from tests.api.world import PASSWORD, World


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document as the generators are given it."""
    file = tmp_path_factory.mktemp("document") / "openapi.json"
    file.write_text(json.dumps(api_document(), ensure_ascii=False), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def package(told: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_python(told, tmp_path_factory.mktemp("python"))


RIGHT = """
from zhunkao_client import Client
from zhunkao_client.api.default import list_exams
from zhunkao_client.models import Problem

found = list_exams.sync(client=Client(base_url="https://exam.example.cn"))
names: list[str] = [] if found is None or isinstance(found, Problem) else [exam.code for exam in found.items]
"""


def test_a_program_that_uses_the_python_client_is_type_checked(package: Path) -> None:
    right, wrong = package.parent / "right.py", package.parent / "wrong.py"
    right.write_text(RIGHT, encoding="utf-8")
    wrong.write_text(RIGHT.replace("exam.code", "exam.cod"), encoding="utf-8")
    mypy = [
        str(Path(sys.executable).with_name("mypy")),
        "--config-file=",
        "--follow-imports=silent",
        "--cache-dir=cache",
    ]
    done = subprocess.run([*mypy, "right.py"], cwd=package.parent, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    done = subprocess.run([*mypy, "wrong.py"], cwd=package.parent, check=False, capture_output=True, text=True)
    assert 'has no attribute "cod"' in done.stdout


async def test_the_python_client_signs_in_and_reads_what_is_its_own(
    world: World, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(package.parent))
    call, models, client = (imported(name) for name in ("api.default", "models", "client"))
    phone = await world.person()
    await phone.draft()
    async with client.Client(base_url=world.api_url) as open_:
        body = models.PasswordIn(login=phone.who.username, password=PASSWORD)
        signed_in = await part(call, "sign_in_by_password").asyncio(client=open_, body=body)
        exams = await part(call, "list_exams").asyncio(client=open_)
        wrong = models.PasswordIn(login=phone.who.username, password="not it")
        refused = await part(call, "sign_in_by_password").asyncio(client=open_, body=wrong)
    assert signed_in.candidate.name == phone.who.name
    assert "health-2024" in [exam.code for exam in exams.items]
    assert (refused.status, refused.code) == (401, "login_failed")
    async with client.AuthenticatedClient(base_url=world.api_url, token=signed_in.access_token) as mine:
        listed = await part(call, "list_registrations").asyncio(client=mine)
        steps = await part(call, "show_steps").asyncio(client=mine, registration_id=listed.items[0].id)
    assert [str(one.id) for one in listed.items] == [phone.registration]
    assert steps.items[0].step == "account"


def imported(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


def part(call: ModuleType, name: str) -> ModuleType:
    """One call's module: they are named by the operation."""
    return importlib.import_module(f"{call.__name__}.{name}")


@pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm")
def test_the_typescript_client_compiles_strictly(told: Path, tmp_path: Path) -> None:
    folder = draw_typescript(told, tmp_path / "typescript")
    assert (folder / "built" / "client.js").exists()
    wrong = folder / "wrong.ts"
    wrong.write_text(
        'import { service } from "./client.js";\nservice("").GET("/api/v1/nothing", {});\n', encoding="utf-8"
    )
    tsc = [str(folder / "node_modules/.bin/tsc"), "--strict", "--module", "nodenext", "--noEmit", "wrong.ts"]
    done = subprocess.run(tsc, cwd=folder, check=False, capture_output=True, text=True)
    assert done.stdout.startswith("wrong.ts(2,")
