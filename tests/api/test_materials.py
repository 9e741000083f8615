"""Areas that confirm online: papers are uploaded before the form is handed in; owner and site see them, nobody else."""

import asyncio
from io import BytesIO
from urllib.parse import quote
from uuid import UUID

import pytest
from PIL import Image

from backend.registrations.models import Material
from backend.registrations.moves import Act
from backend.staff.scope import Clerk
from tests.api.online import KINDS, filled_in, scan, site_clerk, submitted, upload
from tests.api.world import YI, World


async def while_it_confirms(world: World) -> Clerk:
    """A clerk of the site that confirms online."""
    await world.at("2023-12-05 10:00")
    return await site_clerk(world)


async def test_every_paper_that_is_missing_is_named_with_the_other_faults(world: World) -> None:
    phone = await filled_in(world)
    await phone.save("work", {})
    await upload(phone, "毕业证")
    answer = await phone.mine("POST", "/submit")
    assert (answer.status, answer.code) == (422, "form_incomplete")
    named = [field for field in answer.faults if field.startswith("materials.")]
    assert named == [f"materials.{kind}" for kind in KINDS if kind != "毕业证"]
    assert "work.employer" in answer.faults


async def test_with_all_papers_the_form_is_handed_in_without_a_confirmation_point(world: World) -> None:
    phone = await submitted(world)
    row = (await phone.mine("GET")).json
    assert row["state"] == "submitted"
    assert row["materials"] == [{"kind": kind, "state": "uploaded", "reason": None} for kind in KINDS]
    step = await phone.step("confirmation")
    assert (step["state"], step["bring"]) == ("current", [])
    assert "网上核对" in step["message"]


async def test_the_form_step_names_the_papers_while_they_can_be_uploaded(world: World) -> None:
    phone = await filled_in(world)
    step = await phone.step("form")
    assert tuple(step["bring"]) == KINDS
    assert "上传材料" in step["message"]


async def test_a_paper_is_replaced_and_the_same_again_changes_nothing(world: World) -> None:
    phone = await filled_in(world)
    first = await upload(phone, "身份证")
    again = await upload(phone, "身份证")
    other = await upload(phone, "身份证", await asyncio.to_thread(scan, "grey"))
    assert first.json["version"] == again.json["version"] == other.json["version"] - 1
    assert await Material.all().count() == 1


async def test_a_paper_is_kept_small_and_without_what_the_camera_wrote_into_it(world: World) -> None:
    phone = await filled_in(world)
    exif = Image.Exif()
    exif[0x010E] = "made at home"
    file = BytesIO()
    Image.new("RGB", (3000, 2000), "white").save(file, "JPEG", exif=exif)
    await upload(phone, "身份证", file.getvalue())
    shown = await phone.mine("GET", f"/materials/{quote('身份证')}")
    assert shown.headers["Content-Type"] == "image/jpeg"
    picture = Image.open(BytesIO(shown.body))
    assert max(picture.size) == 2000
    assert not picture.getexif()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"%PDF-1.7 no picture", 422, "picture_unreadable"),
        (b"", 422, "picture_unreadable"),
        (scan()[:500], 422, "picture_unreadable"),
        (scan(size=(6000, 5000), form="PNG"), 422, "picture_too_large"),
        (b"x" * (5 * 2**20 + 1), 413, "file_too_large"),
    ],
)
async def test_what_is_no_picture_or_too_large_is_refused_and_nothing_is_kept(
    world: World, content: bytes, status: int, code: str
) -> None:
    phone = await filled_in(world)
    answer = await upload(phone, "身份证", content)
    assert (answer.status, answer.code) == (status, code)
    assert await Material.all().count() == 0


async def test_a_paper_nobody_asked_for_is_not_taken(world: World) -> None:
    answer = await upload(await filled_in(world), "驾驶证")
    assert (answer.status, answer.code) == (404, "material_unknown")


async def test_where_one_confirms_in_person_nothing_is_uploaded(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    answer = await upload(phone, "身份证")
    assert (answer.status, answer.code) == (409, "area_first")
    await phone.fill_in()
    answer = await upload(phone, "身份证")
    assert (answer.status, answer.code) == (409, "materials_in_person")


async def test_nobody_elses_papers_are_seen_or_replaced(world: World) -> None:
    phone = await filled_in(world)
    await upload(phone, "身份证")
    other = await world.person(YI)
    other.registration = phone.registration
    for answer in (
        await other.mine("GET", f"/materials/{quote('身份证')}"),
        await upload(other, "身份证", await asyncio.to_thread(scan, "grey")),
    ):
        assert answer.status == 404


async def test_what_is_handed_in_is_not_replaced_until_it_is_taken_back(world: World) -> None:
    phone = await submitted(world)
    answer = await upload(phone, "身份证", await asyncio.to_thread(scan, "grey"))
    assert (answer.status, answer.code) == (409, "not_from_this_state")
    await phone.mine("POST", "/withdraw")
    assert (await upload(phone, "身份证", await asyncio.to_thread(scan, "grey"))).status == 200


async def test_confirmed_online_it_says_so_and_is_changed_no_more(world: World) -> None:
    phone = await submitted(world)
    await world.built.office.act(await while_it_confirms(world), Act.CONFIRM, UUID(phone.registration))
    kept = (await phone.mine("GET")).json
    assert kept["state"] == "confirmed" and kept["state_text"].startswith("您已完成报名确认")
    answer = await upload(phone, "身份证", await asyncio.to_thread(scan, "grey"))
    assert (answer.status, answer.code) == (409, "not_from_this_state")


async def test_refused_online_it_is_mended_with_another_paper_and_handed_in_again(world: World) -> None:
    phone = await submitted(world)
    site = await while_it_confirms(world)
    await world.built.office.act(site, Act.REFUSE, UUID(phone.registration), papers={"身份证": "照片不清晰"})
    kept = (await phone.mine("GET")).json
    assert (kept["state"], kept["reasons"]) == ("confirmation_rejected", ["身份证：照片不清晰"])
    assert kept["state_text"].startswith("确认不通过")
    assert (await upload(phone, "身份证", await asyncio.to_thread(scan, "grey"))).status == 200
    await world.at("2023-12-18 23:59:58")
    answer = await phone.mine("POST", "/submit")
    assert (answer.status, answer.json["state"]) == (200, "submitted")
