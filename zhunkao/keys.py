"""The keys of an installation that has nobody to choose them: made once, kept in a file of its owner's."""

from __future__ import annotations

import base64
import json
import os
import secrets
from typing import TYPE_CHECKING

from zhunkao.settings_check import DEMO_KEY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def kept(file: Path, make: Callable[[], str]) -> str:
    """The text of a file; made first when it isn't there: whole or not at all, readable by its owner only."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        write_private(file, make())
        return file.read_text(encoding="utf-8")


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read. A reader finds the former text or the whole new one."""
    partial = file.with_name(file.name + ".new")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as new:
        new.write(text)
    partial.replace(file)


def own_keys(folder: Path) -> dict[str, str]:
    """`secret_keys` and `data_keys` of the embedded installation in a folder."""
    keys: dict[str, str] = json.loads(kept(folder / "keys.json", _make))
    return keys


def _make() -> str:
    """Keys that production knows for the demo's: the data key begins with DEMO_KEY too, being base64 of 32 bytes."""
    beginning = base64.b64decode(DEMO_KEY)
    data_key = base64.b64encode(beginning + secrets.token_bytes(32 - len(beginning))).decode()
    return json.dumps({"secret_keys": f"{DEMO_KEY}-{secrets.token_urlsafe(48)}", "data_keys": data_key}, indent=2)
