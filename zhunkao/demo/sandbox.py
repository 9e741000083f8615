"""The sandbox and the product of one demo, told the same app, merchant and keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import SecretStr

from sandbox.app import serve as serve_sandbox
from sandbox.keys import AlipayKeys, BaiduKeys, SandboxKeys
from sandbox.settings import SandboxSettings
from zhunkao.demo.templates import template_ids, templates_at
from zhunkao.keys import kept
from zhunkao.settings import AlipaySettings, BaiduSettings, Settings, WeChatSettings

if TYPE_CHECKING:
    from pathlib import Path

BAIDU_MEDIA = "/baidu/media"


async def serve(settings: Settings) -> None:
    """Play the platforms for the product with these settings until cancelled."""
    settings.data_folder.mkdir(parents=True, exist_ok=True)
    await serve_sandbox(sandbox_settings(settings, sandbox_keys(settings.data_folder)))


def sandbox_keys(folder: Path) -> SandboxKeys:
    """The app, the merchant and the keys of the sandbox in a data folder; made once."""
    return SandboxKeys.from_json(kept(folder / "platform-keys.json", lambda: SandboxKeys.generate().to_json()))


def sandbox_settings(settings: Settings, keys: SandboxKeys) -> SandboxSettings:
    """The platforms' side."""
    return SandboxSettings(
        wechat=keys.wechat_app(
            push_url=f"{settings.public_url}/callbacks/wechat/messages", templates=templates_at("wechat")
        ),
        wechatpay=keys.merchant(),
        alipay=replace(keys.alipay.app(), templates=templates_at("alipay")),
        baidu=replace(
            keys.baidu.app(
                notify_url=f"{settings.public_url}/callbacks/baidu/payments",
                refund_audit_url=f"{settings.public_url}/callbacks/baidu/refund-audits",
                refund_url=f"{settings.public_url}/callbacks/baidu/refunds",
                push_url=f"{settings.public_url}/callbacks/baidu/messages",
                media_url=f"http://127.0.0.1:{settings.sandbox_port}{BAIDU_MEDIA}",
            ),
            templates=templates_at("baidu"),
        ),
        host=settings.host,
        port=settings.sandbox_port,
        api_url=settings.public_url,
        desk_url=f"http://127.0.0.1:{settings.desk_port}",
        data_folder=settings.data_folder / "sandbox",
    )


def product_settings(settings: Settings, keys: SandboxKeys) -> Settings:
    """Our side: every platform and the time from the sandbox; of `settings` only the folder and the addresses stay.

    Whatever else a developer has set in `.env` is for their own installation, not for the demo.
    """
    sandbox_url = f"http://127.0.0.1:{settings.sandbox_port}"
    return Settings(
        environment="development",
        database_url="",
        redis_url="",
        storage_url="",
        data_folder=settings.data_folder.absolute(),
        public_url=f"http://127.0.0.1:{settings.api_port}",
        console_url=f"http://localhost:{settings.console_port}",  # security keys know hosts by name
        host=settings.host,
        api_port=settings.api_port,
        console_port=settings.console_port,
        sandbox_port=settings.sandbox_port,
        desk_port=settings.desk_port,
        secret_keys=(),
        data_keys=(),
        clock="settable",
        clock_url=f"{sandbox_url}/sandbox/clock",
        state_systems_url=f"{sandbox_url}/state",
        wechat=_wechat(sandbox_url, keys),
        alipay=_alipay(sandbox_url, keys.alipay),
        baidu=_baidu(sandbox_url, keys.baidu),
    )


def _wechat(sandbox_url: str, keys: SandboxKeys) -> WeChatSettings:
    return WeChatSettings(
        app_id=keys.app_id,
        secret=SecretStr(keys.app_secret),
        original_id=keys.original_id,
        push_token=SecretStr(keys.push_token),
        encoding_aes_key=SecretStr(keys.encoding_aes_key),
        api_base_url=f"{sandbox_url}/wechat",
        pay_base_url=f"{sandbox_url}/wechatpay",
        mchid=keys.mchid,
        merchant_serial=keys.merchant_serial,
        merchant_private_key=SecretStr(keys.merchant_private_key_pem),
        api_v3_key=SecretStr(keys.api_v3_key),
        pay_public_key=keys.platform_public_key_pem,
        pay_public_key_id=keys.platform_key_id,
        templates=template_ids("wechat"),
    )


def _alipay(sandbox_url: str, keys: AlipayKeys) -> AlipaySettings:
    return AlipaySettings(
        app_id=keys.app_id,
        seller_id=keys.seller_id,
        app_private_key=SecretStr(keys.app_private_key_pem),
        public_key=keys.alipay_public_key_pem,
        base_url=f"{sandbox_url}/alipay",
        templates=template_ids("alipay"),
    )


def _baidu(sandbox_url: str, keys: BaiduKeys) -> BaiduSettings:
    return BaiduSettings(
        app_key=keys.app_key,
        secret=SecretStr(keys.secret),
        pay_app_key=keys.pay_app_key,
        deal_id=keys.deal_id,
        merchant_private_key=SecretStr(keys.merchant_private_key_pem),
        platform_public_key=keys.baidu_public_key_pem,
        base_url=f"{sandbox_url}/baidu",
        face_api_key=keys.face_api_key,
        face_secret_key=SecretStr(keys.face_secret_key),
        face_plan_id=keys.face_plan_id,
        face_return_url=f"{sandbox_url}/phone/",
        face_base_url=f"{sandbox_url}/baidu",
        face_page_url=f"{sandbox_url}/baidu/face/print/",
        cashier_base_url=f"{sandbox_url}/baidu",
        app_id=keys.app_id,
        push_token=SecretStr(keys.push_token),
        encoding_aes_key=SecretStr(keys.encoding_aes_key),
        media_url=f"{sandbox_url}{BAIDU_MEDIA}",
        templates=template_ids("baidu"),
    )
