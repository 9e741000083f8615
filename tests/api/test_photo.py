"""The photo: taken as JPEG or PNG by what it holds, kept in one form, refused in words that say what to change."""

import asyncio
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from PIL import ExifTags, Image

from backend.documents.photos import sample_photo
from backend.pictures import MAX_BYTES
from backend.registrations.models import Registration
from backend.registrations.photos import SIZE
from tests.api.world import Answer, Phone, World


def picture(width: int = 600, height: int = 840, kind: str = "JPEG", **saved: Any) -> bytes:
    """A picture, left half black and right half white."""
    drawn = Image.new("RGB", (width, height), "white")
    drawn.paste("black", (0, 0, width // 2, height))
    file = BytesIO()
    drawn.save(file, kind, **saved)
    return file.getvalue()


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "a phone's maker"
    return picture(840, 600, exif=exif)


async def drafted(world: World) -> Phone:
    phone = await world.person()
    await phone.draft()
    return phone


async def kept(world: World) -> Image.Image:
    row = await Registration.get()
    assert row.photo is not None
    return Image.open(BytesIO(await world.built.storage.get(row.photo)))


async def send(phone: Phone, form: aiohttp.FormData | bytes, **headers: str) -> Answer:
    return await phone.mine("POST", "/photo", data=form, headers=headers)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_a_picture_is_kept_as_a_jpeg_of_one_size(world: World, kind: str) -> None:
    phone = await drafted(world)
    answer = await phone.photo(picture(kind=kind))
    assert (answer.status, answer.json["photo"], answer.json["version"]) == (200, True, 2)
    found = await kept(world)
    assert (found.format, found.size, found.mode) == ("JPEG", SIZE, "RGB")


async def test_what_the_camera_wrote_into_the_file_is_gone_and_the_picture_upright(world: World) -> None:
    phone = await drafted(world)
    assert (await phone.photo(turned(6))).status == 200
    found = await kept(world)
    assert found.size == SIZE
    assert not found.getexif() and "exif" not in found.info
    # What was on the left is on top once it is turned.
    assert max(found.getpixel((150, 40))) < 40 and min(found.getpixel((150, 380))) > 215  # type: ignore[arg-type]


async def test_the_same_photo_again_changes_nothing(world: World) -> None:
    phone = await drafted(world)
    first = await phone.photo(sample_photo(1))
    again = await phone.photo(sample_photo(1))
    assert again.json == first.json
    assert (await phone.photo(sample_photo(2))).json["version"] == 3


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"no picture at all", "photo_not_a_picture", "不是照片"),
        (b"", "photo_not_a_picture", "不是照片"),
        (picture()[:2000], "photo_not_a_picture", "不是照片"),
        (picture(kind="GIF"), "photo_not_a_picture", "JPG 或 PNG"),
        (picture(200, 280), "photo_too_small", "295×413"),
        (picture(800, 800), "photo_wrong_shape", "800×800"),
        (picture(840, 600), "photo_wrong_shape", "840×600"),
        (picture(4200, 5960, "PNG"), "photo_too_large", "2500 万像素"),
    ],
    ids=["text", "empty", "cut", "gif", "small", "square", "landscape", "pixels"],
)
async def test_what_can_be_no_photo_is_refused_saying_what_to_change(
    world: World, content: bytes, code: str, words: str
) -> None:
    phone = await drafted(world)
    answer = await phone.photo(content)
    assert (answer.status, answer.code) == (422, code)
    assert words in answer.json["detail"]
    assert (await phone.mine("GET")).json["photo"] is False


async def test_a_file_of_more_than_5_mb_is_refused_before_it_is_read_to_its_end(world: World) -> None:
    phone = await drafted(world)
    answer = await phone.photo(bytes(MAX_BYTES + 1))
    assert (answer.status, answer.code) == (413, "file_too_large")
    assert "5 MB" in answer.json["detail"]


async def test_a_form_without_the_file_is_refused(world: World) -> None:
    phone = await drafted(world)
    form = aiohttp.FormData()
    form.add_field("picture", picture(), filename="photo.jpg")
    answer = await send(phone, form)
    assert (answer.status, answer.code, answer.faults) == (422, "file_missing", {"file": "missing"})


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n\r\nx\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--y--"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nhalf'),
    ],
)
async def test_a_body_that_is_no_form_is_refused_and_never_a_fault_of_ours(
    world: World, kind: str, body: bytes
) -> None:
    phone = await drafted(world)
    answer = await send(phone, body, **{"Content-Type": kind})
    assert (answer.status, answer.code) in ((422, "file_missing"), (422, "photo_not_a_picture"))


async def test_a_photo_can_be_changed_only_while_the_form_can(world: World) -> None:
    phone = await world.person()
    await phone.submitted()
    answer = await phone.photo(sample_photo(2))
    assert (answer.status, answer.code) == (409, "not_from_this_state")


async def test_photos_sent_at_once_leave_the_last_one_whole(world: World) -> None:
    phone = await drafted(world)
    answers = await asyncio.gather(*(phone.photo(sample_photo(number)) for number in range(6)))
    assert {answer.status for answer in answers} == {200}
    assert (await phone.mine("GET")).json["version"] == 7
    assert (await kept(world)).size == SIZE
