"""The audit log on the staff's pages: searched, paged, each office's own; taking it out is on record itself."""

import csv
import re
from html import unescape
from io import StringIO
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.registrations.moves import Act
from backend.staff.models import Level
from tests.api.world import Phone
from tests.console.conftest import Console

ROW = re.compile(r"<tr>\s*<td[^>]*>.*?</tr>", re.S)


@pytest.fixture
async def confirmed(console: Console) -> Phone:
    """Somebody whom the sample site's clerk has confirmed; another site's clerk has looked for nobody yet."""
    world = console.world
    phone = await world.person()
    await phone.submitted()
    site, _ = await world.clerks()
    await world.clerks_elsewhere()
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    return phone


async def rows(console: Console, token: str, query: str = "") -> list[str]:
    answer, body = await console.call("GET", f"/audit{query}", token=token)
    assert answer.status == 200, body
    return [unescape(row) for row in ROW.findall(body)]


async def number_of(phone: Phone) -> str:
    return str((await phone.mine("GET")).json["registration_number"])


async def test_an_office_reads_what_its_own_members_did_and_the_area_what_its_sites_did(
    console: Console, confirmed: Phone
) -> None:
    site, area = await console.at_work("test.site"), await console.at_work("test.area")
    for token in (site, area):
        found = await rows(console, token, "?act=confirmed")
        assert len(found) == 1 and "test.site" in found[0] and confirmed.registration in found[0]
    elsewhere = await console.at_work("other.area")
    assert await rows(console, elsewhere, "?act=confirmed") == []
    answer, _ = await console.call("GET", "/audit?who=test.site", token=elsewhere)
    assert answer.status == 404
    # What candidates did is read of one registration of the office's own.
    assert not any("考生" in row for row in await rows(console, site))
    number = await number_of(confirmed)
    found = await rows(console, site, f"?registration_number={number}")
    assert any("考生" in row and "提交报名" in row for row in found) and any("test.site" in row for row in found)
    assert len(await rows(console, site, f"?registration_number={number}&who=test.site")) == 1
    answer, _ = await console.call("GET", f"/audit?registration_number={number}", token=elsewhere)
    assert answer.status == 404


async def test_the_centre_reads_everything_by_act_and_time(console: Console, confirmed: Phone) -> None:
    await console.world.built.members.create(username="test.nation", name="示例中心", level=Level.NATION)
    token = await console.at_work("test.nation")
    assert len(await rows(console, token, "?act=submitted")) == 1
    assert len(await rows(console, token, "?act=submitted&subject=registration")) == 1
    assert await rows(console, token, "?act=submitted&subject=inquiry") == []
    assert len(await rows(console, token, "?act=confirmed&since=2023-12-05T09:59&until=2023-12-05T10:01")) == 1
    assert await rows(console, token, "?act=confirmed&until=2023-12-05T10:00") == []
    assert await rows(console, token, "?act=confirmed&since=2023-12-05T10:01") == []
    answer, _ = await console.call("GET", "/audit?since=yesterday", token=token)
    assert answer.status == 422


async def test_a_long_log_goes_on_by_its_key_and_is_taken_out_whole(console: Console, confirmed: Phone) -> None:
    await console.world.built.database.execute(
        """INSERT INTO audit_record (at, recorded_at, actor_kind, actor_id, act, subject, subject_id, after)
        SELECT at, recorded_at, actor_kind, actor_id, 'sampled', subject, number::text, '{"text": "=1+1"}'
        FROM audit_record, generate_series(1, 1200) AS number WHERE act = 'confirmed'"""
    )
    token = await console.at_work("test.site")
    found, path = list[str](), "/audit?act=sampled"
    for _ in range(3):
        _, body = await console.call("GET", path, token=token)
        found += ROW.findall(body)
        more = re.search(r'href="(/audit\?[^"]*before=[0-9]+)"', body)
        assert more
        path = unescape(more[1])
    assert len(found) == len(set(found)) == 150
    answer, text = await console.call("GET", "/audit.csv?act=sampled", token=token)
    assert answer.content_type == "text/csv" and text.startswith("\ufeffid,at,")
    lines = list(csv.reader(StringIO(text)))[1:]
    assert len(lines) == len({line[0] for line in lines}) == 1200
    assert {line[3] for line in lines} == {"test.site"}
    taken = await AuditRecord.get(act="audit_exported")
    assert taken.after == {"act": "sampled"}


async def test_what_a_spreadsheet_would_run_is_text_in_the_file(console: Console, confirmed: Phone) -> None:
    await console.world.built.database.execute(
        """INSERT INTO audit_record (at, recorded_at, actor_kind, actor_id, act, subject, subject_id)
        SELECT at, recorded_at, actor_kind, actor_id, '=cmd()', subject, '@x' FROM audit_record WHERE act = 'confirmed'
        """
    )
    _, text = await console.call("GET", "/audit.csv", token=await console.at_work("test.site"))
    found = next(line for line in csv.reader(StringIO(text)) if "cmd" in line[5])
    assert (found[5], found[7]) == ("'=cmd()", "'@x")
