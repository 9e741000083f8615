"""Rules over settings that can be read: what would not work, and what production refuses."""

from __future__ import annotations

import base64
import ipaddress
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import SecretStr

    from zhunkao.settings import AlipaySettings, BaiduSettings, Settings, WeChatSettings

# Every key the demo makes begins with this, so that none of them can go into production unnoticed. It is also four
# characters of base64, which a data key may begin with and still be 32 bytes.
DEMO_KEY = "demo"
FEWEST_LETTERS = 8
"""Different ones in a key: one that was drawn, of 32 letters of hexadecimal or more, has them."""
WELL_KNOWN = frozenset({"postgres", "redis", "password", "secret", "changeme", "example", "admin", "root", "123456"})
MAKE_A_SECRET = """python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"""
MAKE_A_DATA_KEY = """python3 -c 'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())'"""


def check(settings: Settings) -> list[str]:
    """What is misconfigured, one sentence each naming its variable; empty when all is well. Opens no connection.

    General faults come first, what only production refuses after them.
    """
    found = [*_addresses(settings), *_proxies(settings), *_keys(settings), *_clock(settings)]
    found += [*_wechat(settings.wechat), *_alipay(settings.alipay), *_baidu(settings.baidu)]
    if settings.environment == "production":
        found += _production(settings)
    return found


def left_out(settings: Settings) -> list[str]:
    """What works as it is configured, but without a part that it could have: one sentence each."""
    if settings.baidu.app_key and not settings.baidu.face_api_key:
        return ["ZHUNKAO_BAIDU_FACE_API_KEY is empty: on Baidu nobody can come back into an account by face"]
    return []


def _addresses(settings: Settings) -> Iterator[str]:
    rules = (
        ("ZHUNKAO_DATABASE_URL", settings.database_url, ("postgres", "postgresql")),
        ("ZHUNKAO_REDIS_URL", settings.redis_url, ("redis", "rediss")),
        ("ZHUNKAO_STORAGE_URL", settings.storage_url, ("file", "s3")),
        ("ZHUNKAO_PUBLIC_URL", settings.public_url, ("http", "https")),
        ("ZHUNKAO_CONSOLE_URL", settings.console_url, ("http", "https")),
        ("ZHUNKAO_CLOCK_URL", settings.clock_url, ("http", "https")),
        ("ZHUNKAO_STATE_SYSTEMS_URL", settings.state_systems_url, ("http", "https")),
        ("ZHUNKAO_TRACES_URL", settings.traces_url, ("http", "https")),
        ("ZHUNKAO_WECHAT_API_BASE_URL", settings.wechat.api_base_url, ("http", "https")),
        ("ZHUNKAO_WECHAT_PAY_BASE_URL", settings.wechat.pay_base_url, ("http", "https")),
        ("ZHUNKAO_ALIPAY_BASE_URL", settings.alipay.base_url, ("http", "https")),
        ("ZHUNKAO_BAIDU_BASE_URL", settings.baidu.base_url, ("http", "https")),
        ("ZHUNKAO_BAIDU_FACE_BASE_URL", settings.baidu.face_base_url, ("http", "https")),
        ("ZHUNKAO_BAIDU_FACE_PAGE_URL", settings.baidu.face_page_url, ("http", "https")),
        ("ZHUNKAO_BAIDU_FACE_RETURN_URL", settings.baidu.face_return_url, ("http", "https")),
        ("ZHUNKAO_BAIDU_CASHIER_BASE_URL", settings.baidu.cashier_base_url, ("http", "https")),
        ("ZHUNKAO_BAIDU_MEDIA_URL", settings.baidu.media_url, ("http", "https")),
    )
    for name, value, schemes in rules:
        if value and urlsplit(value).scheme not in schemes:
            yield f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}"
        elif value and "file" not in schemes and not _host(value):
            yield f"{name} names no host"
    if settings.traces_url and not find_spec("opentelemetry"):
        yield "ZHUNKAO_TRACES_URL is set, but what sends traces is not installed: requirements-traces.in"
    if not settings.public_url:
        yield "ZHUNKAO_PUBLIC_URL is empty: the platforms' callbacks need an address"
    if not settings.console_url or _is_number(_host(settings.console_url)):
        yield "ZHUNKAO_CONSOLE_URL must name a host: security keys are bound to a name, not to a number"


def _proxies(settings: Settings) -> Iterator[str]:
    for network in settings.proxies:
        try:
            known = ipaddress.ip_network(network)
        except ValueError:
            yield f"ZHUNKAO_PROXIES has {network}, which is no network such as 10.0.0.0/8 or 192.0.2.1"
            continue
        if not known.prefixlen:
            yield "ZHUNKAO_PROXIES has everybody's network: whoever calls could then say to be anybody"


def _keys(settings: Settings) -> Iterator[str]:
    if any(len(key) < 32 for key in _plain(settings.secret_keys)):
        yield f"ZHUNKAO_SECRET_KEYS has a key of fewer than 32 characters; make one with: {MAKE_A_SECRET}"
    if not all(_is_data_key(key) for key in _plain(settings.data_keys)):
        yield f"ZHUNKAO_DATA_KEYS has a key that is not base64 of 32 bytes; make one with: {MAKE_A_DATA_KEY}"
    embedded = not settings.database_url
    if not embedded and not settings.secret_keys:
        yield f"ZHUNKAO_SECRET_KEYS is empty; make a key with: {MAKE_A_SECRET}"
    if not embedded and not settings.data_keys:
        yield f"ZHUNKAO_DATA_KEYS is empty; make a key with: {MAKE_A_DATA_KEY}"


def _clock(settings: Settings) -> Iterator[str]:
    if settings.clock == "settable" and not settings.clock_url:
        yield "ZHUNKAO_CLOCK is settable, but ZHUNKAO_CLOCK_URL is empty: there is nobody to ask the time"


def _wechat(wechat: WeChatSettings) -> Iterator[str]:
    """An app that is named must be whole; so must a merchant. Neither is needed by an installation without WeChat."""
    app = {
        "SECRET": wechat.secret.get_secret_value(),
        "ORIGINAL_ID": wechat.original_id,
        "PUSH_TOKEN": wechat.push_token.get_secret_value(),
        "ENCODING_AES_KEY": wechat.encoding_aes_key.get_secret_value(),
    }
    merchant = {
        "MERCHANT_SERIAL": wechat.merchant_serial,
        "MERCHANT_PRIVATE_KEY": wechat.merchant_private_key.get_secret_value(),
        "API_V3_KEY": wechat.api_v3_key.get_secret_value(),
        "PAY_PUBLIC_KEY": wechat.pay_public_key,
        "PAY_PUBLIC_KEY_ID": wechat.pay_public_key_id,
    }
    yield from _missing("WECHAT_APP_ID", wechat.app_id, app)
    yield from _missing("WECHAT_MCHID", wechat.mchid, merchant)
    named, keys = wechat.pay_public_key_id.count(",") + 1, wechat.pay_public_key.count("-----BEGIN")
    if keys and named != keys:
        yield f"ZHUNKAO_WECHAT_PAY_PUBLIC_KEY_ID names {named} keys, and ZHUNKAO_WECHAT_PAY_PUBLIC_KEY has {keys}"
    yield from _lengths(
        {
            "WECHAT_ENCODING_AES_KEY": (app["ENCODING_AES_KEY"], 43),
            "WECHAT_API_V3_KEY": (merchant["API_V3_KEY"], 32),
        }
    )


def _alipay(alipay: AlipaySettings) -> Iterator[str]:
    """An app that is named must be whole, its payment included."""
    app = {
        "SELLER_ID": alipay.seller_id,
        "APP_PRIVATE_KEY": alipay.app_private_key.get_secret_value(),
        "PUBLIC_KEY": alipay.public_key,
    }
    yield from _missing("ALIPAY_APP_ID", alipay.app_id, app)


def _baidu(baidu: BaiduSettings) -> Iterator[str]:
    """As Alipay's."""
    app = {
        "SECRET": baidu.secret.get_secret_value(),
        "PAY_APP_KEY": baidu.pay_app_key,
        "DEAL_ID": baidu.deal_id,
        "MERCHANT_PRIVATE_KEY": baidu.merchant_private_key.get_secret_value(),
        "PLATFORM_PUBLIC_KEY": baidu.platform_public_key,
    }
    yield from _missing("BAIDU_APP_KEY", baidu.app_key, app)
    faces = {
        "FACE_API_KEY": baidu.face_api_key,
        "FACE_SECRET_KEY": baidu.face_secret_key.get_secret_value(),
        "FACE_PLAN_ID": baidu.face_plan_id,
        "FACE_RETURN_URL": baidu.face_return_url,
    }
    if given := next((name for name, content in faces.items() if content), None):
        yield from _missing(f"BAIDU_{given}", faces[given], faces)
    aes_key = baidu.encoding_aes_key.get_secret_value()
    if baidu.push_mode == "safe":
        safe = {"APP_ID": baidu.app_id, "ENCODING_AES_KEY": aes_key}
        yield from _missing("BAIDU_PUSH_TOKEN", baidu.push_token.get_secret_value(), safe)
    yield from _lengths({"BAIDU_ENCODING_AES_KEY": (aes_key, 43)})


def _missing(given: str, value: str, needed: dict[str, str]) -> Iterator[str]:
    """`given`: the variable that was set, `WECHAT_APP_ID`; the needed ones are its platform's."""
    platform = given.partition("_")[0]
    empty = [f"ZHUNKAO_{platform}_{name}" for name, content in needed.items() if not content]
    if value and empty:
        yield f"ZHUNKAO_{given} is set, but {', '.join(empty)} {'is' if len(empty) == 1 else 'are'} empty"


def _lengths(expected: dict[str, tuple[str, int]]) -> Iterator[str]:
    for name, (value, length) in expected.items():
        if value and len(value) != length:
            yield f"ZHUNKAO_{name} has {len(value)} characters; the platform's has {length}"


def _production(settings: Settings) -> Iterator[str]:
    yield from _embedded(settings)
    yield from _default_keys(settings)
    yield from _default_passwords(settings)
    yield from _unfinished(settings)
    if settings.clock != "system":
        yield "ZHUNKAO_CLOCK must be system in production: a clock that can be set moves deadlines"
    if settings.clock_url:
        yield "ZHUNKAO_CLOCK_URL must be empty in production"
    outside = {
        "ZHUNKAO_PUBLIC_URL": settings.public_url,
        "ZHUNKAO_CONSOLE_URL": settings.console_url,
        "ZHUNKAO_WECHAT_API_BASE_URL": settings.wechat.api_base_url,
        "ZHUNKAO_WECHAT_PAY_BASE_URL": settings.wechat.pay_base_url,
        "ZHUNKAO_ALIPAY_BASE_URL": settings.alipay.base_url,
        "ZHUNKAO_BAIDU_BASE_URL": settings.baidu.base_url,
        "ZHUNKAO_BAIDU_FACE_BASE_URL": settings.baidu.face_base_url,
        "ZHUNKAO_BAIDU_FACE_PAGE_URL": settings.baidu.face_page_url,
        "ZHUNKAO_BAIDU_CASHIER_BASE_URL": settings.baidu.cashier_base_url,
    }
    if settings.baidu.face_api_key:
        outside["ZHUNKAO_BAIDU_FACE_RETURN_URL"] = settings.baidu.face_return_url
    for name, url in outside.items():
        if urlsplit(url).scheme != "https" or _is_loopback(url):
            yield f"{name} is {url}: production needs an https address outside this machine, not the sandbox's"
    if _is_loopback(settings.baidu.media_url):
        yield "ZHUNKAO_BAIDU_MEDIA_URL is on this machine: that is the sandbox, which production refuses"
    if _is_loopback(settings.state_systems_url):
        yield "ZHUNKAO_STATE_SYSTEMS_URL is on this machine: that is the sandbox, which production refuses"
    elif urlsplit(settings.state_systems_url).scheme == "http":
        yield "ZHUNKAO_STATE_SYSTEMS_URL is http: document numbers go there, which production sends over https alone"
    if not settings.wechat.app_id:
        yield "ZHUNKAO_WECHAT_APP_ID is empty: nobody could sign in"
    if not settings.proxies:
        yield (
            "ZHUNKAO_PROXIES is empty: every process speaks http, so in production a proxy ends TLS before it, and "
            "without its network all callers seem to have one address"
        )


def _embedded(settings: Settings) -> Iterator[str]:
    urls = (
        ("DATABASE_URL", settings.database_url),
        ("REDIS_URL", settings.redis_url),
        ("STORAGE_URL", settings.storage_url),
    )
    for name, value in urls:
        if not value:
            yield f"ZHUNKAO_{name} is empty: production refuses the embedded service"


def _default_keys(settings: Settings) -> Iterator[str]:
    for name, keys in (("SECRET_KEYS", settings.secret_keys), ("DATA_KEYS", settings.data_keys)):
        if not keys and not settings.database_url:  # with a database the general rule has said it
            yield f"ZHUNKAO_{name} is empty: production makes no keys by itself"
        if any(key.startswith(DEMO_KEY) for key in _plain(keys)):
            yield f"ZHUNKAO_{name} has a key that the demo made: production refuses it"
    if any(len(set(key)) < FEWEST_LETTERS for key in _plain(settings.secret_keys)):
        yield f"ZHUNKAO_SECRET_KEYS has a key that nobody has drawn; make one with: {MAKE_A_SECRET}"
    if any(len(set(base64.b64decode(key))) < FEWEST_LETTERS for key in _plain(settings.data_keys) if _is_data_key(key)):
        yield f"ZHUNKAO_DATA_KEYS has a key that nobody has drawn; make one with: {MAKE_A_DATA_KEY}"
    if {*_plain(settings.secret_keys)} & {*_plain(settings.data_keys)}:
        yield "ZHUNKAO_SECRET_KEYS and ZHUNKAO_DATA_KEYS share a key: who learns one would have both"


def _default_passwords(settings: Settings) -> Iterator[str]:
    """Without a password some other proof may be asked for: a certificate, an account of the machine's."""
    for name, url in (("DATABASE_URL", settings.database_url), ("REDIS_URL", settings.redis_url)):
        parts = urlsplit(url)
        password = unquote(parts.password or "").lower()
        if password and password in WELL_KNOWN | {(parts.username or "").lower(), "zhunkao"}:
            yield f"ZHUNKAO_{name} has a password that anybody would try first"


def _unfinished(settings: Settings) -> Iterator[str]:
    """What is right while a mini-program is being made."""
    if settings.wechat.miniprogram_state != "formal":
        yield "ZHUNKAO_WECHAT_MINIPROGRAM_STATE must be formal in production: messages would open a build nobody has"
    for name, mode in (("WECHAT", settings.wechat.push_mode), ("BAIDU", settings.baidu.push_mode)):
        if mode == "plain":
            yield f"ZHUNKAO_{name}_PUSH_MODE must be safe in production: a plain message's text is not signed"


def _plain(keys: Iterable[SecretStr]) -> list[str]:
    return [key.get_secret_value() for key in keys]


def _is_data_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 32
    except ValueError:
        return False


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(url: str) -> bool:
    host = _host(url)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
