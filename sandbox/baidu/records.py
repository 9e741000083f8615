"""What Baidu remembers of the program, its users and its orders."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from sandbox.chats import ChatRecord
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


@dataclass(slots=True, kw_only=True)
class BaiduRecords:
    """Baidu's branch of the state."""

    codes: dict[str, LoginCode] = field(default_factory=dict)
    tokens: list[AppToken] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    """By tpOrderId."""
    notifications: dict[str, FormNotification] = field(default_factory=dict)
    """By id; delivered ones are dropped."""
    chats: dict[str, ChatRecord] = field(default_factory=dict)
    """By open id."""
    pictures: dict[str, str] = field(default_factory=dict)
    """What people showed in the chat, by name: base64."""
    messages_pushed: int = 0
