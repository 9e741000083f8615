"""How often a face may fail, for whom it counts, and what is taken at all: on every platform alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.candidates.models import FaceLogin
from backend.clock import real_now
from tests.api.faces import PLATFORMS, begin, complete, shown
from tests.api.world import JIA, YI, World


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_after_three_failed_faces_a_user_begins_none_that_day(world: World, platform: str) -> None:
    phone = await world.stranger(YI, platform=platform)
    for _ in range(3):
        assert (await shown(phone, "no_match")).code == "face_no_match"
    answer = await begin(phone, replace(YI, birth="19920303"))
    assert (answer.status, answer.code) == (429, "too_many_faces")
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400
    await FaceLogin.filter(open_id=phone.open_id).update(completed_at=real_now() - timedelta(days=1))
    assert (await begin(phone)).status == 201


async def test_certificates_begun_before_do_not_get_past_the_limit(world: World, platform: str) -> None:
    phone = await world.stranger(platform=platform)
    begun = [await begin(phone) for _ in range(4)]
    for one in begun[:3]:
        await phone.face(one.json["client"], "no_match")
        assert (await complete(phone, one)).code == "face_no_match"
    await phone.face(begun[3].json["client"])
    assert (await complete(phone, begun[3])).code == "too_many_faces"


async def test_begun_and_cancelled_faces_count_against_nobody(world: World, platform: str) -> None:
    await world.person()
    stranger = await world.stranger(YI, platform=platform)
    for _ in range(4):
        assert (await shown(stranger, "cancelled", JIA)).code == "face_not_completed"
    assert (await shown(stranger, "no_match", JIA)).code == "face_no_match"
    assert (await shown(await world.stranger(platform=platform))).status == 200


async def test_three_faces_that_failed_for_a_document_stop_others_but_not_the_bound_owner(
    world: World, platform: str
) -> None:
    owner = await world.person(platform=platform)
    for _ in range(3):
        assert (await shown(await world.stranger(YI, platform=platform), "pass", JIA)).code == "face_no_match"
    for other in PLATFORMS:
        assert (await begin(await world.stranger(platform=other))).code == "too_many_faces"
    assert (await shown(owner)).status == 200


async def test_a_user_begins_no_more_than_twenty_a_day(world: World, platform: str) -> None:
    phone = await world.stranger(platform=platform)
    answers = [await begin(phone) for _ in range(21)]
    assert [answer.status for answer in answers] == [201] * 20 + [429]
    assert (await begin(await world.stranger(YI, platform=platform))).status == 201


async def test_another_document_than_a_resident_id_card_is_sent_to_the_site(world: World) -> None:
    for platform in PLATFORMS:
        answer = await begin(await world.stranger(platform=platform), id_type="passport", id_number="E12345678")
        assert (answer.status, answer.code) == (409, "face_needs_resident_id_card")


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"id_number": "123"}, {"id_number": "id_number_form"}),
        ({"name": "123"}, {"name": "name_form"}),
        ({"name": "", "id_number": ""}, {"name": "name_form", "id_number": "id_number_form"}),
    ],
)
async def test_faults_are_told_all_together(world: World, changed: dict[str, str], faults: dict[str, str]) -> None:
    answer = await begin(await world.stranger(), None, **changed)
    assert (answer.status, answer.faults) == (422, faults)


async def test_no_document_number_is_kept_readable(world: World) -> None:
    await shown(await world.stranger())
    row = await FaceLogin.get(name=JIA.name)
    assert JIA.id_number.encode() not in bytes(row.id_number)
