"""The nurses' 成绩合格证明: handed out once, with a record, to who has passed and to nobody else."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.errors import Conflict, Faulty, NotFound
from backend.results.models import Certificate
from backend.staff.scope import Clerk, clerk
from tests.api.test_nurse_journey import EMPLOYED, GRADUATE, NURSES, come_out, paid, seated, submitted
from tests.api.world import Phone, World


async def examined(world: World, folder: Path) -> tuple[Phone, Phone, Clerk]:
    """One who passed, one who did not, and the site's clerk; the results are out."""
    await world.clerks()
    passed, failed = await submitted(world, GRADUATE), await submitted(world, EMPLOYED)
    await paid(world, passed, "0000001")
    await paid(world, failed, "0000002")
    numbers = await seated(world, passed, failed)
    await come_out(world, folder, {numbers[0]: ("320", "310"), numbers[1]: ("320", "299")})
    return passed, failed, await clerk("test.site")


async def test_who_passed_gets_it_once_and_reads_when(world: World, tmp_path: Path) -> None:
    passed, failed, site = await examined(world, tmp_path)
    certificates, mine = world.built.certificates, UUID(passed.registration)
    assert [str(row.registration_id) for row in await certificates.waiting(site, NURSES)] == [passed.registration]
    assert (await passed.mine("GET", "/results")).json["certificate_handed_out_at"] is None
    handed = await asyncio.gather(*(certificates.hand_out(site, mine) for _ in range(4)))
    assert len({one.id for one in handed}) == 1
    assert (await passed.mine("GET", "/results")).json["certificate_handed_out_at"] == "2012-07-10T10:00:00+08:00"
    assert await certificates.waiting(site, NURSES) == []
    with pytest.raises(Conflict, match="certificate_handed_out"):
        await certificates.hand_out(site, mine, taken_by="测试代领")
    with pytest.raises(Conflict, match="no_certificate"):
        await certificates.hand_out(site, UUID(failed.registration))
    assert await Certificate.all().count() == 1
    assert await AuditRecord.filter(subject="certificate", act="handed_out").count() == 1


async def test_who_comes_for_somebody_else_is_named_and_another_site_finds_nobody(world: World, tmp_path: Path) -> None:
    passed, _, site = await examined(world, tmp_path)
    certificates, mine = world.built.certificates, UUID(passed.registration)
    with pytest.raises(Faulty, match="certificate_faulty"):
        await certificates.hand_out(site, mine, taken_by="示" * 51)
    stranger = next(one for one in await world.clerks_elsewhere() if one.level == site.level)
    assert await certificates.waiting(stranger, NURSES) == []
    with pytest.raises(NotFound):
        await certificates.hand_out(stranger, mine)
    assert (await certificates.hand_out(site, mine, taken_by=" 测试代领 ")).taken_by == "测试代领"
