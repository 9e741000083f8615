"""A paper as its reader has it: its words, its pages as pictures, the codes a scanner finds on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image

MM_A_POINT = 25.4 / 72
PAGE_MM = (210.0, 297.0)


def pages_of(pdf: bytes) -> list[str]:
    """Each page's words without any white space: where a line broke doesn't matter."""
    with _opened(pdf) as document:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def picture_of(pdf: bytes, dots_an_inch: int = 150) -> Image.Image:
    """The first page as it comes out of a printer, in RGB."""
    with _opened(pdf) as document:
        picture: Image.Image = document[0].render(scale=dots_an_inch / 72).to_pil()
        return picture.convert("RGB")


def codes_on(picture: Image.Image) -> dict[str, str]:
    """What a scanner finds on the picture: format to text."""
    return {str(code.format): code.text for code in zxingcpp.read_barcodes(picture)}


def box_of(picture: Image.Image, colour: tuple[int, int, int], tolerance: int = 40) -> tuple[int, int, int, int]:
    """Left, top, right and bottom, in pixels, of what has this colour."""
    bands = picture.split()
    masks = [
        band.point(lambda value, wanted=wanted: 255 if abs(value - wanted) <= tolerance else 0)
        for band, wanted in zip(bands, colour, strict=True)
    ]
    found = Image.merge("RGB", masks).convert("L").point(lambda value: 255 if value == 255 else 0).getbbox()
    assert found is not None
    return found


def place_of(pdf: bytes, words: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the words on the first page, in mm from its upper left corner."""
    with _opened(pdf) as document:
        text = document[0].get_textpage()
        found = text.search(words).get_next()
        assert found is not None, words
        boxes = [text.get_charbox(found[0] + offset) for offset in range(found[1])]
    return _in_mm(boxes)


def ink_box(pdf: bytes) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all letters of the first page, in mm from its upper left corner."""
    with _opened(pdf) as document:
        text = document[0].get_textpage()
        boxes = [text.get_charbox(index) for index in range(text.count_chars())]
    return _in_mm([box for box in boxes if box[2] > box[0]])


def _in_mm(boxes: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    left, bottom, right, top = (value * MM_A_POINT for value in (min(lefts), min(bottoms), max(rights), max(tops)))
    return left, PAGE_MM[1] - top, right, PAGE_MM[1] - bottom


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()
