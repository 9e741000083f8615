"""Somebody who asks for another name or document, the offices that look at it, and what their account says then."""

import asyncio
from io import BytesIO
from typing import Any
from uuid import UUID

import aiohttp

from backend.candidates.document_numbers import check_character
from backend.documents.photos import sample_photo
from backend.personal_data import PersonalData
from backend.staff.scope import Clerk
from tests.api.world import JIA, Phone, World
from zhunkao.journey.people import AREA, SITE, Person

NAME = "测试䶮"
NUMBER = "130104" + JIA.birth + "000"
NUMBER += check_character(NUMBER)
RENEWED = {"id_type": "resident_id_card", "id_number": NUMBER}


class Renewed(Person):
    """Somebody else, who has the number that is asked for."""

    @property
    def id_number(self) -> str:
        return NUMBER


TAKER = Renewed(name="测试丁", username="ceshi_ding", birth=JIA.birth)


async def ask(phone: Phone, **wanted: Any) -> Any:
    body = {"kind": "account_change", "area": AREA, "site": SITE, "text": "证件号码有误", **wanted}
    return await phone.call("POST", "/inquiries", body=body)


async def asked(phone: Phone, *, shown: bool = True, **wanted: str) -> UUID:
    answer = await ask(phone, **(wanted or {"name": NAME, **RENEWED}))
    assert answer.status == 201, answer.body
    if shown:
        await show(phone, answer.json["id"])
    return UUID(answer.json["id"])


async def show(phone: Phone, inquiry: str) -> None:
    form = aiohttp.FormData()
    picture = BytesIO(await asyncio.to_thread(sample_photo, 1))
    form.add_field("file", picture, filename="paper.jpg", content_type="image/jpeg")
    answer = await phone.call("POST", f"/inquiries/{inquiry}/pictures", data=form)
    assert answer.status == 201, answer.body


async def forwarded(world: World, inquiry: UUID) -> Clerk:
    """By the site's desk; the area's clerk who decides."""
    site, area = await world.clerks()
    await world.built.account_changes.forward(site, inquiry, recommended=True, note="已见户口簿")
    return area


def personal_data(world: World) -> PersonalData:
    return PersonalData([key.get_secret_value() for key in world.settings.data_keys])


async def said(phone: Phone, inquiry: UUID) -> list[str]:
    items = (await phone.call("GET", f"/inquiries/{inquiry}/messages")).json["items"]
    return [one["text"] for one in items if one["author"] == "system"]


async def account(phone: Phone) -> tuple[str, str, str]:
    shown = (await phone.call("GET", "/account")).json
    return shown["name"], shown["id_number"][:6], shown["identity_check"]
