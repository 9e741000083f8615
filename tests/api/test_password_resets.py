"""A forgotten password is set anew by the recovery question; no answer tells whether an account is there."""

import asyncio
import time
from types import SimpleNamespace
from uuid import UUID

import pytest
from tortoise.expressions import Q

from backend.audit import AuditRecord
from backend.candidates.models import Session
from backend.candidates.particulars import RECOVERY_QUESTIONS
from backend.events import Event, EventName
from tests.api.world import JIA, PASSWORD, YI, Answer, Phone, World

NEW_PASSWORD = "another-2024"
ANSWER = "示例小学"


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """All failures of a test fall into one window, whenever it is run."""
    now = time.time()
    monkeypatch.setattr("backend.cache.time", SimpleNamespace(time=lambda: now))


async def look_up(world: World, login: str) -> Answer:
    return await world.call("POST", "/password-resets/question/lookup", body={"login": login})


async def answered(world: World, login: str, answer: str = ANSWER) -> Answer:
    return await world.call("POST", "/password-resets/question", body={"login": login, "answer": answer})


async def reset(world: World, token: str, password: str = NEW_PASSWORD) -> Answer:
    return await world.call("POST", "/password-resets", body={"reset_token": token, "new_password": password})


async def sign_in(world: World, password: str, login: str = JIA.username) -> Answer:
    return await world.call("POST", "/sessions/password", body={"login": login, "password": password})


async def right(world: World) -> str:
    answer = await answered(world, JIA.username)
    assert answer.status == 200, answer.body
    return str(answer.json["reset_token"])


async def test_the_question_is_told_answered_and_the_new_password_signs_in(world: World) -> None:
    await world.person()
    asked = await look_up(world, JIA.username)
    assert asked.json == {"question": "first_school", "text": "您就读的第一所小学叫什么名字？"}
    answer = await answered(world, JIA.username)
    assert answer.json["expires_in"] == 600
    assert (await reset(world, answer.json["reset_token"])).status == 204
    assert (await sign_in(world, NEW_PASSWORD)).status == 200
    assert (await sign_in(world, PASSWORD)).code == "login_failed"


async def test_the_document_number_serves_as_the_login_too(world: World) -> None:
    await world.person()
    assert (await look_up(world, JIA.id_number)).json["question"] == "first_school"
    assert (await answered(world, JIA.id_number)).status == 200


@pytest.mark.parametrize("typed", ["示例小学", " 示 例 小 学 ", "示例小学　"])
async def test_spaces_of_an_answer_do_not_matter(world: World, typed: str) -> None:
    await world.person()
    assert (await answered(world, JIA.username, typed)).status == 200


async def test_a_reset_ends_every_session(world: World) -> None:
    phone = await world.person()
    elsewhere = (await sign_in(world, PASSWORD)).json
    assert (await reset(world, await right(world))).status == 204
    assert (await phone.call("GET", "/account")).code == "session_ended"
    refreshed = await world.call("POST", "/sessions/refresh", body={"refresh_token": elsewhere["refresh_token"]})
    assert refreshed.code == "session_ended"
    sessions = await Session.filter(candidate_id=phone.candidate_id)
    assert {session.ended_because for session in sessions} == {"password_reset"}


async def test_the_platforms_code_signs_in_after_a_reset_as_before(world: World) -> None:
    phone = await world.person()
    await reset(world, await right(world))
    answer = await world.call("POST", "/sessions", body={"platform": "wechat", "code": await phone.code()})
    assert answer.json["status"] == "signed_in"


async def test_a_reset_token_serves_once(world: World) -> None:
    await world.person()
    token = await right(world)
    assert (await reset(world, token)).status == 204
    again = await reset(world, token, "and-another-2024")
    assert (again.status, again.code) == (401, "reset_token_used")
    assert (await sign_in(world, NEW_PASSWORD)).status == 200


async def test_one_reset_token_sent_many_times_at_once_serves_once(world: World) -> None:
    await world.person()
    token = await right(world)
    answers = await asyncio.gather(*(reset(world, token, f"password-{number:04}") for number in range(6)))
    assert sorted(answer.status for answer in answers) == [204] + [401] * 5
    winner = next(number for number, answer in enumerate(answers) if answer.status == 204)
    assert (await sign_in(world, f"password-{winner:04}")).status == 200


async def test_a_reset_makes_every_right_that_was_given_before_worthless(world: World) -> None:
    await world.person()
    first, second = await right(world), await right(world)
    assert (await reset(world, second)).status == 204
    assert (await reset(world, first)).code == "reset_token_used"


async def test_a_password_changed_by_its_owner_ends_a_right_somebody_else_holds(world: World) -> None:
    phone = await world.person()
    token = await right(world)
    body = {"password": PASSWORD, "new_password": "owner-2024"}
    assert (await phone.call("PUT", "/account/password", body=body)).status == 200
    assert (await reset(world, token)).code == "reset_token_used"


async def test_an_expired_token_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.person()
    monkeypatch.setattr("backend.candidates.tokens.RESET_SECONDS", -1)
    answer = await reset(world, await right(world))
    assert (answer.status, answer.code) == (401, "reset_token_expired")


async def test_no_other_token_of_ours_sets_a_password(world: World) -> None:
    phone = await world.person()
    stranger = await world.stranger(YI)
    for token in (phone.token, await stranger.binding_token(), "nonsense"):
        assert (await reset(world, token)).code == "reset_token_expired"


async def test_the_right_to_set_a_password_opens_nothing_else(world: World) -> None:
    await world.person()
    token = await right(world)
    assert (await world.call("GET", "/account", token=token)).status == 401
    body = {"binding_token": token, "login": JIA.username, "password": PASSWORD}
    assert (await world.call("POST", "/bindings", body=body)).code == "binding_token_expired"


async def test_a_weak_password_is_refused_and_the_token_still_serves(world: World) -> None:
    await world.person()
    token = await right(world)
    answer = await reset(world, token, "short")
    assert (answer.status, answer.faults) == (422, {"new_password": "password_form"})
    assert (await reset(world, token)).status == 204


async def test_a_reset_is_audited_and_told_to_the_owner(world: World) -> None:
    phone = await world.person()
    await reset(world, await right(world))
    events = await Event.filter(name=EventName.ACCOUNT_CHANGED, candidate_id=phone.candidate_id).order_by("id")
    changed = [event.payload["changed"] for event in events]
    assert changed[-2:] == ["question_proved", "password_reset"]
    acts = await AuditRecord.filter(Q(act="proved") | Q(act="reset_password"), subject_id=str(phone.candidate_id))
    assert {(one.act, one.after["way"], one.address) for one in acts} == {
        ("proved", "question", "127.0.0.1"),
        ("reset_password", "question", "127.0.0.1"),
    }


async def test_a_reset_lets_its_owner_in_where_their_own_failures_had_locked_them(world: World) -> None:
    await world.person()
    for _ in range(5):
        await sign_in(world, "wrong-2024")
    assert (await sign_in(world, PASSWORD)).code == "too_many_failures"
    await reset(world, await right(world))
    assert (await sign_in(world, NEW_PASSWORD)).status == 200


# -- nobody learns whether an account is there ------------------------------------------------------------------------


async def test_an_unknown_login_has_a_question_that_stays_the_same(world: World) -> None:
    answers = [(await look_up(world, "nobody_here")).json for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["question"] in RECOVERY_QUESTIONS


async def test_unknown_logins_have_all_the_questions(world: World) -> None:
    asked = [(await look_up(world, f"nobody_{number}")).json["question"] for number in range(60)]
    assert set(asked) == set(RECOVERY_QUESTIONS)


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        ("CESHI_JIA", "ceshi_jia"),
        ("ceshi jia", "ceshijia"),
        ("ｃｅｓｈｉ＿ｊｉａ", "ceshi_jia"),
        ("ceshı_jıa", "ceshi_jia"),
    ],
)
@pytest.mark.parametrize("known", [True, False])
async def test_two_ways_to_type_a_login_have_one_question_whether_it_is_known_or_not(
    world: World, typed: str, spelt: str, known: bool
) -> None:
    if known:
        await _with_question(world, "favourite_book")
    assert (await look_up(world, typed)).json == (await look_up(world, spelt)).json


async def test_a_wrong_answer_reads_the_same_for_a_known_and_an_unknown_login(world: World) -> None:
    await world.person()
    known, unknown = await answered(world, JIA.username, "错的"), await answered(world, "nobody_here", "错的")
    assert (known.status, known.code) == (401, "recovery_answer_wrong")
    assert _same(known) == _same(unknown)


async def test_an_answer_that_is_anothers_password_hash_of_nobody_proves_nothing(world: World) -> None:
    assert (await answered(world, "nobody_here", "nobody's password")).code == "recovery_answer_wrong"


# -- limits -----------------------------------------------------------------------------------------------------------


async def test_after_five_wrong_answers_the_right_one_is_refused_from_there_until_tomorrow(world: World) -> None:
    await world.person()
    await _fail(world, JIA.username, 5)
    answer = await answered(world, JIA.username)
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (429, "too_many_answers", "86400")


async def test_an_unknown_login_is_locked_alike(world: World) -> None:
    await world.person()
    await _fail(world, JIA.username, 5)
    await _fail(world, "nobody_here", 5)
    known, unknown = await answered(world, JIA.username), await answered(world, "nobody_here")
    assert _same(known) == _same(unknown)


async def test_a_stranger_who_fails_elsewhere_locks_the_candidate_out_of_nothing(world: World) -> None:
    await world.person()
    async with world.elsewhere() as elsewhere:
        await _fail(elsewhere, JIA.username, 5)
        assert (await answered(elsewhere, JIA.username)).status == 429
    assert (await answered(world, JIA.username)).status == 200
    assert (await sign_in(world, PASSWORD)).status == 200


async def test_wrong_answers_do_not_lock_the_password(world: World) -> None:
    await world.person()
    await _fail(world, JIA.username, 5)
    assert (await sign_in(world, PASSWORD)).status == 200


async def test_a_burst_of_answers_gets_no_further_than_one_after_the_other(world: World) -> None:
    await world.person()
    answers = await asyncio.gather(*(answered(world, JIA.username, f"猜测{number}") for number in range(20)))
    assert sorted(answer.status for answer in answers) == [401] * 5 + [429] * 15


async def test_an_address_that_failed_two_hundred_times_looks_nothing_up_either(world: World) -> None:
    logins = [f"nobody_{number}" for number in range(50)] * 4
    for start in range(0, 200, 50):
        await asyncio.gather(*(answered(world, login) for login in logins[start : start + 50]))
    assert (await look_up(world, JIA.username)).code == "too_many_failures"
    async with world.elsewhere() as elsewhere:
        assert (await look_up(elsewhere, JIA.username)).status == 200


async def _fail(world: World, login: str, times: int) -> None:
    for _ in range(times):
        assert (await answered(world, login, "错的")).status == 401


async def _with_question(world: World, question: str) -> Phone:
    phone = await world.stranger()
    answer = await world.call("POST", "/accounts", body=await phone.account(recovery_question=question))
    phone.candidate_id = UUID(answer.json["candidate"]["id"])
    return phone


def _same(answer: Answer) -> object:
    """All of an answer but what finds it in the log."""
    return answer.status, {**answer.json, "trace_id": None}, answer.headers.get("Retry-After")
