"""Money and times as Alipay writes them: yuan with two decimals, Beijing without its offset."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from backend.clock import EXAM_ZONE
from miniprogram_api.platforms.alipay.gateway import TIME

UNREADABLE: Final = (ValueError, KeyError, TypeError, ArithmeticError)
"""What reading an answer of another shape than the documented one comes to."""


def yuan(fen: int) -> str:
    """`26000` fen are `260.00`."""
    return f"{fen // 100}.{fen % 100:02d}"


def fen(amount: str) -> int:
    """`260.00` are 26000 fen. Raises ValueError for a part of a fen, ArithmeticError for what is no number."""
    found = Decimal(amount) * 100
    if found != found.to_integral_value():
        raise ValueError("a part of a fen")
    return int(found)


def moment(text: str | None) -> datetime | None:
    """Of a refund also with thousandths of a second, which are left out."""
    return datetime.strptime(text[:19], TIME).replace(tzinfo=EXAM_ZONE) if text else None
