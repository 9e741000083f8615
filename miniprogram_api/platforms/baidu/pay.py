"""Baidu's cashier: we sign an orderInfo, the client opens the cashier with it, and only then there is an order.

The signature never expires, so an order of ours that was closed can still be paid at Baidu: such a payment is refused
when it is notified, and Baidu sends the money back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from backend.clock import EXAM_ZONE
from backend.errors import Conflict, Unavailable
from backend.payments.platforms import (
    BadNotification,
    CallbackReply,
    NewOrder,
    Notification,
    OrderStanding,
    PlatformOrder,
    Receipt,
)
from miniprogram_api.platforms.baidu.api import BaiduApi, BaiduError
from miniprogram_api.platforms.baidu.signing import SIGNATURE, BadSignature, sign, verify
from miniprogram_api.platforms.forms import base64_of, read_form
from miniprogram_api.platforms.rsa_keys import Verifier

log = structlog.get_logger(__name__)

SERVICE: Final = "/rest/2.0/smartapp/pay/paymentservice"
STANDINGS: Final[Mapping[str, OrderStanding]] = {"1": "not_paid", "2": "paid", "-1": "closed"}
# Unconfirmed: documented as the code of "order not found" by the older calls.
NOT_THERE: Final = frozenset({10002})
CURRENCY: Final = "CNY"
"""Baidu's orders are in fen and say nothing of a currency."""
UNREADABLE: Final = (ValueError, KeyError, TypeError, OverflowError, OSError)
WORDS: Final[Mapping[Receipt, tuple[int, dict[str, Any]]]] = {
    "kept": (200, {"errno": 0, "msg": "success", "data": {"isConsumed": 2}}),
    "unwanted": (200, {"errno": 0, "msg": "success", "data": {"isErrorOrder": 1, "isConsumed": 2}}),
    "refused": (400, {"errno": 10000, "msg": "not accepted"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """Who we are to Baidu's cashier, and whom we believe. `app_key`: the cashier's (MMM…), not the program's."""

    app_key: str
    deal_id: str
    key: RSAPrivateKey
    platform_key: Verifier


class BaiduPay:
    """The payment port over Baidu's cashier."""

    name = "baidu"
    signature_headers: frozenset[str] = frozenset()

    def __init__(self, api: BaiduApi, merchant: Merchant) -> None:
        self._api, self._merchant = api, merchant

    @property
    def app_id(self) -> str:
        return self._merchant.app_key

    @property
    def merchant_id(self) -> str:
        return self._merchant.deal_id

    async def open(self, order: NewOrder) -> str:
        """Our own number: there is nothing at Baidu before its cashier opens."""
        return order.order_number

    def client(self, order: NewOrder, reference: str) -> dict[str, Any]:
        """The arguments of swan.requestPolymerPayment."""
        signed = {
            "appKey": self._merchant.app_key,
            "dealId": self._merchant.deal_id,
            "totalAmount": str(order.amount_fen),
            "tpOrderId": reference,
        }
        info = {**signed, "dealTitle": order.description, SIGNATURE: sign(self._merchant.key, signed)}
        business = json.dumps({"tpData": {**info, "returnData": {}, "displayData": {}}}, ensure_ascii=False)
        return {"orderInfo": {**info, "signFieldsRange": "1", "bizInfo": business}}

    async def ask(self, order_number: str) -> PlatformOrder:
        """What Baidu says of the order; `unknown` while no cashier has opened for it. Raises Unavailable."""
        found = await self.find(order_number)
        if found is None:
            return PlatformOrder(
                standing="unknown", order_number=order_number, app_id=self.app_id, merchant_id=self.merchant_id
            )
        return self._found(found)

    async def close(self, order_number: str) -> None:
        """Look for the order and cancel it if it is there. Raises Conflict `already_paid`; Unavailable."""
        found = await self.find(order_number)
        if found is None or (standing := self._found(found).standing) == "closed":
            return
        if standing == "paid":
            raise Conflict("already_paid")
        cancelled = await self._call("cancelOrder", orderId=str(found.get("orderId", "")))
        if cancelled is not True:
            # Paid meanwhile, or not understood: whoever asks again is told which.
            raise Unavailable("platform_unavailable")

    def read(self, headers: Mapping[str, str], body: bytes, *, fresh: bool) -> Notification:
        """Raises BadNotification. `fresh` changes nothing: Baidu signs no time of sending."""
        fields = read_form(body)
        try:
            verify(self._merchant.platform_key, {**fields, SIGNATURE: base64_of(fields.get(SIGNATURE, ""))})
            return Notification(
                event_id=f"{fields['orderId']}.{fields['status']}",
                kind=f"payment.{fields['status']}"[:64],
                about=self._order(fields, app_id=self.app_id, paid_at=fields["payTime"]),
            )
        except BadSignature as error:
            raise BadNotification("signature_wrong") from error
        except UNREADABLE as error:
            raise BadNotification("not_readable") from error

    def reply(self, receipt: Receipt) -> CallbackReply:
        """Consumed; or an order in error, whose money Baidu sends back. An error of ours must never be errno."""
        status, words = WORDS[receipt]
        return CallbackReply(status=status, content_type="application/json", body=json.dumps(words).encode())

    async def find(self, order_number: str) -> Mapping[str, Any] | None:
        """Baidu's own record of the order; None while no cashier has opened for it. Raises Unavailable."""
        try:
            found = await self._call("findByTpOrderId", tpOrderId=order_number)
        except _NotThere:
            return None
        if found is not None and not isinstance(found, dict):
            raise Unavailable("platform_unavailable")
        return found or None

    def _found(self, found: Mapping[str, Any]) -> PlatformOrder:
        """When it was paid isn't told; that the cashier opened in time is taken in the candidate's favour."""
        try:
            return self._order(found, app_id=str(found["appKey"]), paid_at=str(found["createTime"]))
        except UNREADABLE as error:
            log.error("baidu_answer_not_readable", error=repr(error))
            raise Unavailable("platform_unavailable") from error

    async def _call(self, name: str, **parameters: str) -> Any:
        """Every call names its order, so repeating one after a lost answer changes nothing."""
        try:
            return await self._api.get(f"{SERVICE}/{name}", retry=True, pmAppKey=self._merchant.app_key, **parameters)
        except BaiduError as error:
            if error.errno in NOT_THERE:
                raise _NotThere from error
            log.error("baidu_pay_refused", call=name, errno=error.errno)
            raise Unavailable("platform_unavailable") from error

    def _order(self, said: Mapping[str, Any], *, app_id: str, paid_at: str) -> PlatformOrder:
        """A notification names no app: its signature, which is the cashier app's, does."""
        standing = STANDINGS.get(str(said["status"]), "unknown")
        return PlatformOrder(
            standing=standing,
            order_number=str(said["tpOrderId"]),
            app_id=app_id,
            merchant_id=str(said["dealId"]),
            transaction_id=str(said["orderId"]),
            amount_fen=int(said["totalMoney"]),
            currency=CURRENCY,
            paid_at=datetime.fromtimestamp(int(paid_at), EXAM_ZONE) if standing == "paid" else None,
        )


class _NotThere(Exception):
    """Baidu has no such order."""
