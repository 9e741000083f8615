"""The platforms, put together from the settings."""

from typing import Final

import aiohttp

from backend.cache import Cache
from miniprogram_api.platforms import Platform
from miniprogram_api.platforms.alipay.configured import configured_alipay
from miniprogram_api.platforms.baidu.cloud import BaiduCloud
from miniprogram_api.platforms.baidu.configured import Push as BaiduPush
from miniprogram_api.platforms.baidu.configured import configured_baidu
from miniprogram_api.platforms.baidu.faces import BaiduFaces, Plan
from miniprogram_api.platforms.downloads import Downloads
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.rsa_keys import pems
from miniprogram_api.platforms.wechat.configured import Push as WeChatPush
from miniprogram_api.platforms.wechat.configured import configured_wechat
from notifications.lane import IN_FLIGHT
from zhunkao.settings import BaiduSettings, Settings, WeChatSettings

LARGEST_PICTURE: Final = 6 * 2**20
"""Bytes that a picture out of a chat may have."""


def configured_platforms(settings: Settings, cache: Cache, http: aiohttp.ClientSession) -> dict[str, Platform]:
    """Those the service is configured for."""
    found: dict[str, Platform] = {}
    downloads = Downloads(http)
    callbacks = f"{settings.public_url.rstrip('/')}/callbacks"
    if settings.wechat.app_id:
        wechat = settings.wechat
        found["wechat"] = configured_wechat(
            api=Outbound(http, wechat.api_base_url),
            pay=Outbound(http, wechat.pay_base_url),
            downloads=downloads,
            cache=cache,
            app_id=wechat.app_id,
            secret=wechat.secret.get_secret_value(),
            mchid=wechat.mchid,
            merchant_serial=wechat.merchant_serial,
            merchant_private_key=wechat.merchant_private_key.get_secret_value(),
            api_v3_key=wechat.api_v3_key.get_secret_value(),
            platform_keys=_pay_public_keys(wechat),
            notify_url=f"{callbacks}/wechat/payments",
            refund_notify_url=f"{callbacks}/wechat/refunds",
            push=_wechat_push(wechat, http) if wechat.push_token.get_secret_value() else None,
            reminders=Outbound(http, wechat.api_base_url, at_once=IN_FLIGHT),
            program_state=wechat.miniprogram_state,
        )
    if settings.alipay.app_id:
        alipay = settings.alipay
        found["alipay"] = configured_alipay(
            outbound=Outbound(http, alipay.base_url),
            downloads=downloads,
            app_id=alipay.app_id,
            seller_id=alipay.seller_id,
            app_private_key=alipay.app_private_key.get_secret_value(),
            alipay_public_key=alipay.public_key,
            notify_url=f"{callbacks}/alipay/payments",
            reminders=Outbound(http, alipay.base_url, at_once=IN_FLIGHT),
        )
    if settings.baidu.app_key:
        baidu = settings.baidu
        found["baidu"] = configured_baidu(
            outbound=Outbound(http, baidu.base_url),
            downloads=downloads,
            cashier=Outbound(http, baidu.cashier_base_url),
            cache=cache,
            app_key=baidu.app_key,
            secret=baidu.secret.get_secret_value(),
            pay_app_key=baidu.pay_app_key,
            deal_id=baidu.deal_id,
            merchant_private_key=baidu.merchant_private_key.get_secret_value(),
            platform_public_key=baidu.platform_public_key,
            faces=_baidu_faces(baidu, cache, http),
            push=_baidu_push(baidu, http) if baidu.push_token.get_secret_value() else None,
            reminders=Outbound(http, baidu.base_url, at_once=IN_FLIGHT),
        )
    return found


def _pay_public_keys(wechat: WeChatSettings) -> dict[str, str]:
    """Each key's PEM text by its id: while WeChat Pay changes its key there are two."""
    names = [name.strip() for name in wechat.pay_public_key_id.split(",")]
    return dict(zip(names, pems(wechat.pay_public_key) or [wechat.pay_public_key], strict=True))


def _baidu_faces(baidu: BaiduSettings, cache: Cache, http: aiohttp.ClientSession) -> BaiduFaces | None:
    """By an app of Baidu's AI cloud, where one is configured."""
    if not baidu.face_api_key:
        return None
    cloud = BaiduCloud(
        Outbound(http, baidu.face_base_url),
        cache,
        api_key=baidu.face_api_key,
        secret_key=baidu.face_secret_key.get_secret_value(),
    )
    plan = Plan(plan_id=baidu.face_plan_id, page_url=baidu.face_page_url, return_url=baidu.face_return_url)
    return BaiduFaces(cloud, plan)


def _wechat_push(wechat: WeChatSettings, http: aiohttp.ClientSession) -> WeChatPush:
    return WeChatPush(
        media=Outbound(http, wechat.api_base_url, largest=LARGEST_PICTURE),
        original_id=wechat.original_id,
        token=wechat.push_token.get_secret_value(),
        aes_key=wechat.encoding_aes_key.get_secret_value(),
        mode=wechat.push_mode,
    )


def _baidu_push(baidu: BaiduSettings, http: aiohttp.ClientSession) -> BaiduPush:
    return BaiduPush(
        media=Outbound(http, baidu.media_url, largest=LARGEST_PICTURE) if baidu.media_url else None,
        media_url=baidu.media_url,
        app_id=baidu.app_id,
        token=baidu.push_token.get_secret_value(),
        aes_key=baidu.encoding_aes_key.get_secret_value(),
        mode=baidu.push_mode,
    )
