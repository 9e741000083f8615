import random
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from backend.documents.photos import sample_photo
from backend.pictures import MAX_BYTES
from backend.registrations.photos import SIZE, PhotoRefused, accept_photo

RED, GREEN = (220, 30, 30), (30, 180, 30)


def two_halves(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Red above, green below."""
    picture = Image.new("RGB", (width, height), GREEN)
    picture.paste(RED, (0, 0, width, height // 2))
    return picture.convert(mode)


def file_of(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def kept(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(accept_photo(data)))
    picture.load()
    return picture


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(value - wanted) < 12 for value, wanted in zip(pixel, colour, strict=True))


def refusal_of(data: bytes) -> str:
    with pytest.raises(PhotoRefused) as refused:
        accept_photo(data)
    return refused.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(295, 413), (413, 579), (600, 800), (1200, 1800), (3024, 4032)])
def test_a_photo_is_kept_as_a_jpeg_of_25_by_35_mm_at_300_dots(kind: str, size: tuple[int, int]) -> None:
    picture = kept(file_of(two_halves(*size), kind))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", SIZE)
    assert near(picture.getpixel((147, 20)), RED)
    assert near(picture.getpixel((147, 400)), GREEN)


def test_the_same_photo_is_kept_as_the_same_bytes() -> None:
    data = file_of(two_halves(600, 840))
    assert accept_photo(data) == accept_photo(data)


def test_a_phones_picture_that_lies_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    lying = two_halves(600, 840).transpose(Image.Transpose.ROTATE_90)
    picture = kept(file_of(lying, exif=exif))
    assert near(picture.getpixel((147, 20)), RED)
    assert near(picture.getpixel((147, 400)), GREEN)


def test_where_a_photo_was_taken_and_by_what_is_not_kept() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "a camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "N"
    about = PngImagePlugin.PngInfo()
    about.add_text("Author", "a camera")
    for data in (
        file_of(two_halves(600, 840), exif=exif, comment=b"a camera"),
        file_of(two_halves(600, 840), "PNG", pnginfo=about),
    ):
        assert b"a camera" in data
        assert b"a camera" not in accept_photo(data)
        assert dict(kept(data).getexif()) == {}


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16"])
def test_a_png_of_any_kind_of_pixels_is_taken(mode: str) -> None:
    picture = two_halves(600, 840).convert("L") if mode == "I;16" else two_halves(600, 840, mode)
    if mode == "I;16":
        picture = picture.convert("I").point(lambda value: value * 256).convert("I;16")
    top, bottom = (kept(file_of(picture, "PNG")).getpixel((147, y)) for y in (20, 400))
    assert top != bottom


def test_a_cmyk_jpeg_is_taken() -> None:
    assert kept(file_of(two_halves(600, 840, "CMYK"))).mode == "RGB"


def test_what_is_transparent_becomes_white() -> None:
    picture = kept(file_of(Image.new("RGBA", (600, 840), (0, 0, 0, 0)), "PNG"))
    assert near(picture.getpixel((147, 200)), (255, 255, 255))


def test_of_a_photo_that_is_too_tall_more_is_cut_below_than_above() -> None:
    picture = two_halves(600, 960)
    picture.paste((0, 0, 255), (0, 0, 600, 30))
    picture.paste((0, 0, 255), (0, 930, 600, 960))
    taken = kept(file_of(picture))
    assert near(taken.getpixel((147, 0)), (0, 0, 255)) or near(taken.getpixel((147, 2)), RED)
    assert near(taken.getpixel((147, 410)), GREEN)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "WEBP", "TIFF"])
def test_another_kind_of_picture_is_refused_whatever_it_calls_itself(kind: str) -> None:
    assert refusal_of(file_of(two_halves(600, 840), kind)) == "photo_not_a_picture"


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert refusal_of(data) == "photo_not_a_picture"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_cut_short_on_its_way_is_refused(kind: str) -> None:
    data = file_of(Image.effect_noise((600, 840), 50), kind)
    assert refusal_of(data[: len(data) // 2]) == "photo_not_a_picture"


def test_a_file_of_more_than_five_megabytes_is_refused() -> None:
    data = file_of(two_halves(600, 840))
    assert refusal_of(data + bytes(MAX_BYTES + 1 - len(data))) == "photo_too_large"


@pytest.mark.parametrize("side", [5_001, 10_000, 14_000, 30_000])
def test_a_small_file_of_very_many_pixels_is_refused_before_they_are_unpacked(side: int) -> None:
    data = bytearray(file_of(Image.new("1", (1, 1)), "PNG"))
    data[16:24] = side.to_bytes(4) + side.to_bytes(4)
    data[29:33] = _crc(bytes(data[12:29]))
    assert refusal_of(bytes(data)) == "photo_too_large"


@pytest.mark.parametrize("size", [(294, 413), (295, 412), (100, 140)])
def test_a_photo_smaller_than_its_print_is_refused(size: tuple[int, int]) -> None:
    assert refusal_of(file_of(two_halves(*size))) == "photo_too_small"


@pytest.mark.parametrize("size", [(800, 800), (840, 600), (600, 1200)])
def test_a_square_a_landscape_and_a_strip_are_refused(size: tuple[int, int]) -> None:
    assert refusal_of(file_of(two_halves(*size))) == "photo_wrong_shape"


SMALL_FILES = [file_of(two_halves(300, 420), kind) for kind in ("JPEG", "PNG")]


@given(
    data=st.sampled_from(SMALL_FILES),
    seed=st.integers(min_value=0, max_value=2**32),
    damage=st.integers(min_value=1, max_value=40),
)
def test_a_damaged_file_is_taken_or_refused_and_never_anything_else(data: bytes, seed: int, damage: int) -> None:
    dice, damaged = random.Random(seed), bytearray(data)
    for _ in range(damage):
        damaged[dice.randrange(len(damaged))] = dice.randrange(256)
    try:
        assert accept_photo(bytes(damaged)).startswith(b"\xff\xd8")
    except PhotoRefused as refused:
        assert refused.code.startswith("photo_")


def test_a_sample_photo_is_one_that_is_taken_and_the_same_for_the_same_seed() -> None:
    assert kept(sample_photo(1)).size == SIZE
    assert sample_photo(1) == sample_photo(1)
    assert sample_photo(1) != sample_photo(2)


def _crc(chunk: bytes) -> bytes:
    return zlib.crc32(chunk).to_bytes(4)
