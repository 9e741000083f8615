"""The processes of the demo: our own commands, each with the demo's settings and a log of its own."""

from __future__ import annotations

import os
import sys
import tomllib
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from zhunkao.processes import Program
from zhunkao.settings import PREFIX, as_environment

if TYPE_CHECKING:
    from zhunkao.settings import Settings


def program(name: str, settings: Settings, *arguments: str) -> Program:
    """`zhunkao ARGUMENTS…` as a program called `name` in the demo's lines."""
    outside = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    return Program(
        name=name,
        command=[sys.executable, "-m", "zhunkao", *arguments],
        log=settings.data_folder / "logs" / f"{arguments[0]}.log",
        environment=outside | as_environment(settings) | {"PYTHONUNBUFFERED": "1"},
        folder=settings.data_folder,
    )


def exam_files() -> list[str]:
    """The calendars and lists that come with the product and can be loaded: those that say their level."""
    with as_file(files("backend.exams") / "data") as folder:
        found = sorted(Path(folder).glob("*.toml"))
    return [str(file) for file in found if "level" in tomllib.loads(file.read_text(encoding="utf-8"))]
