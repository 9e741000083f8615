"""Settings: what is read, what is said of it."""

from pathlib import Path

import pytest
from dotenv import dotenv_values

from zhunkao.keys import own_keys
from zhunkao.settings import Settings, SettingsError, as_environment, check, left_out, load, names, revealed, unknown

ROOT = Path(__file__).parents[2]
SECRET = "tests-sign-with-this-and-nothing-else-does"
DATA_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
PRODUCTION = {
    "ZHUNKAO_ENVIRONMENT": "production",
    "ZHUNKAO_DATABASE_URL": "postgres://zhunkao@database.internal/zhunkao",
    "ZHUNKAO_REDIS_URL": "rediss://cache.internal/0",
    "ZHUNKAO_STORAGE_URL": "s3://pictures",
    "ZHUNKAO_PUBLIC_URL": "https://exam.example.cn",
    "ZHUNKAO_CONSOLE_URL": "https://console.example.cn",
    "ZHUNKAO_PROXIES": "10.0.0.0/8,2001:db8::/32",
    "ZHUNKAO_SECRET_KEYS": SECRET,
    "ZHUNKAO_DATA_KEYS": DATA_KEY,
    "ZHUNKAO_STATE_SYSTEMS_URL": "https://state.internal",
    "ZHUNKAO_WECHAT_APP_ID": "wx0000000000000000",
    "ZHUNKAO_WECHAT_SECRET": "secret",
    "ZHUNKAO_WECHAT_ORIGINAL_ID": "gh_000000000000",
    "ZHUNKAO_WECHAT_PUSH_TOKEN": "token",
    "ZHUNKAO_WECHAT_ENCODING_AES_KEY": "k" * 43,
}


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def loaded(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load()


def test_every_setting_stands_in_the_example_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    example = {name: value or "" for name, value in dotenv_values(ROOT / ".env.example").items()}
    assert list(example) == names()
    assert loaded(monkeypatch, example) == Settings()


def test_a_platforms_settings_have_flat_names(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(
        monkeypatch, {"ZHUNKAO_WECHAT_APP_ID": "wx1", "ZHUNKAO_WECHAT_TEMPLATES": '{"window_closing": "t1"}'}
    )
    assert settings.wechat.app_id == "wx1"
    assert settings.wechat.templates == {"window_closing": "t1"}


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("ZHUNKAO_API_PORT=9001\nZHUNKAO_CONSOLE_PORT=9002\n", encoding="utf-8")
    settings = loaded(monkeypatch, {"ZHUNKAO_API_PORT": "9003"})
    assert (settings.api_port, settings.console_port) == (9003, 9002)


def test_keys_are_told_apart_by_commas_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, {"ZHUNKAO_SECRET_KEYS": "new , old"})
    assert [key.get_secret_value() for key in settings.secret_keys] == ["new", "old"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZHUNKAO_API_PORT", "eighty"),
        ("ZHUNKAO_CLOCK", "sundial"),
        ("ZHUNKAO_WECHAT_TEMPLATES", "{sundial"),
        ("ZHUNKAO_WECHAT_MERCHANT_PRIVATE_KEY", "/nowhere/sundial.pem"),
        ("ZHUNKAO_ALIPAY_PUBLIC_KEY", "/nowhere/sundial.pem"),
        ("ZHUNKAO_BAIDU_MERCHANT_PRIVATE_KEY", "/nowhere/sundial.pem"),
        ("ZHUNKAO_WECHAT_SUNDIAL", "sundial"),
    ],
)
def test_what_cannot_be_read_is_said_of_its_variable_without_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        loaded(monkeypatch, {name: value})
    [fault] = raised.value.faults
    assert fault.startswith(f"{name}: ")
    assert value not in fault


def test_a_key_may_be_a_file_or_stand_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
    Path("key.pem").write_text(pem, encoding="ascii")
    settings = loaded(
        monkeypatch,
        {"ZHUNKAO_WECHAT_PAY_PUBLIC_KEY": "key.pem", "ZHUNKAO_WECHAT_MERCHANT_PRIVATE_KEY": pem.replace("\n", "\\n")},
    )
    assert settings.wechat.pay_public_key == pem
    assert settings.wechat.merchant_private_key.get_secret_value() == pem


def test_a_slip_of_the_pen_is_told_with_what_was_meant() -> None:
    assert unknown({"ZHUNKAO_DATABSE_URL": "x", "PATH": "x", "ZHUNKAO_HOST": "x"}) == [
        "ZHUNKAO_DATABSE_URL is not a setting; did you mean ZHUNKAO_DATABASE_URL?"
    ]


def test_settings_written_for_another_process_are_the_same_there(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, PRODUCTION | {"ZHUNKAO_WECHAT_TEMPLATES": '{"a_b": "c"}'})
    assert Settings(**revealed(settings)) == settings  # type: ignore[arg-type]
    assert loaded(monkeypatch, as_environment(settings)) == settings


def test_no_secret_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = loaded(monkeypatch, PRODUCTION)
    assert SECRET not in repr(settings)
    assert DATA_KEY not in repr(settings)
    assert PRODUCTION["ZHUNKAO_WECHAT_ENCODING_AES_KEY"] not in repr(settings)


def test_nothing_is_wrong_with_the_defaults_nor_with_a_whole_production(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check(Settings()) == []
    assert check(loaded(monkeypatch, PRODUCTION)) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ZHUNKAO_DATABASE_URL", "", "production refuses the embedded service"),
        ("ZHUNKAO_DATABASE_URL", "mysql://database/zhunkao", "must begin with postgres:// or postgresql://"),
        ("ZHUNKAO_DATABASE_URL", "postgres:///zhunkao", "names no host"),
        ("ZHUNKAO_REDIS_URL", "", "production refuses the embedded service"),
        ("ZHUNKAO_STORAGE_URL", "", "production refuses the embedded service"),
        ("ZHUNKAO_PUBLIC_URL", "", "is empty"),
        ("ZHUNKAO_PUBLIC_URL", "http://exam.example.cn", "production needs an https address"),
        ("ZHUNKAO_SECRET_KEYS", "", "is empty"),
        ("ZHUNKAO_SECRET_KEYS", "short", "fewer than 32 characters"),
        ("ZHUNKAO_SECRET_KEYS", f"{SECRET},demo-{SECRET}", "the demo made"),
        ("ZHUNKAO_SECRET_KEYS", "s" * 40, "nobody has drawn"),
        ("ZHUNKAO_SECRET_KEYS", f"{SECRET},{DATA_KEY}", "share a key"),
        ("ZHUNKAO_DATA_KEYS", "A" * 43 + "=", "nobody has drawn"),
        ("ZHUNKAO_DATABASE_URL", "postgres://zhunkao:zhunkao@database.internal/zhunkao", "try first"),
        ("ZHUNKAO_DATABASE_URL", "postgres://owner:Postgres@database.internal/zhunkao", "try first"),
        ("ZHUNKAO_REDIS_URL", "rediss://:changeme@cache.internal/0", "try first"),
        ("ZHUNKAO_STATE_SYSTEMS_URL", "http://state.internal", "over https alone"),
        ("ZHUNKAO_WECHAT_MINIPROGRAM_STATE", "trial", "must be formal"),
        ("ZHUNKAO_WECHAT_PUSH_MODE", "plain", "must be safe"),
        ("ZHUNKAO_BAIDU_PUSH_MODE", "plain", "must be safe"),
        ("ZHUNKAO_DATA_KEYS", "", "is empty"),
        ("ZHUNKAO_DATA_KEYS", "AAAA", "not base64 of 32 bytes"),
        ("ZHUNKAO_DATA_KEYS", "准考证", "not base64 of 32 bytes"),
        ("ZHUNKAO_CONSOLE_URL", "http://console.example.cn", "production needs an https address"),
        ("ZHUNKAO_CONSOLE_URL", "https://192.0.2.1", "security keys are bound to a name"),
        ("ZHUNKAO_PROXIES", "", "a proxy ends TLS before it"),
        ("ZHUNKAO_PROXIES", "10.0.0.0/8,the proxy", "has the proxy, which is no network"),
        ("ZHUNKAO_PROXIES", "10.0.0.1/8", "which is no network"),
        ("ZHUNKAO_PROXIES", "0.0.0.0/0", "everybody's network"),
        ("ZHUNKAO_CLOCK", "settable", "must be system in production"),
        ("ZHUNKAO_CLOCK_URL", "https://time.example.cn", "must be empty in production"),
        ("ZHUNKAO_STATE_SYSTEMS_URL", "http://127.0.0.1:8090/state", "production refuses"),
        ("ZHUNKAO_WECHAT_API_BASE_URL", "http://127.0.0.1:8090/wechat", "not the sandbox's"),
        ("ZHUNKAO_WECHAT_PAY_BASE_URL", "https://localhost/wechatpay", "not the sandbox's"),
        ("ZHUNKAO_WECHAT_APP_ID", "", "nobody could sign in"),
        ("ZHUNKAO_WECHAT_SECRET", "", "ZHUNKAO_WECHAT_SECRET is empty"),
        ("ZHUNKAO_WECHAT_ENCODING_AES_KEY", "k" * 42, "has 42 characters"),
        ("ZHUNKAO_WECHAT_MCHID", "1900000000", "ZHUNKAO_WECHAT_MERCHANT_SERIAL"),
        ("ZHUNKAO_WECHAT_PAY_PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----" * 2, "names 1 keys"),
        ("ZHUNKAO_WECHAT_API_V3_KEY", "k" * 31, "has 31 characters"),
        ("ZHUNKAO_ALIPAY_APP_ID", "2021000000000000", "ZHUNKAO_ALIPAY_SELLER_ID, ZHUNKAO_ALIPAY_APP_PRIVATE_KEY"),
        ("ZHUNKAO_ALIPAY_BASE_URL", "http://127.0.0.1:8090/alipay", "not the sandbox's"),
        ("ZHUNKAO_BAIDU_APP_KEY", "0000", "ZHUNKAO_BAIDU_SECRET, ZHUNKAO_BAIDU_PAY_APP_KEY"),
        ("ZHUNKAO_BAIDU_BASE_URL", "http://127.0.0.1:8090/baidu", "not the sandbox's"),
        ("ZHUNKAO_BAIDU_FACE_BASE_URL", "http://127.0.0.1:8090/baidu", "not the sandbox's"),
        ("ZHUNKAO_BAIDU_FACE_PAGE_URL", "http://127.0.0.1:8090/baidu/face/print/", "not the sandbox's"),
        ("ZHUNKAO_BAIDU_FACE_RETURN_URL", "exam.example.cn", "must begin with http:// or https://"),
        (
            "ZHUNKAO_BAIDU_FACE_API_KEY",
            "key",
            "FACE_SECRET_KEY, ZHUNKAO_BAIDU_FACE_PLAN_ID, ZHUNKAO_BAIDU_FACE_RETURN_URL",
        ),
        ("ZHUNKAO_BAIDU_FACE_PLAN_ID", "10001", "ZHUNKAO_BAIDU_FACE_API_KEY"),
        ("ZHUNKAO_BAIDU_PUSH_TOKEN", "token", "ZHUNKAO_BAIDU_APP_ID, ZHUNKAO_BAIDU_ENCODING_AES_KEY are empty"),
        ("ZHUNKAO_BAIDU_ENCODING_AES_KEY", "k" * 44, "has 44 characters"),
        ("ZHUNKAO_BAIDU_MEDIA_URL", "http://127.0.0.1:8090/baidu/media", "production refuses"),
    ],
)
def test_production_refuses(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    faults = check(loaded(monkeypatch, PRODUCTION | {name: value}))
    assert any(said in fault and fault.startswith(("ZHUNKAO_WECHAT", name)) for fault in faults), faults


def test_the_face_page_leads_back_to_an_address_outside_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = dict.fromkeys(("API_KEY", "SECRET_KEY", "PLAN_ID"), "1") | {"RETURN_URL": "https://exam.example.cn/back"}
    whole = {f"ZHUNKAO_BAIDU_FACE_{name}": value for name, value in faces.items()}
    assert check(loaded(monkeypatch, PRODUCTION | whole)) == []
    [fault] = check(loaded(monkeypatch, {"ZHUNKAO_BAIDU_FACE_RETURN_URL": "http://127.0.0.1:8090/phone/"}))
    assert fault.startswith("ZHUNKAO_BAIDU_FACE_RETURN_URL is http://127.0.0.1")


def test_a_platform_without_faces_works_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("APP_KEY", "SECRET", "PAY_APP_KEY", "DEAL_ID", "MERCHANT_PRIVATE_KEY", "PLATFORM_PUBLIC_KEY")
    pem = "-----BEGIN PUBLIC KEY-----"
    program = {f"ZHUNKAO_BAIDU_{name}": pem if name.endswith("_KEY") else "1" for name in names}
    settings = loaded(monkeypatch, PRODUCTION | program)
    assert check(settings) == []
    [sentence] = left_out(settings)
    assert sentence.startswith("ZHUNKAO_BAIDU_FACE_API_KEY is empty")
    assert left_out(loaded(monkeypatch, {"ZHUNKAO_BAIDU_FACE_API_KEY": "key"})) == []


def test_a_settable_clock_needs_somebody_who_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    [fault] = check(loaded(monkeypatch, {"ZHUNKAO_CLOCK": "settable"}))
    assert "ZHUNKAO_CLOCK_URL is empty" in fault


def test_the_keys_a_demo_makes_work_and_are_kept_but_production_refuses_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys = own_keys(tmp_path)
    assert own_keys(tmp_path) == keys
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
    variables = {f"ZHUNKAO_{name.upper()}": key for name, key in keys.items()}
    faults = check(loaded(monkeypatch, PRODUCTION | variables))
    assert [fault.split()[0] for fault in faults] == ["ZHUNKAO_SECRET_KEYS", "ZHUNKAO_DATA_KEYS"]
    assert check(loaded(monkeypatch, {"ZHUNKAO_ENVIRONMENT": "development"})) == []
