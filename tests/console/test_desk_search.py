"""Searching an inbox finds exactly what stands in it, whatever the two characters; and tables that leave the house."""

import csv
import io
import random

import aiohttp
import pytest

from backend.inquiries import search
from backend.staff.scope import Clerk
from tests.api.world import Phone
from tests.console.conftest import Console
from tests.console.desk import Sitting, asks, sitting

LETTERS = "缴费报名确认准考证ABab12，。 ㈱Ａ"
FILL = """
INSERT INTO inquiry_message (inquiry_id, author, text, written_at)
SELECT $1, 'candidate', text, now() FROM unnest($2::text[]) AS text
"""


@pytest.fixture
async def sat(console: Console) -> Sitting:
    return await sitting(console, "desk.first", "示例甲")


@pytest.fixture
async def clerk(console: Console, sat: Sitting) -> Clerk:
    return (await console.world.built.staff_sessions.at_work(sat.token, address=None)).clerk


@pytest.fixture
async def phone(console: Console) -> Phone:
    return await console.world.person()


@pytest.mark.parametrize("walked", [0, search.WALKED], ids=["by the index", "by walking"])
async def test_both_ways_find_exactly_what_stands_there(
    console: Console, clerk: Clerk, phone: Phone, monkeypatch: pytest.MonkeyPatch, walked: int
) -> None:
    monkeypatch.setattr(search, "WALKED", walked)
    there = await asks(phone, "别处的缴费问题", area="内蒙古", site="乌海")
    here = await asks(phone, "本处")
    chance = random.Random(7)
    texts = ["".join(chance.choices(LETTERS, k=chance.randint(1, 9))) for _ in range(400)]
    database = console.world.built.database
    await database.execute(FILL, here, texts)
    await database.execute(FILL, there, texts)
    rows = await database.rows("SELECT id, search_text(text) AS text FROM inquiry_message WHERE inquiry_id = $1", here)
    found = console.world.built.inquiry_search
    for _ in range(60):
        asked = "".join(chance.choices(LETTERS.replace(" ", ""), k=chance.choice((2, 2, 2, 3, 4))))
        spelt = (await database.rows("SELECT search_text($1) AS text", asked))[0]["text"]
        expected = sorted((row["id"] for row in rows if spelt in row["text"]), reverse=True)
        hits = await found.find(clerk, asked, limit=1000)
        assert [hit.id for hit in hits.said] == expected, asked


async def test_a_search_goes_on_where_its_page_ended(console: Console, clerk: Clerk, phone: Phone) -> None:
    inquiry = await asks(phone, "本处")
    await console.world.built.database.execute(FILL, inquiry, [f"缴费 {number}" for number in range(25)])
    seen, after = [], None
    while True:
        found = await console.world.built.inquiry_search.find(clerk, "缴费", after=after, limit=10)
        seen += [hit.text for hit in found.said]
        if (after := found.after) is None:
            break
    assert seen == [f"缴费 {number}" for number in reversed(range(25))]


async def test_a_note_and_a_name_are_found_on_the_page_too(console: Console, sat: Sitting, phone: Phone) -> None:
    inquiry = await asks(phone)
    await sat.act(inquiry, "notes", note="需要核对ＡＢＣ")
    _, body = await sat.post("/inbox/search", text="abc")
    assert "需要核对ＡＢＣ" in body
    _, body = await sat.post("/inbox/search", text="测试甲")
    assert f"/inbox/{inquiry}" in body
    _, body = await sat.post("/inbox/search", text="没有的话")
    assert 'id="nothing"' in body
    assert (await sat.post("/inbox/search", text="缴"))[0] == 422


async def test_a_table_has_a_row_an_inquiry_and_no_cell_is_a_formula(
    console: Console, sat: Sitting, phone: Phone
) -> None:
    await asks(phone, "=1+1")
    second = await asks(phone, "第二个问题")
    await asks(phone, "别处的问题", area="内蒙古", site="乌海")
    await sat.act(second, "answer", text="好的")

    async def table(path: str) -> bytes:
        headers = {"Origin": console.url, "Cookie": f"session={sat.token}"}
        async with aiohttp.ClientSession() as http, http.post(console.url + path, headers=headers) as answer:
            assert answer.status == 200 and "attachment" in answer.headers["Content-Disposition"]
            return await answer.read()

    content = await table("/inbox/export.csv")
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(line[0], line[2], line[3], line[6], line[9]) for line in lines[1:]] == [
        ("1", "待答复", "测试甲", "", "'=1+1"),
        ("2", "已答复", "测试甲", "示例甲", "第二个问题"),
    ]
    assert (await table("/inbox/export.xlsx")).startswith(b"PK")
    rows = await console.world.built.database.rows("SELECT after FROM audit_record WHERE act = 'reported'")
    assert len(rows) == 2
