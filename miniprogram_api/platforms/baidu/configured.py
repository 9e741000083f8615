"""Baidu, put together from what an operator configures."""

from backend.cache import Cache
from miniprogram_api.platforms.baidu.api import BaiduApi
from miniprogram_api.platforms.baidu.login import BaiduLogin
from miniprogram_api.platforms.baidu.pay import BaiduPay, Merchant
from miniprogram_api.platforms.baidu.platform import Baidu
from miniprogram_api.platforms.baidu.refunds import BaiduRefunds
from miniprogram_api.platforms.baidu.unconsume import Unconsume
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.rsa_keys import private_key, public_key


def configured_baidu(
    *,
    outbound: Outbound,
    cashier: Outbound,
    cache: Cache,
    app_key: str,
    secret: str,
    pay_app_key: str,
    deal_id: str,
    merchant_private_key: str,
    platform_public_key: str,
) -> Baidu:
    """`cashier`: the cashier's older host. Keys as PEM. Raises ValueError for one that can't be read."""
    api = BaiduApi(outbound, cache, app_key=app_key, secret=secret)
    merchant = Merchant(
        app_key=pay_app_key,
        deal_id=deal_id,
        key=private_key(merchant_private_key),
        platform_key=public_key(platform_public_key),
    )
    payments = BaiduPay(api, merchant)
    refunds = BaiduRefunds(api, payments, Unconsume(cashier, merchant), merchant)
    return Baidu(BaiduLogin(api, app_key=app_key), payments, refunds)
