"""Results come out at the centre's word, certificates are handed out at the site, violations go onto paper."""

from pathlib import Path

from backend.results.models import Certificate, ResultsPublication
from backend.staff.models import Level
from tests.api.results import OUT, line, load, seat
from tests.api.test_certificates import examined
from tests.api.test_duties import one_of_everything
from tests.console.conftest import Console


async def test_the_centre_sets_the_instant_moves_it_and_cannot_take_it_back(console: Console, tmp_path: Path) -> None:
    world = console.world
    phone = await world.person()
    await phone.submitted()
    (number,) = await seat(world, phone)
    await load(world, tmp_path, line(number, "60", "61", "62", "63"))
    await world.built.members.create(username="test.nation", name="示例中心", level=Level.NATION)
    token = await console.at_work("test.nation")
    answer, body = await console.call("POST", "/results/health-2024", token=token, sent={"publish_at": ""})
    assert answer.status == 422 and not await ResultsPublication.exists()
    for when in ("2024-06-19T10:00", "2024-06-18T10:00"):
        answer, body = await console.call("POST", "/results/health-2024", token=token, sent={"publish_at": when})
        assert answer.status == 303, body
    _, body = await console.call("GET", "/results", token=token)
    assert "将公布" in body and "2024年6月18日 10:00" in body
    await world.at(OUT)
    _, body = await console.call("GET", "/results", token=token)
    assert "已公布" in body
    answer, body = await console.call(
        "POST", "/results/health-2024", token=token, sent={"publish_at": "2024-06-20T10:00"}
    )
    assert answer.status == 409 and "没有任何改动" in body


async def test_a_nurse_s_certificate_is_handed_out_on_the_page_once(console: Console, tmp_path: Path) -> None:
    passed, failed, _ = await examined(console.world, tmp_path)
    token = await console.at_work("test.site")
    _, body = await console.call("GET", "/certificates?exam=nurse-2012", token=token)
    assert passed.registration in body and failed.registration not in body
    path = f"/registrations/{passed.registration}/certificate"
    answer, body = await console.call("POST", path, token=token, sent={"taken_by": "测试代领"})
    assert answer.status == 303, body
    assert (await Certificate.get()).taken_by == "测试代领"
    answer, body = await console.call("POST", path, token=token, sent={"taken_by": ""})
    assert answer.status == 409 and "不能再次发放" in body
    _, body = await console.call("GET", "/certificates?exam=nurse-2012", token=token)
    assert passed.registration not in body


async def test_a_violation_and_the_list_of_them_are_printed(console: Console) -> None:
    target = await one_of_everything(console.world)
    token = await console.at_work("test.site")
    for path in (f"/violations/{target.violation}/record", "/reports/health-2024/violations"):
        answer, _ = await console.call("POST", path, token=token)
        assert (answer.status, answer.content_type) == (200, "application/pdf"), path
