"""Every page and every call of the staff's API, by every role of every office, inside and outside their scope."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final, get_type_hints
from uuid import uuid4

import pytest

from backend.console.app import pages
from backend.console.pages import Door, Page
from backend.staff.duties import ROLES_OF, WHOSE, Duty
from backend.staff.models import Factor, Level, Role, StaffMember
from backend.staff.scope import Clerk
from miniprogram_api.app import PREFIX, routes
from miniprogram_api.requests import SECURED, STAFF
from miniprogram_api.typed_routes import Route
from tests.api.staff_acts import NOTHING, Target
from tests.api.staff_people import Colleague, colleague
from tests.api.test_duties import one_of_everything
from tests.api.world import JIA
from tests.console.conftest import Console
from zhunkao.journey.people import EXAM

OPEN = {"/sign-in", "/sign-in/code", "/sign-in/key", "/invitation", "/language"}
API: Final[Mapping[tuple[str, str], Duty | Door]] = {
    ("DELETE", "/api/v1/staff/sessions/current"): Door.SETTING_UP,
    ("POST", "/api/v1/admit-cards/verify"): Duty.CHECK_DOOR,
    ("GET", "/api/v1/admit-cards/{admit_number}/photo"): Duty.CHECK_DOOR,
    ("POST", "/api/v1/door-lists"): Duty.CHECK_DOOR,
    ("POST", "/api/v1/door-lists/{door_list}/marks"): Duty.CHECK_DOOR,
}
"""Whose each call of the API is that asks for a staff session; the duties are tried in tests/api/test_duties.py."""
WITHOUT_ANYTHING: Final = uuid4()
OBJECTS: Final = {
    *("registration", "correction", "refund", "violation", "change", "recovery", "inquiry"),
    *("plan", "batch", "venue", "hand_over", "stated"),
}
"""What a page can be about that is one office's, as its path names it."""
NOT_THERE: Final = {"{kind}", "{which}", "{message}", "{part}", "{room}", "{admit_number}"}
"""Pictures and parts that the sample has none of."""
SAID: Final = {
    **dict.fromkeys(("reasons", "reason", "evidence", "note", "policy"), "示例"),
    **{"what": "name", "value": "测试龑", "proof": "honour", "lifts": "years_too_few", "recommended": "no"},
    **{"receipt_number": "1", "amount": "1.00", "until": "2024-02-01T10:00", "version": "1"},
    **{"kind": "sign_in_sheet", "room": "1", "side": "giver", "counted": "1", "text": "示例"},
    **{"code": "1", "need": "front_row"},
    **{"subject": "基础知识", "offence": "ordinary-1", "seen_at": "2024-04-13T09:40", "told_at": "2024-04-13T09:45"},
}
"""Every form filled in, so that nothing but the scope is in the way."""


def asks_for_staff(route: Route) -> bool:
    return STAFF in {SECURED.get(kind) for kind in get_type_hints(route.handler).values() if kind in SECURED}


def filled(page: Page, target: Target = NOTHING) -> str:
    """The page's address, about the target."""
    named = {
        "registration": target.registration,
        "correction": target.correction,
        "refund": target.refund,
        "violation": target.violation,
        "change": target.change,
        "recovery": target.recovery,
        "exam": EXAM,
        "notice": "sample",
        "kind": "photo",
        "which": "before",
        "message": 0,
        "key": 0,
        "member": uuid4(),
        "inquiry": target.inquiry,
        "stage": "payment",
        "plan": target.plan,
        "batch": target.batch,
        "part": 0,
        "venue": target.venue,
        "room": 0,
        "hand_over": target.hand_over,
        "count": target.count,
        "session": target.session,
        "admit_number": target.number,
        "statement": "offices",
        "stated": target.statement,
    }
    return re.sub(r"{(\w+)}", lambda found: str(named[found[1]]), page.path)


def everybody() -> Iterator[tuple[Level, Role]]:
    for level, roles in ROLES_OF.items():
        for role in roles:
            yield level, role


async def session(console: Console, level: Level, role: Role, like: Clerk) -> str:
    """Somebody of the sample office with this one role, at work."""
    point = await console.world.point()
    member = await StaffMember.create(
        id=uuid4(),
        username=f"{level}.{role}",
        name="示例",
        level=level,
        area_id=like.area_id if level is not Level.NATION else None,
        site_id=like.site_id if level in (Level.SITE, Level.POINT) else None,
        point_id=point if level is Level.POINT else None,
        roles=[role],
        created_at=console.world.built.clock.now(),
    )
    return (await console.world.built.staff_sessions.start(member, Factor.KEY)).token


def test_every_page_has_a_rule_and_the_open_ones_are_these() -> None:
    table = list(pages())
    assert len({(page.method, page.path) for page in table}) == len(table)
    assert all(isinstance(page.rule, Duty | Door) for page in table)
    assert {page.path for page in table if page.rule is Door.OPEN} == OPEN


async def test_every_call_of_the_staff_s_api_has_a_rule_and_opens_for_no_candidate(console: Console) -> None:
    asked = {(one.method, one.path) for one in routes() if asks_for_staff(one)}
    assert asked == set(API)
    phone = await console.world.person()
    for method, path in asked:
        below = re.sub(r"{\w+}", str(WITHOUT_ANYTHING), path.removeprefix(PREFIX))
        for token in (None, phone.token, "x"):
            answer = await console.world.call(method, below, token=token)
            assert answer.status == 401, path


async def test_nobody_who_is_not_signed_in_sees_anything(console: Console) -> None:
    for page in pages():
        if page.rule is not Door.OPEN:
            answer, body = await console.call(page.method, filled(page))
            assert (answer.status, answer.headers["Location"], body) == (303, "/sign-in", ""), page.path


async def test_each_page_opens_for_its_offices_and_roles_and_for_nobody_else(console: Console) -> None:
    like, _ = await console.world.clerks()
    tried = 0
    for level, role in everybody():
        token = await session(console, level, role, like)
        for page in pages():
            if isinstance(page.rule, Door):
                continue
            answer, body = await console.call(page.method, filled(page), token=token, sent={})
            allowed = role in WHOSE[page.rule].get(level, frozenset())
            assert (answer.status != 403) is allowed, (page.method, page.path, level, role, body)
            tried += 1
    assert tried > 1000


def about_somebody(page: Page) -> bool:
    """Whether it is about one thing of one office's."""
    return bool(OBJECTS & set(re.findall(r"{(\w+)}", page.path)))


async def test_another_office_s_candidate_is_not_found_on_any_page(console: Console) -> None:
    world = console.world
    target = await one_of_everything(world)
    strangers = await world.clerks_elsewhere()
    about = [page for page in pages() if about_somebody(page)]
    named = {name for page in about for name in re.findall(r"{(\w+)}", page.path)}
    assert named >= OBJECTS and len(about) > 40
    for stranger in strangers:
        token = await console.at_work(f"other.{stranger.level}")
        for page in about:
            assert isinstance(page.rule, Duty), page.path
            answer, body = await console.call(page.method, filled(page, target), token=token, sent=SAID)
            # What isn't this office's to do at all is refused as such before anything is looked for.
            expected = 404 if stranger.level in WHOSE[page.rule] else 403
            assert answer.status == expected and "测试甲" not in unescape(body), (page.method, page.path, body)
        for text in (JIA.id_number, JIA.name, target.number, "13800000000"):
            _, body = await console.call("POST", "/search", token=token, sent={"text": text})
            assert 'id="nothing"' in body
        for page in pages():
            if page.method == "GET" and not about_somebody(page):
                _, body = await console.call("GET", filled(page), token=token)
                assert "测试甲" not in unescape(body), page.path


async def test_the_office_it_belongs_to_finds_it_on_every_page(console: Console) -> None:
    """Without which the test above could pass on things that aren't there. Reading only: an act may be too late."""
    world = console.world
    target = await one_of_everything(world)
    tried = 0
    for own in await world.known_clerks():
        token = await console.at_work(f"test.{own.level}")
        for page in pages():
            if page.method != "GET" or not about_somebody(page) or NOT_THERE & set(page.path.split("/")):
                continue
            assert isinstance(page.rule, Duty)
            if own.level in WHOSE[page.rule]:
                answer, body = await console.call("GET", filled(page, target), token=token)
                assert answer.status == 200, (page.path, body)
                tried += 1
        for text in (JIA.id_number, JIA.name, target.number, "138 0000 0000"):
            answer, _ = await console.call("POST", "/search", token=token, sent={"text": text})
            assert answer.headers["Location"] == f"/registrations/{target.registration}", text
    assert tried > 15


@pytest.fixture
async def site(console: Console) -> Colleague:
    await console.world.clerks()
    return await colleague(console.world)


async def test_who_was_invited_sets_up_a_second_factor_before_anything_else(console: Console) -> None:
    await console.world.clerks()
    invitation = await console.world.built.appointments.invite_by_operator("test.site")
    sent = {"username": "test.site", "invitation": invitation.code, "password": "a long sample phrase"}
    answer, _ = await console.call("POST", "/invitation", sent=sent)
    assert (answer.status, answer.headers["Location"]) == (303, "/account")
    token = answer.cookies["session"].value
    for page in pages():
        if page.rule is not Door.OPEN and page.rule is not Door.SETTING_UP:
            refused, _ = await console.call(page.method, filled(page), token=token, sent={})
            assert refused.status == 403, page.path
    account, body = await console.call("GET", "/account", token=token)
    assert account.status == 200 and "请先登记安全密钥或验证器" in body


async def test_a_form_of_a_foreign_page_does_nothing(console: Console, site: Colleague) -> None:
    token = await console.token(site)
    for origin in ("https://console.example.com", "null", ""):
        for page in pages():
            if page.method == "POST":
                path = filled(page)
                answer, _ = await console.call("POST", path, token=token, sent={}, headers={"Origin": origin})
                assert answer.status == 403, page.path
    assert (await console.world.built.staff_sessions.at_work(token, address=None)).username == "test.site"


async def test_every_answer_forbids_frames_foreign_scripts_and_keeping(console: Console, site: Colleague) -> None:
    token = await console.token(site)
    for path in ("/sign-in", "/registrations", "/nowhere", f"/registrations/{WITHOUT_ANYTHING}"):
        answer, _ = await console.call("GET", path, token=token)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'")
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == ("nosniff", "no-store")


async def test_signing_in_opens_a_new_session_and_leads_nowhere_else(console: Console, site: Colleague) -> None:
    sent = {"username": "test.site", "password": "a long sample phrase", "next": "https://example.com"}
    answer, body = await console.call("POST", "/sign-in", token="fixed.by-somebody", sent=sent)
    found = re.search(r'name="step" value="([^"]+)"', body)
    assert found and answer.status == 200 and "session" not in answer.cookies
    sent = {"step": found[1], "code": await site.code()}
    answer, _ = await console.call(
        "POST", "/sign-in/code?next=https://example.com", token="fixed.by-somebody", sent=sent
    )
    cookie = answer.cookies["session"]
    assert answer.headers["Location"] == "/" and cookie.value != "fixed.by-somebody"
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
    again, body = await console.call("POST", "/sign-in/code", sent=sent)
    assert again.status == 401 and "重新开始" in body


async def test_a_document_number_is_masked_and_showing_it_is_written_down(console: Console, site: Colleague) -> None:
    phone = await console.world.person()
    await phone.submitted()
    token = await console.token(site)
    path = f"/registrations/{phone.registration}"
    _, body = await console.call("GET", path, token=token)
    assert phone.who.id_number not in body
    _, body = await console.call("POST", f"{path}/document-number", token=token)
    assert phone.who.id_number in body and "查看完整证件编号" in body
