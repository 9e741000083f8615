"""The pages for what offices do beside the review: corrections, money, violations, accounts, notices, reports."""

import asyncio
import re
from pathlib import Path
from uuid import UUID

from aiohttp import FormData

from backend.candidates.models import Candidate
from backend.documents.photos import sample_photo
from backend.inquiries.models import AccountChange, AccountRecovery, ChangeState
from backend.payments.models import Payment, Refund, RefundState
from backend.registrations.models import (
    Correction,
    CorrectionState,
    FrontlineEntry,
    PaymentState,
    Registration,
    State,
)
from backend.staff.models import Level
from backend.violations.models import Violation, ViolationState
from tests.api import wuhai
from tests.api.test_account_recoveries import asked, use
from tests.api.test_duties import inquiry, one_of_everything
from tests.api.test_onsite_payments import ON_SITE
from tests.api.test_onsite_payments import confirmed as confirmed_on_site
from tests.api.test_score_merging import RENEWED
from tests.api.violations import seated
from tests.api.world import Phone
from tests.console.conftest import Console
from zhunkao.journey.people import AREA, EXAM, SITE, SUBJECTS


async def approved(console: Console) -> tuple[Phone, str, str]:
    """Somebody approved on 20 January 2024; the sessions of the site's clerk and the area's."""
    phone = await console.world.person()
    await phone.submitted()
    await console.world.approved(phone)
    return phone, await console.at_work("test.site"), await console.at_work("test.area")


async def test_a_name_and_a_photo_are_corrected_by_site_and_area(console: Console) -> None:
    phone, site, area = await approved(console)
    path = f"/registrations/{phone.registration}/corrections"
    said = {"what": "name", "value": "测试䶮", "evidence": "身份证复印件"}
    answer, _ = await console.call("POST", path, token=site, sent=said)
    assert (answer.status, answer.headers["Location"]) == (303, path)
    correction = await Correction.get()
    _, body = await console.call("GET", "/corrections", token=area)
    assert "测试䶮" in body and f"/corrections/{correction.id}" in body
    answer, _ = await console.call("POST", f"/corrections/{correction.id}/approve", token=site)
    assert answer.status == 403
    answer, _ = await console.call("POST", f"/corrections/{correction.id}/approve", token=area)
    assert answer.status == 303 and (await Candidate.get(id=phone.candidate_id)).name == "测试䶮"
    upload = FormData({"what": "photo", "evidence": "近期免冠照"})
    upload.add_field("photo", await asyncio.to_thread(sample_photo, 2), filename="a.jpg", content_type="image/jpeg")
    answer, body = await console.call("POST", path, token=site, sent=upload)
    assert answer.status == 303, body
    correction = await Correction.get(what="photo")
    _, body = await console.call("GET", f"/corrections/{correction.id}", token=area)
    for which in ("before", "after"):
        assert f"/corrections/{correction.id}/photo/{which}" in body
        answer, _ = await console.call("GET", f"/corrections/{correction.id}/photo/{which}", token=area)
        assert answer.content_type == "image/jpeg"
    answer, body = await console.call("POST", f"/corrections/{correction.id}/decline", token=area, sent={"reason": " "})
    assert answer.status == 422 and "没有任何改动" in body
    await console.call("POST", f"/corrections/{correction.id}/decline", token=area, sent={"reason": "照片不清晰"})
    assert (await Correction.get(what="photo")).state is CorrectionState.DECLINED
    _, body = await console.call("GET", path, token=site)
    assert "未同意" in body and "已同意" in body


async def test_subjects_are_sent_as_a_list_and_no_file_is_said(console: Console) -> None:
    phone, site, _ = await approved(console)
    path = f"/registrations/{phone.registration}/corrections"
    _, body = await console.call("GET", path, token=site)
    assert all(f'value="{subject}" checked' in body for subject in SUBJECTS)
    said = [("what", "subjects"), ("evidence", "示例"), *(("subjects", one) for one in SUBJECTS)]
    answer, body = await console.call("POST", path, token=site, sent=said)
    assert answer.status == 422 and "更正" in body
    answer, body = await console.call("POST", path, token=site, sent={"what": "photo", "evidence": "示例"})
    assert answer.status == 422 and await Correction.all().count() == 0


async def test_a_fee_is_taken_on_site_with_its_receipt_and_handed_back(console: Console) -> None:
    world = console.world
    for statement in ON_SITE:
        await world.built.database.execute(statement)
    phone = await confirmed_on_site(world)
    site, area = await console.at_work("test.site"), await console.at_work("test.area")
    path = f"/registrations/{phone.registration}"
    _, body = await console.call("GET", f"{path}/fee", token=site)
    assert 'value="260.00"' in body
    answer, _ = await console.call("POST", f"{path}/fee", token=site, sent={"amount": "2x", "receipt_number": "A1"})
    assert answer.status == 422
    for _ in range(2):
        sent = {"amount": "260.00", "receipt_number": "A1"}
        answer, body = await console.call("POST", f"{path}/fee", token=site, sent=sent)
        assert answer.status == 303, body
    assert (await Registration.get(id=phone.registration)).payment_state is PaymentState.PAID
    answer, _ = await console.call("POST", f"{path}/refunds", token=site, sent={"reason": "重复缴费"})
    refund = await Refund.get()
    assert answer.headers["Location"] == f"/refunds/{refund.id}"
    _, body = await console.call("GET", "/refunds", token=area)
    assert refund.refund_number in body and "260.00" in body
    answer, _ = await console.call("POST", f"/refunds/{refund.id}/approve", token=area)
    assert answer.status == 303
    _, body = await console.call("GET", "/", token=site)
    assert re.search(r'href="/refunds\?list=to_hand_back">[^<]+</a></td><td class="number"[^>]*>1<', body)
    await console.call("POST", f"/refunds/{refund.id}/handed-back", token=site)
    assert (await Refund.get()).state is RefundState.SUCCEEDED
    _, body = await console.call("GET", "/refunds?list=done", token=site)
    assert refund.refund_number in body


async def test_a_refund_that_failed_waits_until_it_is_sent_again_and_a_declined_one_says_why(console: Console) -> None:
    target = await one_of_everything(console.world)
    site, area = await console.at_work("test.site"), await console.at_work("test.area")
    path = f"/refunds/{target.refund}"
    answer, _ = await console.call("POST", f"{path}/decline", token=area, sent={"reason": "材料不全"})
    assert answer.status == 303
    _, body = await console.call("GET", path, token=site)
    assert "材料不全" in body and "未同意" in body
    await Refund.all().update(state=RefundState.FAILED, standing="closed", platform="wechat")
    await Payment.all().update(platform="wechat")
    _, body = await console.call("GET", "/refunds?list=failed", token=area)
    assert path in body
    answer, _ = await console.call("POST", f"{path}/send-again", token=area)
    later = await Refund.get(id__not=target.refund)
    assert answer.headers["Location"] == f"/refunds/{later.id}"
    _, body = await console.call("GET", "/refunds?list=failed", token=area)
    assert path not in body
    _, body = await console.call("GET", "/refunds?list=under_way", token=area)
    assert f"/refunds/{later.id}" in body


async def test_a_violation_is_recorded_amended_upheld_and_lifted(console: Console) -> None:
    phone, _ = await seated(console.world)
    site, area = await console.at_work("test.site"), await console.at_work("test.area")
    path = f"/registrations/{phone.registration}/violations"
    _, body = await console.call("GET", path, token=site)
    assert SUBJECTS[0] in body and 'value="serious-8"' in body
    sent = {"subject": SUBJECTS[0], "offence": "ordinary-1", "what": "手机放在桌内", "told_at": "2024-04-13T09:45"}
    answer, body = await console.call("POST", path, token=site, sent=sent)
    assert answer.status == 422 and "发现时间" in body
    sent |= {"seen_at": "2024-04-13T09:40", "name.0": "手机", "quantity.0": "1部", "receipt_number": "A0001"}
    answer, body = await console.call("POST", path, token=site, sent=sent)
    violation = await Violation.get()
    assert answer.headers["Location"] == f"/violations/{violation.id}", body
    own = f"/violations/{violation.id}"
    answer, _ = await console.call(
        "POST", f"{own}/amend", token=site, sent={**sent, "what": "手机未关", "version": "1"}
    )
    assert answer.status == 303
    answer, body = await console.call("POST", f"{own}/uphold", token=area, sent={"version": "1"})
    assert answer.status == 412
    _, body = await console.call("GET", own, token=area)
    assert "手机未关" in body and 'name="version" value="2"' in body
    answer, _ = await console.call("POST", f"{own}/uphold", token=area, sent={"version": "2"})
    assert (await Violation.get()).state is ViolationState.UPHELD
    answer, _ = await console.call("POST", f"{own}/lift", token=area, sent={"reason": "复核不成立"})
    assert (await Violation.get()).state is ViolationState.LIFTED
    _, body = await console.call("GET", "/violations?state=lifted", token=site)
    assert own in body


async def test_scores_are_merged_by_what_papers_were_seen(console: Console, tmp_path: Path) -> None:
    world = console.world
    await world.last_year(tmp_path / "2023.csv")
    phone = await world.person(RENEWED)
    await phone.submitted()
    await world.clerks()
    token = await console.at_work("test.site")
    _, body = await console.call("GET", "/registrations?waiting=scores_to_merge", token=token)
    assert phone.registration in body
    path = f"/registrations/{phone.registration}/merge"
    _, body = await console.call("GET", path, token=token)
    assert "SAMPLE0002" in body and "*" in body
    answer, _ = await console.call("POST", path, token=token, sent={"evidence": "户口簿\n身份证"})
    assert answer.status == 303
    assert (await Registration.get(id=phone.registration)).score_merge == "merged"
    _, body = await console.call("GET", path, token=token)
    assert "SAMPLE0002" not in body and 'role="alert"' in body


async def test_somebody_is_put_on_the_frontline_list_and_struck_off(console: Console) -> None:
    phone = await wuhai.submitted(console.world)
    await wuhai.clerks(console.world)
    token = await console.at_work("wuhai.site")
    path = f"/registrations/{phone.registration}/frontline"
    said = {"proof": "honour", "evidence": "荣誉证书1号", "policy": "示例文件", "lifts": "years_too_few"}
    answer, body = await console.call("POST", path, token=token, sent=said)
    assert answer.status == 303, body
    _, body = await console.call("GET", path, token=token)
    assert "荣誉证书1号" in body and 'value="years_too_few" checked' in body
    answer, _ = await console.call("POST", f"{path}/strike", token=token, sent={"reason": "登记有误"})
    assert answer.status == 303 and await FrontlineEntry.all().count() == 0


async def test_an_account_change_is_forwarded_and_declined_with_its_number_whole(console: Console) -> None:
    world = console.world
    phone = await world.person()
    await phone.submitted()
    await world.clerks()
    change = await inquiry(phone, kind="account_change", name="测试䶮")
    site, area = await console.at_work("test.site"), await console.at_work("test.area")
    path = f"/account-changes/{change}"
    _, body = await console.call("GET", path, token=site)
    assert phone.who.id_number in body and "测试䶮" in body and "没有上传证明图片" in body
    answer, _ = await console.call("POST", f"{path}/decline", token=area, sent={"reason": "示例"})
    assert answer.status == 409
    answer, _ = await console.call("POST", f"{path}/forward", token=site, sent={"recommended": "no", "note": "无材料"})
    assert answer.status == 303
    _, body = await console.call("GET", path, token=area)
    assert "建议不同意：无材料" in body
    answer, body = await console.call("POST", f"{path}/approve", token=area)
    assert answer.status == 409
    await console.call("POST", f"{path}/decline", token=area, sent={"reason": "请补证明"})
    assert (await AccountChange.get()).state is ChangeState.DECLINED
    _, body = await console.call("GET", "/account-changes", token=area)
    assert path not in body


async def test_two_of_the_site_see_the_documents_and_the_code_is_shown_once(console: Console) -> None:
    world = console.world
    await world.person()
    recovery = await asked(await world.stranger())
    for name in ("test.one", "test.two"):
        await world.built.members.create(username=name, name="示例考点", level=Level.SITE, area=AREA, site=SITE)
    one, two = await console.at_work("test.one"), await console.at_work("test.two")
    path = f"/account-recoveries/{recovery}"
    for _ in range(2):
        await console.call("POST", f"{path}/seen", token=one)
    answer, _ = await console.call("POST", f"{path}/code", token=one)
    assert answer.status == 409
    _, body = await console.call("GET", path, token=one)
    assert "1 / 2" in body and "生成恢复码" not in body
    await console.call("POST", f"{path}/seen", token=two)
    answer, body = await console.call("POST", f"{path}/code", token=two)
    found = re.search(r'<code id="code">([^<]+)</code>', body)
    assert answer.status == 200 and found
    _, body = await console.call("GET", path, token=one)
    assert found[1] not in body
    assert (await use(world, found[1])).status == 200
    assert await AccountRecovery.all().count() == 1


async def test_a_notice_is_published_worded_anew_and_taken_down(console: Console) -> None:
    await console.world.clerks()
    await console.world.clerks_elsewhere()
    site, elsewhere = await console.at_work("test.site"), await console.at_work("other.site")
    said = {"name": "confirm-2024", "title": "现场确认安排", "text": "第一行\r\n第二行"}
    answer, body = await console.call("POST", "/notices", token=site, sent={**said, "name": "Not A Name"})
    assert answer.status == 422 and "标识：1至64位" in body
    for text in ("第一行\r\n第二行", "第一行\r\n第二行", "改期"):
        answer, _ = await console.call("POST", "/notices", token=site, sent={**said, "text": text})
        assert (answer.status, answer.headers["Location"]) == (303, "/notices/confirm-2024")
    _, body = await console.call("GET", "/notices/confirm-2024", token=site)
    assert body.count("<summary>") == 2 and "第一行\n第二行" in body
    shown = await console.world.call("GET", f"/notices?area={AREA}&site={SITE}")
    assert [one["text"] for one in shown.json["items"]] == ["改期"]
    answer, _ = await console.call("GET", "/notices/confirm-2024", token=elsewhere)
    assert answer.status == 404
    answer, _ = await console.call("POST", "/notices/confirm-2024/withdraw", token=elsewhere)
    assert answer.status == 404
    await console.call("POST", "/notices/confirm-2024/withdraw", token=site)
    _, body = await console.call("GET", "/notices", token=site)
    assert "已撤下" in body


async def test_the_reports_of_an_office_are_files_and_others_are_not_offered(console: Console) -> None:
    phone, site, area = await approved(console)
    await Registration.filter(id=phone.registration).update(state=State.REJECTED, payment_state=PaymentState.NONE)
    _, body = await console.call("GET", "/reports", token=area)
    offered = re.findall(rf'href="(/reports/{EXAM}/[a-z-]+\.xlsx)"', body)
    assert {path.rpartition("/")[2] for path in offered} == {
        "summary.xlsx",
        "not-passed.xlsx",
        "frontline.xlsx",
        "corrections.xlsx",
    }
    for path in offered:
        answer, content = await console.call("GET", path, token=area)
        assert answer.status == 200 and content.startswith("PK")
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    answer, _ = await console.call("GET", f"/reports/{EXAM}/brought.xlsx", token=area)
    assert answer.status == 403
    answer, _ = await console.call("GET", f"/reports/{EXAM}/brought.xlsx", token=site)
    assert answer.status == 200
    answer, body = await console.call("GET", f"/reports/{EXAM}/unsigned", token=site)
    assert answer.status == 200 and "没有未签承诺书" in body


async def test_a_registration_shows_its_photo_last_year_and_what_differs(console: Console, tmp_path: Path) -> None:
    world = console.world
    await world.last_year(tmp_path / "2023.csv")
    phone = await world.person(RENEWED)
    await phone.submitted()
    await world.clerks()
    token = await console.at_work("test.site")
    path = f"/registrations/{phone.registration}"
    _, body = await console.call("GET", path, token=token)
    assert f'src="{path}/photo"' in body and "需成绩合并" in body
    point = (await world.built.exams.points(EXAM, AREA, SITE))[0]
    assert "<td>女</td>" in body and "<td>汉族</td>" in body and f"<td>{point.name}</td>" in body
    answer, _ = await console.call("GET", f"{path}/photo", token=token)
    assert answer.content_type == "image/jpeg"
    await world.built.score_merging.merge((await world.known_clerks())[0], UUID(phone.registration), evidence=["示例"])
    row = await Registration.get(id=phone.registration)
    row.form = {**row.form, "work": {**row.form["work"], "employer": "示例市第二医院"}}
    await row.save(update_fields=["form"])
    _, body = await console.call("GET", path, token=token)
    assert body.count('<tr class="differs">') == 1 and "示例市第一医院" in body and "示例市第二医院" in body
