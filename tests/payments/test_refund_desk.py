"""The demo's desk: the site asks for a refund, the area approves it, with the buttons beside the phone."""

from pytest_aiohttp.plugin import AiohttpClient

from backend.staff.models import Level
from tests.api.world import Phone, World
from tests.payments.books import Books
from tests.payments.giving_back import GivingBack
from zhunkao.demo.desk import create_desk
from zhunkao.journey.people import AREA, AREA_CLERK, SITE, SITE_CLERK


async def test_the_desk_asks_and_approves_and_says_where_the_registration_stands(
    world: World, phone: Phone, books: Books, aiohttp_client: AiohttpClient
) -> None:
    await world.built.members.create(username=SITE_CLERK, name="示例考点", level=Level.SITE, area=AREA, site=SITE)
    await world.built.members.create(username=AREA_CLERK, name="示例考区", level=Level.AREA, area=AREA)
    back = GivingBack(world, books, phone, *await world.known_clerks())
    await back.pay()
    desk = await aiohttp_client(create_desk(world.built))

    async def click(act: str) -> tuple[int, dict[str, str]]:
        async with desk.post(f"/desk/{act}", json={"registration": phone.registration}) as answer:
            return answer.status, await answer.json()

    async with desk.get("/desk", headers={"Accept-Language": "en"}) as answer:
        titles = {item["act"]: item["title"] for item in (await answer.json())["items"]}
    assert titles["ask_refund"] == "ask for a refund" and titles["approve_refund"] == "approve the refund"
    assert (await click("approve_refund"))[1]["code"] == "refund_unknown"
    assert await click("ask_refund") == (200, {"state": "approved", "payment_state": "paid"})
    assert (await click("ask_refund"))[1]["code"] == "refund_under_way"
    assert await click("approve_refund") == (200, {"state": "approved", "payment_state": "due"})
    assert await back.end() == "succeeded"
