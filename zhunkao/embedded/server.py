"""What every embedded server is: a program of ours on a port of this machine, gone with the process that started it."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from zhunkao.embedded.places import free_port
from zhunkao.processes import POLL, ProcessError, Program, tail

if TYPE_CHECKING:
    from pathlib import Path

ATTEMPTS_AT_A_PORT = 5


@dataclass(slots=True, kw_only=True)
class EmbeddedServer(ABC):
    """A server whose data lies under `folder`. `fast` trades durability for speed: tests only.

    Start it from the main thread. Not for two processes at once: the folder's owner holds a lock of its own.
    """

    START_WITHIN: ClassVar[float]  # seconds
    PORT_TAKEN: ClassVar[str]
    """What its log says where somebody else listens on the port."""

    folder: Path
    port: int | None = None
    fast: bool = False
    log: Path | None = None
    name: str
    _server: Program | None = None

    def start(self) -> str:
        """Start the server, made first if it is not there yet. Returns its URL.

        Raises ProcessError in words: what it stumbled over, or no start in time.
        """
        self._prepare()
        for _ in range(ATTEMPTS_AT_A_PORT):
            port = self.port or free_port()
            if self._start_on(port):
                self.port = port
                return self.url()
            self.port = None  # taken between the look and the start
        raise ProcessError(f"{self.name} found no free port")

    def raise_if_ended(self) -> None:
        """Raise ProcessError when it has ended by itself."""
        if self._server:
            self._server.raise_if_ended()

    def stop(self) -> None:
        """Shut it down; clients are disconnected. Returns when it is gone."""
        if self._server:
            self._server.stop()

    def kill(self) -> None:
        """End it at once; the next start recovers."""
        if self._server:
            self._server.kill()

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._server.pid if self._server else None

    @abstractmethod
    def url(self) -> str:
        """Where it is reached; valid while it runs."""

    @abstractmethod
    def _prepare(self) -> None:
        """Make what has to be there before the program starts."""

    @abstractmethod
    def _server_on(self, port: int) -> Program: ...

    @abstractmethod
    def _is_ready(self, server: Program, port: int) -> bool: ...

    @property
    @abstractmethod
    def _log(self) -> Path: ...

    def _explained(self) -> str | None:
        """A better word for a failed start than the program's own, where its log gives one."""
        return None

    def _start_on(self, port: int) -> bool:
        """Start on a port; False when somebody else has taken it."""
        self._server = self._server_on(port)
        self._server.start()
        try:
            self._wait_until_ready(self._server, port)
        except ProcessError as error:
            self._server.stop()
            if self._log_says(self.PORT_TAKEN):
                return False
            raise ProcessError(self._explained() or str(error)) from None
        except BaseException:  # Ctrl-C while it starts
            self._server.stop()
            raise
        return True

    def _wait_until_ready(self, server: Program, port: int) -> None:
        until = time.monotonic() + self.START_WITHIN
        while not self._is_ready(server, port):
            server.raise_if_ended()
            if time.monotonic() > until:
                raise ProcessError(f"{self.name} did not start within {self.START_WITHIN:.0f} s. {server.last_words()}")
            time.sleep(POLL)

    def _log_says(self, words: str) -> bool:
        return any(words in line for line in tail(self._log, 20))
