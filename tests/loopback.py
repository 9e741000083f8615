"""No test leaves this machine: a connection or a look-up of any other name is an error, wherever it comes from."""

import ipaddress
import sys


class LeftTheMachine(AssertionError):
    """A test tried to reach, or to listen on, something other than this machine."""


def hold_to_loopback() -> None:
    """Watch every socket of this process from now on. It can't be undone, which is what we want."""
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.bind", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple):  # a path is a Unix socket's
            _require_loopback(address[0])
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        _require_loopback(arguments[0])


def _require_loopback(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name == "localhost":
        return
    try:
        inside = ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise LeftTheMachine(f"a test tried to reach {name}: tests know only this machine")
