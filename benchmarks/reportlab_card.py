"""The same admit card drawn with reportlab: the words, the photo, both codes and the lines of the tables."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from backend.documents.admit_card import AdmitCard, rules_of
from backend.documents.fonts import FAMILY

FONT: Final = "card"
LEFT, RIGHT = 15 * mm, A4[0] - 15 * mm


def prepare(folder: Path) -> None:
    """Read the font once, as the product's compilers do: the static instance in `folder` or below."""
    pdfmetrics.registerFont(TTFont(FONT, str(next(folder.rglob(f"{FAMILY}-400.ttf")))))


def draw(card: AdmitCard) -> bytes:
    """The card on one page."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1)
    _heading(canvas, card)
    _codes(canvas, card)
    _table(canvas, 228 * mm, _facts(card), (24, 60, 24, 42))
    if card.photo:
        canvas.drawImage(ImageReader(BytesIO(card.photo)), RIGHT - 26 * mm, 205 * mm, 25 * mm, 35 * mm)
    _table(canvas, 190 * mm, _sittings(card), (31, 38, 79, 16, 16))
    _rules(canvas, card)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _heading(canvas: Canvas, card: AdmitCard) -> None:
    canvas.setFont(FONT, 16)
    canvas.drawCentredString(A4[0] / 2, 275 * mm, card.exam_name)
    canvas.setFont(FONT, 22)
    canvas.drawCentredString(A4[0] / 2, 262 * mm, "准 考 证")


def _codes(canvas: Canvas, card: AdmitCard) -> None:
    canvas.setFont(FONT, 16)
    canvas.drawString(LEFT, 245 * mm, card.admit_number)
    Code128(card.admit_number, barHeight=13 * mm, barWidth=0.35 * mm).drawOn(canvas, 90 * mm, 240 * mm)
    widget = QrCodeWidget(card.qr_text)
    left, bottom, right, top = widget.getBounds()
    drawing = Drawing(24 * mm, 24 * mm, transform=[24 * mm / (right - left), 0, 0, 24 * mm / (top - bottom), 0, 0])
    drawing.add(widget)
    renderPDF.draw(drawing, canvas, RIGHT - 24 * mm, 100 * mm)


def _facts(card: AdmitCard) -> list[Sequence[str]]:
    return [
        ("姓名", card.name, "性别", card.gender),
        ("证件类型", card.id_type, "证件编号", card.id_number),
        ("报考级别", card.level, "报考专业", f"{card.speciality}（{card.speciality_code}）"),
        ("考区", card.area, "考点", card.site),
    ]


def _sittings(card: AdmitCard) -> list[Sequence[str]]:
    head = ("考试科目", "考试时间", "考场及地址", "试室", "座位号")
    rows = [
        (one.subject, f"{one.starts_at:%Y-%m-%d %H:%M}—{one.ends_at:%H:%M}", one.venue, one.room, one.seat)
        for one in card.sittings
    ]
    return [head, *rows]


def _table(canvas: Canvas, top: float, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    canvas.setFont(FONT, 9)
    for number, row in enumerate(rows):
        x, y = LEFT, top - number * 8 * mm
        for width, words in zip(widths, row, strict=True):
            canvas.rect(x, y, width * mm, 8 * mm)
            canvas.drawString(x + 1.5 * mm, y + 2.5 * mm, words)
            x += width * mm


def _rules(canvas: Canvas, card: AdmitCard) -> None:
    canvas.setFont(FONT, 9)
    y = 130 * mm
    for number, rule in enumerate(rules_of(card.exam_format), 1):
        for start in range(0, len(rule), 42):
            canvas.drawString(LEFT, y, (f"{number}. " if start == 0 else "   ") + rule[start : start + 42])
            y -= 5 * mm
