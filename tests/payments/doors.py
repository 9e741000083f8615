"""Each platform's notifications by these tests' own hand, behind one face, at the door they come to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.clock import EXAM_ZONE
from sandbox.keys import SandboxKeys
from tests.payments.books import FORM, Books
from tests.platforms.cashiers import AlipayCashier, BaiduCashier
from tests.platforms.teller import Letter, Teller

PAID_AT = datetime(2024, 1, 29, 9, 10, tzinfo=EXAM_ZONE)
STATES = {
    "wechat": {"paid": "SUCCESS", "not paid": "NOTPAY", "closed": "CLOSED"},
    "alipay": {"paid": "TRADE_SUCCESS", "not paid": "WAIT_BUYER_PAY", "closed": "TRADE_CLOSED"},
    "baidu": {"paid": "2", "not paid": "1", "closed": "-1"},
}
NAMED = {
    "wechat": {"merchant": "mchid", "transaction": "transaction_id", "state": "trade_state"},
    "alipay": {"merchant": "seller_id", "transaction": "trade_no", "state": "trade_status"},
    "baidu": {"merchant": "dealId", "transaction": "orderId", "state": "status"},
}
Write = Callable[[str, int, dict[str, Any], int], Letter]


@dataclass(frozen=True, slots=True)
class Door:
    """One platform's. `write`: number, fen, what is otherwise, age in seconds."""

    platform: str
    keys: SandboxKeys
    write: Write

    def letter(self, number: str, fen: int = 26000, *, age: int = 0, **changed: str) -> Letter:
        """A genuine one. `changed`: `merchant`, `transaction`, `state` (`paid`, `not paid`, `closed`)."""
        if state := changed.get("state"):
            changed["state"] = STATES[self.platform][state]
        named = {NAMED[self.platform][name]: value for name, value in changed.items()}
        return self.write(number, fen, named, age)

    async def deliver(self, books: Books, letter: Letter) -> tuple[int, bytes]:
        """What the platform reads."""
        return await books.post(f"/callbacks/{self.platform}/payments", letter.body, letter.headers)


def door_of(platform: str, keys: SandboxKeys) -> Door:
    return Door(platform, keys, {"wechat": _wechat, "alipay": _alipay, "baidu": _baidu}[platform](keys))


def _wechat(keys: SandboxKeys) -> Write:
    teller = Teller(keys)

    def write(number: str, fen: int, changed: dict[str, Any], age: int) -> Letter:
        return teller.letter(teller.transaction(number, fen, PAID_AT.isoformat(), **changed), age=age)

    return write


def _alipay(keys: SandboxKeys) -> Write:
    cashier = AlipayCashier(keys.alipay)

    def write(number: str, fen: int, changed: dict[str, Any], age: int) -> Letter:
        amount = f"{fen // 100}.{fen % 100:02d}"
        fields = cashier.paid(number, amount, f"{PAID_AT:%Y-%m-%d %H:%M:%S}", age=age, **changed)
        if fields["trade_status"] != STATES["alipay"]["paid"]:
            del fields["gmt_payment"]  # closed after a payment would be one that was paid back
        return Letter(headers=FORM, body=cashier.signed(fields))

    return write


def _baidu(keys: SandboxKeys) -> Write:
    cashier = BaiduCashier(keys.baidu)

    def write(number: str, fen: int, changed: dict[str, Any], age: int) -> Letter:
        fields = cashier.paid(number, fen, int(PAID_AT.timestamp()) - age, **changed)
        return Letter(headers=FORM, body=cashier.signed(fields))

    return write
