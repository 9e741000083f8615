"""What an operator can mend, told in sentences; a mistake of ours keeps its traceback."""

from __future__ import annotations

import re
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from backend.errors import Refusal
from backend.exams.exam_file import FilesRefused
from backend.personal_data import Undecryptable
from backend.sheets import BadFile
from backend.wording import say
from zhunkao.processes import ProcessError
from zhunkao.running import Interrupted
from zhunkao.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERRUPTED = 130
MISSING_TABLE = re.compile(r'relation ".*" does not exist')


class Interruption(click.ClickException):
    """Stopped before it was done: the status a shell gives to Ctrl-C."""

    exit_code = INTERRUPTED


# Whose exceptions are a server's state, and what people call that server.
SERVERS = {
    "asyncpg": "PostgreSQL",
    "psycopg": "PostgreSQL",
    "procrastinate": "PostgreSQL",
    "tortoise": "PostgreSQL",
    "redis": "Redis",
}


@contextmanager
def in_words() -> Iterator[None]:
    """End the command with sentences on standard error and status 1 where something tellable is raised inside."""
    try:
        yield
    except Interrupted as error:
        raise Interruption("stopped before it was done") from error
    except Exception as error:
        if words := words_of(error):
            raise click.ClickException(words) from error
        raise


def words_of(error: Exception) -> str | None:
    """What happened, for an operator; None for a mistake of ours."""
    match error:
        case SettingsError():
            return "this is misconfigured:" + "".join(f"\n  {fault}" for fault in error.faults)
        case Refusal():
            faults = [f"\n  {fault.field}: {say('faults', fault.code, 'en', **fault.values)}" for fault in error.faults]
            return say("errors", error.code, "en", **error.values) + "".join(faults)
        case Undecryptable():
            return f"ZHUNKAO_DATA_KEYS: {error}"
        case ProcessError() | FilesRefused() | BadFile():
            return str(error)
        case OSError():
            return _of_the_system(error)
    server = SERVERS.get(type(error).__module__.split(".")[0])
    if server == "PostgreSQL" and MISSING_TABLE.search(str(error)):
        return "the database has no tables yet, or not all of them: run `zhunkao migrate` first"
    return f"{server}: {error}" if server else None


def _of_the_system(error: OSError) -> str:
    """`/var/lib/zhunkao: Permission denied`. The loop doesn't say which address didn't answer: we name the settings."""
    if error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    said = str(error) or type(error).__name__
    if isinstance(error, ConnectionError | TimeoutError | socket.gaierror):
        return f"a server doesn't answer ({said}): see ZHUNKAO_DATABASE_URL and ZHUNKAO_REDIS_URL"
    return said
