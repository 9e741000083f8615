"""Baidu, put together from what an operator configures."""

from backend.cache import Cache
from miniprogram_api.platforms.baidu.api import BaiduApi
from miniprogram_api.platforms.baidu.bills import BaiduBills
from miniprogram_api.platforms.baidu.faces import BaiduFaces
from miniprogram_api.platforms.baidu.login import BaiduLogin
from miniprogram_api.platforms.baidu.pay import BaiduPay, Merchant
from miniprogram_api.platforms.baidu.platform import Baidu
from miniprogram_api.platforms.baidu.refunds import BaiduRefunds
from miniprogram_api.platforms.baidu.unconsume import Unconsume
from miniprogram_api.platforms.downloads import Downloads
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.rsa_keys import private_key, public_key


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
) -> Baidu:
    """`cashier`: the cashier's older host. Keys as PEM. Without `faces` there are none.

    Raises ValueError for a key that can't be read.
    """
    api = BaiduApi(outbound, cache, app_key=app_key, secret=secret)
    merchant = Merchant(
        app_key=pay_app_key,
        deal_id=deal_id,
        key=private_key(merchant_private_key),
        platform_key=public_key(platform_public_key),
    )
    payments = BaiduPay(api, merchant)
    return Baidu(
        login=BaiduLogin(api, app_key=app_key),
        payments=payments,
        refunds=BaiduRefunds(api, payments, Unconsume(cashier, merchant), merchant),
        bills=BaiduBills(api, payments, downloads),
        faces=faces,
    )
