"""Violations on paper: the record to sign and the list that is reported, drawn from the records and nothing else."""

from dataclasses import replace

import pytest

from backend.audit import AuditRecord
from backend.errors import NotFound
from backend.violations.offences import offences
from tests.api.results import seat
from tests.api.violations import BARRED, WRITTEN, lift, recorded, seated, uphold
from tests.api.world import JIA, YI, World
from tests.documents.reading import codes_on, pages_of, picture_of
from zhunkao.journey.people import EXAM, SUBJECTS


async def test_a_record_is_printed_with_whose_it_is_where_they_sat_and_its_receipt(world: World) -> None:
    phone, number = await seated(world)
    site, area = await world.known_clerks()
    violation = await recorded(world, phone)
    for who in (site, area):
        pdf = await world.built.violation_papers.record(who, violation.id)
        (words,) = pages_of(pdf)
        for expected in (
            JIA.name,
            JIA.id_number,
            number,
            WRITTEN.what,
            SUBJECTS[0],
            "2024年4月13日09:45",
            "手机",
            "001",
        ):
            assert expected in words, expected
        assert codes_on(picture_of(pdf)) == {"Code 128": f"WJ2024{violation.id:06d}"}
    assert await AuditRecord.filter(act="printed", subject="violation").count() == 2


async def test_the_reported_list_is_the_records_that_stand_word_for_word(world: World) -> None:
    people = (JIA, YI)
    phones = [await world.person(who) for who in people]
    for phone in phones:
        await phone.submitted()
    numbers = await seat(world, *phones)
    site, area = await world.known_clerks()
    standing = [
        await recorded(world, phones[0]),
        await recorded(world, phones[0], replace(WRITTEN, subject=SUBJECTS[1], item=7, what="翻阅夹带的资料")),
        await recorded(world, phones[1], BARRED),
    ]
    await uphold(world, standing[2])
    gone = await recorded(world, phones[1], replace(WRITTEN, subject=SUBJECTS[2], what="误记的一条"))
    await world.built.violation_deciding.dismiss(area, gone.id, reason="证据不足", version=1)
    for who in (site, area):
        (words,) = pages_of(await world.built.violation_papers.list_of(who, EXAM))
        assert "人数：2" in words and gone.what not in words
        for one in standing:
            assert one.what in words and offences()[one.severity, one.item].effect in words
        for person, number in zip(people, numbers, strict=True):
            assert person.name in words and person.id_number in words and number in words
        reported = await AuditRecord.filter(act="reported", actor_id=str(who.member_id)).get()
        assert reported.after is not None and set(reported.after["violations"]) == {one.id for one in standing}
    await lift(world, standing[2])
    (words,) = pages_of(await world.built.violation_papers.list_of(site, EXAM))
    assert "人数：1" in words and BARRED.what not in words


async def test_nothing_is_reported_of_anothers_site(world: World) -> None:
    phone, _ = await seated(world)
    violation = await recorded(world, phone)
    for who in await world.clerks_elsewhere():
        (words,) = pages_of(await world.built.violation_papers.list_of(who, EXAM))
        assert JIA.name not in words
        with pytest.raises(NotFound, match="violation_unknown"):
            await world.built.violation_papers.record(who, violation.id)
