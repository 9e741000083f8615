"""The processes of the demo: our own commands, each with the demo's settings and a log of its own."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from backend.exams.reference import bundled_files
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
    """The calendars, lists and samples that come with the product."""
    return [str(file) for file in bundled_files()]
