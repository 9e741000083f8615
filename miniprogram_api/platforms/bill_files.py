"""What the three platforms' bill files have in common: unpacking within bounds, amounts, times, reading in a thread."""

import asyncio
import gzip
import hashlib
import re
import zipfile
import zlib
from collections.abc import AsyncGenerator, Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Final

from backend.clock import EXAM_ZONE
from backend.payments.bills import BadBill, BillLine

PART: Final = 1 << 18
LINES_AT_ONCE: Final = 500
LONGEST_NUMBER: Final = 64
LONGEST_LINE: Final = 1 << 14
"""Characters; a file of one endless line is not read into memory."""
AMOUNT: Final = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
TIME: Final = "%Y-%m-%d %H:%M:%S"


def gunzip(packed: Path, *, largest: int) -> tuple[Path, str]:
    """The unpacked file beside it, and its SHA1 in hex. Raises BadBill `not_gzip`, `bill_too_large`."""
    plain, hashed = packed.with_suffix(".csv"), hashlib.sha1(usedforsecurity=False)
    try:
        with gzip.open(packed, "rb") as content, plain.open("wb") as kept:
            for part in _parts(content, largest):
                hashed.update(part)
                kept.write(part)
    except (OSError, EOFError, zlib.error) as error:
        raise BadBill("not_gzip") from error
    return plain, hashed.hexdigest()


def unzip(packed: Path, name: Callable[[str], bool], *, largest: int) -> Path:
    """The one member whose name will do, unpacked beside it. Raises BadBill `not_zip`, `bill_too_large`.

    How much comes out is counted, not read from the archive, which may say anything.
    """
    plain = packed.with_suffix(".csv")
    try:
        with zipfile.ZipFile(packed, metadata_encoding="gbk") as archive:
            (member,) = (one for one in archive.infolist() if name(one.filename))
            with archive.open(member) as content, plain.open("wb") as kept:
                for part in _parts(content, largest):
                    kept.write(part)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, ValueError, RuntimeError, NotImplementedError) as error:
        raise BadBill("not_zip") from error  # ValueError: not exactly one; RuntimeError: encrypted
    return plain


def _parts(content: IO[bytes] | gzip.GzipFile, largest: int) -> Iterator[bytes]:
    size = 0
    while part := content.read(PART):
        size += len(part)
        if size > largest:
            raise BadBill("bill_too_large")
        yield part


async def in_a_thread(lines: Iterator[BillLine]) -> AsyncGenerator[BillLine, None]:
    """The lines of a reader that reads a file, a batch at a time and never on the event loop."""
    while batch := await asyncio.to_thread(lambda: list(islice(lines, LINES_AT_ONCE))):
        for line in batch:
            yield line


def fen(yuan: str) -> int:
    """`260.00` yuan are 26000 fen. Raises BadBill `line_not_readable`."""
    plain = yuan.strip()
    amount = Decimal(plain) * 100 if AMOUNT.fullmatch(plain) else None
    if amount is None or amount != amount.to_integral_value():
        raise BadBill("line_not_readable")
    return int(amount)


def moment(text: str) -> datetime:
    """`2024-01-29 09:10:00`, in Beijing. Raises BadBill `line_not_readable`."""
    try:
        return datetime.strptime(text.strip(), TIME).replace(tzinfo=EXAM_ZONE)
    except ValueError as error:
        raise BadBill("line_not_readable") from error


def number(text: str) -> str:
    """An order's, a transaction's or a refund's. Raises BadBill `line_not_readable` where there is none."""
    plain = text.strip()
    if not 0 < len(plain) <= LONGEST_NUMBER:
        raise BadBill("line_not_readable")
    return plain


def text_lines(file: Path, encoding: str) -> Iterator[str]:
    """A file's lines without their ends. Raises BadBill `not_readable`."""
    try:
        with file.open(encoding=encoding, newline="\n") as content:
            while line := content.readline(LONGEST_LINE):
                if len(line) == LONGEST_LINE:
                    raise BadBill("not_readable")
                yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BadBill("not_readable") from error
