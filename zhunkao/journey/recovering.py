"""A forgotten password: the platform looks at the face, and whoever is proved sets a new one."""

from typing import Any, Final

from zhunkao.journey.phone import Phone

NEW_PASSWORD: Final = "another-2024"


async def recover_by_face(phone: Phone) -> None:
    """Another face is refused; the own one gives the right to a new password, which ends every session."""
    begun = await _begin(phone)
    await _show(phone, begun, "no_match", does="别人的脸")
    await _complete(phone, begun, does="人脸与证件不一致：拒绝", expect=409, code="face_no_match")
    begun = await _begin(phone)
    await _show(phone, begun, "pass", does="本人的脸")
    right = await _complete(phone, begun, does="平台说是本人，得到重设密码的资格", expect=200)
    body = {"reset_token": right["reset_token"], "new_password": NEW_PASSWORD}
    await phone.api("POST", "/password-resets", does="设新密码", expect=204, json_body=body)
    await phone.api("GET", "/account", does="原来的登录已结束", expect=401, code="session_ended")
    await _sign_in(phone)


async def _begin(phone: Phone) -> dict[str, Any]:
    person = phone.person
    named = {"name": person.name, "id_type": "resident_id_card", "id_number": person.id_number}
    answer = await phone.api(
        "POST",
        "/face-logins",
        does="忘记密码，用人脸找回",
        expect=201,
        json_body={"platform": phone.platform, "code": await phone.login_code(), **named},
        keep=("id", "expires_in"),
    )
    return answer.json


async def _show(phone: Phone, begun: dict[str, Any], outcome: str, *, does: str) -> None:
    """The platform's face call, with what the service gave for it."""
    body = {"client": begun["client"], "outcome": outcome}
    await phone.sandbox("POST", f"/sandbox/users/{phone.user_id}/face", does=does, json_body=body)


async def _complete(
    phone: Phone, begun: dict[str, Any], *, does: str, expect: int, code: str | None = None
) -> dict[str, Any]:
    answer = await phone.api(
        "POST",
        f"/face-logins/{begun['id']}/complete",
        does=does,
        expect=expect,
        code=code,
        json_body={"code": await phone.login_code()},
        keep=("expires_in",) if expect == 200 else (),
    )
    return answer.json


async def _sign_in(phone: Phone) -> None:
    """The old password is worth nothing any more."""
    phone.access_token = None
    login = {"login": phone.person.username, "password": phone.password}
    await phone.api(
        "POST", "/sessions/password", does="旧密码不能再用", expect=401, code="login_failed", json_body=login
    )
    phone.password = NEW_PASSWORD
    answer = await phone.api(
        "POST",
        "/sessions/password",
        does="用新密码登录",
        expect=200,
        json_body={**login, "password": phone.password},
        keep=("status",),
        must={"status": "signed_in"},
    )
    phone.sign_in(answer.json)
