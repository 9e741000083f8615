"""From an account to a form handed in: by a new candidate, by those who return, from any platform."""

from typing import Any, Final

from zhunkao.journey.accounts import become_candidate, bind_beside
from zhunkao.journey.people import AREA, EXAM, MOVED, NEW, RETURNING, SITE, Person, sections
from zhunkao.journey.phone import Phone, Platform
from zhunkao.journey.reminded import agree
from zhunkao.journey.stage import Stage, save_pdf

FAULTS_OF_AN_EMPTY_FORM: Final = 20


async def enter_new(stage: Stage) -> Phone:
    """The new candidate, on WeChat: every fault of an empty form together, then handed in and edited."""
    phone = await enter(stage, NEW)
    await agree(phone, step="form")
    point = await _choose_place(phone)
    await phone.save("basic", {"gender": "male", "birth_date": "1990-01-02"})
    answer = await phone.api(
        "POST", phone.mine("/submit"), does="没填完就提交：所有问题一次指出", expect=422, code="form_incomplete"
    )
    found = len(answer.json["errors"])
    stage.record.insist(found >= FAULTS_OF_AN_EMPTY_FORM, f"only {found} faults were answered together")
    await _hand_in_and_edit(stage, phone, point)
    return phone


async def enter_from(stage: Stage, person: Person, platform: Platform) -> Phone:
    """A candidate of another platform: an exam is entered with a bound WeChat account, all else is done here."""
    phone = await become_candidate(stage, person, platform)
    await phone.api(
        "POST",
        "/registrations",
        does="还没有绑定微信：不能报考",
        expect=409,
        code="wechat_not_bound",
        json_body={"exam": EXAM},
    )
    await bind_beside(stage, phone, "wechat")
    await _start(phone)
    await _hand_in_and_edit(stage, phone, await _choose_place(phone))
    return phone


async def return_unchanged(stage: Stage) -> Phone:
    """Sat 2023 and did not pass, nothing changed: confirmed by the system at submit."""
    phone = await draft(stage, RETURNING, seed=2)
    said = await _submit(phone, does="提交后系统自动确认", outcome="confirmed", state="confirmed")
    stage.record.insist(said["auto_confirmation"]["rolls"], "last year's scores should roll")
    await phone.steps(does="报名确认变成绿色√", step="confirmation", state="done", message="您已完成报名确认")
    return phone


async def return_changed(stage: Stage) -> Phone:
    """Sat 2023, the school is another one: the differences are told."""
    phone = await draft(stage, MOVED, seed=3)
    said = await _submit(phone, does="提交后提示与上一年度不一致", outcome="failed", state="submitted")
    fields = [one["field"] for one in said["auto_confirmation"]["differences"]]
    stage.record.insist(fields == ["education.school"], f"expected the school alone to differ: {fields}")
    await phone.steps(does="看怎么办", step="confirmation", state="current", message="未能自动确认")
    return phone


async def enter(stage: Stage, person: Person) -> Phone:
    """From wx.login to a draft."""
    phone = await become_candidate(stage, person, "wechat")
    await _start(phone)
    return phone


async def _start(phone: Phone) -> None:
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


async def draft(stage: Stage, person: Person, *, seed: int) -> Phone:
    """From wx.login to a form that is filled in whole and not handed in; `seed` makes the photo."""
    phone = await enter(stage, person)
    await _fill_in(phone, await _choose_place(phone), seed=seed)
    return phone


async def _choose_place(phone: Phone) -> int:
    """The calendar of the place, and the confirmation point for the employer."""
    await phone.api("GET", f"/exams/{EXAM}/calendar?area={AREA}&site={SITE}", does="看考试日历", expect=200)
    answer = await phone.api(
        "GET",
        f"/exams/{EXAM}/confirmation-points?area={AREA}&site={SITE}&employer=示例市第一医院",
        does="看在哪里确认",
        expect=200,
    )
    return int(answer.json["items"][0]["id"])


async def _fill_in(phone: Phone, point: int, *, seed: int) -> None:
    for section, values in sections(phone.person, point=point).items():
        await phone.save(section, values)
    await phone.upload_photo(seed)


async def _hand_in_and_edit(stage: Stage, phone: Phone, point: int) -> None:
    """Submitted; withdrawn, edited, submitted again under a new code."""
    await _fill_in(phone, point, seed=1)
    first = await _submit(phone, does="提交报名信息", outcome="not_applicable", state="submitted")
    await save_pdf(stage, phone, "application-form", note="first", does="下载申报表")
    answer = await phone.api(
        "POST", phone.mine("/withdraw"), does="撤回修改", expect=200, keep=("state",), must={"state": "draft"}
    )
    phone.etag = answer.headers["ETag"]
    work = {**sections(phone.person, point=point)["work"], "employer_parent": "示例市卫生健康委"}
    await phone.save("work", work)
    second = await _submit(phone, does="重新提交", outcome="not_applicable", state="submitted")
    stage.record.insist(first["registration_number"] == second["registration_number"], "the number changed")
    stage.record.insist(first["verification_code"] != second["verification_code"], "the code is the old one")
    phone.seen = {"old": first, "new": second}
    await save_pdf(stage, phone, "application-form", does="下载新的申报表")
    await phone.steps(does="看报名流程", step="confirmation", state="current", message="到报名点确认")


async def _submit(phone: Phone, *, does: str, outcome: str, state: str) -> dict[str, Any]:
    answer = await phone.api(
        "POST",
        phone.mine("/submit"),
        does=does,
        expect=200,
        keep=("state", "registration_number", "verification_code", "auto_confirmation"),
        must={"state": state},
    )
    said = answer.json
    found = said["auto_confirmation"]
    phone.record.insist(found["outcome"] == outcome, f"expected the automatic rule to say {outcome}: {found}")
    return said
