"""One candidate's way, from nobody to an admit card, through the front door."""

from pathlib import Path

import pypdfium2

from backend.staff.scope import clerk
from tests.api.world import YI, World
from zhunkao.journey.people import EXAM


async def test_a_candidate_goes_from_login_to_the_admit_card(world: World) -> None:
    phone = await world.person()
    submitted = await phone.submitted()
    assert submitted["state"] == "submitted"
    assert submitted["auto_confirmation"]["outcome"] == "not_applicable"
    await world.approved(phone)
    await world.at("2024-01-29 00:00")
    order = (await phone.order()).json
    await phone.pay(order["client"])
    await phone.paid()
    await world.at("2024-03-01 10:00")
    assert (await world.built.seating.arrange(await clerk("test.site"), EXAM, seed=7)).seated == 1
    await world.at("2024-04-01 00:00")
    answer = await phone.mine("GET", "/admit-card.pdf")
    assert answer.status == 200
    with pypdfium2.PdfDocument(answer.body) as paper:
        text = paper[0].get_textpage().get_text_range()
    assert "测试甲" in text and "示例" in text


async def test_a_returning_candidate_whose_data_did_not_change_is_confirmed_at_submit(
    world: World, tmp_path: Path
) -> None:
    await world.last_year(tmp_path / "2023.csv")
    phone = await world.person(YI)
    submitted = await phone.submitted()
    assert (submitted["state"], submitted["auto_confirmation"]["outcome"]) == ("confirmed", "confirmed")
    assert submitted["auto_confirmation"]["rolls"] is True
    step = await phone.step("confirmation")
    assert step["state"] == "done"
    assert step["message"] == "您已完成报名确认，请等待考点、考区考试管理机构进行资格审核"
