"""Where the wheels' programs are, which account runs them, which ports are free."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
from hashlib import sha256
from pathlib import Path

from zhunkao.processes import ProcessError

# Accounts that exist on every Debian, first the fitting one. As root the PostgreSQL server refuses to run.
ACCOUNTS = ("postgres", "nobody")
# Where root keeps the server's data when that account can't reach the folder asked for.
ROOTS_PLACE = Path("/var/lib/zhunkao")


def package_folder(package: str) -> Path:
    """The folder of an installed package, found without importing it: an import would have effects of its own."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ProcessError(f"the Python package {package} is not installed; `make` installs it")
    return Path(spec.origin).parent


def server_account() -> pwd.struct_passwd | None:
    """Who runs the database server: None for ourselves, another account when we are root.

    Raises ProcessError when root has nobody to give it to.
    """
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ProcessError(f"running as root, and none of the accounts {', '.join(ACCOUNTS)} exists to run PostgreSQL")


def server_folder(wanted: Path, account: pwd.struct_passwd | None) -> Path:
    """Make the server's folder and give it to its account; the folder returned is where it really is.

    Where a folder above is closed to that account (root's home is), it is made elsewhere, and `wanted` is a link to it.
    """
    wanted = wanted.absolute()
    place = wanted.resolve()  # a link that an earlier start made
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account is None:
        return place
    os.chown(place, account.pw_uid, account.pw_gid)
    return place if reachable(place, account) else _elsewhere(wanted, account)


def _elsewhere(wanted: Path, account: pwd.struct_passwd) -> Path:
    place = ROOTS_PLACE / sha256(os.fsencode(wanted)).hexdigest()[:16]
    place.mkdir(mode=0o755, parents=True, exist_ok=True)
    os.chown(place, account.pw_uid, account.pw_gid)
    place.chmod(0o700)
    wanted.rmdir()
    wanted.symlink_to(place)
    return place


def remove_server_folder(folder: Path) -> None:
    """Remove a folder that `server_folder` made, with what a link of it points to."""
    if folder.is_symlink():
        shutil.rmtree(folder.resolve(), ignore_errors=True)
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def reachable(program: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether the account may execute a file, every folder above it included (a home is often 0700)."""
    if account is None:
        return os.access(program, os.X_OK)
    probe = subprocess.run(
        ["/usr/bin/env", "test", "-x", str(program)],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        cwd="/",
        check=False,
        capture_output=True,
    )
    return probe.returncode == 0


def copy_package(package: Path, target: Path) -> Path:
    """Copy a package and the libraries that its wheel keeps beside it; return the copy's folder.

    The programs look for `<package>.libs` relative to themselves, so the two must stay neighbours.
    """
    copy = target / package.name
    if not copy.exists():
        partial = target.with_name(target.name + ".new")
        shutil.rmtree(partial, ignore_errors=True)
        for source in (package, package.with_name(package.name + ".libs")):
            if source.exists():
                shutil.copytree(source, partial / source.name)
        shutil.rmtree(target, ignore_errors=True)
        partial.rename(target)
    return copy


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now. Somebody may a moment later: the starter tries again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(host: str, port: int) -> bool:
    """Whether somebody listens on a port already (or it may not be had at all)."""
    with socket.socket() as probe:
        # Only listeners count, not the remains of closed connections.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
