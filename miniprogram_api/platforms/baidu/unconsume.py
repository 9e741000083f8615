"""Taking back that an order was consumed, without which Baidu refuses to send all of its money back (10002).

The call is documented for the cashier's older host only, signed with `rsaSign`; a name for it under openapi.baidu.com
is unconfirmed. Where it stands is chosen here and in the setting of that host, nowhere else.
"""

import json
from typing import Any, Final
from urllib.parse import urlencode

import structlog

from backend.errors import Unavailable
from backend.payments.refund_platforms import RefundRefused
from miniprogram_api.platforms.baidu.pay import Merchant
from miniprogram_api.platforms.baidu.signing import SIGNATURE, sign
from miniprogram_api.platforms.outbound import Outbound

log = structlog.get_logger(__name__)

PATH: Final = "/cashier/syncOrderStatus"
NOT_CONSUMED: Final = "3"
"""`type` of the call that takes consumption back."""
WRONG_IDS: Final = 10002
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class Unconsume:
    """The one call we make of the older host."""

    def __init__(self, outbound: Outbound, merchant: Merchant) -> None:
        self._outbound, self._merchant = outbound, merchant

    async def __call__(self, *, order_id: str, user_id: str) -> None:
        """Raises RefundRefused; Unavailable. Doing it again changes nothing."""
        fields = {"appKey": self._merchant.app_key, "orderId": order_id, "type": NOT_CONSUMED, "userId": user_id}
        body = urlencode({**fields, SIGNATURE: sign(self._merchant.key, fields)}).encode()
        answer = await self._outbound.call("POST", PATH, body=body, headers=FORM, retry=True)
        if errno := _errno(answer.body):
            log.error("baidu_unconsume_refused", errno=errno, order=order_id)
            raise RefundRefused(f"unconsume.{errno}", final=errno == WRONG_IDS)


def _errno(body: bytes) -> int:
    try:
        said: Any = json.loads(body)
        return int(said["errno"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable("platform_unavailable") from error
