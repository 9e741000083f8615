"""The port to the platforms that take payments. `zhunkao/` fills it; nothing here knows which platforms there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable

OrderStanding = Literal["paid", "not_paid", "closed", "refunded", "unknown"]
Receipt = Literal["kept", "unwanted", "refused"]
"""What became of a notification: kept; kept, but its money is for an order nobody wants paid any more; not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """What a platform needs to open an order. `expires_at` is exam time."""

    order_number: str
    open_id: str
    description: str
    amount_fen: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformOrder:
    """What a platform says of an order, asked or by notification. `transaction_id` and `paid_at` once it is paid."""

    standing: OrderStanding
    order_number: str
    app_id: str
    merchant_id: str
    transaction_id: str | None = None
    amount_fen: int | None = None
    currency: str | None = None
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A verified notification: under which id it is kept, what it is, and what it speaks of, if we know of such things.

    `about`: a PlatformOrder, a PlatformRefund; who acts on it is found by its type.
    """

    event_id: str
    kind: str
    about: object | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackReply:
    """What a platform reads as our answer to its notification, to the byte."""

    status: int
    content_type: str
    body: bytes


class BadNotification(Exception):
    """It isn't from the platform, is too old, or can't be read. `code` goes to the log, never to the sender."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@runtime_checkable
class CallbackDoor(Protocol):
    """One address at which a platform notifies us."""

    @property
    def signature_headers(self) -> frozenset[str]:
        """The headers, in lower case, without which a stored notification can't be verified again."""

    def read(self, headers: Mapping[str, str], body: bytes, *, fresh: bool) -> Notification:
        """Verify and read a notification. `fresh`: refuse one that was signed too long ago. Raises BadNotification."""

    def reply(self, receipt: Receipt) -> CallbackReply:
        """The answer to a notification in the platform's own words. Where it can, it sends unwanted money back."""


class PaymentPlatform(CallbackDoor, Protocol):
    """One platform that takes payments. Every call has a timeout; raises Unavailable where it doesn't answer."""

    @property
    def name(self) -> str: ...

    @property
    def app_id(self) -> str: ...

    @property
    def merchant_id(self) -> str: ...

    async def open(self, order: NewOrder) -> str:
        """Open the order, or find it open; the reference under which the client pays it."""

    def client(self, order: NewOrder, reference: str) -> dict[str, Any]:
        """What the mini-program hands to its platform's payment call for an order opened under `reference`."""

    async def ask(self, order_number: str) -> PlatformOrder: ...

    async def close(self, order_number: str) -> None:
        """Close an unpaid order. Raises Conflict `already_paid` where it is paid; one that isn't there is closed."""
