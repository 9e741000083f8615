"""The embedded installation of one machine: a folder, its lock, its keys, the servers in it.

One process owns it and starts the servers; whoever comes meanwhile uses them too. So `zhunkao create-staff`, given no
database, works beside a running demo on the demo's data, and on the same data when nothing runs.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING

from pydantic import SecretStr

from zhunkao import keys
from zhunkao.embedded import EmbeddedPostgres, EmbeddedValkey
from zhunkao.processes import POLL, ProcessError
from zhunkao.settings import Settings, revealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOLD_WITHIN = 30.0  # seconds that an owner may take to start its servers


class Owned(Exception):
    """Another process owns the installation. `owner` is its process id."""

    def __init__(self, owner: int) -> None:
        super().__init__(f"process {owner}")
        self.owner = owner


@contextmanager
def ownership(folder: Path) -> Iterator[None]:
    """Own the installation in a folder, made if needed, until the end of this process at the latest.

    Raises Owned when another process does, ProcessError when the folder is another account's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _require_ours(folder)
    with (folder / "lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Owned(_noted_owner(lock)) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        (folder / "running.json").unlink(missing_ok=True)  # a killed owner's
        try:
            yield
        finally:
            (folder / "running.json").unlink(missing_ok=True)


def tell(folder: Path, settings: Settings) -> None:
    """Tell others the settings of the installation that this process owns. The file holds its keys."""
    keys.write_private(folder / "running.json", json.dumps(revealed(settings)))


@contextmanager
def services(settings: Settings) -> Iterator[Settings]:
    """The settings with a database and a Redis in them, for as long as this lasts.

    What is given stays. What isn't is embedded: that of the process which owns the installation, or else started here.
    Raises ProcessError in words.
    """
    if settings.database_url and settings.redis_url:
        yield settings
        return
    folder = settings.data_folder.absolute()
    with ExitStack() as stack:
        try:
            stack.enter_context(ownership(folder))
        except Owned as owned:
            yield _told(folder, owned.owner)
            return
        filled = with_servers(settings, stack)
        tell(folder, filled)
        yield filled


def with_servers(settings: Settings, stack: ExitStack) -> Settings:
    """Start the servers that the settings don't name, to be stopped by `stack`; return the settings completed."""
    database, cache = embedded_servers(settings)
    found: dict[str, str] = {}
    if not settings.database_url:
        stack.callback(database.stop)
        found["database_url"] = database.start()
    if not settings.redis_url:
        stack.callback(cache.stop)
        found["redis_url"] = cache.start()
    return complete(settings, **found)


def embedded_servers(settings: Settings) -> tuple[EmbeddedPostgres, EmbeddedValkey]:
    """The two servers of the installation, not started."""
    folder = settings.data_folder.absolute()
    logs = folder / "logs"
    return (
        EmbeddedPostgres(folder=folder / "postgresql", log=logs / "postgresql.log"),
        EmbeddedValkey(folder=folder / "valkey", log=logs / "valkey.log"),
    )


def complete(settings: Settings, **found: object) -> Settings:
    """The settings with what was found, and the installation's own keys where none are given."""
    folder = settings.data_folder.absolute()
    own = keys.own_keys(folder)
    for name in ("secret_keys", "data_keys"):
        if not getattr(settings, name):
            found[name] = (SecretStr(own[name]),)
    return settings.model_copy(update={"data_folder": folder, **found})


def _told(folder: Path, owner: int) -> Settings:
    """The settings of the running installation. Waits while its owner is still starting."""
    file = folder / "running.json"
    until = time.monotonic() + TOLD_WITHIN
    while not file.exists():
        if time.monotonic() > until:
            raise ProcessError(f"process {owner} holds {folder}, but has started no database there")
        time.sleep(POLL)
    return Settings(**json.loads(file.read_text(encoding="utf-8")))


def _noted_owner(lock: IO[str]) -> int:
    lock.seek(0)
    noted = lock.read().strip()
    return int(noted) if noted.isdecimal() else 0


def _require_ours(folder: Path) -> None:
    """Root's and a user's files in one folder would lock each other out."""
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        raise ProcessError(f"{folder} belongs to user {owner}, this process to {os.geteuid()}: run as that user")
