"""Paying on the platform the candidate is in, and moving a payment from one platform to another."""

from typing import Any, Final
from uuid import UUID

from backend.staff.scope import Clerk
from zhunkao.journey.accounts import NAMES, bind_beside
from zhunkao.journey.phone import Phone
from zhunkao.journey.stage import Stage

PRICE_FEN: Final = 26000
PAID: Final[dict[str, dict[str, Any]]] = {
    "wechat": {"errMsg": "requestPayment:ok"},
    "alipay": {"resultCode": "9000"},
    "baidu": {"errCode": 0},
}
"""What each platform's payment call says of a payment that was made."""
SAID: Final = ("errMsg", "errCode", "resultCode", "memo")
REFUND: Final = ("order_number", "progress", "message")
LATE_SECONDS: Final = 1.0


async def refuse_too_early(phone: Phone) -> None:
    await _refused(phone, phone.intention(), does="缴费还没开始", code="stage_not_open_yet")


async def pay(phone: Phone) -> None:
    """Order, a second tap, the platform's payment, its signed callback; never twice."""
    key = phone.intention()
    order = await _order(phone, key, does="下单缴费")
    await _order(phone, key, does="重复点击仍是同一订单", number=order["order_number"])
    await _tap(phone, order, must=PAID[phone.platform], does=f"{NAMES[phone.platform]}支付")
    await _paid(phone)


async def move_payment(stage: Stage, wechat: Phone) -> Phone:
    """Ordered on Baidu, then on WeChat, then on Baidu again: each order closes the one before, one is paid, and money
    that Baidu took for its first is told late and sent back. The phone that has paid."""
    baidu = await bind_beside(stage, wechat, "baidu")
    first = await _order(baidu, baidu.intention(), does="在百度下单")
    key = wechat.intention()
    second = await _order(wechat, key, does="换到微信下单：百度的订单关闭")
    third = await _order(baidu, baidu.intention(), does="又换回百度下单：微信的订单关闭")
    closed = {"errMsg": "requestPayment:fail 该订单已关闭: the order is closed or expired"}
    await _tap(wechat, second, must=closed, does="回到微信支付旧订单：微信说订单已关闭")
    await _play_late_notification(baidu)
    await _tap(baidu, first, must=PAID["baidu"], does="在百度支付了旧订单，通知晚到")
    await _tap(baidu, third, must=PAID["baidu"], does="在百度支付新订单")
    await _paid(baidu)
    sent_back = {"tpOrderId": first["order_number"], "refundPayMoney": PRICE_FEN}
    await baidu.arrives("refund", does="旧订单的通知到了，答复“订单有误”，百度原路退回", must=sent_back)
    await baidu.until(
        baidu.mine("/payment"),
        newest="refunds",
        does="看到旧订单的钱没有计入、退回",
        must={"order_number": first["order_number"]},
        keep=REFUND,
    )
    await _refused(wechat, key, does="再点微信的旧订单：已关闭", code="order_closed")
    await wechat.api(
        "GET",
        wechat.mine("/payment"),
        does="只有一笔缴费",
        expect=200,
        keep=("order_number", "state"),
        must={"order_number": third["order_number"], "state": "paid"},
    )
    return baidu


async def refund(stage: Stage, phone: Phone, site: Clerk, area: Clerk) -> None:
    """The site asks, the area approves: the whole sum goes back where it came from, and the fee is due again."""
    asked = await stage.built.refunds.ask(site, UUID(phone.registration), "示例：考生因病不能参加考试")
    stage.staff("考点申请退费", "Refunds.ask", {"state": asked.state, "amount_fen": asked.amount_fen})
    approved = await stage.built.refunds.approve(area, asked.id)
    stage.staff("考区批准退费", "Refunds.approve", {"state": approved.state})
    await phone.until(
        phone.mine("/payment"),
        newest="refunds",
        does="退款到账",
        must={"progress": "done", "amount_fen": PRICE_FEN},
        keep=REFUND,
    )
    await phone.steps(does="看到费用已退回", step="payment", state="current", message="260.00")


async def _order(phone: Phone, key: dict[str, str], *, does: str, number: str | None = None) -> dict[str, Any]:
    must = {"state": "open", "amount_fen": PRICE_FEN, **({"order_number": number} if number else {})}
    answer = await phone.api(
        "POST",
        phone.mine("/payment"),
        does=does,
        expect=200,
        json_body={"platform": phone.platform},
        headers=key,
        keep=("order_number", "amount_fen", "state"),
        must=must,
    )
    return answer.json


async def _tap(phone: Phone, order: dict[str, Any], *, must: dict[str, Any], does: str) -> None:
    """The platform's payment call, with what the service gave for it."""
    path, body = f"/sandbox/users/{phone.user_id}/pay", {"client": order["client"], "outcome": "paid"}
    await phone.sandbox("POST", path, does=does, json_body=body, keep=SAID, must=must)


async def _paid(phone: Phone) -> None:
    await phone.until(
        phone.mine(),
        does="收到平台签名通知，缴费成功",
        must={"payment_state": "paid"},
        keep=("state", "payment_state", "paid_at"),
    )
    await _refused(phone, phone.intention(), does="不会重复缴费", code="already_paid")


async def _refused(phone: Phone, key: dict[str, str], *, does: str, code: str) -> None:
    await phone.api(
        "POST",
        phone.mine("/payment"),
        does=does,
        expect=409,
        code=code,
        json_body={"platform": phone.platform},
        headers=key,
    )


async def _play_late_notification(phone: Phone) -> None:
    path = f"/callbacks/{phone.platform}/payments"
    late = {"platform": phone.platform, "path": path, "kind": "late_notification", "seconds": LATE_SECONDS}
    await phone.sandbox("POST", "/sandbox/faults", does="平台的下一个通知会晚到", json_body=late)
