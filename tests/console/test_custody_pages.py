"""The exam's materials at the desks of a site and its area: declared, counted, signed by two on each side, closed."""

from html import unescape

import pytest

from backend.custody.models import CustodyIncident, HandOver, HandOverClosing, ItemCount, Watch
from tests.api.custody import offices_of
from tests.api.staff_people import colleague
from tests.console.conftest import Console
from zhunkao.journey.people import EXAM

DECLARED = {
    "number": "2024-77",
    "kind": "pickup",
    "place": "示例市保密室",
    "batch": "1",
    "material_1": "papers",
    "label_1": "B1",
    "seal_1": "F001",
    "quantity_1": "30",
    "material_2": "spare_papers",
    "label_2": "B2",
    "seal_2": "F002",
    "quantity_2": "5",
}


@pytest.fixture
async def tokens(console: Console) -> dict[str, str]:
    """Two of the site, two of its area, one of another site, on the day of the pick-up."""
    await offices_of(console.world)
    await console.world.clerks_elsewhere()
    names = ("test.site", "second.site", "test.area", "second.area", "other.site")
    return {name: await console.token(await colleague(console.world, name)) for name in names}


async def test_a_hand_over_goes_its_whole_way_and_what_differs_is_told_up(
    console: Console, tokens: dict[str, str]
) -> None:
    site, area = tokens["test.site"], tokens["test.area"]
    answer, _ = await console.call("GET", f"/custody/{EXAM}/declare", token=site)
    assert answer.status == 200
    answer, _ = await console.call("POST", f"/custody/{EXAM}/hand-overs", token=site, sent=DECLARED)
    here = answer.headers["Location"]
    again, _ = await console.call("POST", f"/custody/{EXAM}/hand-overs", token=site, sent=DECLARED)
    assert answer.status == again.status == 303 and again.headers["Location"] == here
    assert await HandOver.all().count() == 1
    answer, _ = await console.call("POST", f"{here}/sign", token=site, sent={"side": "receiver"})
    assert answer.status == 409  # nobody has counted
    counts = {
        "label_1": "B1", "counted_1": "29", "intact_1": "no", "remark_1": "示例",
        "label_2": "B2", "counted_2": "5", "intact_2": "yes", "remark_2": "",
    }  # fmt: skip
    answer, _ = await console.call("POST", f"{here}/count", token=area, sent=counts)
    assert answer.status == 403  # the giver counts nothing
    answer, body = await console.call("POST", f"{here}/count", token=site, sent=counts)
    assert answer.status == 303, body
    assert await CustodyIncident.all().count() == 2
    _, body = await console.call("GET", "/custody", token=area)
    assert "封条或外包装破损" in body and "数量不符" in body and "30 / 29" in body
    answer, _ = await console.call("POST", f"{here}/close", token=site)
    assert answer.status == 409
    for name, side in (
        ("test.area", "giver"), ("second.area", "giver"), ("test.site", "receiver"), ("second.site", "receiver")
    ):  # fmt: skip
        answer, _ = await console.call("POST", f"{here}/sign", token=tokens[name], sent={"side": side})
        assert answer.status == 303, name
    wrong = await ItemCount.get(counted=29)
    answer, _ = await console.call(
        "POST", f"/custody/counts/{wrong.id}/correct", token=site, sent={"counted": "x", "intact": "no"}
    )
    assert answer.status == 422
    answer, _ = await console.call(
        "POST", f"/custody/counts/{wrong.id}/correct", token=site, sent={"counted": "30", "intact": "no"}
    )
    assert answer.status == 303 and await ItemCount.all().count() == 3
    answer, _ = await console.call("POST", f"{here}/incident", token=site, sent={"text": "示例异常"})
    assert answer.status == 303
    answer, _ = await console.call("POST", f"{here}/close", token=site)
    assert answer.status == 303 and await HandOverClosing.all().count() == 1
    answer, body = await console.call("GET", here, token=site)
    assert "已完成" in body and "示例异常" in unescape(body) and body.count("示例考点") >= 2
    assert f"{here}/sign" not in body and f"{here}/count" not in body and "/custody/counts" not in body
    answer, body = await console.call("POST", f"{here}/sheet", token=site)
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/pdf"


async def test_another_office_s_materials_are_not_found(console: Console, tokens: dict[str, str]) -> None:
    answer, _ = await console.call("POST", f"/custody/{EXAM}/hand-overs", token=tokens["test.site"], sent=DECLARED)
    here, stranger = answer.headers["Location"], tokens["other.site"]
    for method, path, sent in (
        ("GET", here, {}),
        ("POST", f"{here}/count", {"label_1": "B1", "counted_1": "30", "intact_1": "yes"}),
        ("POST", f"{here}/sign", {"side": "receiver"}),
        ("POST", f"{here}/close", {}),
        ("POST", f"{here}/incident", {"text": "示例"}),
        ("POST", f"{here}/sheet", {}),
    ):
        answer, body = await console.call(method, path, token=stranger, sent=sent)
        assert answer.status == 404 and "示例市保密室" not in body, path
    _, body = await console.call("GET", "/custody", token=stranger)
    assert "2024-77" not in body


async def test_faults_of_a_declaration_are_answered_together(console: Console, tokens: dict[str, str]) -> None:
    sent = {**DECLARED, "place": "", "seal_1": "", "quantity_2": "many", "batch": "x"}
    answer, body = await console.call("POST", f"/custody/{EXAM}/hand-overs", token=tokens["test.site"], sent=sent)
    assert answer.status == 422 and body.count("<li>") >= 4
    answer, _ = await console.call(
        "POST", f"/custody/{EXAM}/hand-overs", token=tokens["test.site"], sent={**DECLARED, "kind": "nothing"}
    )
    assert answer.status == 422 and await HandOver.all().count() == 0


async def test_a_watch_of_two_is_written_down_once_it_is_over(console: Console, tokens: dict[str, str]) -> None:
    path, token = f"/custody/{EXAM}/watches", tokens["test.site"]
    watch = {"first": "测试甲", "second": "测试乙", "starts_at": "2024-04-10T20:00", "ends_at": "2024-04-11T08:00"}
    for _ in range(2):
        answer, body = await console.call("POST", path, token=token, sent=watch)
        assert answer.status == 303, body
    assert await Watch.all().count() == 1
    for wrong in ({"second": "测试甲"}, {"ends_at": "2024-04-11T20:00"}, {"ends_at": ""}, {"starts_at": "soon"}):
        answer, _ = await console.call("POST", path, token=token, sent={**watch, **wrong})
        assert answer.status == 422, wrong
    assert await Watch.all().count() == 1


async def test_who_is_late_stands_first(console: Console, tokens: dict[str, str]) -> None:
    await console.world.at("2024-06-20 09:00")
    answer, body = await console.call("GET", "/custody?exam=" + EXAM, token=tokens["test.site"])
    assert answer.status == 200 and 'id="late"' in body and "运抵考区" in body
