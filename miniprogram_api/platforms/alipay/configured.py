"""Alipay, put together from what an operator configures."""

from miniprogram_api.platforms.alipay.bills import AlipayBills
from miniprogram_api.platforms.alipay.faces import AlipayFaces
from miniprogram_api.platforms.alipay.gateway import App, Gateway
from miniprogram_api.platforms.alipay.login import AlipayLogin
from miniprogram_api.platforms.alipay.pay import AlipayPay
from miniprogram_api.platforms.alipay.platform import Alipay
from miniprogram_api.platforms.alipay.refunds import AlipayRefunds
from miniprogram_api.platforms.alipay.reminders import AlipayReminders
from miniprogram_api.platforms.downloads import Downloads
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.rsa_keys import any_public_key, private_key


def configured_alipay(
    *,
    outbound: Outbound,
    downloads: Downloads,
    app_id: str,
    seller_id: str,
    app_private_key: str,
    alipay_public_key: str,
    notify_url: str,
    reminders: Outbound,
) -> Alipay:
    """Keys as PEM, the public one perhaps several; `reminders`: the same host as `outbound`, with places of its own.

    Raises ValueError for one that can't be read."""
    app = App(
        app_id=app_id,
        seller_id=seller_id,
        key=private_key(app_private_key),
        alipay_key=any_public_key(alipay_public_key),
        notify_url=notify_url,
    )
    gateway = Gateway(outbound, app)
    return Alipay(
        login=AlipayLogin(gateway),
        payments=AlipayPay(gateway),
        refunds=AlipayRefunds(gateway),
        bills=AlipayBills(gateway, downloads),
        faces=AlipayFaces(gateway),
        reminders=AlipayReminders(Gateway(reminders, app)),
    )
