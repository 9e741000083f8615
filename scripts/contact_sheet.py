"""Every paper on one picture, ordinary and as long as it comes: `.venv/bin/python -m scripts.contact_sheet [file]`.

Writes docs/pictures/papers.png. Look at it after a template has changed: tests find a word that is cut off, not a page
that looks poor.
"""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw, ImageFont, ImageOps

from backend.documents.fonts import bundled_fonts, bundled_noto
from backend.documents.rendering import Renderer
from tests.documents.papers import PAPERS

TARGET = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "papers.png"
COLUMNS = 8
CELL = (256, 362)
"""Pixels of an upright A4 page; one that lies is as wide."""
CAPTION, GAP = 22, 10
NO_FONT_HAS = "\U0002a6d6"
WITHOUT_FONT = ("admit_card", "application_form", "nurse_application_form", "score_report", "violation_record")
"""Papers of one person."""
GREYS = 16
"""As many as small letters need to stay legible, and few enough for a small file."""


def main(target: Path = TARGET) -> None:
    """Draw all papers, put their first pages side by side, and write the picture."""
    sheet = contact_sheet(asyncio.run(first_pages()))
    sheet.quantize(GREYS).save(target, optimize=True)
    print(f"{target}: {sheet.width} × {sheet.height}, {target.stat().st_size // 1024} KB")


async def first_pages() -> list[tuple[str, Image.Image]]:
    """Caption and first page of each paper, the longest beside the ordinary one; at the end some whose person has a
    character that no font has.
    """
    renderer = Renderer(bundled_fonts(), threads=1)
    try:
        drawn = [(name, content, "") for name, paper in PAPERS.items() for content in (paper.plain(), paper.longest())]
        drawn += [(name, replace(PAPERS[name].plain(), name=f"测试{NO_FONT_HAS}"), "（缺字）") for name in WITHOUT_FONT]
        return [await _captioned(renderer, *one) for one in drawn]
    finally:
        renderer.close()


async def _captioned(renderer: Renderer, name: str, content: Any, remark: str) -> tuple[str, Image.Image]:
    data = PAPERS[name].data(content)
    return f"{data['title']}{remark}", first_page((await renderer.render(name, data)).pdf)


def first_page(pdf: bytes) -> Image.Image:
    """The page as grey as paper gets, to fit a cell."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page: Image.Image = document[0].render(scale=2, grayscale=True).to_pil()
    finally:
        document.close()
    return ImageOps.contain(page.convert("L"), CELL, Image.Resampling.LANCZOS)


def contact_sheet(pages: list[tuple[str, Image.Image]]) -> Image.Image:
    """The pages in rows, each above its caption."""
    rows = -(-len(pages) // COLUMNS)
    step = (CELL[0] + GAP, CELL[1] + CAPTION + GAP)
    sheet = Image.new("L", (COLUMNS * step[0] + GAP, rows * step[1] + GAP), 205)
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(bundled_noto(), 14)
    for index, (caption, page) in enumerate(pages):
        left, top = GAP + index % COLUMNS * step[0], GAP + index // COLUMNS * step[1]
        sheet.paste(page, (left, top + (CELL[1] - page.height) // 2))
        draw.text((left + CELL[0] // 2, top + CELL[1] + CAPTION // 2 + 2), caption, font=font, fill=30, anchor="mm")
    return sheet


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
