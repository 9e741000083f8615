"""What an operator can mend, told in sentences; a mistake of ours keeps its traceback."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from zhunkao.processes import ProcessError
from zhunkao.running import Interrupted
from zhunkao.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERRUPTED = 130


class Interruption(click.ClickException):
    """Stopped before it was done: the status a shell gives to Ctrl-C."""

    exit_code = INTERRUPTED


@contextmanager
def in_words() -> Iterator[None]:
    """End the command with sentences on standard error and status 1 where one of these is raised inside."""
    try:
        yield
    except SettingsError as error:
        faults = "".join(f"\n  {fault}" for fault in error.faults)
        raise click.ClickException(f"this is misconfigured:{faults}") from error
    except Interrupted as error:
        raise Interruption("stopped before it was done") from error
    except ProcessError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(_of_the_system(error)) from error


def _of_the_system(error: OSError) -> str:
    """`/var/lib/zhunkao: Permission denied`; what asyncio says of a refused connection names its address itself."""
    if error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error) or type(error).__name__
