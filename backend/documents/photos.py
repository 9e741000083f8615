"""Kept photos on paper, and made-up ones for samples."""

import base64
import random

from PIL import Image, ImageDraw, ImageFont

from backend.documents.fonts import bundled_noto
from backend.pictures import jpeg
from backend.registrations.photos import SIZE


def photo_svg(kept: bytes) -> bytes:
    """An SVG that holds a kept photo as it is, for the templates; the PDF then carries the JPEG's own bytes."""
    width, height = SIZE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'xlink:href="data:image/jpeg;base64,{base64.b64encode(kept).decode()}"/></svg>'
    ).encode()


def sample_photo(seed: int) -> bytes:
    """A plainly made-up photo: a grey figure with 示例 across it. The same seed gives the same bytes."""
    dice = random.Random(seed)
    picture = Image.new("L", SIZE, dice.randint(215, 240))
    _draw_figure(ImageDraw.Draw(picture), dice)
    return jpeg(picture.convert("RGB"))


def _draw_figure(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    width, height = SIZE
    grey, hair, middle, head = dice.randint(120, 160), dice.randint(60, 110), width // 2, dice.randint(58, 68)
    draw.ellipse((middle - 125, 285, middle + 125, height + 160), fill=grey - 30)
    draw.rounded_rectangle((middle - 28, 215, middle + 28, 310), 20, fill=grey)
    draw.ellipse((middle - head - 6, 70, middle + head + 6, 70 + 2 * head), fill=hair)
    draw.ellipse((middle - head, 92, middle + head, 250), fill=grey)
    font = ImageFont.truetype(bundled_noto(), 96)
    font.set_variation_by_axes([700])
    draw.text((middle, height - 70), "示例", font=font, fill=250, anchor="mm", stroke_width=3, stroke_fill=70)
