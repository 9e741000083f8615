"""Code128 and QR, as SVG for the templates."""

import re
from dataclasses import dataclass

import zxingcpp

NARROWEST_MM = 0.33
"""The thinnest module we print: office printers blur thinner ones, hand scanners lose them."""
WIDEST_MM = 0.45
"""Wider reads no better and takes room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code128:
    """A barcode without its quiet zones: the template leaves ten modules white on both sides."""

    svg: bytes
    width_mm: float


def code128(text: str, room_mm: float) -> Code128:
    """The ASCII text as Code128, its modules as wide as the room allows, between NARROWEST_MM and WIDEST_MM.

    Raises ValueError for what Code128 can't carry or the room can't hold.
    """
    svg = _svg(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128))
    modules = _modules(svg)
    module = min(WIDEST_MM, room_mm / modules)
    if module < NARROWEST_MM:
        raise ValueError(f"Code128 of {len(text)} characters takes {modules * NARROWEST_MM:.0f} mm, not {room_mm:.0f}")
    return Code128(svg=svg.encode(), width_mm=round(modules * module, 3))


def barcode_data(text: str | None, room_mm: float) -> dict[str, object] | None:
    """The barcode as templates take it; None where there is nothing to say. Raises as `code128`."""
    if not text:
        return None
    barcode = code128(text, room_mm)
    return {"svg": barcode.svg, "width_mm": barcode.width_mm}


def qr(text: str) -> bytes:
    """The text as the SVG of a QR code that reads with 15 % of it dirty (level M). Raises ValueError if too long."""
    return _svg(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")).encode()


def _svg(barcode: zxingcpp.Barcode) -> str:
    return barcode.to_svg(add_quiet_zones=False)


def _modules(svg: str) -> int:
    found = re.search(r'<svg width="(\d+)"', svg)
    if found is None:
        raise ValueError("the barcode's drawing doesn't tell its width")
    return int(found[1])
