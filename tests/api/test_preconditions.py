"""If-Match: whoever says on which version they decided isn't carried past somebody else's change."""

import asyncio
from datetime import datetime
from io import BytesIO

import aiohttp

from backend.audit import AuditRecord
from backend.clock import EXAM_ZONE
from backend.documents.photos import sample_photo
from backend.registrations.models import Registration
from tests.api.world import Answer, Phone, World

ELSEWHERE = {"POST /api/v1/registrations/{registration_id}/payment"}
"""An order of its own, made once by its key."""


async def on(phone: Phone, version: int, path: str) -> Answer:
    return await phone.mine("POST", path, headers={"If-Match": f'"{version}"'})


async def version(phone: Phone) -> int:
    return int((await phone.mine("GET")).json["version"])


async def test_every_change_of_a_registration_can_say_the_version_it_was_decided_on(world: World) -> None:
    for path, operations in world.document["paths"].items():
        for method in {"post", "put"} & set(operations):
            if not path.startswith("/api/v1/registrations/{") or f"{method.upper()} {path}" in ELSEWHERE:
                continue
            headers = {one["name"]: one["required"] for one in operations[method]["parameters"]}
            assert headers.get("If-Match") is ("/sections/" in path), (method, path)
            assert "412" in operations[method]["responses"]


async def test_on_a_version_that_no_longer_stands_nothing_is_done_and_a_repeat_is_answered_as_before(
    world: World,
) -> None:
    phone = await world.person()
    await phone.draft()
    await phone.fill_in()
    stands = await version(phone)
    stale = await on(phone, stands - 1, "/submit")
    assert (stale.status, stale.code) == (412, "changed_meanwhile")
    assert stale.json["detail"].startswith("这份报名信息刚刚在别处修改过")
    assert (await Registration.get(id=phone.registration)).state == "draft"
    for _ in range(2):  # the second repeats the first, whose answer was lost
        assert (await on(phone, stands, "/submit")).status == 200
    assert (await on(phone, stands, "/withdraw")).status == 412
    assert (await on(phone, await version(phone), "/withdraw")).json["state"] == "draft"
    before = await AuditRecord.all().count()
    form = aiohttp.FormData()
    form.add_field("file", BytesIO(await asyncio.to_thread(sample_photo, 2)), filename="photo.jpg")
    stale = await phone.mine("POST", "/photo", data=form, headers={"If-Match": '"1"'})
    assert stale.status == 412
    until = datetime(2024, 1, 16, tzinfo=EXAM_ZONE)
    await Registration.filter(id=phone.registration).update(
        state="returned", returned_by="site", supplement_until=until, confirmed_by="staff"
    )
    assert (await on(phone, 1, "/supplement")).status == 412
    assert await AuditRecord.all().count() == before
    assert (await on(phone, await version(phone), "/supplement")).json["state"] == "confirmed"


async def test_what_is_no_version_is_refused_naming_the_header(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    answer = await phone.mine("POST", "/submit", headers={"If-Match": "latest"})
    assert (answer.status, answer.faults) == (422, {"If-Match": "not_a_number"})
