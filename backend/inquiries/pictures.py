"""Pictures that people show in an inquiry: a screenshot, a certificate. Kept re-encoded, never as they came."""

import asyncio
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from backend.errors import Faulty
from backend.registrations.photos import MAX_BYTES, MAX_PIXELS, jpeg
from backend.storage import Storage

LONGEST: Final = 1600
"""Pixels of the longer side: what is written on a certificate can still be read."""
AT_ONCE: Final = 2


class Pictures:
    """Keeps what is shown, a few at a time: each takes a processor for a while."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self._gate = storage, asyncio.Semaphore(AT_ONCE)

    async def keep(self, data: bytes) -> str:
        """Its key. Raises Faulty as `accept_picture` does."""
        async with self._gate:
            picture = await asyncio.to_thread(accept_picture, data)
        return await self._storage.put("inquiry-pictures", picture)

    async def get(self, key: str) -> bytes:
        """A JPEG."""
        return await self._storage.get(key)


def accept_picture(data: bytes) -> bytes:
    """The picture as we keep it: a JPEG, upright, without metadata, at most LONGEST a side.

    JPEG and PNG are taken, known by what they hold. Raises Faulty `picture_too_large`, `picture_unreadable`. Takes up
    to half a second of CPU: call it in a thread.
    """
    if len(data) > MAX_BYTES:
        raise _too_large()
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_large()
            picture.draft("RGB", (2 * LONGEST, 2 * LONGEST))
            return jpeg(_small(ImageOps.exif_transpose(picture)))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except Faulty:
        raise
    except Exception as error:  # a damaged file fails in many ways inside the parsers
        raise Faulty("picture_unreadable") from error


def _small(picture: Image.Image) -> Image.Image:
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    sheet = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(sheet, picture.convert("RGBA")).convert("RGB")


def _too_large() -> Faulty:
    return Faulty("picture_too_large", megabytes=MAX_BYTES // 2**20, megapixels=MAX_PIXELS // 10**6)
