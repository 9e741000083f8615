"""The whole service in a folder that is gone afterwards, and beside its own API one more whose clock is its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from zhunkao.demo.course import start, with_ports
from zhunkao.demo.programs import program
from zhunkao.demo.progress import Progress
from zhunkao.demo.supervisor import Supervisor
from zhunkao.embedded.places import free_port
from zhunkao.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What runs. `api_port`: of the one API process that is measured."""

    settings: Settings
    api_port: int
    supervisor: Supervisor


@contextmanager
def stack() -> Iterator[Stack]:
    """Started, and stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="zhunkao-bench-") as folder, Supervisor() as supervisor:
        Path(folder).chmod(0o711)
        settings = start(supervisor, with_ports(Settings(data_folder=Path(folder)), 0), Progress())
        # The demo's API asks the sandbox for the time at every request; what is measured has a clock of its own.
        own = settings.model_copy(update={"clock": "system", "clock_url": "", "api_port": free_port()})
        api = program("The measured API", own, "api")
        supervisor.start(api, by=api.start)
        supervisor.wait_until_ready(api, own.api_port, "/readyz")
        yield Stack(settings=settings, api_port=own.api_port, supervisor=supervisor)
