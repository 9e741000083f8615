"""Candidates' photos: what is taken, and the one form all of them are kept in."""

from io import BytesIO
from typing import Final

from PIL import ExifTags, Image, ImageOps

from backend.errors import Faulty
from backend.pictures import MAX_BYTES, MAX_PIXELS, jpeg, on_white

SIZE: Final = (295, 413)
"""Pixels of a kept photo: 25 × 35 mm at 300 dots an inch, exactly 5 : 7."""
SLIMMEST, WIDEST = 0.62, 0.85
"""Width to height of what is taken: 2 : 3, 5 : 7, 3 : 4 and 4 : 5 pass; a square or a landscape would lose the head."""
LYING: Final = frozenset({5, 6, 7, 8})
"""EXIF orientations in which width and height are exchanged."""


class PhotoRefused(Faulty):
    """A photo that can't be taken. `code` is one of photo_too_large, photo_not_a_picture, photo_too_small,
    photo_wrong_shape; `values` hold the limit it broke."""


def accept_photo(data: bytes) -> bytes:
    """The photo as we keep it: a JPEG of SIZE, upright, without metadata. Raises PhotoRefused.

    JPEG and PNG are taken, known by what they hold, whatever their name says; at most MAX_BYTES and MAX_PIXELS, at
    least SIZE once upright (nothing is enlarged; a file's length says nothing of its picture, so there is no least
    length). The same data gives the same bytes. Takes 100 ms of CPU for a phone's JPEG, half a second for its PNG: call
    it in a thread.
    """
    if len(data) > MAX_BYTES:
        raise _too_large()
    with _opened(data) as picture:
        _check_size(*_upright_size(picture))
        # The head stands in the upper part: what is too much is cut from below first.
        return jpeg(ImageOps.fit(_upright(picture), SIZE, Image.Resampling.LANCZOS, centering=(0.5, 0.3)))


def _opened(data: bytes) -> Image.Image:
    try:
        picture = Image.open(BytesIO(data), formats=("JPEG", "PNG"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error
    except Exception as error:  # a damaged file fails in many ways inside the parsers
        raise PhotoRefused("photo_not_a_picture") from error
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_large()
    return picture


def _too_large() -> PhotoRefused:
    return PhotoRefused("photo_too_large", megabytes=MAX_BYTES // 2**20, megapixels=MAX_PIXELS // 10**6)


def _upright(picture: Image.Image) -> Image.Image:
    # A JPEG can be unpacked at a fraction of its size: twice ours in both directions keeps every detail we print.
    picture.draft("RGB", (2 * max(SIZE), 2 * max(SIZE)))
    try:
        turned = ImageOps.exif_transpose(picture)
    except Exception as error:  # cut short, or damaged past its header
        raise PhotoRefused("photo_not_a_picture") from error
    return on_white(turned)


def _upright_size(picture: Image.Image) -> tuple[int, int]:
    try:
        lying = picture.getexif().get(ExifTags.Base.Orientation, 1) in LYING
    except Exception as error:  # metadata that can't be read
        raise PhotoRefused("photo_not_a_picture") from error
    return (picture.height, picture.width) if lying else picture.size


def _check_size(width: int, height: int) -> None:
    if not SLIMMEST <= width / height <= WIDEST:
        raise PhotoRefused("photo_wrong_shape", width=width, height=height)
    if width < SIZE[0] or height < SIZE[1]:
        raise PhotoRefused("photo_too_small", min_width=SIZE[0], min_height=SIZE[1])
