"""Files that browsers send with a form."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from backend.console.pages import Visit

ROOM_FOR_A_FORM: Final = 64 * 1024
"""Bytes of the other fields beside a file."""
LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """`name`: as the browser has it, without any folder."""

    name: str
    content: bytes


async def uploaded(visit: Visit, field: str, *, most: int | None = None) -> Upload | None:
    """The file of this field, None where none was chosen. `most`: bytes, where it may be longer than other forms.

    It is called before anything else reads the form. Raises TooLarge `body_too_large`.
    """
    found = (await visit.posted(most=most + ROOM_FOR_A_FORM if most is not None else None)).get(field)
    if not isinstance(found, web.FileField) or not found.filename:
        return None
    with found.file as file:
        content = await asyncio.to_thread(file.read)
    return Upload(name=Path(found.filename).name[-LONGEST_NAME:], content=content)
