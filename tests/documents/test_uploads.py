"""What hides in a picture is gone once it is kept, and what would unpack without end is refused or never unpacked."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from backend.errors import Faulty
from backend.pictures import accept_picture
from backend.registrations.photos import accept_photo

Accept = Callable[[bytes], bytes]
MARK = b"hidden-by-a-test"
BOTH = pytest.mark.parametrize("accept", [accept_photo, accept_picture], ids=["photo", "picture"])
MEGABYTE = 1 << 20


def file_of(kind: str = "JPEG", **saved: Any) -> bytes:
    file = BytesIO()
    Image.effect_noise((600, 840), 60).convert("RGB").save(file, kind, **saved)
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("page.html", MARK * 4)
    return file.getvalue()


def located() -> Image.Exif:
    """What a phone writes: where it was taken, by what, by whom."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = MARK.decode()
    exif[ExifTags.Base.Artist] = MARK.decode()
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (39.0, 54.0, 26.0)
    place[ExifTags.GPS.GPSAreaInformation] = MARK
    return exif


def noted() -> PngInfo:
    info = PngInfo()
    info.add_text("Comment", MARK.decode())
    info.add_itxt("XML:com.adobe.xmp", MARK.decode())
    info.add_text("Packed", MARK.decode(), zip=True)
    return info


HIDING = {
    "a page behind a JPEG": file_of() + b"<html><script>" + MARK + b"</script></html>",
    "an archive behind a JPEG": file_of() + archive(),
    "an archive behind a PNG": file_of("PNG") + archive(),
    "a document behind a PNG": file_of("PNG") + b"%PDF-1.7\n" + MARK + b"\n%%EOF",
    "a JPEG's comment": file_of(comment=b"<?php " + MARK),
    "a JPEG's EXIF with its place": file_of(exif=located()),
    "a PNG's EXIF with its place": file_of("PNG", exif=located()),
    "a JPEG's colour profile": file_of(icc_profile=MARK * 30),
    "a JPEG's XMP": file_of(xmp=b"<x:xmpmeta>" + MARK + b"</x:xmpmeta>"),
    "a PNG's texts": file_of("PNG", pnginfo=noted()),
}


def segments(jpeg: bytes) -> Iterator[int]:
    """The markers of a JPEG up to its pixels."""
    place = 2
    while jpeg[place + 1] != 0xDA:
        yield jpeg[place + 1]
        place += 2 + int(struct.unpack(">H", jpeg[place + 2 : place + 4])[0])


@BOTH
@pytest.mark.parametrize("name", list(HIDING))
def test_what_hides_in_a_picture_or_behind_it_is_gone(accept: Accept, name: str) -> None:
    kept = accept(HIDING[name])
    assert MARK not in kept and b"PK\x03\x04" not in kept and b"%PDF" not in kept
    assert kept.startswith(b"\xff\xd8") and kept.endswith(b"\xff\xd9")
    found = Image.open(BytesIO(kept))
    assert not found.getexif() and not {"exif", "icc_profile", "xmp", "comment"} & set(found.info)
    # JFIF's own, tables and frames: no application's segment beside it, no comment.
    assert not {marker for marker in segments(kept) if 0xE1 <= marker <= 0xEF or marker == 0xFE}


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(*chunks: bytes, width: int = 600, height: int = 840) -> bytes:
    """Of these chunks behind the header's."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")


def packed(megabytes: int) -> bytes:
    """So many megabytes of nothing, in a thousandth of that."""
    packer = zlib.compressobj(9)
    zeros = bytes(MEGABYTE)
    return b"".join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()


def pixels(width: int = 600, height: int = 840) -> bytes:
    return zlib.compress((b"\0" + bytes(3 * width)) * height)


BOMBS = {
    "a text of a gigabyte": png(chunk(b"zTXt", b"Comment\0\0" + packed(1024)), chunk(b"IDAT", pixels())),
    "a translated text of a gigabyte": png(
        chunk(b"iTXt", b"Comment\0\1\0\0\0" + packed(1024)), chunk(b"IDAT", pixels())
    ),
    "a colour profile of a gigabyte": png(chunk(b"iCCP", b"p\0\0" + packed(1024)), chunk(b"IDAT", pixels())),
    "a gigabyte of pixels behind those there are": png(chunk(b"IDAT", packed(1024))),
    "fewer pixels than said": png(chunk(b"IDAT", pixels(600, 3))),
    "more pixels than may be": png(chunk(b"IDAT", pixels(10, 10)), width=60_000, height=60_000),
    "very many texts": png(*(chunk(b"zTXt", b"Comment\0\0" + packed(1)) for _ in range(200)), chunk(b"IDAT", pixels())),
}


@BOTH
@pytest.mark.parametrize("name", list(BOMBS))
def test_what_would_unpack_without_end_is_refused_or_never_unpacked(
    accept: Accept, name: str, memory: Callable[[], int]
) -> None:
    assert len(BOMBS[name]) < 5 * MEGABYTE
    try:
        kept = accept(BOMBS[name])
    except Faulty:
        kept = b""
    assert len(kept) < MEGABYTE
    assert memory() < 400 * MEGABYTE


@pytest.fixture
def memory() -> Callable[[], int]:
    """Bytes by which this process has grown at most since then, as the kernel counts it."""
    status = "/proc/self/status"
    clear = "/proc/self/clear_refs"

    def peak() -> int:
        with open(status, encoding="ascii") as lines:  # noqa: PTH123
            return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))

    with open(clear, "w", encoding="ascii") as said:  # noqa: PTH123
        said.write("5")
    before = peak()
    return lambda: peak() - before
