"""The steps as a candidate reads them on the way, and that nothing is offered that would be refused."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from backend.candidates.checks import StillPending
from backend.registrations.models import Registration
from tests.api.world import YI, Phone, World
from zhunkao.journey.people import EXAM

ORDER = ["account", "form", "confirmation", "review", "payment", "seating", "admit_card", "exam", "results"]


async def states(phone: Phone) -> list[str]:
    items = (await phone.mine("GET", "/steps")).json["items"]
    assert [one["step"] for one in items] == ORDER
    return [one["state"] for one in items]


async def test_a_draft_is_at_its_form_and_told_until_when(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    assert await states(phone) == ["done", "current"] + ["upcoming"] * 7
    form = await phone.step("form")
    assert (form["title"], form["action"], form["until"]) == ("填报信息", "edit", "2023-12-15T00:00:00+08:00")
    assert form["message"] == "请填写并提交报名信息，12月14日 24:00 截止，还有 13 天 14 小时"


async def test_the_way_to_the_end_of_the_exam_is_shown_step_by_step(world: World) -> None:
    phone = await world.person()
    await phone.submitted()
    assert await states(phone) == ["done", "done", "current"] + ["upcoming"] * 6
    await world.approved(phone)
    assert (await states(phone))[:5] == ["done", "done", "done", "done", "current"]
    payment = await phone.step("payment")
    assert payment["message"] == "缴费将于 1月29日 00:00 开始，应缴 260.00 元"
    assert payment["action"] is None
    await world.at("2024-01-29 00:00")
    assert (await phone.step("payment"))["action"] == "pay"
    await phone.pay((await phone.order()).json["client"])
    await phone.paid()
    assert (await states(phone))[4:6] == ["done", "current"]


async def test_a_submitted_candidate_is_told_where_to_confirm_what_to_bring_and_by_when(world: World) -> None:
    phone = await world.person()
    await phone.submitted()
    step = await phone.step("confirmation")
    assert (step["state"], step["action"]) == ("current", "download_application_form")
    assert step["where"].startswith("示例市卫生健康委人事科") and "0000-0000000" in step["where"]
    assert step["until"] == "2023-12-19T00:00:00+08:00"
    assert "携带材料到报名点确认" in step["message"]


async def test_withdrawing_is_offered_exactly_while_it_is_possible(
    world: World, stop_at: Callable[[str], None]
) -> None:
    phone = await world.person()
    await phone.submitted()
    stop_at("2023-12-14 23:59:59.999999")
    assert (await phone.step("form"))["action"] == "withdraw"
    stop_at("2023-12-15 00:00:00")
    assert (await phone.step("form"))["action"] is None
    assert (await phone.mine("POST", "/withdraw")).status == 409


async def test_a_draft_left_behind_is_told_that_it_has_lapsed_and_nothing_more_is_awaited(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    await world.at("2023-12-15 00:00")
    form = await phone.step("form")
    assert (form["state"], form["action"]) == ("failed", None)
    assert form["message"] == "网上预报名已截止，未提交的报名信息已失效"
    assert (await phone.step("payment"))["message"] == "本次考试无需再办理"


async def test_a_candidate_who_missed_confirmation_is_told_at_once(world: World) -> None:
    phone = await world.person()
    await phone.submitted()
    await world.at("2023-12-19 00:00")
    step = await phone.step("confirmation")
    assert step["state"] == "failed"
    assert step["message"].startswith("报名确认已于 12月18日 24:00 截止")


async def test_where_no_time_was_published_none_is_invented(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    await Registration.filter(id=phone.registration).update(form={"registration": {"area": "北京"}})
    assert (await phone.step("confirmation"))["message"] == "时间以考区、考点通知为准"
    assert (await phone.step("confirmation"))["until"] is None


async def test_the_exam_step_tells_the_first_session_of_the_candidates_own_speciality(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    assert (await phone.step("exam"))["at"] == "2024-04-13T00:00:00+08:00"
    await phone.save("registration", {"area": "河北", "speciality": "368"})
    assert (await phone.step("exam"))["at"] == "2024-04-13T09:00:00+08:00"
    await phone.save("registration", {"area": "河北", "speciality": "101"})
    step = await phone.step("exam")
    assert (step["at"], step["until"]) == ("2024-04-20T09:00:00+08:00", "2024-04-21T16:00:00+08:00")
    assert step["message"] == "首场考试 4月20日 09:00 开始，请携带准考证和有效证件"


@pytest.mark.parametrize(
    ("language", "title", "message"),
    [
        ("zh-CN", "填报信息", "请填写并提交报名信息"),
        ("en-GB,en;q=0.9", "Form", "Fill in and submit your form"),
        ("fr", "填报信息", "请填写并提交报名信息"),
    ],
)
async def test_the_steps_speak_the_readers_language(world: World, language: str, title: str, message: str) -> None:
    phone = await world.person()
    await phone.draft()
    answer = await phone.mine("GET", "/steps", headers={"Accept-Language": language})
    form = answer.json["items"][1]
    assert form["title"] == title and form["message"].startswith(message)


@pytest.mark.parametrize("checked", ["pending", "failed"])
async def test_an_identity_that_has_not_passed_is_shown_at_the_first_step(world: World, checked: str) -> None:
    phone = await world.person()
    await phone.draft()
    body = {"id_number": phone.who.id_number, "identity": checked, "education": "passed"}
    await world.sandbox("POST", "/sandbox/identity", body)
    with suppress(StillPending):
        await world.built.checks.check(phone.candidate_id)
    step = await phone.step("account")
    assert step["state"] == {"pending": "current", "failed": "failed"}[checked]


async def test_a_session_that_has_ended_reads_no_steps(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    await phone.call("DELETE", "/sessions/current")
    answer = await phone.mine("GET", "/steps")
    assert (answer.status, answer.code) == (401, "session_ended")


async def test_somebody_elses_steps_are_not_found(world: World) -> None:
    owner, other = await world.person(), await world.person(YI)
    await owner.draft()
    answer = await other.call("GET", f"/registrations/{owner.registration}/steps")
    assert (answer.status, answer.code) == (404, "registration_unknown")


async def test_the_steps_of_each_exam_follow_its_own_calendar(world: World) -> None:
    phone = await world.person()
    await world.at("2021-01-05 09:00")
    answer = await phone.call("POST", "/registrations", body={"exam": "health-2021"})
    phone.registration = answer.json["id"]
    assert (await phone.step("form"))["state"] == "current"
    await world.at("2023-12-01 09:00")
    assert (await phone.step("form"))["state"] == "failed"
    assert (await phone.call("POST", "/registrations", body={"exam": EXAM})).status == 201
