"""What Baidu remembers of the program, its users and its orders."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from sandbox.chats import ChatRecord
from sandbox.console import TemplateRecord
from sandbox.undelivered import FormNotification


class OrderStatus(IntEnum):
    """As notifications and queries number it."""

    CANCELLED = -1
    UNPAID = 1
    PAID = 2


@dataclass(slots=True, kw_only=True)
class LoginCode:
    """What `swan.getLoginCode` gave. Times are Unix seconds, real time."""

    open_id: str
    issued_at: float
    used: bool = False


@dataclass(slots=True, kw_only=True)
class AppToken:
    """An app's access token. Times are Unix seconds, real time."""

    value: str
    expires_at: float
    client_id: str = ""
    """Whose it is: the smart program's, or the AI cloud app's."""


@dataclass(slots=True, kw_only=True)
class Order:
    """An order: it is there since the cashier opened. Times are Unix seconds, exam time."""

    info: dict[str, Any]
    """The signed orderInfo as the client handed it over."""
    order_id: int
    user_id: int
    open_id: str
    created_at: int
    status: OrderStatus = OrderStatus.UNPAID
    paid_at: int | None = None
    consumed: bool = False
    sent_back: bool = False
    """The money went back by itself, since the service said so or said nothing that counts."""

    @property
    def number(self) -> str:
        """The service's own, `tpOrderId`."""
        return str(self.info["tpOrderId"])


class RefundStatus(IntEnum):
    """As queries number it. Its callback says 1 for success and 2 for failure."""

    PROCESSING = 1
    SUCCESS = 2
    FAILED = 3


@dataclass(slots=True, kw_only=True)
class Refund:
    """Money on its way back. `asked_as`: the merchant's bizRefundBatchId; empty for one that Baidu made by itself."""

    batch_id: str
    asked_as: str
    order_number: str
    amount: int
    """Fen."""
    status: RefundStatus = RefundStatus.PROCESSING
    ended_at: int | None = None
    """Unix seconds, exam time."""


@dataclass(slots=True, kw_only=True)
class FaceToken:
    """A verify_token: one face page for one person. Times are Unix seconds, real time."""

    created_at: float
    success_url: str = ""
    failed_url: str = ""
    name: str | None = None
    id_no: str | None = None
    verifications: list[dict[str, Any]] = field(default_factory=list)
    """As getall tells them."""


@dataclass(slots=True, kw_only=True)
class Subscription:
    """What was accepted under one subscribe_id. It allows one message, however often it was accepted."""

    template_id: str
    stands: bool = True
    used: bool = False


@dataclass(slots=True, kw_only=True)
class BaiduRecords:
    """Baidu's branch of the state."""

    codes: dict[str, LoginCode] = field(default_factory=dict)
    tokens: list[AppToken] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    """By tpOrderId."""
    faces: dict[str, FaceToken] = field(default_factory=dict)
    """By verify_token."""
    notifications: dict[str, FormNotification] = field(default_factory=dict)
    """By id; delivered ones are dropped."""
    refunds: dict[str, Refund] = field(default_factory=dict)
    """By refundBatchId."""
    audits: dict[str, FormNotification] = field(default_factory=dict)
    results: dict[str, FormNotification] = field(default_factory=dict)
    """Questions and news about refunds, likewise."""
    chats: dict[str, ChatRecord] = field(default_factory=dict)
    """By open id."""
    pictures: dict[str, str] = field(default_factory=dict)
    """What people showed in the chat, by name: base64."""
    messages_pushed: int = 0
    templates: dict[str, TemplateRecord] = field(default_factory=dict)
    subscriptions: dict[str, dict[str, Subscription]] = field(default_factory=dict)
    """By open id, then subscribe_id."""
    messages_sent: int = 0
