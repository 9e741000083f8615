"""What a demo leaves on the disk, and how it is made to forget it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from zhunkao.embedded.places import remove_server_folder

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = "script"
# The lock is held while the folder is emptied; the script's demo has its own lock, and may be running; the fonts are
# what the packages say, made ready once.
STAYS = frozenset({"lock", SCRIPT, "fonts"})


def empty(folder: Path) -> None:
    """Remove everything a demo has kept in its folder, whose owner this process is."""
    remove_server_folder(folder / "postgresql")
    for entry in folder.iterdir():
        if entry.name in STAYS:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
