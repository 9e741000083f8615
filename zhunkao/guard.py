"""Becomes a program that dies with the one that started it. Run as a file, by the standard library alone.

`python -I -S guard.py PARENT SIGNAL UID GID COMMAND…`: asks the kernel to send SIGNAL to this process when the thread
that started it ends, however it ends (kill -9 too), takes on the account UID:GID unless that is -1, then executes
COMMAND in its own place. The request must come after the change of account, which would cancel it; it outlives the
execution. On a system without prctl the command runs all the same, and an ordered stop still ends it.
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Read the arguments, prepare this process, become the command."""
    parent, signal, uid, gid = (int(argument) for argument in sys.argv[1:5])
    command = sys.argv[5:]
    if uid >= 0:
        _take_on(uid, gid)
    die_with_parent(signal)
    if os.getppid() != parent:  # it ended before we asked: nobody would ever stop us
        sys.exit(1)
    os.execv(command[0], command)


def die_with_parent(signal: int) -> None:
    """Have the kernel send `signal` to this process when its parent thread ends. Nothing where it isn't Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)


def _take_on(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


if __name__ == "__main__":
    main()
