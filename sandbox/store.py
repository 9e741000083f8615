"""Keeps the state in the data folder: one JSON file, replaced as a whole, written off the event loop."""

import asyncio
import logging
import os
import tempfile
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sandbox.state import SandboxState

FILE_NAME = "sandbox.json"
log = logging.getLogger(__name__)
STATE = TypeAdapter(SandboxState)


class UnreadableState(Exception):
    """The data folder holds a state this version can't read: delete the file to start anew."""


class Store:
    """The state, and its file when there is a folder for it.

    A change is on disk shortly after `changed`: several in a row become one write. A crash in between loses them, which
    a stand-in may; an orderly end loses nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.state = SandboxState()
        self._file = folder / FILE_NAME if folder else None
        self._dirty = asyncio.Event()
        self._closed = False
        self._writing: asyncio.Task[None] | None = None

    def changed(self) -> None:
        """Have the state written soon."""
        self._dirty.set()

    async def open(self) -> None:
        """Take up what a former run left, and write from now on. UnreadableState when the file isn't ours."""
        if self._file:
            self.state = await asyncio.to_thread(read, self._file)
            self._writing = asyncio.create_task(self._keep_writing(self._file))

    async def close(self) -> None:
        """Write what is left. The writer ends by itself: cancelled, its thread could write an older state last."""
        self._closed = True
        self._dirty.set()
        if self._writing:
            await self._writing

    async def _keep_writing(self, file: Path) -> None:
        while not self._closed or self._dirty.is_set():
            await self._dirty.wait()
            self._dirty.clear()
            try:
                await asyncio.to_thread(replace, file, STATE.dump_json(self.state, indent=1))
            except OSError:
                log.exception("The state could not be written; the next change tries again.")


def read(file: Path) -> SandboxState:
    """The state in the file, an empty one when there is none."""
    try:
        return STATE.validate_json(file.read_bytes())
    except FileNotFoundError:
        return SandboxState()
    except ValidationError as error:
        raise UnreadableState(f"{file}: {error}") from error


def replace(file: Path, content: bytes) -> None:
    """Put the content in the file's place in one step, so that a reader finds the old or the new, never a half."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(content)
            temporary.flush()
            os.fsync(temporary.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
