"""An account: opened once for one document number, shown masked, changed only by whoever knows its password."""

import asyncio
from typing import Any

import pytest

from backend.candidates.particulars import RECOVERY_QUESTIONS
from tests.api.world import JIA, PASSWORD, YI, Answer, Phone, World
from zhunkao.journey.people import Person

BING = Person(name="测试丙", username="ceshi_bing", birth="19920303")


async def register(phone: Phone, /, **changed: Any) -> Answer:
    return await phone.world.call("POST", "/accounts", body=await phone.account(**changed))


async def test_an_account_is_opened_bound_and_signed_in_at_once(world: World) -> None:
    phone = await world.stranger()
    answer = await register(phone)
    assert (answer.status, answer.json["status"], answer.json["candidate"]["name"]) == (201, "signed_in", JIA.name)
    phone.token = answer.json["access_token"]
    bound = (await phone.call("GET", "/bindings")).json["items"]
    assert [(one["platform"], one["bound_at"][:16]) for one in bound] == [("wechat", "2023-12-01T09:00")]


async def test_its_numbers_are_shown_masked(world: World) -> None:
    phone = await world.person()
    answer = await phone.call("GET", "/account")
    assert answer.json == {
        "id": str(phone.candidate_id),
        "username": JIA.username,
        "name": JIA.name,
        "id_type": "resident_id_card",
        "id_number": f"1301**********{JIA.id_number[-4:]}",
        "phone": "138****0000",
        "identity_check": "passed",
        "education_check": "passed",
        "recovery_question": "first_school",
    }


@pytest.mark.parametrize("checked", ["pending", "failed"])
async def test_what_the_states_systems_said_is_shown(world: World, checked: str) -> None:
    phone = await world.person(identity=checked)
    account = (await phone.call("GET", "/account")).json
    assert (account["identity_check"], account["education_check"]) == (checked, checked)


async def test_every_fault_of_what_was_typed_is_told_at_once(world: World) -> None:
    phone = await world.stranger()
    answer = await register(
        phone,
        username="1x",
        password="onlyletters",
        name="甲1",
        id_number="13010219900101000X",
        phone="12345",
        recovery_question="first_pet",
        recovery_answer="x",
    )
    assert (answer.status, answer.code) == (422, "account_incomplete")
    assert answer.faults == {
        "username": "username_form",
        "password": "password_form",
        "name": "name_form",
        "id_number": "id_number_checksum",
        "phone": "phone_form",
        "recovery_question": "not_in_list",
        "recovery_answer": "recovery_answer_form",
    }


async def test_a_refused_account_leaves_its_binding_token_good(world: World) -> None:
    phone = await world.stranger()
    body = await phone.account(phone="12345")
    assert (await world.call("POST", "/accounts", body=body)).status == 422
    assert (await world.call("POST", "/accounts", body={**body, "phone": "13800000000"})).status == 201


@pytest.mark.parametrize("name", ["测试·艾力", "测试•艾力", "𪛖测试", "Ceshi O'Jia", "测试㐂"])
async def test_names_of_minorities_and_rare_characters_are_taken_as_they_are(world: World, name: str) -> None:
    answer = await register(await world.stranger(), name=name)
    assert (answer.status, answer.json["candidate"]["name"]) == (201, name.replace("•", "·"))


@pytest.mark.parametrize("changed", ["username", "name", "recovery_answer"])
async def test_text_with_control_characters_is_refused_and_never_reaches_the_database(
    world: World, changed: str
) -> None:
    answer = await register(await world.stranger(), **{changed: "测试\x00甲"})
    assert (answer.status, answer.faults) == (422, {changed: "malformed"})


async def test_a_user_name_is_taken_once_whatever_its_case(world: World) -> None:
    await world.person()
    answer = await register(await world.stranger(YI), username=JIA.username.upper())
    assert (answer.status, answer.faults) == (422, {"username": "username_taken"})


async def test_a_second_account_for_one_document_is_refused_with_the_way_back(world: World) -> None:
    await world.person()
    answer = await register(await world.stranger(), username="ceshi_jia_2")
    assert (answer.status, answer.code) == (409, "account_exists")
    assert "证件号码登录" in answer.json["detail"] and "找回" in answer.json["detail"]


async def test_existing_documents_can_be_tried_five_times_a_day_by_a_platform_user(world: World) -> None:
    await world.person()
    prober = await world.stranger()
    body = await prober.account(username="ceshi_probe")
    answers = await asyncio.gather(*(world.call("POST", "/accounts", body=body) for _ in range(9)))
    assert sorted(answer.status for answer in answers) == [409] * 5 + [429] * 4
    refused = next(answer for answer in answers if answer.status == 429)
    assert (refused.code, refused.headers["Retry-After"]) == ("too_many_accounts_tried", "86400")
    another = await world.call("POST", "/accounts", body={**body, "id_number": YI.id_number})
    assert another.code == "too_many_accounts_tried"


async def test_of_two_accounts_for_one_document_at_once_exactly_one_is_opened(world: World) -> None:
    phones = [await world.stranger() for _ in range(6)]
    bodies = [await phone.account(username=f"ceshi_{number}") for number, phone in enumerate(phones)]
    answers = await asyncio.gather(*(world.call("POST", "/accounts", body=body) for body in bodies))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 5
    assert {answer.code for answer in answers if answer.status == 409} == {"account_exists"}


async def test_of_two_accounts_with_one_user_name_at_once_exactly_one_is_opened(world: World) -> None:
    bodies = [await (await world.stranger(who)).account(username="ceshi_same") for who in (JIA, YI, BING)]
    answers = await asyncio.gather(*(world.call("POST", "/accounts", body=body) for body in bodies))
    assert sorted(answer.status for answer in answers) == [201, 422, 422]
    assert all(answer.faults == {"username": "username_taken"} for answer in answers if answer.status == 422)


async def test_a_binding_token_opens_one_account_however_often_it_is_sent(world: World) -> None:
    phone = await world.stranger()
    body = await phone.account()
    others = [{**body, "username": f"ceshi_{who.birth}", "id_number": who.id_number} for who in (JIA, YI, BING)]
    answers = await asyncio.gather(*(world.call("POST", "/accounts", body=one) for one in others))
    assert sorted(answer.status for answer in answers) == [201, 401, 401]
    assert {answer.code for answer in answers if answer.status == 401} == {"binding_token_used"}


async def test_a_new_password_ends_every_other_session_at_once_also_for_the_hot_read(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    other = (await world.call("POST", "/sessions", body={"platform": "wechat", "code": await phone.code()})).json
    old = phone.token
    answer = await phone.call("PUT", "/account/password", body={"password": PASSWORD, "new_password": "another-2024"})
    assert (answer.status, answer.json["status"]) == (200, "signed_in")
    for token in (old, other["access_token"]):
        phone.token = token
        assert (await phone.mine("GET", "/steps")).code == "session_ended"
        assert (await phone.call("GET", "/account")).code == "session_ended"
    refreshed = await world.call("POST", "/sessions/refresh", body={"refresh_token": other["refresh_token"]})
    assert refreshed.code == "session_ended"
    phone.token = answer.json["access_token"]
    assert (await phone.mine("GET", "/steps")).status == 200


async def test_after_a_new_password_only_the_new_one_signs_in(world: World) -> None:
    phone = await world.person()
    await phone.call("PUT", "/account/password", body={"password": PASSWORD, "new_password": "another-2024"})
    for secret, status in ((PASSWORD, 401), ("another-2024", 200)):
        answer = await world.call("POST", "/sessions/password", body={"login": JIA.username, "password": secret})
        assert answer.status == status


async def test_of_two_new_passwords_at_once_exactly_one_is_set(world: World) -> None:
    phone = await world.person()
    answers = await asyncio.gather(
        *(
            phone.call("PUT", "/account/password", body={"password": PASSWORD, "new_password": f"another-{number}"})
            for number in range(2)
        )
    )
    assert sorted(answer.status for answer in answers) in ([200, 401], [200, 422])
    number = next(number for number, answer in enumerate(answers) if answer.status == 200)
    body = {"login": JIA.username, "password": f"another-{number}"}
    assert (await world.call("POST", "/sessions/password", body=body)).status == 200


@pytest.mark.parametrize(
    ("path", "new", "faults"),
    [
        ("password", {"new_password": "short1"}, {"new_password": "password_form"}),
        ("phone", {"phone": "12345"}, {"phone": "phone_form"}),
        (
            "recovery-question",
            {"recovery_question": "first_pet", "recovery_answer": "示例"},
            {"recovery_question": "not_in_list"},
        ),
    ],
)
async def test_a_change_that_is_none_is_refused_naming_its_field(
    world: World, path: str, new: dict[str, str], faults: dict[str, str]
) -> None:
    phone = await world.person()
    answer = await phone.call("PUT", f"/account/{path}", body={"password": PASSWORD, **new})
    assert (answer.status, answer.faults) == (422, faults)


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("password", {"new_password": "another-2024"}),
        ("phone", {"phone": "13900000000"}),
        ("recovery-question", {"recovery_question": "birthplace", "recovery_answer": "示例县"}),
    ],
)
async def test_nothing_is_changed_without_the_password(world: World, path: str, new: dict[str, str]) -> None:
    phone = await world.person()
    before = (await phone.call("GET", "/account")).json
    answer = await phone.call("PUT", f"/account/{path}", body={"password": "wrong-2024", **new})
    assert (answer.status, answer.faults) == (422, {"password": "password_wrong"})
    assert (await phone.call("GET", "/account")).json == before


async def test_phone_and_recovery_question_are_changed_with_it(world: World) -> None:
    phone = await world.person()
    body = {"password": PASSWORD, "phone": "+86 139 0000-1234"}
    assert (await phone.call("PUT", "/account/phone", body=body)).json["phone"] == "139****1234"
    question = {"password": PASSWORD, "recovery_question": "birthplace", "recovery_answer": "示例县"}
    answer = await phone.call("PUT", "/account/recovery-question", body=question)
    assert answer.json["recovery_question"] == "birthplace"


async def test_name_and_document_are_nobodys_to_change(world: World) -> None:
    phone = await world.person()
    for field in ("name", "id_number", "id_type"):
        body = {"password": PASSWORD, "phone": "13900000000", field: "x"}
        answer = await phone.call("PUT", "/account/phone", body=body)
        assert (answer.status, answer.faults) == (422, {field: "not_a_field"})


async def test_the_recovery_questions_are_offered_in_the_readers_language(world: World) -> None:
    chinese = (await world.call("GET", "/recovery-questions")).json["items"]
    english = (await world.call("GET", "/recovery-questions", headers={"Accept-Language": "en"})).json["items"]
    assert [one["code"] for one in chinese] == [one["code"] for one in english] == list(RECOVERY_QUESTIONS)
    assert chinese[0]["text"] == "您就读的第一所小学叫什么名字？"
    assert english[0]["text"] == "What was your first school called?"
