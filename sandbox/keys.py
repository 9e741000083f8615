"""The names, secrets and key pairs of a made-up mini-program and merchant at each platform, for demo and tests."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sandbox.settings import AlipayApp, BaiduApp, Merchant, Template, WeChatApp


@dataclass(frozen=True, slots=True, kw_only=True)
class AlipayKeys:
    """Both sides' keys of the app at Alipay: the product gets the app's private half, the sandbox Alipay's."""

    app_id: str
    seller_id: str
    app_private_key_pem: str = field(repr=False)
    app_public_key_pem: str
    alipay_private_key_pem: str = field(repr=False)
    alipay_public_key_pem: str

    @classmethod
    def generate(cls) -> Self:
        """Fresh keys: two RSA-2048 pairs."""
        app_private, app_public = rsa_pair()
        alipay_private, alipay_public = rsa_pair()
        return cls(
            app_id=digits(16, first="2021"),
            seller_id=digits(16, first="2088"),
            app_private_key_pem=app_private,
            app_public_key_pem=app_public,
            alipay_private_key_pem=alipay_private,
            alipay_public_key_pem=alipay_public,
        )

    def app(self) -> AlipayApp:
        """The app of these keys, for the sandbox's settings."""
        return AlipayApp(
            app_id=self.app_id,
            seller_id=self.seller_id,
            app_public_key_pem=self.app_public_key_pem,
            alipay_private_key_pem=self.alipay_private_key_pem,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BaiduKeys:
    """Both sides' keys of the program at Baidu and of its account at the cashier."""

    app_key: str
    secret: str = field(repr=False)
    pay_app_key: str
    deal_id: str
    merchant_private_key_pem: str = field(repr=False)
    merchant_public_key_pem: str
    baidu_private_key_pem: str = field(repr=False)
    baidu_public_key_pem: str

    @classmethod
    def generate(cls) -> Self:
        """Fresh keys: two RSA-2048 pairs, though Baidu's own guide makes them of 1024 bits."""
        merchant_private, merchant_public = rsa_pair()
        baidu_private, baidu_public = rsa_pair()
        return cls(
            app_key=secrets.token_hex(16),
            secret=secrets.token_hex(16),
            pay_app_key="MMM" + secrets.token_hex(2),
            deal_id=digits(10, first="2"),
            merchant_private_key_pem=merchant_private,
            merchant_public_key_pem=merchant_public,
            baidu_private_key_pem=baidu_private,
            baidu_public_key_pem=baidu_public,
        )

    # These follow from the program's secret, so that a kept file of keys needs nothing new.

    @property
    def app_id(self) -> str:
        """The program's number."""
        return str(10_000_000 + int(self._made("program"), 16) % 90_000_000)

    @property
    def push_token(self) -> str:
        return self._made("push token")[:32]

    @property
    def encoding_aes_key(self) -> str:
        """43 characters: 32 bytes in base64, without its last sign."""
        return base64.b64encode(bytes.fromhex(self._made("push key"))).decode()[:43]

    @property
    def face_api_key(self) -> str:
        """Of the app at the AI cloud."""
        return self._made("api key")[:24]

    @property
    def face_secret_key(self) -> str:
        return self._made("secret key")[:32]

    @property
    def face_plan_id(self) -> str:
        return str(10_000 + int(self._made("plan"), 16) % 90_000)

    def _made(self, what: str) -> str:
        return hashlib.sha256(f"{self.secret} {what}".encode()).hexdigest()

    def app(
        self,
        *,
        notify_url: str | None = None,
        refund_audit_url: str | None = None,
        refund_url: str | None = None,
        push_url: str | None = None,
        media_url: str = "",
    ) -> BaiduApp:
        """The program of these keys, for the sandbox's settings."""
        return BaiduApp(
            app_key=self.app_key,
            secret=self.secret,
            pay_app_key=self.pay_app_key,
            deal_id=self.deal_id,
            merchant_public_key_pem=self.merchant_public_key_pem,
            baidu_private_key_pem=self.baidu_private_key_pem,
            face_api_key=self.face_api_key,
            face_secret_key=self.face_secret_key,
            face_plan_id=self.face_plan_id,
            notify_url=notify_url,
            refund_audit_url=refund_audit_url,
            refund_url=refund_url,
            app_id=self.app_id,
            push_token=self.push_token,
            encoding_aes_key=self.encoding_aes_key,
            push_url=push_url,
            media_url=media_url,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxKeys:
    """Both sides' keys: the product gets the merchant's private half, the sandbox the platform's."""

    app_id: str
    app_secret: str = field(repr=False)
    original_id: str
    push_token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    mchid: str
    merchant_serial: str
    merchant_private_key_pem: str = field(repr=False)
    merchant_public_key_pem: str
    platform_key_id: str
    platform_private_key_pem: str = field(repr=False)
    platform_public_key_pem: str
    api_v3_key: str = field(repr=False)
    alipay: AlipayKeys
    baidu: BaiduKeys

    @classmethod
    def generate(cls) -> Self:
        """Fresh keys. Several RSA-2048 pairs: about a second of CPU, so call it in a thread from async code."""
        merchant_private, merchant_public = rsa_pair()
        platform_private, platform_public = rsa_pair()
        return cls(
            app_id="wx" + secrets.token_hex(8),
            app_secret=secrets.token_hex(16),
            original_id="gh_" + secrets.token_hex(6),
            push_token=secrets.token_hex(16),
            encoding_aes_key=aes_key(),
            mchid=digits(10, first="1"),
            merchant_serial=secrets.token_hex(20).upper(),
            merchant_private_key_pem=merchant_private,
            merchant_public_key_pem=merchant_public,
            platform_key_id="PUB_KEY_ID_" + digits(22, first="0"),
            platform_private_key_pem=platform_private,
            platform_public_key_pem=platform_public,
            api_v3_key=secrets.token_hex(16),
            alipay=AlipayKeys.generate(),
            baidu=BaiduKeys.generate(),
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `to_json` wrote. TypeError when a key is missing or unknown."""
        values = json.loads(text)
        nested = {
            "alipay": AlipayKeys(**values.get("alipay", {})),
            "baidu": BaiduKeys(**values.get("baidu", {})),
        }
        return cls(**{**values, **nested})

    def to_json(self) -> str:
        """One JSON object, private keys included: keep the file to its owner."""
        return json.dumps(asdict(self), indent=2)

    def wechat_app(self, *, push_url: str | None = None, templates: Mapping[str, Template] | None = None) -> WeChatApp:
        """The mini-program of these keys, for the sandbox's settings."""
        return WeChatApp(
            app_id=self.app_id,
            secret=self.app_secret,
            original_id=self.original_id,
            push_token=self.push_token,
            encoding_aes_key=self.encoding_aes_key,
            push_url=push_url,
            templates=templates or {},
        )

    def merchant(self) -> Merchant:
        """The merchant of these keys, for the sandbox's settings."""
        return Merchant(
            mchid=self.mchid,
            merchant_serial=self.merchant_serial,
            merchant_public_key_pem=self.merchant_public_key_pem,
            api_v3_key=self.api_v3_key,
            platform_private_key_pem=self.platform_private_key_pem,
            platform_key_id=self.platform_key_id,
        )


def rsa_pair() -> tuple[str, str]:
    """A new RSA-2048 pair as PEM: the private half in PKCS#8, the public half as SubjectPublicKeyInfo."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private_pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private_pem.decode(), public_pem.decode()


def aes_key() -> str:
    """A new EncodingAESKey: 43 characters."""
    return base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def digits(length: int, *, first: str = "") -> str:
    """Random decimal digits of the given length, beginning with `first`."""
    return first + "".join(secrets.choice("0123456789") for _ in range(length - len(first)))
