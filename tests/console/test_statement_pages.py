"""What offices state of the exam's materials, on pages: made once, corrected, printed; and the centre's word."""

from html import unescape

import pytest

from backend.custody.models import OfficeStatement
from backend.exams.models import Site, Venue
from backend.staff.models import Level
from tests.api.custody import offices_of
from tests.console.conftest import Console
from zhunkao.journey.people import AREA, EXAM, SITE

HERE = f"/custody/{EXAM}/statements"
RECEIVERS = {
    "batch": "0",
    "place": "示例市保密室",
    "receivers.0.name": "测试甲",
    "receivers.0.phone": "13800000000",
    "receivers.2.name": "测试乙",
    "receivers.2.phone": "13800000001",
}
"""With a row between that was left empty."""


@pytest.fixture
async def tokens(console: Console) -> dict[str, str]:
    await offices_of(console.world)
    await console.world.clerks_elsewhere()
    await console.world.built.members.create(username="test.nation", name="示例中心", level=Level.NATION)
    names = ("test.site", "test.area", "other.site", "other.area", "test.nation")
    return {name: await console.at_work(name) for name in names}


async def test_a_statement_is_made_once_and_corrected_by_naming_it(console: Console, tokens: dict[str, str]) -> None:
    site, path = tokens["test.site"], f"{HERE}/receivers"
    _, body = await console.call("GET", HERE, token=site)
    assert body.count("未上报") >= 3 and "考试公告网址" not in body  # which an area states
    answer, body = await console.call("POST", path, token=site, sent={**RECEIVERS, "receivers.2.name": ""})
    assert answer.status == 422 and "接收人员 2 名称或姓名" in body
    assert "13800000001" in body and "示例市保密室" in body  # what was typed is still there
    for _ in range(2):
        answer, body = await console.call("POST", path, token=site, sent=RECEIVERS)
        assert answer.status == 303, body
    assert await OfficeStatement.all().count() == 1
    first = answer.headers["Location"]
    _, body = await console.call("GET", first, token=site)
    assert "示例市保密室" in body and "测试乙" in body and "现行" in body
    moved = {**RECEIVERS, "place": "示例市另一保密室"}
    answer, body = await console.call("POST", path, token=site, sent=moved)
    assert answer.status == 409 and "示例市另一保密室" in body
    _, body = await console.call("GET", path, token=site)
    assert 'value="测试甲"' in body and f'name="corrects" value="{first.rpartition("/")[2]}"' in body
    sent = {**moved, "corrects": first.rpartition("/")[2]}
    answer, body = await console.call("POST", path, token=site, sent=sent)
    assert answer.status == 303, body
    _, body = await console.call("GET", first, token=site)
    assert "已被更正" in body and f"{path}" not in body
    for name, sees in (("test.area", 200), ("test.nation", 200), ("other.site", 404), ("other.area", 404)):
        answer, body = await console.call("GET", first, token=tokens[name])
        assert (answer.status, "示例市保密室" in body) == (sees, sees == 200), name


async def test_papers_are_drawn_of_what_was_stated(console: Console, tokens: dict[str, str]) -> None:
    site = tokens["test.site"]
    venue = await Venue.get(site__name=SITE, exam__code=EXAM)
    one = {"venue_id": str(venue.id), "subject": "基础知识"}
    counts = {"bags": "2", "opened_bags": "1", "used_papers": "1", "remaining_papers": "4", "faulty_papers": "1"}
    used = {"at": "2024-04-13T09:10", "room": "001", "seat": "07", "reason": "试卷缺页"}
    spare = {f"counts.0.{name}": value for name, value in {**one, **counts}.items()}
    spare |= {f"uses.0.{name}": value for name, value in {**one, **used}.items()}
    answer, body = await console.call("POST", f"{HERE}/spare_papers", token=site, sent={"batch": "1", **spare})
    assert answer.status == 303, body
    here = answer.headers["Location"]
    _, body = await console.call("GET", here, token=site)
    assert venue.name in body and "试卷缺页" in body and "2024-04-13 09:10" in body
    answer, _ = await console.call("POST", f"{here}/paper", token=site, sent={"venue": str(venue.id)})
    assert (answer.status, answer.content_type) == (200, "application/pdf")
    answer, _ = await console.call("POST", f"{here}/paper", token=site, sent={"venue": "x"})
    assert answer.status == 404
    answer, body = await console.call(
        "POST", f"{HERE}/offices", token=site, sent={"batch": "0", "offices.0.name": "考点办公室"}
    )
    here = answer.headers["Location"]
    answer, _ = await console.call("POST", f"{here}/paper", token=site)
    assert (answer.status, answer.content_type) == (200, "application/pdf")
    answer, _ = await console.call("POST", f"{here}/paper", token=tokens["other.site"])
    assert answer.status == 404
    answer, _ = await console.call("POST", f"/custody/{EXAM}/computer-return", token=site, sent={"batch": "1"})
    assert (answer.status, answer.content_type) == (200, "application/pdf")


async def test_faults_of_every_kind_are_named_and_what_is_another_level_s_is_not_found(
    console: Console, tokens: dict[str, str]
) -> None:
    site, area = tokens["test.site"], tokens["test.area"]
    sent = {"batch": "0", "place": "示例纸厂", "at": "soon", "materials.0.material": "papers"}
    answer, body = await console.call("POST", f"{HERE}/destroyed", token=area, sent=sent)
    assert answer.status == 422 and "示例纸厂" in body
    answer, body = await console.call("POST", f"{HERE}/destroyed", token=area, sent={**sent, "at": "2024-05-20T10:00"})
    assert answer.status == 422 and "销毁物品 1 数量" in unescape(body)
    for kind, token in (("notice_links", site), ("spare_papers", area), ("data_complete", site), ("nothing", site)):
        for method in ("GET", "POST"):
            answer, _ = await console.call(method, f"{HERE}/{kind}", token=token, sent={})
            assert answer.status == 404, kind
    answer, _ = await console.call(
        "POST", f"{HERE}/notice_links", token=area, sent={"links": "https://example.org/1\r\nhttps://example.org/2"}
    )
    assert answer.status == 303
    _, body = await console.call("GET", answer.headers["Location"], token=area)
    assert "https://example.org/1\nhttps://example.org/2" in body
    assert await OfficeStatement.all().count() == 1


async def test_the_word_is_given_once_for_each_site_and_batch_and_lets_the_site_delete(
    console: Console, tokens: dict[str, str]
) -> None:
    path, nation = f"/custody/{EXAM}/word", tokens["test.nation"]
    site = await Site.get(area__name=AREA, name=SITE)
    _, body = await console.call("GET", f"{path}?after={site.id - 1}", token=nation)
    assert f'name="site" value="{site.id}"' in body and "尚未确认" in body
    sent = {"site": str(site.id), "batch": "1"}
    for _ in range(2):
        answer, body = await console.call("POST", path, token=nation, sent=sent)
        assert answer.status == 303, body
    assert await OfficeStatement.all().count() == 1
    _, body = await console.call("GET", path, token=tokens["test.area"])
    assert "已确认数据完整" in body
    answer, _ = await console.call("POST", path, token=tokens["other.area"], sent=sent)
    assert answer.status == 404
    answer, _ = await console.call("POST", path, token=nation, sent={**sent, "batch": "99"})
    assert answer.status == 422
    _, body = await console.call("GET", f"{HERE}/data_deleted?batch=1", token=tokens["test.site"])
    assert 'name="batch" value="1"' in body
