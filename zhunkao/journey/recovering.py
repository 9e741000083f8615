"""A forgotten password: the platform looks at the face, or the site at the documents; who is proved sets a new one."""

from typing import Any, Final

from backend.inquiries.models import AccountRecovery
from backend.staff.scope import clerk
from zhunkao.journey.people import AREA, SECOND_SITE_CLERK, SITE, SITE_CLERK
from zhunkao.journey.phone import Phone
from zhunkao.journey.stage import Stage

NEW_PASSWORD: Final = "another-2024"


async def recover_by_face(phone: Phone) -> None:
    """Another face is refused; the own one gives the right to a new password, which ends every session."""
    begun = await _begin(phone)
    await _show(phone, begun, "no_match", does="别人的脸")
    await _complete(phone, begun, does="人脸与证件不一致：拒绝", expect=409, code="face_no_match")
    begun = await _begin(phone)
    await _show(phone, begun, "pass", does="本人的脸")
    right = await _complete(phone, begun, does="平台说是本人，得到重设密码的资格", expect=200)
    await _set_password(phone, right)


async def recover_at_site(stage: Stage, phone: Phone) -> None:
    """Two of the site's staff see the documents, one gives out a code; it serves once."""
    answer = await phone.api(
        "POST",
        "/account-recoveries",
        does="向考点申请找回账号",
        expect=202,
        json_body={**await _who(phone), "area": AREA, "site": SITE, "phone": "13800000000"},
        keep=("text",),
    )
    stage.record.insist(SITE in answer.json["text"], "the answer doesn't name the site")
    code = {"login": phone.person.username, "recovery_code": await _given_code(stage)}
    path = "/password-resets/recovery-code"
    answer = await phone.api("POST", path, does="输入考点的找回码", expect=200, json_body=code, keep=("expires_in",))
    await phone.api("POST", path, does="找回码只能用一次", expect=401, code="recovery_code_wrong", json_body=code)
    await _set_password(phone, answer.json)


async def _given_code(stage: Stage) -> str:
    """By the site, to who asked last."""
    recoveries = stage.built.account_recoveries
    asked = await AccountRecovery.all().order_by("-id").first()
    assert asked is not None
    for username in (SITE_CLERK, SECOND_SITE_CLERK):
        seen = await recoveries.documents_seen(await clerk(username), asked.inquiry_id)
        stage.staff("核对证件原件", "AccountRecoveries.documents_seen", {"seen_by": seen})
    code = await recoveries.issue_code(await clerk(SITE_CLERK), asked.inquiry_id)
    stage.staff("两人核对后发放一次性找回码", "AccountRecoveries.issue_code", {"code": code})
    return code


async def _set_password(phone: Phone, right: dict[str, Any]) -> None:
    body = {"reset_token": right["reset_token"], "new_password": NEW_PASSWORD}
    await phone.api("POST", "/password-resets", does="设新密码", expect=204, json_body=body)
    await phone.api("GET", "/account", does="原来的登录已结束", expect=401, code="session_ended")
    await _sign_in(phone)


async def _who(phone: Phone) -> dict[str, str]:
    """What both ways ask: the platform's user, and the person they say they are."""
    return {
        "platform": phone.platform,
        "code": await phone.login_code(),
        "name": phone.person.name,
        "id_type": "resident_id_card",
        "id_number": phone.person.id_number,
    }


async def _begin(phone: Phone) -> dict[str, Any]:
    answer = await phone.api(
        "POST",
        "/face-logins",
        does="忘记密码，用人脸找回",
        expect=201,
        json_body=await _who(phone),
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
