"""A paper as its reader has it: its words, its pages as pictures, the codes a scanner finds on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image

MM_A_POINT = 25.4 / 72
PAGE_MM = (210.0, 297.0)
Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the page's lower left corner."""


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


def place_of(pdf: bytes, words: str, *, page_height: float = PAGE_MM[1]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the words on the first page, in mm from its upper left corner."""
    with _opened(pdf) as document:
        text = document[0].get_textpage()
        found = text.search(words).get_next()
        assert found is not None, words
        boxes = [text.get_charbox(found[0] + offset) for offset in range(found[1])]
    return _in_mm(boxes, page_height)


def ink_box(pdf: bytes) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all letters of the first page, in mm from its upper left corner."""
    with _opened(pdf) as document:
        text = document[0].get_textpage()
        boxes = [text.get_charbox(index) for index in range(text.count_chars())]
    return _in_mm([box for box in boxes if box[2] > box[0]])


def letters_of(pdf: bytes) -> Iterator[tuple[tuple[float, float], list[tuple[str, Box]]]]:
    """Page by page: its width and height, and its letters that leave ink, with their boxes, in points from below."""
    with _opened(pdf) as document:
        for page in document:
            text = page.get_textpage()
            boxes = [(text.get_text_range(index, 1), text.get_charbox(index)) for index in range(text.count_chars())]
            yield page.get_size(), [(letter, box) for letter, box in boxes if box[2] > box[0] and box[3] > box[1]]


def edges_of(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Page by page: how much white, in mm, is left of, above, right of and below its letters."""
    edges = []
    for (width, height), letters in letters_of(pdf):
        lefts, bottoms, rights, tops = zip(*(box for _, box in letters), strict=True)
        white = (min(lefts), height - max(tops), width - max(rights), min(bottoms))
        edges.append((white[0] * MM_A_POINT, white[1] * MM_A_POINT, white[2] * MM_A_POINT, white[3] * MM_A_POINT))
    return edges


def collisions_of(pdf: bytes) -> list[str]:
    """Letters that stand on other letters: more than a fifth of the smaller one's box is the other's too."""
    return [
        f"page {number}: {one}{another}"
        for number, (_, letters) in enumerate(letters_of(pdf), 1)
        for one, another in _collisions(sorted(letters, key=lambda letter: letter[1][0]))
    ]


def _collisions(letters: list[tuple[str, Box]]) -> Iterator[tuple[str, str]]:
    for index, (one, box) in enumerate(letters):
        for another, other in letters[index + 1 :]:
            if other[0] >= box[2]:
                break
            # A ligature, and a letter above U+FFFF, are told twice, in one place.
            if box != other and _shared(box, other) > 0.2 * min(_area(box), _area(other)):
                yield one, another


def _shared(box: Box, other: Box) -> float:
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    return max(0.0, width) * max(0.0, height)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _in_mm(boxes: list[Box], page_height: float = PAGE_MM[1]) -> tuple[float, float, float, float]:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    left, bottom, right, top = (value * MM_A_POINT for value in (min(lefts), min(bottoms), max(rights), max(tops)))
    return left, page_height - top, right, page_height - bottom


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()
