"""What Alipay remembers of the mini-program, its users and the seller's trades."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.console import TemplateRecord
from sandbox.undelivered import FormNotification


class TradeStatus(StrEnum):
    """TRADE_FINISHED, after which nothing can be paid back, comes months later and isn't played."""

    WAIT_BUYER_PAY = "WAIT_BUYER_PAY"
    TRADE_SUCCESS = "TRADE_SUCCESS"
    TRADE_CLOSED = "TRADE_CLOSED"


@dataclass(slots=True, kw_only=True)
class AuthCode:
    """What `my.getAuthCode` gave. Times are Unix seconds, real time."""

    known_as: str
    issued_at: float
    used: bool = False


@dataclass(slots=True, kw_only=True)
class Trade:
    """A trade as created, and what became of it. Times are as Alipay writes them, exam time in Beijing."""

    content: dict[str, Any]
    """`biz_content` as it came: a repeat must be the same."""
    notify_url: str | None
    trade_no: str
    created_at: str
    status: TradeStatus = TradeStatus.WAIT_BUYER_PAY
    paid_at: str | None = None

    @property
    def number(self) -> str:
        """The merchant's own, `out_trade_no`."""
        return str(self.content["out_trade_no"])

    @property
    def buyer(self) -> str:
        """Who is to pay: an open id, or a user id of apps that still have those."""
        return str(self.content.get("buyer_open_id") or self.content.get("buyer_id"))

    @property
    def amount(self) -> str:
        """Yuan, two decimals."""
        return str(self.content["total_amount"])


@dataclass(slots=True, kw_only=True)
class Certificate:
    """A face to be shown for one person (认证单). Times are Unix seconds, real time."""

    outer_order_no: str
    cert_no: str
    created_at: float
    acted_at: float | None = None
    """When the person was done with the page."""
    passed: bool = False
    fail_reason: str | None = None


@dataclass(slots=True, kw_only=True)
class Refund:
    """Money that went back. Times are as Alipay writes them, exam time in Beijing."""

    number: str
    """The merchant's own, `out_request_no`."""
    trade_no: str
    amount: str
    """Yuan, two decimals."""
    paid_at: str


@dataclass(slots=True, kw_only=True)
class AlipayRecords:
    """Alipay's branch of the state."""

    codes: dict[str, AuthCode] = field(default_factory=dict)
    trades: dict[str, Trade] = field(default_factory=dict)
    """By out_trade_no."""
    certificates: dict[str, Certificate] = field(default_factory=dict)
    """By certify_id."""
    refunds: list[Refund] = field(default_factory=list)
    notifications: dict[str, FormNotification] = field(default_factory=dict)
    """By id; delivered ones are dropped."""
    templates: dict[str, TemplateRecord] = field(default_factory=dict)
    accepts: dict[str, dict[str, int]] = field(default_factory=dict)
    """Open or user id, then template id: how many messages may still be sent, or LASTING."""
