"""One candidate's seat at the site's desk: needs noted and dropped, another seat for them alone; and late reviews."""

from uuid import UUID

from backend.audit import AuditRecord
from backend.registrations.models import Registration
from backend.registrations.moves import Act
from backend.seating.models import AdmitNumber, SeatingNeed
from tests.api.results import seat
from tests.api.test_deadlines import AREA_REVIEW_CLOSES
from tests.console.conftest import Console


async def test_a_need_is_noted_worded_anew_and_dropped(console: Console) -> None:
    phone = await console.world.person()
    await phone.submitted()
    await console.world.clerks()
    token, path = await console.at_work("test.site"), f"/registrations/{phone.registration}/seat"
    _, body = await console.call("GET", path, token=token)
    assert 'id="no-seat"' in body and "已登记" not in body
    for reason in ("坐轮椅", "坐轮椅，有医院证明"):
        for _ in range(2):
            sent = {"need": "wheelchair", "reason": reason}
            answer, body = await console.call("POST", f"{path}/needs", token=token, sent=sent)
            assert answer.status == 303, body
    assert (await SeatingNeed.get()).reason == "坐轮椅，有医院证明"
    assert await AuditRecord.filter(act="need_noted").count() == 2
    _, body = await console.call("GET", path, token=token)
    assert "坐轮椅，有医院证明" in body and body.count("已登记") == 1
    for wrong in ({"need": "window", "reason": "示例"}, {"need": "front_row", "reason": " "}):
        answer, _ = await console.call("POST", f"{path}/needs", token=token, sent=wrong)
        assert answer.status == 422, wrong
    for _ in range(2):
        answer, _ = await console.call("POST", f"{path}/needs/drop", token=token, sent={"need": "wheelchair"})
        assert answer.status == 303
    assert not await SeatingNeed.exists()


async def test_one_candidate_gets_another_seat_and_is_told_first_where_the_card_was_fetched(console: Console) -> None:
    phone = await console.world.person()
    await phone.submitted()
    [number] = await seat(console.world, phone)
    await console.world.at("2024-04-01 09:00")
    token, path = await console.at_work("test.site"), f"/registrations/{phone.registration}/seat"
    _, body = await console.call("GET", path, token=token)
    assert number in body and body.count("示例考场一") == 4 and "准考证已下载" not in body
    await Registration.all().update(admit_card_downloaded_at=console.world.built.clock.now())
    _, body = await console.call("GET", path, token=token)
    assert "准考证已下载" in body
    answer, body = await console.call("POST", f"{path}/reseat", token=token, sent={"reason": "机位故障"})
    assert answer.status == 409 and "已通知考生" in body
    sent = {"reason": "机位故障", "told": "yes"}
    answer, body = await console.call("POST", f"{path}/reseat", token=token, sent=sent)
    assert answer.status == 303, body
    now = await AdmitNumber.get(registration_id=UUID(phone.registration), retired_at=None)
    assert now.number != number
    _, body = await console.call("GET", path, token=token)
    assert now.number in body and number not in body


async def test_an_office_reads_which_of_its_sites_reviewed_too_late(console: Console) -> None:
    world = console.world
    phone = await world.person()
    await phone.submitted()
    site, _ = await world.clerks()
    await world.clerks_elsewhere()
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    await world.at(AREA_REVIEW_CLOSES)
    assert await world.built.overdue_reviews.sweep() == 1
    for name, sees in (("test.site", True), ("test.area", True), ("other.site", False), ("other.area", False)):
        _, body = await console.call("GET", "/reports/overdue", token=await console.at_work(name))
        assert ('id="overdue"' in body, 'id="none-overdue"' in body) == (sees, not sees), name
    _, body = await console.call("GET", "/reports", token=await console.at_work("test.area"))
    assert "/reports/overdue" in body
