"""What WeChat Pay remembers of the merchant's orders."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class TradeState(StrEnum):
    """Where an order stands; the rest of WeChat Pay's states belong to payment by code."""

    NOTPAY = "NOTPAY"
    SUCCESS = "SUCCESS"
    CLOSED = "CLOSED"
    REFUND = "REFUND"


@dataclass(slots=True, kw_only=True)
class Order:
    """An order as placed, and what became of it. Times are RFC 3339, exam time."""

    parameters: dict[str, Any]
    """The request as it came: a repeat must be the same."""
    created_at: str
    prepay_id: str
    prepaid_at: str
    """When the prepay_id was given; it lives two hours."""
    state: TradeState = TradeState.NOTPAY
    transaction_id: str | None = None
    success_time: str | None = None

    @property
    def number(self) -> str:
        """The merchant's own, `out_trade_no`."""
        return str(self.parameters["out_trade_no"])

    @property
    def open_id(self) -> str:
        """Who is to pay."""
        return str(self.parameters["payer"]["openid"])

    @property
    def total(self) -> int:
        """Fen."""
        return int(self.parameters["amount"]["total"])


@dataclass(slots=True, kw_only=True)
class Refund:
    """A refund as asked for. Times are RFC 3339, exam time."""

    parameters: dict[str, Any]
    refund_id: str
    order_number: str
    created_at: str
    success_time: str | None = None
    """None while it is processed."""

    @property
    def number(self) -> str:
        """The merchant's own, `out_refund_no`."""
        return str(self.parameters["out_refund_no"])

    @property
    def amount(self) -> int:
        """Fen."""
        return int(self.parameters["amount"]["refund"])


@dataclass(slots=True, kw_only=True)
class Notification:
    """One notification and how far its delivery is."""

    id: str
    url: str
    event_type: str
    original_type: str
    summary: str
    plain: dict[str, Any]
    created_at: str
    attempts: int = 0
    done: bool = False


@dataclass(slots=True, kw_only=True)
class PayRecords:
    """WeChat Pay's branch of the state."""

    orders: dict[str, Order] = field(default_factory=dict)
    """By out_trade_no."""
    prepays: dict[str, str] = field(default_factory=dict)
    """prepay_id to out_trade_no."""
    refunds: dict[str, Refund] = field(default_factory=dict)
    """By out_refund_no."""
    notifications: dict[str, Notification] = field(default_factory=dict)
    """By id; delivered ones are dropped."""
