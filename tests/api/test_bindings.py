"""One WeChat account binds one candidate, and a candidate one WeChat account: also between two who try at once."""

import asyncio

from tests.api.world import JIA, PASSWORD, YI, Answer, Phone, World
from zhunkao.journey.people import EXAM


async def bind(phone: Phone, login: str, token: str | None = None, secret: str = PASSWORD) -> Answer:
    body = {"binding_token": token or await phone.binding_token(), "login": login, "password": secret}
    return await phone.world.call("POST", "/bindings", body=body)


async def unbound(world: World, phone: Phone) -> Phone:
    assert (await phone.call("DELETE", "/bindings/wechat")).status == 204
    return phone


async def test_a_platform_account_is_bound_to_an_existing_account_and_signed_in(world: World) -> None:
    phone = await unbound(world, await world.person())
    answer = await bind(phone, JIA.id_number)
    assert (answer.status, answer.json["status"]) == (200, "signed_in")
    assert [one["platform"] for one in (await phone.call("GET", "/bindings")).json["items"]] == ["wechat"]


async def test_binding_needs_the_accounts_password(world: World) -> None:
    phone = await unbound(world, await world.person())
    token = await phone.binding_token()
    assert (await bind(phone, JIA.username, token, "wrong-2024")).code == "login_failed"
    assert (await phone.call("GET", "/bindings")).json == {"items": [], "next": None}
    assert (await bind(phone, JIA.username, token)).status == 200


async def test_a_second_wechat_account_of_one_candidate_is_refused(world: World) -> None:
    await world.person()
    answer = await bind(await world.stranger(), JIA.username)
    assert (answer.status, answer.code) == (409, "candidate_bound")


async def test_a_wechat_account_that_is_somebodys_is_refused_to_another(world: World) -> None:
    await unbound(world, await world.person())
    phone = await world.stranger(YI)
    token = await phone.binding_token()
    opened = await world.call("POST", "/accounts", body=await phone.account())
    assert opened.status == 201
    answer = await bind(phone, JIA.username, token)
    assert (answer.status, answer.code) == (409, "platform_account_bound")


async def test_a_used_binding_token_is_refused(world: World) -> None:
    phone = await unbound(world, await world.person())
    token = await phone.binding_token()
    assert (await bind(phone, JIA.username, token)).status == 200
    await unbound(world, phone)
    answer = await bind(phone, JIA.username, token)
    assert (answer.status, answer.code) == (401, "binding_token_used")


async def test_binding_the_pair_that_is_bound_already_is_harmless(world: World) -> None:
    phone = await unbound(world, await world.person())
    tokens = [await phone.binding_token() for _ in range(2)]
    assert [(await bind(phone, JIA.username, token)).status for token in tokens] == [200, 200]
    assert len((await phone.call("GET", "/bindings")).json["items"]) == 1


async def test_of_two_candidates_binding_one_wechat_account_at_once_one_succeeds(world: World) -> None:
    await unbound(world, await world.person())
    await unbound(world, await world.person(YI))
    shared = await world.stranger()
    tokens = [await shared.binding_token() for _ in range(2)]
    answers = await asyncio.gather(
        *(bind(shared, who.username, token) for who, token in zip((JIA, YI), tokens, strict=True))
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"platform_account_bound"}


async def test_of_two_wechat_accounts_binding_one_candidate_at_once_one_succeeds(world: World) -> None:
    phone = await unbound(world, await world.person())
    others = [await world.stranger() for _ in range(4)]
    tokens = [await other.binding_token() for other in others]
    answers = await asyncio.gather(*(bind(one, JIA.username, token) for one, token in zip(others, tokens, strict=True)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"candidate_bound"}
    assert len((await phone.call("GET", "/bindings")).json["items"]) == 1


async def test_one_binding_token_sent_many_times_at_once_serves_once(world: World) -> None:
    phone = await unbound(world, await world.person())
    token = await phone.binding_token()
    answers = await asyncio.gather(*(bind(phone, JIA.username, token) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [200] + [401] * 5
    assert {answer.code for answer in answers if answer.status == 401} == {"binding_token_used"}


async def test_after_unbinding_the_platforms_code_signs_nobody_in(world: World) -> None:
    phone = await unbound(world, await world.person())
    answer = await world.call("POST", "/sessions", body={"platform": "wechat", "code": await phone.code()})
    assert answer.json["status"] == "binding_required"


async def test_an_unbound_wechat_account_is_free_for_another_candidate(world: World) -> None:
    phone = await unbound(world, await world.person())
    other = await world.stranger(YI)
    other.user_id, other.open_id = phone.user_id, phone.open_id
    assert (await world.call("POST", "/accounts", body=await other.account())).status == 201


async def test_unbinding_what_is_not_bound_is_not_found(world: World) -> None:
    phone = await unbound(world, await world.person())
    answer = await phone.call("DELETE", "/bindings/wechat")
    assert (answer.status, answer.code) == (404, "binding_unknown")
    assert (await phone.call("DELETE", "/bindings/telegram")).code == "path_unknown"


async def test_no_exam_is_entered_without_a_bound_wechat_account(world: World) -> None:
    phone = await unbound(world, await world.person())
    answer = await phone.call("POST", "/registrations", body={"exam": EXAM})
    assert (answer.status, answer.code) == (409, "wechat_not_bound")


async def test_after_unbinding_no_form_goes_forward_until_one_is_bound_again(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    await phone.fill_in()
    await unbound(world, phone)
    assert (await phone.mine("POST", "/submit")).code == "wechat_not_bound"
    step = await phone.step("account")
    assert (step["state"], step["action"]) == ("failed", "bind")
    assert (await bind(phone, JIA.username)).status == 200
    assert (await phone.mine("POST", "/submit")).status == 200


async def test_a_confirmed_registration_stays_after_unbinding(world: World) -> None:
    phone = await world.person()
    await phone.submitted()
    await world.approved(phone)
    await unbound(world, phone)
    assert (await phone.mine("GET")).json["state"] == "approved"
    assert (await phone.mine("GET", "/application-form.pdf")).status == 200
