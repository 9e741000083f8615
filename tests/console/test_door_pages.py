"""The door at a site's and an area's desk, over HTTP: who is in, one card checked, marks made without the network."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from backend.clock import EXAM_ZONE
from backend.exams.models import ExamSession, Venue
from backend.seating.door_lists import ProvisionalMark
from backend.seating.models import DoorListIssued, EntryMark
from tests.api.results import seat
from tests.api.world import JIA
from tests.console.conftest import Console
from zhunkao.journey.people import AREA, EXAM, SITE

MORNING = "2024-04-13 08:40"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One candidate, seated; the door of their first session, open."""

    console: Console
    site: str
    number: str
    venue: int
    session: int

    @property
    def path(self) -> str:
        return f"/door/{self.venue}/{self.session}"

    async def check(self, code: str, **sent: str) -> tuple[int, str]:
        answer, body = await self.console.call(
            "POST", f"{self.path}/check", token=self.site, sent={"code": code, **sent}
        )
        return answer.status, body


@pytest.fixture
async def scene(console: Console) -> Scene:
    world = console.world
    phone = await world.person()
    await phone.submitted()
    [number] = await seat(world, phone)
    await world.at(MORNING)
    session = await ExamSession.get(exam__code=EXAM, number=1, area__name=AREA)
    venue = await Venue.get(site__name=SITE, exam__code=EXAM)
    site = await console.at_work("test.site")
    return Scene(console=console, site=site, number=number, venue=venue.id, session=session.id)


def outcome(body: str) -> str:
    found = re.search(r'data-outcome="(\w+)"', body)
    assert found, body
    return found[1]


async def test_a_card_is_checked_once_and_the_door_shows_who_is_in(scene: Scene) -> None:
    _, body = await scene.console.call("GET", scene.path, token=scene.site)
    assert "0 / 1" in body and scene.number in body and "未入场" in body
    key = re.search(r'name="mark" value="([^"]+)"', body)
    assert key
    for _ in range(2):  # the same form, sent twice
        status, body = await scene.check(scene.number, mark=key[1])
        assert (status, outcome(body)) == (200, "admitted")
    assert JIA.name in body and JIA.id_number not in body and f"{scene.path}/photos/{scene.number}" in body
    assert await EntryMark.all().count() == 1
    status, body = await scene.check(scene.number, mark=str(uuid4()))
    assert (status, outcome(body)) == (200, "already_entered")
    _, body = await scene.console.call("GET", f"{scene.path}?missing=1", token=scene.site)
    assert "1 / 1" in body and "应到考生已全部入场" in body
    _, body = await scene.console.call("GET", f"/door?exam={EXAM}", token=scene.site)
    assert "1 / 1" in body and f'href="{scene.path}"' in body
    answer, _ = await scene.console.call("GET", f"{scene.path}/photos/{scene.number}", token=scene.site)
    assert (answer.status, answer.content_type) == (200, "image/jpeg")


async def test_what_is_no_card_is_told_in_words(scene: Scene) -> None:
    for code, told in (("20249999999999", "not_found"), ("ZK2:nothing", "forged")):
        status, body = await scene.check(code)
        assert (status, outcome(body)) == (200, told)
    for code in ("", "1" * 257):
        status, _ = await scene.check(code)
        assert status == 422
    assert await EntryMark.all().count() == 0


async def test_offline_marks_and_doubles_are_listed_for_a_person_s_look(scene: Scene) -> None:
    world = scene.console.world
    clerk, _ = await world.known_clerks()
    at = datetime(2024, 4, 13, 8, 45, tzinfo=EXAM_ZONE)
    listed = await world.built.door_lists.download(clerk, venue_id=scene.venue, session_id=scene.session)
    await world.at("2024-04-13 08:50")
    marks = [ProvisionalMark(mark_id=uuid4(), code=scene.number, at=at) for _ in range(2)]
    await world.built.door_lists.upload(clerk, listed.id, marks)
    area, body = await scene.console.at_work("test.area"), ""
    for token in (scene.site, area):
        _, body = await scene.console.call("GET", f"/door?exam={EXAM}", token=token)
        assert 'id="doubtful"' in body and "已入过场" in body and body.count("示例考场一") >= 3
        _, body = await scene.console.call("GET", scene.path, token=token)
        assert "离线登记" in body and "1 / 1" in body
    assert "/check" not in body  # an area looks on
    await world.clerks_elsewhere()
    for name in ("other.site", "other.area"):
        stranger = await scene.console.at_work(name)
        _, body = await scene.console.call("GET", f"/door?exam={EXAM}", token=stranger)
        assert 'id="no-doors"' in body and 'id="no-doubtful"' in body and JIA.name not in body
        answer, _ = await scene.console.call("GET", scene.path, token=stranger)
        assert answer.status == 404


async def test_the_list_to_take_along_and_the_recovery_confirmation_are_handed_out_and_written_down(
    scene: Scene,
) -> None:
    headers = {"Origin": scene.console.url, "Cookie": f"session={scene.site}"}
    async with ClientSession() as http:
        async with http.post(f"{scene.console.url}{scene.path}/list", headers=headers) as answer:
            listed = json.loads(await answer.read())
        assert json.loads(listed["text"])["candidates"][0]["admit_number"] == scene.number
        assert await DoorListIssued.all().count() == 1
        _, body = await scene.console.call("GET", scene.path, token=scene.site)
        after = re.search(r'name="after_room" value="(\d+)"', body)
        assert after
        sent = {"after_room": after[1]}
        async with http.post(f"{scene.console.url}{scene.path}/recovery", data=sent, headers=headers) as answer:
            assert answer.status == 200 and (await answer.read()).startswith(b"%PDF")
    answer, _ = await scene.console.call(
        "POST", f"{scene.path}/recovery", token=scene.site, sent={"after_room": "99999999"}
    )
    assert answer.status == 404


async def test_a_door_that_is_none_is_not_found(scene: Scene) -> None:
    for path in ("/door/0/0", "/door/x/1", f"/door/{scene.venue}/{2**62}", f"/door/{2**64}/1"):
        answer, _ = await scene.console.call("GET", path, token=scene.site)
        assert answer.status == 404, path
    for after in ("1", "a b", f"{10**17} {10**17}"):
        answer, _ = await scene.console.call("GET", f"{scene.path}?after={after}", token=scene.site)
        assert answer.status in (200, 422), after
