"""The port to the platforms that send money back. `zhunkao/` fills it; nothing here knows which platforms there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, runtime_checkable

from backend.payments.platforms import CallbackReply

RefundStanding = Literal["unknown", "processing", "succeeded", "closed", "abnormal"]
"""`closed`: over without money having moved, and its number is spent. `abnormal`: the money left and didn't arrive; who
sees to it at the platform's own console ends it under the same number. `unknown`: the platform has never heard of it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRefund:
    """What a platform needs to send a whole payment back. `refund_id`: the platform's own number, once it is known."""

    refund_number: str
    refund_id: str | None
    order_number: str
    transaction_id: str
    amount_fen: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRefund:
    """What a platform says of a refund, asked or by notification. `said`: its own word for the standing.

    Which refund it speaks of: by our number, where it tells that; else by its own number and the order's. What it
    doesn't tell is None, and isn't compared.
    """

    standing: RefundStanding
    said: str
    refund_number: str | None
    order_number: str
    refund_id: str | None = None
    transaction_id: str | None = None
    merchant_id: str | None = None
    amount_fen: int | None = None
    succeeded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAudit:
    """A platform's question whether it may send this money back; it is asked under the platform's number only."""

    event_id: str
    order_number: str
    transaction_id: str
    refund_id: str
    amount_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to an audit; `allowed` None: not yet known, to be asked again. `amount_fen`: what would go back."""

    allowed: bool | None
    amount_fen: int


class RefundRefused(Exception):
    """The platform doesn't take the refund. `final`: sending it again as it is would change nothing."""

    def __init__(self, said: str, *, final: bool) -> None:
        super().__init__(said)
        self.said, self.final = said, final


class RefundPlatform(Protocol):
    """One platform that sends money back. Every call has a timeout; raises Unavailable where it doesn't answer."""

    @property
    def name(self) -> str: ...

    @property
    def merchant_id(self) -> str: ...

    @property
    def surplus_rests(self) -> timedelta:
        """How long surplus money is left alone, because the platform may send it back at our word by itself."""

    async def send(self, refund: NewRefund) -> PlatformRefund:
        """Send it, or find it sent: safe to repeat under its number. Raises RefundRefused; TooMany; Unavailable."""

    async def ask(self, refund: NewRefund) -> PlatformRefund: ...


@runtime_checkable
class RefundAuditor(Protocol):
    """A platform that asks before it sends money back."""

    def read_audit(self, headers: Mapping[str, str], body: bytes) -> RefundAudit:
        """Verify and read its question. Raises BadNotification."""

    def reply_to_audit(self, verdict: Verdict | None) -> CallbackReply:
        """The answer in its own words; None: not believed."""
