"""The sample site that confirms online: its candidates' papers, uploaded and handed in."""

import asyncio
from io import BytesIO
from typing import Any
from urllib.parse import quote

import aiohttp
from PIL import Image

from backend.staff.models import Level
from backend.staff.scope import Clerk, clerk
from tests.api.world import JIA, Answer, Phone, World

ONLINE = {"area": "上海", "site": "示例区", "confirmation_point": None}
KINDS = ("身份证", "毕业证", "学位证", "资格证")


def scan(colour: str = "white", size: tuple[int, int] = (1200, 1700), form: str = "JPEG") -> bytes:
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, form)
    return file.getvalue()


async def upload(phone: Phone, kind: str, content: bytes | None = None) -> Answer:
    form = aiohttp.FormData()
    content = content if content is not None else await asyncio.to_thread(scan)
    form.add_field("file", BytesIO(content), filename="paper.bin", content_type="application/octet-stream")
    return await phone.mine("POST", f"/materials/{quote(kind)}", data=form)


async def filled_in(world: World, who: Any = JIA, **registration: Any) -> Phone:
    phone = await world.person(who)
    await phone.draft()
    await phone.fill_in(registration={**ONLINE, **registration})
    return phone


async def submitted(world: World) -> Phone:
    phone = await filled_in(world)
    for kind in KINDS:
        assert (await upload(phone, kind)).status == 200
    answer = await phone.mine("POST", "/submit")
    assert answer.status == 200, answer.body
    return phone


async def site_clerk(world: World) -> Clerk:
    """A clerk of that site."""
    await world.built.members.create(
        username="online.site", name="示例线上考点", level=Level.SITE, area=ONLINE["area"], site=ONLINE["site"]
    )
    return await clerk("online.site")
