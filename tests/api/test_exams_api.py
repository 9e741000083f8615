"""What was published, as a mini-program reads it: without a session, page by page, marked where it is a sample."""

from typing import Any

import pytest

from tests.api.world import World
from zhunkao.journey.people import AREA, EXAM, SITE, SPECIALITY, SUBJECTS

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def world(read_world: World) -> World:
    return read_world


async def get(world: World, path: str, **headers: str) -> Any:
    answer = await world.call("GET", path, headers=headers)
    assert answer.status == 200, answer.body
    return answer.json


async def stage(world: World, name: str, place: str = "") -> Any:
    items = (await get(world, f"/exams/{EXAM}/calendar{place}"))["items"]
    return next(one for one in items if one["stage"] == name)


async def test_every_exam_is_listed_the_newest_first(world: World) -> None:
    items = (await get(world, "/exams"))["items"]
    years = [one["year"] for one in items]
    assert years == sorted(years, reverse=True)
    assert EXAM in {one["code"] for one in items}


async def test_an_exam_tells_its_days_and_subjects(world: World) -> None:
    assert await get(world, f"/exams/{EXAM}") == {
        "code": EXAM,
        "name": "2024年度卫生专业技术资格考试",
        "kind": "health_professional",
        "year": 2024,
        "exam_days": ["2024-04-13", "2024-04-14", "2024-04-20", "2024-04-21"],
        "subjects": list(SUBJECTS),
        "sample": False,
    }


@pytest.mark.parametrize(
    ("exam", "employer", "there", "not_there"),
    [
        (EXAM, "单位名称", "registration.level", "basic.health"),
        ("nurse-2012", "工作单位", "education.studies", "registration.level"),
    ],
)
async def test_a_client_is_told_which_form_to_draw(
    world: World, exam: str, employer: str, there: str, not_there: str
) -> None:
    items = (await get(world, f"/exams/{exam}/form"))["items"]
    drawn = {one["field"]: one for one in items}
    assert drawn["work.employer"]["title"] == employer
    assert (drawn["basic.ethnicity"]["answer"], drawn["basic.ethnicity"]["of"]) == ("code", "ethnicity")
    assert drawn["registration.speciality"]["of"] == "specialities"
    assert there in drawn and (not_there not in drawn or drawn[not_there]["needed"] == "optional")


async def test_a_list_is_read_page_by_page_to_its_end(world: World) -> None:
    whole = [one["code"] for one in (await get(world, f"/exams/{EXAM}/specialities?limit=100"))["items"]]
    read, after = [], ""
    while True:
        page = await get(world, f"/exams/{EXAM}/specialities?limit=7{after}")
        read += [one["code"] for one in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert read == whole and len(whole) > 20


async def test_exams_are_read_page_by_page_too(world: World) -> None:
    whole = [one["code"] for one in (await get(world, "/exams"))["items"]]
    page = await get(world, "/exams?limit=1")
    read = [page["items"][0]["code"]]
    while page["next"]:
        page = await get(world, f"/exams?limit=1&after={page['next']}")
        read += [one["code"] for one in page["items"]]
    assert read == whole


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("limit=0", {"limit": "out_of_range"}),
        ("limit=101", {"limit": "out_of_range"}),
        ("limit=x", {"limit": "not_a_number"}),
        ("page=2", {"page": "not_a_field"}),
        ("limit=0&page=2", {"limit": "out_of_range", "page": "not_a_field"}),
    ],
)
async def test_a_query_that_can_be_none_is_refused_naming_every_field(
    world: World, query: str, faults: dict[str, str]
) -> None:
    answer = await world.call("GET", f"/exams?{query}")
    assert (answer.status, answer.code, answer.faults) == (422, "request_faulty", faults)


@pytest.mark.parametrize("path", ["", "/calendar", "/areas", "/sites", "/specialities"])
async def test_an_exam_nobody_holds_is_not_found(world: World, path: str) -> None:
    answer = await world.call("GET", f"/exams/health-1999{path}")
    assert (answer.status, answer.code) == (404, "exam_unknown")


async def test_the_calendar_tells_every_stage_with_its_windows_and_state(world: World) -> None:
    assert await stage(world, "pre_registration") == {
        "stage": "pre_registration",
        "title": "网上预报名",
        "windows": [{"opens_at": "2023-12-01T00:00:00+08:00", "closes_at": "2023-12-15T00:00:00+08:00"}],
        "state": "open",
        "from_layer": "national",
        "sample": False,
    }
    assert (await stage(world, "payment"))["state"] == "upcoming"
    none = await stage(world, "confirmation")
    assert (none["windows"], none["state"], none["from_layer"]) == ([], "none", None)


async def test_a_place_has_its_own_layer_and_says_where_it_is_a_sample(world: World) -> None:
    found = await stage(world, "confirmation", f"?area={AREA}&site={SITE}")
    assert (found["state"], found["from_layer"], found["sample"]) == ("upcoming", "area", True)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2023-11-30 23:59:59", "upcoming"),
        ("2023-12-01 00:00:00", "open"),
        ("2023-12-14 23:59:59", "open"),
        ("2023-12-15 00:00:00", "closed"),
    ],
)
async def test_a_stage_is_open_from_its_first_instant_to_just_before_its_last(
    world: World, stop_at: Any, now: str, state: str
) -> None:
    stop_at(now)
    assert (await stage(world, "pre_registration"))["state"] == state


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/calendar?area=没有", "area_unknown"),
        (f"/calendar?area={AREA}&site=没有", "site_unknown"),
        ("/sites?area=没有", "area_unknown"),
        (f"/confirmation-points?area={AREA}&site=没有", "site_unknown"),
    ],
)
async def test_a_place_nobody_knows_is_not_found(world: World, path: str, code: str) -> None:
    answer = await world.call("GET", f"/exams/{EXAM}{path}")
    assert (answer.status, answer.code) == (404, code)


async def test_all_areas_are_told_with_how_each_holds_the_exam(world: World) -> None:
    areas = {one["name"]: one for one in (await get(world, f"/exams/{EXAM}/areas"))["items"]}
    assert len(areas) == 32
    assert (areas["河北"]["auto_confirmation"], areas["河北"]["payment_mode"]) == (True, "online")
    assert (areas["湖北"]["auto_confirmation"], areas["湖北"]["payment_mode"]) == (False, "onsite")
    assert areas["上海"]["confirmation_mode"] == "online"


async def test_the_sites_of_an_area_are_told(world: World) -> None:
    items = (await get(world, f"/exams/{EXAM}/sites?area={AREA}"))["items"]
    assert (SITE, True) in {(one["name"], one["sample"]) for one in items}
    assert {one["area"] for one in items} == {AREA}


async def test_specialities_are_found_by_level_and_by_part_of_code_or_name(world: World) -> None:
    junior = (await get(world, f"/exams/{EXAM}/specialities?level=junior&limit=100"))["items"]
    assert {one["level"] for one in junior} == {"junior"}
    found = (await get(world, f"/exams/{EXAM}/specialities?q={SPECIALITY}"))["items"]
    assert [one["code"] for one in found] == [SPECIALITY]
    named = (await get(world, f"/exams/{EXAM}/specialities?q={found[0]['name']}&limit=100"))["items"]
    assert SPECIALITY in {one["code"] for one in named}


async def test_the_best_matching_confirmation_point_comes_first_with_what_to_do_there(world: World) -> None:
    path = f"/exams/{EXAM}/confirmation-points?area={AREA}&site={SITE}&employer=示例市第一医院"
    first = (await get(world, path))["items"][0]
    assert (first["name"], first["hand_in"], first["sample"]) == ("示例市卫生健康委人事科", "self", True)
    assert first["id"] == await world.point()


async def test_a_confirmation_point_is_asked_for_with_a_place(world: World) -> None:
    answer = await world.call("GET", f"/exams/{EXAM}/confirmation-points")
    assert (answer.status, answer.faults) == (422, {"area": "missing", "site": "missing"})


async def test_the_code_lists_are_told_in_the_readers_language(world: World) -> None:
    chinese = {one["name"]: one["values"] for one in (await get(world, "/code-lists"))["items"]}
    english = {
        one["name"]: one["values"] for one in (await get(world, "/code-lists", **{"Accept-Language": "en"}))["items"]
    }
    assert set(chinese) == {
        "ethnicity",
        "health",
        "highest_education",
        "degree",
        "employer_nature",
        "licence_class",
        "current_qualification",
    }
    assert chinese["ethnicity"][0] == {"code": "01", "text": "汉族"}
    assert english["ethnicity"][0] == {"code": "01", "text": "Han"}


async def test_the_stages_are_named_in_the_readers_language(world: World) -> None:
    items = (await get(world, f"/exams/{EXAM}/calendar", **{"Accept-Language": "en-US"}))["items"]
    assert items[0]["title"] == "Online pre-registration"
