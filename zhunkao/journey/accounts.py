"""Accounts: opened from any platform, bound on others, signed in to by code; a candidate who is checked."""

from typing import Any, Final

from zhunkao.journey.people import NEW, Person
from zhunkao.journey.phone import Phone, Platform
from zhunkao.journey.stage import Stage

PASSWORD: Final = "sample-2024"
NAMES: Final = {"wechat": "微信", "alipay": "支付宝", "baidu": "百度"}


async def get_app(stage: Stage, person: Person, platform: Platform) -> Phone:
    """The person's phone with the platform's app, which this service has not met."""
    phone = stage.phone(person, platform)
    user = await phone.sandbox(
        "POST",
        "/sandbox/users",
        does=f"有了{NAMES[platform]}",
        json_body={"platform": platform, "name": person.name, "id_number": person.id_number},
        keep=("user_id",),
    )
    phone.user_id = user["user_id"]
    return phone


async def become_candidate(stage: Stage, person: Person, platform: Platform) -> Phone:
    """From the platform's login call to an account whose identity has been checked."""
    phone = await get_app(stage, person, platform)
    checked = {"id_number": person.id_number, "identity": "passed", "education": "passed"}
    await phone.sandbox("POST", "/sandbox/identity", does="公安、学历系统中有此人", json_body=checked)
    await _open_account(phone)
    await sign_in_by_code(phone)
    await phone.until(
        "/account",
        does="身份与学历核验通过",
        must={"identity_check": "passed", "education_check": "passed"},
        keep=("id_number", "identity_check", "education_check"),
    )
    return phone


async def bind_beside(stage: Stage, phone: Phone, platform: Platform) -> Phone:
    """The same candidate with another platform's app, bound by user name and password; with the same registration."""
    other = await get_app(stage, phone.person, platform)
    token = await _binding_token(other)
    answer = await other.api(
        "POST",
        "/bindings",
        does=f"用用户名和密码绑定{NAMES[platform]}",
        expect=200,
        json_body={"binding_token": token, "login": phone.person.username, "password": phone.password},
        keep=("status",),
        must={"status": "signed_in"},
    )
    other.sign_in(answer.json)
    other.password, other.registration = phone.password, phone.registration
    answer = await other.api("GET", "/bindings", does="看已绑定的应用", expect=200, keep=("items",))
    bound = {one["platform"] for one in answer.json["items"]}
    stage.record.insist({phone.platform, platform} <= bound, f"bound are {bound}")
    return other


async def sign_in_by_code(phone: Phone) -> None:
    """By code alone; a code serves once."""
    phone.access_token = None
    body = {"platform": phone.platform, "code": await phone.login_code()}
    answer = await phone.api(
        "POST",
        "/sessions",
        does="只凭登录凭证再次登录",
        expect=200,
        json_body=body,
        keep=("status",),
        must={"status": "signed_in"},
    )
    if phone.person is NEW:
        await phone.api(
            "POST", "/sessions", does="用过的登录凭证不能再用", expect=422, code="login_code_refused", json_body=body
        )
    phone.sign_in(answer.json)


async def _open_account(phone: Phone) -> None:
    account = _account(phone.person, await _binding_token(phone))
    if phone.person is NEW:
        bad = {**account, "id_number": phone.person.id_number[:-1] + "?", "phone": "1", "password": "short"}
        await phone.api(
            "POST",
            "/accounts",
            does="填错的注册信息一次全部指出",
            expect=422,
            code="account_incomplete",
            json_body=bad,
            keep=("errors",),
        )
    answer = await phone.api(
        "POST",
        "/accounts",
        does=f"注册账号并绑定{NAMES[phone.platform]}",
        expect=201,
        json_body=account,
        keep=("status", "candidate"),
        must={"status": "signed_in"},
    )
    phone.sign_in(answer.json)
    phone.password = PASSWORD


async def _binding_token(phone: Phone) -> str:
    answer = await phone.api(
        "POST",
        "/sessions",
        does="用登录凭证登录：还没有绑定",
        expect=200,
        json_body={"platform": phone.platform, "code": await phone.login_code()},
        keep=("status",),
        must={"status": "binding_required"},
    )
    return str(answer.json["binding_token"])


def _account(person: Person, binding_token: str) -> dict[str, Any]:
    return {
        "binding_token": binding_token,
        "username": person.username,
        "password": PASSWORD,
        "name": person.name,
        "id_type": "resident_id_card",
        "id_number": person.id_number,
        "phone": "13800000000",
        "recovery_question": "first_school",
        "recovery_answer": "示例小学",
    }
