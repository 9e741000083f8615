"""WeChat, put together from what an operator configures."""

from collections.abc import Mapping

from backend.cache import Cache
from miniprogram_api.platforms.access_tokens import TokenStore
from miniprogram_api.platforms.downloads import Downloads
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.rsa_keys import private_key, public_key
from miniprogram_api.platforms.wechat.api import WeChatApi
from miniprogram_api.platforms.wechat.bills import WeChatBills
from miniprogram_api.platforms.wechat.faces import WeChatFaces
from miniprogram_api.platforms.wechat.login import WeChatLogin
from miniprogram_api.platforms.wechat.pay import WeChatPay
from miniprogram_api.platforms.wechat.pay_notifications import Merchant
from miniprogram_api.platforms.wechat.platform import WeChat
from miniprogram_api.platforms.wechat.refunds import WeChatRefunds
from miniprogram_api.platforms.wechat.stable_token import stable_token


def configured_wechat(
    *,
    api: Outbound,
    pay: Outbound,
    downloads: Downloads,
    cache: Cache,
    app_id: str,
    secret: str,
    mchid: str,
    merchant_serial: str,
    merchant_private_key: str,
    api_v3_key: str,
    platform_keys: Mapping[str, str],
    notify_url: str,
    refund_notify_url: str,
) -> WeChat:
    """`platform_keys`: PEM by serial or PUB_KEY_ID_…. Raises ValueError for a key that can't be read."""
    merchant = Merchant(
        app_id=app_id,
        mchid=mchid,
        serial=merchant_serial,
        key=private_key(merchant_private_key),
        api_v3_key=api_v3_key,
        platform_keys={serial: public_key(pem) for serial, pem in platform_keys.items()},
        notify_url=notify_url,
        refund_notify_url=refund_notify_url,
    )
    calls = WeChatApi(api)
    tokens = TokenStore(cache, app_id, stable_token(calls, app_id=app_id, secret=secret))
    payments = WeChatPay(pay, merchant)
    return WeChat(
        login=WeChatLogin(calls, app_id=app_id, secret=secret),
        payments=payments,
        refunds=WeChatRefunds(pay, payments, merchant),
        bills=WeChatBills(pay, payments, downloads),
        faces=WeChatFaces(calls, tokens),
    )
