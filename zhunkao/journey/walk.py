"""Three people through the 2024 exam: one new, one returning unchanged, one returning from another school."""

import asyncio
import tempfile
import traceback
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import aiohttp

from backend.clock import EXAM_ZONE
from backend.errors import Refusal
from backend.registrations.moves import Act
from backend.staff.scope import Clerk, clerk
from zhunkao.journey.people import (
    AREA,
    AREA_CLERK,
    EXAM,
    MOVED,
    NEW,
    RETURNING,
    SITE,
    SITE_CLERK,
    Person,
    sections,
    write_last_year,
)
from zhunkao.journey.phone import Phone
from zhunkao.journey.record import Record, WrongStep
from zhunkao.services import Services, services
from zhunkao.settings import Settings

FAULTS_OF_AN_EMPTY_FORM: Final = 20
SEED: Final = 2024


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a journey plays: the addresses, the record, and the services through which staff act."""

    http: aiohttp.ClientSession
    api_url: str
    sandbox_url: str
    output: Path
    record: Record
    built: Services

    def phone(self, person: Person) -> Phone:
        return Phone(
            person=person, http=self.http, api_url=self.api_url, sandbox_url=self.sandbox_url, record=self.record
        )

    async def at(self, when: str) -> None:
        """Move exam time, `2023-12-01 09:00`."""
        now = datetime.strptime(when, "%Y-%m-%d %H:%M").replace(tzinfo=EXAM_ZONE)
        url = f"{self.sandbox_url}/sandbox/clock"
        async with self.http.put(url, json={"now": now.isoformat()}) as response:
            status = response.status
        self.record.exam_time = when
        wrong = None if status == 200 else f"the sandbox answered {status}"
        self.record.add(
            by="clock",
            person="",
            does="考试时间",
            call="PUT /sandbox/clock",
            status=status,
            answer={"now": when},
            wrong=wrong,
        )

    def staff(self, does: str, call: str, answer: dict[str, Any], *, wrong: str | None = None) -> None:
        self.record.add(by="staff", person="工作人员", does=does, call=call, answer=answer, wrong=wrong)


async def run(settings: Settings, sandbox_url: str, api_url: str, output: Path) -> int:
    """Walk; 0 only if every step did what it should. Leaves journey.json and the PDFs in `output`."""
    record, ok = Record(EXAM), False
    try:
        async with services(settings, pool=4) as built, aiohttp.ClientSession() as http:
            stage = Stage(
                http=http, api_url=api_url, sandbox_url=sandbox_url, output=output, record=record, built=built
            )
            await _walk(stage)
        ok = True
    except WrongStep as wrong:
        print(f"\nThe journey stopped: {wrong}")
    except (aiohttp.ClientError, Refusal, OSError, KeyError, TimeoutError):
        traceback.print_exc()
        print("\nThe journey stopped: something failed outside of what a step checks.")
    finally:
        await asyncio.to_thread(record.write, output / "journey.json", ok=ok)
    if ok:
        print(f"\n{len(record.steps)} steps, all as they should be: {output / 'journey.json'}")
    return 0 if ok else 1


async def _walk(stage: Stage) -> None:
    await stage.at("2023-12-01 09:00")
    await _last_year(stage)
    new = await enter(stage, NEW)
    point = await choose_place(new)
    await hand_in(stage, new, point)
    await return_unchanged(stage, point)
    await return_changed(stage, point)
    site, area = await clerk(SITE_CLERK), await clerk(AREA_CLERK)
    await confirm(stage, new, site)
    await review(stage, new, site, area)
    await pay(stage, new)
    await sit(stage, new, site)


async def _last_year(stage: Stage) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "last-year.csv"
        await asyncio.to_thread(write_last_year, file)
        rows = await stage.built.past_registrations.load(file, kind="health_professional", year=2023)
    stage.staff("导入上一年度报考数据（示例）", "import past-registrations", {"rows": rows})


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
    if found < FAULTS_OF_AN_EMPTY_FORM:
        raise KeyError(f"only {found} faults were answered together")
    await fill_in(phone, point, seed=1)
    first = await _submit(phone, does="提交报名信息", outcome="not_applicable", state="submitted")
    await _save_pdf(stage, phone, f"{path}/application-form.pdf", "application-form-first.pdf", "下载申报表")
    answer = await phone.api(
        "POST", f"{path}/withdraw", does="撤回修改", expect=200, keep=("state",), must={"state": "draft"}
    )
    phone.etag = answer.headers["ETag"]
    work = {**sections(phone.person, point=point)["work"], "employer_parent": "示例市卫生健康委"}
    await phone.save("work", work)
    second = await _submit(phone, does="重新提交", outcome="not_applicable", state="submitted")
    if first["registration_number"] != second["registration_number"]:
        raise KeyError("the registration number changed")
    if first["verification_code"] == second["verification_code"]:
        raise KeyError("the verification code didn't change")
    phone.seen = {"old": first, "new": second}
    await _save_pdf(stage, phone, f"{path}/application-form.pdf", "application-form.pdf", "下载新的申报表")
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
    if said["auto_confirmation"]["outcome"] != outcome:
        raise KeyError(f"expected the automatic rule to say {outcome}: {said['auto_confirmation']}")
    return said


async def return_unchanged(stage: Stage, point: int) -> None:
    """Sat 2023 and did not pass, nothing changed: confirmed by the system at submit."""
    phone = await enter(stage, RETURNING)
    await fill_in(phone, point, seed=2)
    said = await _submit(phone, does="提交后系统自动确认", outcome="confirmed", state="confirmed")
    if not said["auto_confirmation"]["rolls"]:
        raise KeyError("last year's scores should roll")
    await phone.steps(does="报名确认变成绿色√", step="confirmation", state="done", message="您已完成报名确认")


async def return_changed(stage: Stage, point: int) -> None:
    """Sat 2023, the school is another one: the differences are told."""
    phone = await enter(stage, MOVED)
    await fill_in(phone, point, seed=3)
    said = await _submit(phone, does="提交后提示与上一年度不一致", outcome="failed", state="submitted")
    fields = [one["field"] for one in said["auto_confirmation"]["differences"]]
    if fields != ["education.school"]:
        raise KeyError(f"expected the school alone to differ: {fields}")
    await phone.steps(does="看怎么办", step="confirmation", state="current", message="未能自动确认")


async def confirm(stage: Stage, phone: Phone, site: Clerk) -> None:
    """On site, by the scanned form; an outdated form can't be confirmed."""
    await stage.at("2023-12-05 10:00")
    await stage.built.clock.synchronise()
    old, new = phone.seen["old"], phone.seen["new"]
    number = new["registration_number"]
    try:
        await stage.built.office.confirm(site, number, old["verification_code"])
        stage.staff("扫描旧申报表", "Office.confirm", {}, wrong="an outdated form was confirmed")
    except Refusal as refusal:
        wrong = None if refusal.code == "form_outdated" else f"refused as {refusal.code}"
        stage.staff("扫描旧申报表：不是最新版本，不能确认", "Office.confirm", {"code": refusal.code}, wrong=wrong)
    row = await stage.built.office.confirm(site, number, new["verification_code"])
    stage.staff("扫描新申报表，现场确认", "Office.confirm", {"state": row.state})
    await phone.steps(does="看到已确认", step="confirmation", state="done", message="您已完成报名确认")
    await phone.api(
        "POST",
        f"/registrations/{phone.registration}/withdraw",
        does="确认后不能再撤回",
        expect=409,
        code="not_from_this_state",
    )


async def review(stage: Stage, phone: Phone, site: Clerk, area: Clerk) -> None:
    """The site, then the area."""
    registration = UUID(phone.registration)
    await stage.at("2023-12-20 10:00")
    await stage.built.clock.synchronise()
    row = await stage.built.office.act(site, Act.SITE_APPROVE, registration)
    stage.staff("考点审核通过", "Office.act site_approve", {"state": row.state})
    await stage.at("2024-01-10 10:00")
    await stage.built.clock.synchronise()
    row = await stage.built.office.act(area, Act.AREA_APPROVE, registration)
    stage.staff("考区审核通过", "Office.act area_approve", {"state": row.state, "payment_state": row.payment_state})
    await phone.steps(does="看到审核通过、缴费何时开始", step="payment", state="current", message="1月29日")


async def pay(stage: Stage, phone: Phone) -> None:
    """Too early is refused in words; then order, the platform's payment, its signed callback."""
    path = f"/registrations/{phone.registration}/payment"
    body = {"platform": "wechat"}
    await phone.api(
        "POST",
        path,
        does="缴费还没开始",
        expect=409,
        code="stage_not_open_yet",
        json_body=body,
        headers=phone.intention(),
    )
    await stage.at("2024-01-29 09:00")
    key = phone.intention()
    answer = await phone.api(
        "POST",
        path,
        does="下单缴费",
        expect=200,
        json_body=body,
        headers=key,
        keep=("order_number", "amount_fen", "state"),
        must={"state": "open", "amount_fen": 26000},
    )
    again = await phone.api(
        "POST",
        path,
        does="重复点击仍是同一订单",
        expect=200,
        json_body=body,
        headers=key,
        keep=("order_number",),
        must={"order_number": answer.json["order_number"]},
    )
    await phone.sandbox(
        "POST",
        f"/sandbox/users/{phone.user_id}/pay",
        does="微信支付",
        keep=("errMsg",),
        json_body={"client": again.json["client"], "outcome": "paid"},
    )
    await phone.until(
        f"/registrations/{phone.registration}",
        does="收到平台签名通知，缴费成功",
        must={"payment_state": "paid"},
        keep=("state", "payment_state", "paid_at"),
    )
    await phone.api(
        "POST", path, does="不会重复缴费", expect=409, code="already_paid", json_body=body, headers=phone.intention()
    )


async def sit(stage: Stage, phone: Phone, site: Clerk) -> None:
    """Seated; the admit card is refused before 1 April and downloaded on it."""
    path = f"/registrations/{phone.registration}"
    await stage.at("2024-03-01 10:00")
    await stage.built.clock.synchronise()
    adopted = await stage.built.seating.arrange(site, EXAM, seed=SEED)
    stage.staff("编排考场座位", "Seating.arrange", {"seated": adopted.seated, "seed": SEED})
    await phone.steps(does="看到座位已排定", step="seating", state="done")
    await stage.at("2024-03-31 23:59")
    await phone.api(
        "GET", f"{path}/admit-card.pdf", does="4月1日前不能下载准考证", expect=409, code="stage_not_open_yet"
    )
    await stage.at("2024-04-01 00:00")
    await phone.api("GET", f"{path}/admit-card", does="看准考证", expect=200, keep=("admit_number", "sittings"))
    await _save_pdf(stage, phone, f"{path}/admit-card.pdf", "admit-card.pdf", "下载准考证")
    await phone.steps(does="准考证已下载，等待考试", step="exam", state="current", message="4月13日")


async def _save_pdf(stage: Stage, phone: Phone, path: str, name: str, does: str) -> None:
    answer = await phone.api("GET", path, does=does, expect=200)
    if not answer.body.startswith(b"%PDF-"):
        raise KeyError(f"{path} is no PDF")
    file = stage.output / name
    await asyncio.to_thread(_keep, file, answer.body)


def _keep(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
