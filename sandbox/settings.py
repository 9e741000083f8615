"""What the sandbox is told: where it listens, which mini-program and merchant it plays the platform for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.envelopes import Format, Mode

# WeChat Pay's own schedule is 15 s, 15 s, 30 s, 3 min, … over 24 h; here the first resends come quickly.
NOTIFICATION_RESENDS = (1.0, 2.0, 5.0, 15.0, 30.0, 180.0, 600.0, 1200.0, 1800.0, 1800.0, 1800.0, 3600.0)
PUSH_RESENDS = (1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A subscribe-message template of the mini-program, as its console lists it."""

    keys: tuple[str, ...]
    """Its keywords in order, each a type and a number: `thing1`, `time2`."""
    title: str = ""
    long_term: bool = False
    """One accept allows any number of messages; otherwise one accept allows one."""
    enums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The permitted values of the keywords of type `enum`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatApp:
    """The mini-program as WeChat knows it, and where its messages are pushed to."""

    app_id: str
    secret: str = field(repr=False)
    original_id: str
    """`gh_…`, the account's own id: sender and receiver of pushed messages."""
    push_token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    """43 characters of base64 without its `=`: 32 bytes."""
    push_url: str | None = None
    """Where messages and events are posted; None pushes nothing."""
    push_mode: Mode = "safe"
    push_format: Format = "xml"
    templates: Mapping[str, Template] = field(default_factory=dict)
    """By template id; `PUT /sandbox/templates/{template_id}` adds more at run time."""
    gives_union_id: bool = False
    """True when the app is bound to an open-platform account."""
    push_resends: tuple[float, ...] = PUSH_RESENDS
    """Seconds before each resend of a push that was not accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """A WeChat Pay merchant in public-key mode, seen from the platform's side."""

    mchid: str
    merchant_serial: str
    """Serial number of the merchant's certificate, hexadecimal."""
    merchant_public_key_pem: str
    api_v3_key: str = field(repr=False)
    """32 ASCII characters: the AES-256 key of notifications."""
    platform_private_key_pem: str = field(repr=False)
    platform_key_id: str
    """`PUB_KEY_ID_…`, told in `Wechatpay-Serial`."""
    notification_resends: tuple[float, ...] = NOTIFICATION_RESENDS
    """Seconds before each resend of a notification that was not accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlipayApp:
    """The mini-program and the seller as Alipay knows them, in public-key mode."""

    app_id: str
    seller_id: str
    """The account that is paid: 16 digits, 2088…"""
    app_public_key_pem: str
    alipay_private_key_pem: str = field(repr=False)
    gives_open_id: bool = True
    """Newer apps are told open ids, older ones user ids."""
    tells_fail_reason: bool = True
    """An extension that few contracts have; without it a face that failed and one never shown are told alike."""
    templates: Mapping[str, Template] = field(default_factory=dict)
    """By user_template_id."""
    notifies_refunds: bool = True
    """Whether the app's console has notifications of closed trades switched on; at Alipay they are off at first."""
    notification_resends: tuple[float, ...] = NOTIFICATION_RESENDS
    """Seconds before each resend of a notification that was not accepted; Alipay's own are 4 min, 10 min, … 15 h."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaiduApp:
    """The smart program and its account at the cashier, as Baidu knows them."""

    app_key: str
    """The program's: `client_id`."""
    secret: str = field(repr=False)
    pay_app_key: str
    """The cashier's: MMM…"""
    deal_id: str
    merchant_public_key_pem: str
    baidu_private_key_pem: str = field(repr=False)
    face_api_key: str
    """Of the app at the AI cloud, which is not the program."""
    face_secret_key: str = field(repr=False)
    face_plan_id: str
    """The H5 plan of that app. A face that failed ends its page."""
    notify_url: str | None = None
    """Registered in the cashier's console; None notifies nobody."""
    refund_audit_url: str | None = None
    """Where it is asked whether a refund may go on; None allows every one."""
    refund_url: str | None = None
    """Where a refund's result is told."""
    notification_resends: tuple[float, ...] = NOTIFICATION_RESENDS
    """Seconds before each resend of a notification that was not accepted; Baidu's own come every two minutes."""
    app_id: str = ""
    """The program's number: receiver of pushed messages, and what encrypted ones end in."""
    push_token: str = field(default="", repr=False)
    encoding_aes_key: str = field(default="", repr=False)
    push_url: str | None = None
    """Where messages of the customer-service chat are posted; None pushes nothing."""
    push_mode: Mode = "safe"
    push_format: Format = "xml"
    push_resends: tuple[float, ...] = PUSH_RESENDS
    templates: Mapping[str, Template] = field(default_factory=dict)
    """By template_id. Each accept allows one message, whatever the template."""
    media_url: str = ""
    """Where pictures of the chat are served: the sandbox's `/baidu/media` as the service reaches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """Everything the sandbox needs to start."""

    wechat: WeChatApp
    wechatpay: Merchant
    alipay: AlipayApp | None = None
    """None: Alipay is not played."""
    baidu: BaiduApp | None = None
    """None: Baidu is not played."""
    host: str = "127.0.0.1"
    port: int = 8090
    api_url: str = "http://127.0.0.1:8080"
    """The candidate API's origin: the phone page's `/api/v1/*` is passed on to it."""
    desk_url: str | None = None
    """The offices of the demo, whose buttons stand beside the phone: `/desk` is passed on to it. None: no buttons."""
    data_folder: Path | None = None
    """State survives a restart when set; otherwise it lives in memory."""
