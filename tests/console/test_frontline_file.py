"""The frontline list as a file on the site's pages: looked at row by row, then imported whole or not at all."""

import base64
import re
from html import unescape

import pytest
from aiohttp import FormData

from backend.audit import AuditRecord
from backend.registrations.frontline import COLUMNS
from backend.registrations.models import FrontlineEntry
from tests.api import wuhai
from tests.api.test_frontline import number
from tests.api.world import YI, Phone
from tests.console.conftest import Console

PREVIEW, IMPORT = (f"/frontline/{wuhai.EXAM}/{act}" for act in ("preview", "import"))


def csv_of(*rows: tuple[str, ...]) -> bytes:
    return ("\n".join(",".join(row) for row in (COLUMNS, *rows)) + "\n").encode()


def form_of(content: bytes, name: str = "frontline.csv") -> FormData:
    form = FormData()
    form.add_field("file", content, filename=name, content_type="text/csv")
    return form


def carried(body: str) -> dict[str, str]:
    """What the preview's form sends on."""
    found = dict(re.findall(r'type="hidden" name="(name|content)" value="([^"]*)"', body))
    assert set(found) == {"name", "content"}, body
    return {name: unescape(value) for name, value in found.items()}


@pytest.fixture
async def token(console: Console) -> str:
    await wuhai.clerks(console.world)
    return await console.at_work("wuhai.site")


async def entered(phone: Phone, lifts: str = "years_too_few") -> tuple[str, ...]:
    return (await number(phone), phone.who.name, "honour", "示例荣誉证书", "示例文件", lifts)


async def test_each_row_s_outcome_is_shown_before_anything_is_kept(console: Console, token: str) -> None:
    one, other = await wuhai.submitted(console.world), await wuhai.submitted(console.world, YI)
    good = await entered(one)
    wrong = (*(await entered(other))[:2], "letter", "", "示例文件", "school_not_recognised")
    nobody = ("2025150999999", *good[1:])
    answer, body = await console.call("POST", PREVIEW, token=token, sent=form_of(csv_of(good, wrong, nobody)))
    assert answer.status == 200 and 'id="ready"' in body
    assert re.search(r"文件行数 <strong>3</strong>（新增 1，修改 0）.*不能办理 <strong>2</strong>", body)
    assert "本考点没有这样的考生" in body and "请从列表中选择" in body and f'action="{IMPORT}"' not in body
    assert await FrontlineEntry.all().count() == 0 and not await AuditRecord.exists(act="frontline_entered")


async def test_the_file_that_was_looked_at_is_imported_whole_and_again_changes_nothing(
    console: Console, token: str
) -> None:
    one, other = await wuhai.submitted(console.world), await wuhai.submitted(console.world, YI)
    content = csv_of(await entered(one), await entered(other))
    _, body = await console.call("POST", PREVIEW, token=token, sent=form_of(content))
    sent = carried(body)
    assert base64.b64decode(sent["content"]) == content
    for told in ("新增 2，修改 0", "新增 0，修改 0"):
        answer, body = await console.call("POST", IMPORT, token=token, sent=sent)
        assert answer.status == 200 and told in body, body
    assert await FrontlineEntry.all().count() == 2
    more = await entered(one, "years_too_few;qualification_too_low")
    _, body = await console.call("POST", PREVIEW, token=token, sent=form_of(csv_of(more, await entered(other))))
    assert "新增 0，修改 1" in body and "无变化" in body
    # What isn't so any more when it is imported is refused as a whole.
    bad = base64.b64encode(csv_of(more, ("2025150999999", *more[1:]))).decode()
    answer, body = await console.call("POST", IMPORT, token=token, sent={**sent, "content": bad})
    assert answer.status == 422 and 'id="bad-file"' in body
    assert {tuple(one.lifts) for one in await FrontlineEntry.all()} == {("years_too_few",)}


async def test_another_site_s_candidates_are_nobody_and_what_is_no_file_is_told(console: Console, token: str) -> None:
    phone = await wuhai.submitted(console.world)
    await console.world.clerks()
    stranger = await console.at_work("test.site")
    sent = form_of(csv_of(await entered(phone)))
    answer, body = await console.call("POST", PREVIEW, token=stranger, sent=sent)
    assert answer.status == 200 and "本考点没有这样的考生" in body and f'action="{IMPORT}"' not in body
    for content in (b"", b"a,b\n1,2\n", b"\0\1\2"):
        answer, _ = await console.call("POST", PREVIEW, token=token, sent=form_of(content))
        assert answer.status == 422, content
    for wrong in ({}, {"name": "a.csv", "content": "?"}, {"name": "", "content": "YQ=="}):
        answer, _ = await console.call("POST", IMPORT, token=token, sent=wrong)
        assert answer.status == 422, wrong
    many = csv_of(*[("1", "2", "3", "4", "5", "6")] * 2001)
    answer, body = await console.call("POST", PREVIEW, token=token, sent=form_of(many))
    assert answer.status == 422 and "2000" in body
    assert await FrontlineEntry.all().count() == 0
