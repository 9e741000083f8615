"""From wx.login to a form handed in: one new candidate, one returning unchanged, one returning from another school."""

from typing import Any, Final

from zhunkao.journey.people import AREA, EXAM, MOVED, NEW, RETURNING, SITE, Person, sections
from zhunkao.journey.phone import Phone
from zhunkao.journey.stage import Stage, save_pdf

FAULTS_OF_AN_EMPTY_FORM: Final = 20


async def enter(stage: Stage, person: Person) -> Phone:
    """From wx.login to a draft."""
    phone = stage.phone(person)
    user = await phone.sandbox(
        "POST",
        "/sandbox/users",
        does="有了微信",
        json_body={"platform": "wechat", "name": person.name},
        keep=("user_id",),
    )
    phone.user_id = user["user_id"]
    checked = {"id_number": person.id_number, "identity": "passed", "education": "passed"}
    await phone.sandbox("POST", "/sandbox/identity", does="公安、学历系统中有此人", json_body=checked)
    await _register(phone)
    await _sign_in_again(phone)
    await phone.until(
        "/account",
        does="身份与学历核验通过",
        must={"identity_check": "passed", "education_check": "passed"},
        keep=("id_number", "identity_check", "education_check"),
    )
    answer = await phone.api(
        "POST",
        "/registrations",
        does="选择考试，开始报名",
        expect=201,
        json_body={"exam": EXAM},
        keep=("id", "state"),
        must={"state": "draft"},
    )
    phone.registration, phone.etag = answer.json["id"], answer.headers["ETag"]
    return phone


async def _register(phone: Phone) -> None:
    person = phone.person
    code = await phone.login_code()
    answer = await phone.api(
        "POST",
        "/sessions",
        does="用登录凭证登录：还没有绑定",
        expect=200,
        json_body={"platform": "wechat", "code": code},
        keep=("status",),
        must={"status": "binding_required"},
    )
    account = {
        "binding_token": answer.json["binding_token"],
        "username": person.username,
        "password": "sample-2024",
        "name": person.name,
        "id_type": "resident_id_card",
        "id_number": person.id_number,
        "phone": "13800000000",
        "recovery_question": "first_school",
        "recovery_answer": "示例小学",
    }
    if person is NEW:
        bad = {**account, "id_number": person.id_number[:-1] + "?", "phone": "1", "password": "short"}
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
        does="注册账号并绑定微信",
        expect=201,
        json_body=account,
        keep=("status", "candidate"),
        must={"status": "signed_in"},
    )
    phone.sign_in(answer.json)


async def _sign_in_again(phone: Phone) -> None:
    """By code alone; a code serves once."""
    phone.access_token = None
    code = await phone.login_code()
    body = {"platform": "wechat", "code": code}
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


async def choose_place(phone: Phone) -> int:
    """The calendar of the place, and the confirmation point for the employer."""
    await phone.api("GET", f"/exams/{EXAM}/calendar?area={AREA}&site={SITE}", does="看考试日历", expect=200)
    answer = await phone.api(
        "GET",
        f"/exams/{EXAM}/confirmation-points?area={AREA}&site={SITE}&employer=示例市第一医院",
        does="看在哪里确认",
        expect=200,
    )
    return int(answer.json["items"][0]["id"])


async def fill_in(phone: Phone, point: int, *, seed: int) -> None:
    for section, values in sections(phone.person, point=point).items():
        await phone.save(section, values)
    await phone.upload_photo(seed)


async def hand_in(stage: Stage, phone: Phone, point: int) -> None:
    """Every fault together; submitted; withdrawn, edited, submitted again under a new code."""
    path = f"/registrations/{phone.registration}"
    await phone.save("basic", {"gender": "male", "birth_date": "1990-01-02"})
    answer = await phone.api(
        "POST", f"{path}/submit", does="没填完就提交：所有问题一次指出", expect=422, code="form_incomplete"
    )
    found = len(answer.json["errors"])
    stage.record.insist(found >= FAULTS_OF_AN_EMPTY_FORM, f"only {found} faults were answered together")
    await fill_in(phone, point, seed=1)
    first = await _submit(phone, does="提交报名信息", outcome="not_applicable", state="submitted")
    await save_pdf(stage, phone, f"{path}/application-form.pdf", "application-form-first.pdf", "下载申报表")
    answer = await phone.api(
        "POST", f"{path}/withdraw", does="撤回修改", expect=200, keep=("state",), must={"state": "draft"}
    )
    phone.etag = answer.headers["ETag"]
    work = {**sections(phone.person, point=point)["work"], "employer_parent": "示例市卫生健康委"}
    await phone.save("work", work)
    second = await _submit(phone, does="重新提交", outcome="not_applicable", state="submitted")
    stage.record.insist(first["registration_number"] == second["registration_number"], "the number changed")
    stage.record.insist(first["verification_code"] != second["verification_code"], "the code is the old one")
    phone.seen = {"old": first, "new": second}
    await save_pdf(stage, phone, f"{path}/application-form.pdf", "application-form.pdf", "下载新的申报表")
    await phone.steps(does="看报名流程", step="confirmation", state="current", message="到报名点确认")


async def _submit(phone: Phone, *, does: str, outcome: str, state: str) -> dict[str, Any]:
    answer = await phone.api(
        "POST",
        f"/registrations/{phone.registration}/submit",
        does=does,
        expect=200,
        keep=("state", "registration_number", "verification_code", "auto_confirmation"),
        must={"state": state},
    )
    said = answer.json
    found = said["auto_confirmation"]
    phone.record.insist(found["outcome"] == outcome, f"expected the automatic rule to say {outcome}: {found}")
    return said


async def return_unchanged(stage: Stage, point: int) -> None:
    """Sat 2023 and did not pass, nothing changed: confirmed by the system at submit."""
    phone = await enter(stage, RETURNING)
    await fill_in(phone, point, seed=2)
    said = await _submit(phone, does="提交后系统自动确认", outcome="confirmed", state="confirmed")
    stage.record.insist(said["auto_confirmation"]["rolls"], "last year's scores should roll")
    await phone.steps(does="报名确认变成绿色√", step="confirmation", state="done", message="您已完成报名确认")


async def return_changed(stage: Stage, point: int) -> None:
    """Sat 2023, the school is another one: the differences are told."""
    phone = await enter(stage, MOVED)
    await fill_in(phone, point, seed=3)
    said = await _submit(phone, does="提交后提示与上一年度不一致", outcome="failed", state="submitted")
    fields = [one["field"] for one in said["auto_confirmation"]["differences"]]
    stage.record.insist(fields == ["education.school"], f"expected the school alone to differ: {fields}")
    await phone.steps(does="看怎么办", step="confirmation", state="current", message="未能自动确认")
