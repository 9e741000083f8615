"""Baidu, put together from what an operator configures."""

from dataclasses import dataclass, field

from backend.cache import Cache
from miniprogram_api.platforms.baidu.api import BaiduApi
from miniprogram_api.platforms.baidu.bills import BaiduBills
from miniprogram_api.platforms.baidu.faces import BaiduFaces
from miniprogram_api.platforms.baidu.login import BaiduLogin
from miniprogram_api.platforms.baidu.messages import BaiduMessages, Mode
from miniprogram_api.platforms.baidu.pay import BaiduPay, Merchant
from miniprogram_api.platforms.baidu.platform import Baidu
from miniprogram_api.platforms.baidu.refunds import BaiduRefunds
from miniprogram_api.platforms.baidu.reminders import BaiduReminders
from miniprogram_api.platforms.baidu.unconsume import Unconsume
from miniprogram_api.platforms.downloads import Downloads
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.rsa_keys import any_public_key, private_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What stands on Baidu's page about customer-service messages. `media`: the host of `media_url`."""

    media: Outbound | None
    media_url: str
    app_id: str
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    mode: Mode = "safe"


def configured_baidu(
    *,
    outbound: Outbound,
    downloads: Downloads,
    cashier: Outbound,
    cache: Cache,
    app_key: str,
    secret: str,
    pay_app_key: str,
    deal_id: str,
    merchant_private_key: str,
    platform_public_key: str,
    faces: BaiduFaces | None,
    push: Push | None,
    reminders: Outbound,
) -> Baidu:
    """`cashier`: the cashier's older host; `reminders`: the same as `outbound`, with places of its own. Keys as PEM,
    the public one perhaps several.
    Without `faces` and `push` there is no face login and no chat.

    Raises ValueError for a key that can't be read.
    """
    api = BaiduApi(outbound, cache, app_key=app_key, secret=secret)
    merchant = Merchant(
        app_key=pay_app_key,
        deal_id=deal_id,
        key=private_key(merchant_private_key),
        platform_key=any_public_key(platform_public_key),
    )
    payments = BaiduPay(api, merchant)
    return Baidu(
        login=BaiduLogin(api, app_key=app_key),
        payments=payments,
        refunds=BaiduRefunds(api, payments, Unconsume(cashier, merchant), merchant),
        bills=BaiduBills(api, payments, downloads),
        faces=faces,
        chat=_chat(push, api, app_key) if push is not None else None,
        reminders=BaiduReminders(api.over(reminders), app_key=app_key),
    )


def _chat(push: Push, api: BaiduApi, app_key: str) -> BaiduMessages:
    return BaiduMessages(
        api,
        push.media,
        app_key=app_key,
        app_id=push.app_id,
        media_url=push.media_url,
        token=push.token,
        aes_key=push.aes_key,
        mode=push.mode,
    )
