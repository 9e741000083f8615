"""What follows from a violation: what is void, who is barred and until when, who isn't confirmed automatically."""

import asyncio
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from backend.candidates.models import Candidate
from backend.errors import Refusal
from backend.registrations.bars import bar, require_not_barred
from backend.registrations.models import Bar, PastRegistration, Registration
from backend.results.models import Result
from backend.violations.records import Record
from tests.api.results import OUT, PASSED, instant, line, load, publish, seat
from tests.api.violations import BARRED, WRITTEN, lift, recorded, seated, upheld, uphold
from tests.api.world import YI, Phone, World
from zhunkao.journey.people import SUBJECTS

ALL_VOID = dict.fromkeys(SUBJECTS, "void")
ONE_VOID = {**dict.fromkeys(SUBJECTS, "sat"), SUBJECTS[0]: "void"}


async def statuses(phone: Phone) -> dict[str, str]:
    """By subject, as the result has it now; with something void nobody qualifies."""
    result = await Result.get(registration_id=phone.registration)
    found = {mark["subject"]: mark["status"] for mark in result.marks}
    assert result.qualified == (set(found.values()) == {"sat"})
    return found


@pytest.mark.parametrize(("record", "expected"), [(WRITTEN, ONE_VOID), (BARRED, ALL_VOID)])
async def test_an_import_meets_what_was_decided_before(
    world: World, tmp_path: Path, record: Record, expected: dict[str, str]
) -> None:
    phone, number = await seated(world)
    await upheld(world, phone, record)
    await load(world, tmp_path, line(number, *PASSED))
    assert await statuses(phone) == expected


async def test_a_decision_after_the_import_judges_anew_and_lifting_it_gives_the_scores_back(
    world: World, tmp_path: Path
) -> None:
    phone, number = await seated(world)
    await load(world, tmp_path, line(number, *PASSED))
    before = await Result.all().values()
    ordinary = await upheld(world, phone)
    assert await statuses(phone) == ONE_VOID
    assert (await Result.get()).rolls_on == list(SUBJECTS[1:])
    serious = await upheld(world, phone, BARRED)
    assert (await statuses(phone), (await Result.get()).rolls_on) == (ALL_VOID, [])
    await lift(world, serious)
    assert await statuses(phone) == ONE_VOID
    await lift(world, ordinary)
    assert await Result.all().values() == before


async def test_a_corrected_file_keeps_void_what_was_decided(world: World, tmp_path: Path) -> None:
    phone, number = await seated(world)
    await load(world, tmp_path, line(number, *PASSED))
    await upheld(world, phone)
    imported = await load(world, tmp_path, line(number, *PASSED))
    assert (imported.changed, await statuses(phone)) == (0, ONE_VOID)
    await load(world, tmp_path, line(number, "100", *PASSED[1:]))
    assert await statuses(phone) == ONE_VOID
    assert (await Result.get()).reported[0]["score"] == 100


async def test_a_decision_and_an_import_at_once_end_in_a_void_subject(world: World, tmp_path: Path) -> None:
    phone, number = await seated(world)
    violation = await recorded(world, phone)
    await asyncio.gather(load(world, tmp_path, line(number, *PASSED)), uphold(world, violation))
    assert await statuses(phone) == ONE_VOID


async def test_the_candidate_reads_which_subject_is_void_and_why(world: World, tmp_path: Path) -> None:
    phone, number = await seated(world)
    await load(world, tmp_path, line(number, *PASSED))
    await upheld(world, phone)
    await publish(world)
    await world.at(OUT)
    found = (await phone.mine("GET", "/results")).json
    first, second = found["subjects"][:2]
    assert (first["status"], first["score"], first["text"]) == ("void", None, "成绩无效：本科目有违纪违规行为")
    assert (second["status"], second["score"]) == ("sat", 61)
    assert (found["qualified"], found["rolls_on"]) == (False, list(SUBJECTS[1:]))
    assert (await phone.step("results"))["message"] != "成绩已公布，您已通过全部科目"


async def test_only_the_items_of_the_list_bar(world: World) -> None:
    phone, _ = await seated(world)
    await upheld(world, phone, replace(BARRED, item=1))
    await upheld(world, phone, WRITTEN)
    assert await Bar.all().count() == 0
    await upheld(world, phone, replace(BARRED, item=3))
    assert [one.until for one in await Bar.all()] == [instant("2026-04-23 00:00")]


async def test_whoever_is_barred_enters_neither_kind_of_exam_until_the_last_day_is_over(world: World) -> None:
    phone, _ = await seated(world)
    await upheld(world, phone, BARRED)
    candidate = await Candidate.get(id=phone.candidate_id)
    with pytest.raises(Refusal) as refused:
        await require_not_barred(candidate, instant("2026-04-22 23:59"))
    assert (refused.value.code, refused.value.values["year"]) == ("barred", 2026)
    await require_not_barred(candidate, instant("2026-04-23 00:00"))
    for when, exam in (("2024-12-02 09:00", "health-2025"), ("2012-02-01 09:00", "nurse-2012")):
        await world.at(when)
        answer = await phone.call("POST", "/registrations", body={"exam": exam})
        assert (answer.status, answer.code) == (409, "barred")
        assert "2026年4月22日前（含当日）" in answer.json["detail"]
    assert await Registration.all().count() == 1


async def test_a_form_that_was_begun_is_not_handed_in_by_whoever_is_barred_meanwhile(world: World) -> None:
    phone = await world.person(YI)
    await phone.draft()
    await phone.fill_in()
    candidate = await Candidate.get(id=phone.candidate_id)
    barred = await bar(candidate, decided_at=world.built.clock.now())
    answer = await phone.mine("POST", "/submit")
    assert (answer.status, answer.code) == (409, "barred")
    await Bar.filter(id=barred.id).update(lifted_at=world.built.clock.now())
    assert (await phone.mine("POST", "/submit")).status == 200


async def test_a_document_is_barred_before_it_has_an_account_and_an_account_after_it_has_another_document(
    world: World,
) -> None:
    phone = await world.person(YI)
    candidate = await Candidate.get(id=phone.candidate_id)
    barred = await bar(candidate, decided_at=world.built.clock.now())
    for known_by in ({"candidate_id": None}, {"candidate_id": candidate.id, "id_number_index": b"another's"}):
        await Bar.filter(id=barred.id).update(**known_by)
        answer = await phone.call("POST", "/registrations", body={"exam": "health-2024"})
        assert (answer.status, answer.code) == (409, "barred")


async def test_lifting_a_decision_lifts_its_bar_and_no_other(world: World) -> None:
    phone, _ = await seated(world)
    first, second = await upheld(world, phone, BARRED), await upheld(world, phone, replace(BARRED, item=5))
    candidate, now = await Candidate.get(id=phone.candidate_id), world.built.clock.now()
    await lift(world, first)
    with pytest.raises(Refusal, match="barred"):
        await require_not_barred(candidate, now)
    await world.at("2024-09-01 09:00")
    await lift(world, second)
    await require_not_barred(candidate, now)


async def returning(world: World, folder: Path) -> Phone:
    """测试乙, who sat last year, with a form that is last year's."""
    await world.last_year(folder / "2023.csv")
    phone = await world.person(YI)
    await phone.draft()
    await phone.fill_in()
    return phone


async def test_a_subject_that_was_void_last_year_keeps_from_automatic_confirmation(
    world: World, tmp_path: Path
) -> None:
    phone = await returning(world, tmp_path)
    record = await PastRegistration.get(archive_number=YI.archive_number)
    record.marks = [*record.marks, {"subject": SUBJECTS[3], "status": "void", "passed": False}]
    await record.save()
    found = (await phone.mine("POST", "/submit")).json
    assert (found["state"], found["auto_confirmation"]["outcome"]) == ("submitted", "not_applicable")
    assert (found["auto_confirmation"]["reason"], found["auto_confirmation"]["rolls"]) == ("violation_last_year", True)


async def decided_last_year(world: World, phone: Phone) -> None:
    """An exam of 2023 that was held here, of which one subject was decided void."""
    exam = await world.built.exams.exam("health-2025")
    await world.built.database.execute("UPDATE exam SET year = 2023 WHERE id = $1", exam.id)
    await Registration.create(
        id=UUID(int=1),
        candidate_id=phone.candidate_id,
        exam_id=exam.id,
        created_at=world.built.clock.now(),
        voids={SUBJECTS[0]: "ordinary"},
    )


async def test_what_was_decided_here_last_year_keeps_from_it_whatever_the_import_says(
    world: World, tmp_path: Path
) -> None:
    phone = await returning(world, tmp_path)
    await decided_last_year(world, phone)
    found = (await phone.mine("POST", "/submit")).json
    assert found["auto_confirmation"]["reason"] == "violation_last_year"


async def test_a_score_that_was_decided_void_last_year_does_not_roll(world: World, tmp_path: Path) -> None:
    await world.last_year(tmp_path / "2023.csv")
    phone = await world.person(YI)
    await phone.submitted(registration={"subjects": list(SUBJECTS[1:])})
    assert (await Registration.get(id=phone.registration)).rolls
    (number,) = await seat(world, phone)
    await load(world, tmp_path, line(number, "", *PASSED[1:]))
    before = await Result.get()
    assert ([mark["subject"] for mark in before.rolled], before.qualified) == ([SUBJECTS[0]], True)
    await decided_last_year(world, phone)
    await load(world, tmp_path, line(number, "", *PASSED[1:]))
    after = await Result.get()
    assert (after.rolled, after.qualified, after.rolls_on) == ([], False, list(SUBJECTS[1:]))
