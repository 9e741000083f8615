"""What an operator sets, from the environment and `.env`. Every name stands in `.env.example`.

`load` reads them and says in words what cannot be read; `check` (from `settings_check`) says what is readable but would
not work, or must not be so in production. Nothing else in the product reads the environment.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import pydantic_settings
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from zhunkao.settings_check import check, left_out

__all__ = [
    "PREFIX",
    "AlipaySettings",
    "BaiduSettings",
    "Settings",
    "SettingsError",
    "WeChatSettings",
    "as_environment",
    "check",
    "left_out",
    "load",
    "names",
    "revealed",
    "unknown",
]

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "ZHUNKAO_"
Port = Annotated[int, Field(ge=0, le=65535)]


def _decoded(value: object) -> object:
    try:
        return json.loads(value or "{}") if isinstance(value, str) else value
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from error


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Templates = Annotated[dict[str, str], NoDecode, BeforeValidator(_decoded)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
# Written with commas between, not as JSON: a key pasted from a terminal is then right as it is.
Keys = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)]


class SettingsError(Exception):
    """The settings can't be read. `faults` are sentences, one a fault, each naming its variable."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class WeChatSettings(BaseModel):
    """The mini-program and the merchant at WeChat; `ZHUNKAO_WECHAT_…`. An empty `app_id`: WeChat is not offered."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    app_id: str = ""
    secret: SecretStr = SecretStr("")
    original_id: str = ""  # gh_…: whom a pushed message is addressed to
    push_token: SecretStr = SecretStr("")
    encoding_aes_key: SecretStr = SecretStr("")  # 43 characters, as the platform's page shows it
    push_mode: Literal["safe", "plain"] = "safe"  # the platform's compatible mode is safe here
    api_base_url: str = "https://api.weixin.qq.com"
    # Which build of the mini-program a pushed message opens.
    miniprogram_state: Literal["formal", "trial", "developer"] = "formal"
    # JSON: our name of a template (notifications/catalogue.toml) -> its id at WeChat (priTmplId).
    templates: Templates = {}
    lasting_templates: Names = ()  # our names of those that are long-term there: one accept, any number of messages

    pay_base_url: str = "https://api.mch.weixin.qq.com"
    mchid: str = ""
    merchant_serial: str = ""
    merchant_private_key: SecretStr = SecretStr("")  # PEM; a file's path is read when the settings are
    api_v3_key: SecretStr = SecretStr("")  # 32 characters
    pay_public_key: str = ""  # PEM, or a file's path as above; while the platform changes it, both
    pay_public_key_id: str = ""  # PUB_KEY_ID_…; of several keys each its id, in their order, commas between

    @field_validator("merchant_private_key", "pay_public_key", mode="before")
    @classmethod
    def _read_pem(cls, value: str | SecretStr) -> str:
        return _pem(value.get_secret_value() if isinstance(value, SecretStr) else value)


class AlipaySettings(BaseModel):
    """The mini-program and the seller at Alipay; `ZHUNKAO_ALIPAY_…`. An empty `app_id`: Alipay is not offered."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    app_id: str = ""
    seller_id: str = ""  # 2088…: the account that is paid
    app_private_key: SecretStr = SecretStr("")  # PEM; a file's path is read when the settings are
    public_key: str = ""  # Alipay's, not the app's own; PEM, or a file's path as above
    base_url: str = "https://openapi.alipay.com"
    templates: Templates = {}  # JSON: our name of a template -> its user_template_id
    lasting_templates: Names = ()  # our names of those that are long-term there

    @field_validator("app_private_key", "public_key", mode="before")
    @classmethod
    def _read_pem(cls, value: str | SecretStr) -> str:
        return _pem(value.get_secret_value() if isinstance(value, SecretStr) else value)


class BaiduSettings(BaseModel):
    """The smart program and its cashier account at Baidu; `ZHUNKAO_BAIDU_…`. An empty `app_key`: not offered."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    app_key: str = ""  # the program's: client_id
    secret: SecretStr = SecretStr("")
    pay_app_key: str = ""  # the cashier's: MMM…
    deal_id: str = ""
    merchant_private_key: SecretStr = SecretStr("")  # PEM; a file's path is read when the settings are
    platform_public_key: str = ""  # Baidu's; PEM, or a file's path as above
    base_url: str = "https://openapi.baidu.com"
    cashier_base_url: str = "https://etrade-api.baidu.com"  # the cashier's older host: taking consumption back

    # The AI cloud's app and its H5 plan of face verification; without all four the program has no face login.
    face_api_key: str = ""
    face_secret_key: SecretStr = SecretStr("")
    face_plan_id: str = ""
    face_return_url: str = ""  # where the face page leads when it is done: a page that leads back into the program
    face_base_url: str = "https://aip.baidubce.com"
    face_page_url: str = "https://brain.baidu.com/face/print/"

    app_id: str = ""  # the program's number, as its page shows it: stands in encrypted messages
    push_token: SecretStr = SecretStr("")  # empty: no customer-service chat
    encoding_aes_key: SecretStr = SecretStr("")  # 43 characters, as the platform's page shows it
    push_mode: Literal["safe", "plain"] = "safe"  # the platform's compatible mode is safe here
    media_url: str = ""  # where pictures of its chat may be fetched from; empty: none are
    templates: Templates = {}  # JSON: our name of a template -> its template_id

    @field_validator("merchant_private_key", "platform_public_key", mode="before")
    @classmethod
    def _read_pem(cls, value: str | SecretStr) -> str:
        return _pem(value.get_secret_value() if isinstance(value, SecretStr) else value)


class Settings(BaseSettings):
    """Everything that differs between one installation and the next."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        # ZHUNKAO_WECHAT_APP_ID is wechat.app_id: split once, behind the platform's name.
        env_nested_delimiter="_",
        env_nested_max_split=1,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    environment: Literal["development", "production"] = "development"
    database_url: str = ""  # postgres://…; empty: the embedded PostgreSQL of data_folder
    redis_url: str = ""  # redis://… or rediss://…; empty: the embedded Valkey of data_folder
    storage_url: str = ""  # file:///… or s3://bucket/prefix; empty: data_folder/storage
    data_folder: Path = Path(".zhunkao")  # of the embedded services and the demo

    public_url: str = "http://127.0.0.1:8080"  # where the platforms and the candidates reach the API
    console_url: str = "http://localhost:8081"  # where the staff reach the console; security keys know it by this name
    proxies: Names = ()  # networks of the proxies that end TLS before us; empty: whoever connects is the caller
    host: str = "127.0.0.1"
    api_port: Port = 8080
    console_port: Port = 8081
    sandbox_port: Port = 8090
    desk_port: Port = 8091  # of the demo's offices
    # How long the API and the console still answer after they are told to stop, /readyz saying no.
    leave_seconds: Annotated[int, Field(ge=0, le=600)] = 0
    worker_port: Port = 0  # where a worker tells its figures (/metrics); 0: nowhere

    secret_keys: Keys = ()  # sign tokens; the first signs, all verify
    data_keys: Keys = ()  # encrypt personal data at rest; base64 of 32 bytes; the first encrypts, all decrypt

    clock: Literal["system", "settable"] = "system"
    clock_url: str = ""  # the sandbox's, e.g. http://127.0.0.1:8090/sandbox/clock
    state_systems_url: str = ""  # the state's identity and education checks; empty: nobody is asked

    reminders_per_second: Annotated[int, Field(ge=1)] = 500  # to one platform, by all workers together

    traces_url: str = (
        ""  # an OpenTelemetry collector's, e.g. http://127.0.0.1:4318/v1/traces; empty: traces are not kept
    )
    traces_share: Annotated[float, Field(ge=0, le=1)] = 1  # of all traces; the same ones in every process

    wechat: WeChatSettings = WeChatSettings()
    alipay: AlipaySettings = AlipaySettings()
    baidu: BaiduSettings = BaiduSettings()

    @property
    def storage(self) -> str:
        """The object store's URL, the default filled in."""
        return self.storage_url or (self.data_folder.resolve() / "storage").as_uri()


def load() -> Settings:
    """The settings of this process's environment and of `.env` in the current folder.

    Raises SettingsError with one sentence a fault; a value is never repeated in it, since it may be a secret.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = [f"{_variable(fault['loc'])}: {_sentence(fault['msg'])}" for fault in error.errors()]
    except (pydantic_settings.SettingsError, OSError) as error:  # a .env that can't be opened; a broken group
        faults = [_sentence(str(error))]
    raise SettingsError(faults)


def names() -> list[str]:
    """Every variable, in the order in which they are declared: `ZHUNKAO_ENVIRONMENT`, …"""
    found: list[str] = []
    for name, field in Settings.model_fields.items():
        model = field.annotation
        nested = isinstance(model, type) and issubclass(model, BaseModel)
        found += [f"{name}_{inner}" for inner in model.model_fields] if nested and model else [name]
    return [(PREFIX + name).upper() for name in found]


def revealed(settings: BaseModel) -> dict[str, object]:
    """The settings as JSON may have them, secrets in the clear; `Settings(**revealed(settings))` are the same again."""
    return {name: _plain(value) for name, value in settings}


def as_environment(settings: Settings) -> dict[str, str]:
    """The variables that make another process have just these settings. Secrets stand in it in the clear."""
    variables: dict[str, str] = {}
    for name, value in settings:
        if isinstance(value, BaseModel):
            variables |= {_variable((name, inner)): _written(content) for inner, content in revealed(value).items()}
        else:
            variables[_variable((name,))] = _written(_plain(value))
    return variables


def unknown(environment: Mapping[str, str]) -> list[str]:
    """Sentences about variables that carry our prefix and are none of ours: most often a slip of the pen."""
    known = names()
    return [
        f"{name} is not a setting" + "".join(f"; did you mean {near}?" for near in get_close_matches(name, known, n=1))
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known
    ]


def _pem(value: str) -> str:
    """The PEM text of a setting that is either that text (line ends may be written `\\n`) or a file's path."""
    if not value or value.startswith("-----BEGIN"):
        return value.replace("\\n", "\n")
    try:
        return Path(value).expanduser().read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no text"
        raise ValueError(f"neither a PEM text nor a file that can be read ({reason})") from error


def _plain(value: object) -> object:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case tuple():
            return [_plain(part) for part in value]
        case BaseModel():
            return revealed(value)
        case Path():
            return str(value)
        case _:
            return value


def _written(value: object) -> str:
    match value:
        case list():
            return ",".join(map(str, value))
        case dict():
            return json.dumps(value)
        case _:
            return str(value)


def _variable(location: tuple[int | str, ...]) -> str:
    return (PREFIX + "_".join(str(part) for part in location[:2])).upper()


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ").replace("Extra inputs are not permitted", "this is not a setting")
    return message[:1].lower() + message[1:]
