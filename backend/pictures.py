"""Pictures that people send: known by what they hold, bounded before they are unpacked, kept re-encoded."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from backend.errors import Faulty
from backend.storage import Storage

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_PIXELS: Final = 25_000_000
"""A phone's 24 megapixels pass. Checked on the file's own header, before any pixel is unpacked."""
QUALITY: Final = 85
BACKGROUND: Final = "white"
READABLE: Final = 2000
"""Pixels of the longer side at which the small print of a certificate can still be read."""
AT_ONCE: Final = 2
"""Each takes half a second of CPU and 100 MB at worst; the others wait in line."""


class Pictures:
    """Pictures of one kind. `accept`: makes the one form all of them are kept in, or refuses; called in a thread."""

    def __init__(self, storage: Storage, kind: str, accept: Callable[[bytes], bytes]) -> None:
        self._storage, self._kind, self._accept = storage, kind, accept
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def keep(self, upload: bytes) -> str:
        """Keep one; the key under which it is kept, the same for the same picture. Raises what `accept` raises."""
        async with self._gate:
            picture = await asyncio.to_thread(self._accept, upload)
        return await self._storage.put(self._kind, picture)

    async def get(self, key: str) -> bytes:
        """What is kept under the key. Raises FileNotFoundError."""
        return await self._storage.get(key)


def accept_picture(data: bytes, *, longest: int = READABLE) -> bytes:
    """The picture as we keep it: a JPEG, upright, without metadata, at most `longest` pixels a side.

    JPEG and PNG are taken, whatever their name says. Raises Faulty `picture_too_large`, `picture_unreadable`. The same
    data gives the same bytes. Takes up to half a second of CPU: call it in a thread.
    """
    if len(data) > MAX_BYTES:
        raise _too_large()
    with _damage(), Image.open(BytesIO(data), formats=("JPEG", "PNG")) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise _too_large()
        # A JPEG can be unpacked at a fraction of its size; twice ours keeps every detail.
        picture.draft("RGB", (2 * longest, 2 * longest))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        return jpeg(on_white(upright))


def on_white(picture: Image.Image) -> Image.Image:
    """Without transparency, in colours of 8 bits."""
    if picture.mode.startswith("I"):  # 16 bits of grey; Pillow would cut them off, not scale them
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    sheet = Image.new("RGBA", picture.size, BACKGROUND)
    return Image.alpha_composite(sheet, picture.convert("RGBA")).convert("RGB")


def jpeg(picture: Image.Image) -> bytes:
    """The picture as all are kept: one quality, nothing but its pixels."""
    # Without what the file carried: a copy alone would hand its metadata on.
    picture.info.clear()
    file = BytesIO()
    picture.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


@contextmanager
def _damage() -> Iterator[None]:
    """A damaged file fails in many ways inside the parsers: all of them are one refusal."""
    try:
        yield
    except Faulty:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except Exception as error:
        raise Faulty("picture_unreadable") from error


def _too_large() -> Faulty:
    return Faulty("picture_too_large", megabytes=MAX_BYTES // 2**20, megapixels=MAX_PIXELS // 10**6)
