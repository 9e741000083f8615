"""What has been held long enough goes, nothing before its time, and what went is on record."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from backend.audit import AuditRecord
from backend.clock import EXAM_ZONE, SettableClock
from backend.database import Database
from backend.privacy import purging
from backend.privacy.fields import Held
from backend.privacy.models import PurgeRecord
from backend.privacy.purging import PURGED, Purging
from backend.storage import Storage
from tests.schema.samples import NOON, Rows
from zhunkao.tables import MODELS


@pytest.fixture
async def rows(database_url: str) -> AsyncIterator[Rows]:
    connection = await asyncpg.connect(database_url)
    yield Rows(connection)
    await connection.close()


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path.as_uri())


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def purges(database_url: str, clock: SettableClock, storage: Storage) -> AsyncIterator[Purging]:
    database = Database(database_url, MODELS)
    await database.open()
    yield Purging(database, clock, storage, batch=2)
    await database.close()


def at(now: datetime, clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both times are this one."""
    clock.set(now)
    monkeypatch.setattr(clock, "now", lambda: now.astimezone(EXAM_ZONE))
    monkeypatch.setattr(purging, "real_now", lambda: now)


async def count(rows: Rows, table: str) -> int:
    return int(await rows.connection.fetchval(f'SELECT count(*) FROM "{table}"'))


@pytest.mark.parametrize("of", PURGED, ids=lambda of: of.table)
async def test_a_row_goes_when_its_days_are_over_and_not_a_second_before(
    rows: Rows, purges: Purging, clock: SettableClock, monkeypatch: pytest.MonkeyPatch, of: Held
) -> None:
    assert of.days is not None
    await rows.one(of.table)
    await rows.connection.execute("UPDATE inquiry SET state = 'closed', closed_at = $1", NOON)
    since = await rows.connection.fetchval(f'SELECT {of.since} FROM "{of.table}"')
    due = since.astimezone(UTC) + timedelta(days=of.days)
    at(due, clock, monkeypatch)
    await purges.sweep()
    assert await count(rows, of.table) == 1
    assert (await PurgeRecord.get(about=of.table)).purged == 0
    at(due + timedelta(seconds=1), clock, monkeypatch)
    assert (await purges.sweep())[of.table] == 1
    assert await count(rows, of.table) == 0
    record = await PurgeRecord.get(about=of.table, purged=1)
    assert record.older_than == due + timedelta(seconds=1) - timedelta(days=of.days)
    told = await AuditRecord.get(act="purged", subject_id=of.table)
    assert (told.actor_kind, told.after["rows"]) == ("system", 1)


async def test_many_go_in_batches_and_are_counted_once(
    rows: Rows, purges: Purging, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await rows.add("used_token", expires_at=NOON)
    await rows.add("used_token", expires_at=NOON + timedelta(days=2))
    at(NOON + timedelta(days=2), clock, monkeypatch)
    assert (await purges.sweep())["used_token"] == 5
    assert (await purges.sweep())["used_token"] == 0
    assert (await PurgeRecord.get(about="used_token")).purged == 5
    told = await AuditRecord.filter(act="purged", subject_id="used_token").order_by("id")
    assert [record.after["rows"] for record in told] == [2, 2, 1]
    assert await count(rows, "used_token") == 1


async def test_a_request_that_nobody_has_answered_stays(
    rows: Rows, purges: Purging, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rows.one("account_recovery")
    at(NOON + timedelta(days=4_000), clock, monkeypatch)
    assert (await purges.sweep())["account_recovery"] == 0
    assert await count(rows, "account_recovery") == 1


async def test_a_picture_goes_with_the_last_row_that_shows_it(
    rows: Rows, purges: Purging, clock: SettableClock, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, alone = await storage.put("materials", b"shared"), await storage.put("materials", b"alone")
    await rows.add("material", kind="毕业证", picture=alone)
    await rows.add("material", kind="身份证", picture=shared)
    await rows.add("material", kind="学位证", picture=shared, uploaded_at=NOON + timedelta(days=30))
    at(NOON + timedelta(days=541), clock, monkeypatch)
    assert (await purges.sweep())["material"] == 2
    assert await storage.get(shared) == b"shared"
    with pytest.raises(FileNotFoundError):
        await storage.get(alone)
    at(NOON + timedelta(days=580), clock, monkeypatch)
    await purges.sweep()
    with pytest.raises(FileNotFoundError):
        await storage.get(shared)


async def test_what_goes_by_exam_time_waits_while_nobody_knows_it(
    rows: Rows, purges: Purging, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rows.one("material")
    at(NOON + timedelta(days=600), clock, monkeypatch)
    monkeypatch.setattr(SettableClock, "is_known", False)
    assert "material" not in await purges.sweep()
    assert await count(rows, "material") == 1
