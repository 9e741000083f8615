"""Last year's file that comes after the forms: the automatic rule asked again of whom it concerns, of each once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from backend.audit import AuditRecord
from backend.candidates.models import Candidate
from backend.database import Database
from backend.events import Event
from backend.registrations.last_year import HELD_BY_READERS, automatic, merge_state, record_of
from backend.registrations.models import PastRegistration, Registration, RuleAgain, State
from backend.registrations.moves import Act
from backend.registrations.rows import held, let_payment_fall_due
from tests.api.crowd import crowd
from tests.api.test_score_merging import RENEWED, merge
from tests.api.world import JIA, YI, Phone, World
from tests.foundation.other_processes import python
from tests.worker.waiting import until
from zhunkao.journey.people import AREA, EXAM, MOVED
from zhunkao.settings import as_environment

MANY: Final = 620
"""More than one batch."""
RECORDS: Final = """
INSERT INTO past_registration (kind, year, id_type, id_number_index, archive_number, attendance, qualified,
    passed_subjects, marks, form, sample)
SELECT 'health_professional', 2023, candidate.id_type, candidate.id_number_index,
    'SAMPLE' || lpad(number::text, 4, '0'), CASE WHEN number % 7 = 1 THEN 'absent' ELSE 'sat' END, number % 11 = 2,
    '[]', '[]', registration.form || jsonb_build_object('name', candidate.name) ||
    CASE WHEN number % 5 = 3 THEN '{"work": {"employer": "另一医院"}}'::jsonb ELSE '{}'::jsonb END, true
FROM (SELECT *, row_number() OVER (ORDER BY id) AS number FROM registration) AS registration
JOIN candidate ON candidate.id = registration.candidate_id
WHERE number % 13 <> 4
"""
ARCHIVE_NUMBERS: Final = """
UPDATE registration SET form = jsonb_set(form, '{registration,archive_number}',
    to_jsonb('sample' || lpad((number + number % 3)::text, 4, '0')))
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM registration) AS one WHERE one.id = registration.id
"""
"""Some have typed another one than their own."""
NOTED: Final = "INSERT INTO rule_again (registration_id, since) SELECT id, now() FROM registration ORDER BY id"
STOPS_AT: Final = """
CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NEW; END $$;
CREATE TRIGGER stops BEFORE INSERT ON audit_record FOR EACH ROW WHEN (NEW.subject_id = '{}') EXECUTE FUNCTION stop();
"""
SOMEBODY_WAITS: Final = """
SELECT 1 FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'
"""


async def found(phone: Phone) -> Any:
    return (await phone.mine("GET")).json


async def handed_in(world: World, *people: Any) -> list[Phone]:
    """Forms that came before last year's file."""
    phones = [await world.person(who) for who in people]
    for phone in phones:
        assert (await phone.submitted())["auto_confirmation"]["reason"] == "no_last_year"
    return phones


async def test_a_file_that_comes_late_confirms_who_is_the_same_and_tells_who_differs(
    world: World, tmp_path: Path
) -> None:
    same, moved, new = await handed_in(world, YI, MOVED, JIA)
    before = await found(new)
    await world.last_year(tmp_path / "2023.csv")
    assert await world.built.asking_again.sweep() == 2
    confirmed, differs = await found(same), await found(moved)
    assert (confirmed["state"], confirmed["confirmed_by"]) == ("confirmed", "system")
    assert (confirmed["auto_confirmation"]["outcome"], confirmed["auto_confirmation"]["rolls"]) == ("confirmed", True)
    assert (differs["state"], differs["auto_confirmation"]["outcome"]) == ("submitted", "failed")
    assert [one["field"] for one in differs["auto_confirmation"]["differences"]] == ["education.school"]
    assert await found(new) == before
    assert await RuleAgain.all().count() == 0


async def test_what_was_found_is_on_record_and_told_as_at_a_submit(world: World, tmp_path: Path) -> None:
    (phone,) = await handed_in(world, YI)
    await world.last_year(tmp_path / "2023.csv")
    await world.built.asking_again.sweep()
    records = await AuditRecord.filter(subject_id=phone.registration).order_by("-id").limit(2)
    assert [(one.act, one.actor_kind, one.actor_id, one.after) for one in reversed(records)] == [
        ("compared", "system", "zhunkao", {"outcome": "confirmed", "reason": None, "rolls": True}),
        ("confirmed", "system", "zhunkao", {"state": "confirmed"}),
    ]
    told = await Event.filter(subject_id=phone.registration).order_by("-id").limit(2)
    assert [(one.name.value, one.payload) for one in reversed(told)] == [
        ("registration:compared", {"outcome": "confirmed", "reason": None}),
        ("registration:confirmed", {"by": "system"}),
    ]
    assert {one.candidate_id for one in told} == {phone.candidate_id}


async def test_again_nothing_is_changed_by_the_file_nor_by_the_sweep(world: World, tmp_path: Path) -> None:
    phones = await handed_in(world, YI, MOVED)
    await world.last_year(tmp_path / "2023.csv")
    await world.built.asking_again.sweep()
    before = [await found(phone) for phone in phones]
    await world.last_year(tmp_path / "again.csv")
    assert await RuleAgain.all().count() == 0
    await world.built.database.execute(NOTED)
    assert await world.built.asking_again.sweep() == 0
    assert [await found(phone) for phone in phones] == before


async def test_who_has_another_document_is_told_to_ask_for_a_merge_once_the_file_is_there(
    world: World, tmp_path: Path
) -> None:
    (phone,) = await handed_in(world, RENEWED)
    await world.last_year(tmp_path / "2023.csv")
    await world.built.asking_again.sweep()
    assert (await found(phone))["auto_confirmation"]["reason"] == "document_changed"
    assert "申请成绩合并" in (await phone.step("results"))["message"]


async def test_a_merged_record_that_is_mended_is_compared_again(world: World, tmp_path: Path) -> None:
    await world.last_year(tmp_path / "2023.csv")
    await PastRegistration.all().update(attendance="absent")
    phone = await world.person(RENEWED)
    await phone.submitted()
    site, _ = await world.clerks()
    await merge(world, phone, site)
    assert (await found(phone))["auto_confirmation"]["reason"] == "absent_last_year"
    await world.last_year(tmp_path / "mended.csv")
    assert await world.built.asking_again.sweep() == 1
    assert (await found(phone))["state"] == "confirmed"
    assert (await Registration.get()).score_merge == "merged"


async def test_who_was_confirmed_at_the_point_meanwhile_stays_so_and_their_scores_roll(
    world: World, tmp_path: Path
) -> None:
    (phone,) = await handed_in(world, YI)
    site, _ = await world.clerks()
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    await world.last_year(tmp_path / "2023.csv")
    await world.built.asking_again.sweep()
    kept = await found(phone)
    assert (kept["state"], kept["confirmed_by"], kept["auto_confirmation"]["rolls"]) == ("confirmed", "staff", True)


async def test_a_draft_is_asked_nothing_before_it_is_handed_in(world: World, tmp_path: Path) -> None:
    (phone,) = await handed_in(world, YI)
    await phone.mine("POST", "/withdraw")
    await world.last_year(tmp_path / "2023.csv")
    assert await world.built.asking_again.sweep() == 0
    assert (await phone.mine("POST", "/submit")).json["auto_confirmation"]["outcome"] == "confirmed"


async def test_a_form_that_is_being_handed_in_while_the_file_is_imported_is_not_forgotten(
    world: World, tmp_path: Path
) -> None:
    """It has looked for last year's record before the file was there, and ends when the file is nearly in."""
    (phone,) = await handed_in(world, YI)
    await Registration.all().update(state=State.DRAFT)
    submitting = await asyncpg.connect(world.settings.database_url)
    async with submitting.transaction():
        await submitting.execute(HELD_BY_READERS)
        await submitting.execute("UPDATE registration SET state = 'submitted'")
        importing = asyncio.create_task(world.last_year(tmp_path / "2023.csv"))
        await until(lambda: world.built.database.rows(SOMEBODY_WAITS))
    await submitting.close()
    await importing
    assert await world.built.asking_again.sweep() == 1
    assert (await found(phone))["state"] == "confirmed"


async def many(world: World) -> dict[UUID, tuple[Any, ...]]:
    """Very different people, all noted; what comes of each when the rule is asked as at a submit, one by one."""
    await handed_in(world, JIA)
    await crowd(world, MANY - 1)
    await world.built.database.execute(ARCHIVE_NUMBERS)
    await world.built.database.execute(RECORDS)
    await world.built.database.execute(NOTED)
    return {row.id: await one_by_one(world, row) for row in await Registration.all()}


async def one_by_one(world: World, row: Registration) -> tuple[Any, ...]:
    mine = await held(world.built.exams, row)
    candidate = await Candidate.get(id=row.candidate_id)
    record = await record_of(mine, candidate)
    row.score_merge = await merge_state(mine, record)
    decision = await automatic(mine, record, candidate)
    if decision.outcome == "confirmed":
        row.state, row.confirmed_by = State.CONFIRMED, "system"
        let_payment_fall_due(mine, world.built.clock.now())
    return row.state, row.payment_state, decision.stored(), decision.rolls, row.score_merge


async def stands() -> dict[UUID, tuple[Any, ...]]:
    rows = await Registration.all()
    return {row.id: (row.state, row.payment_state, row.auto_confirmation, row.rolls, row.score_merge) for row in rows}


async def require_each_once(expected: dict[UUID, tuple[Any, ...]]) -> None:
    """Everybody has what they should, and nobody was confirmed or compared twice."""
    assert await stands() == expected
    confirmed = [str(one) for one, (state, *_) in expected.items() if state is State.CONFIRMED]
    for act, event in (("confirmed", "registration:confirmed"), ("compared", "registration:compared")):
        recorded = Counter(one.subject_id for one in await AuditRecord.filter(act=act))
        told = Counter(one.subject_id for one in await Event.filter(name=event))
        assert recorded == told and set(recorded.values()) == {1}
        assert act == "compared" or sorted(recorded) == sorted(confirmed)
    assert await RuleAgain.all().count() == 0


async def test_of_many_at_once_the_rule_says_of_each_what_it_says_of_one(world: World) -> None:
    await policy(world, "payment")
    expected = await many(world)
    outcomes = Counter((found["outcome"], found["reason"]) for _, _, found, _, _ in expected.values())
    assert {reason for _, reason in outcomes} == {
        None,
        "differs",
        "absent_last_year",
        "qualified_last_year",
        "no_last_year",
        "document_changed",
    }
    ends = {(state, payment) for state, payment, *_ in expected.values()}
    assert ends == {("confirmed", "due"), ("submitted", "none")}
    await world.built.asking_again.sweep()
    await require_each_once(expected)
    due = Registration.filter(payment_state="due")
    assert await due.filter(payment_due_since=None).count() == 0 < await due.count()


async def test_of_many_two_who_sweep_at_once_ask_of_each_once(world: World) -> None:
    expected = await many(world)
    done = await asyncio.gather(*(world.built.asking_again.sweep() for _ in range(2)))
    await world.built.asking_again.sweep()
    assert sum(done) <= len(expected)
    await require_each_once(expected)


async def test_killed_in_the_middle_the_next_worker_goes_on_where_it_was(world: World, tmp_path: Path) -> None:
    expected = await many(world)
    last = max(one for one, (state, *_) in expected.items() if state is State.CONFIRMED)
    environment = as_environment(world.settings)
    async with stopped_at(world.built.database, world.settings.database_url, last):
        with python("-m", "zhunkao", "worker", folder=tmp_path, **environment) as first:
            await until(lambda: world.built.database.rows(SOMEBODY_WAITS))
            first.kill()
            first.wait()
    assert 0 < await RuleAgain.all().count() < MANY
    with python("-m", "zhunkao", "worker", folder=tmp_path, **environment):
        await until(nobody_is_noted)
    await require_each_once(expected)


@asynccontextmanager
async def stopped_at(database: Database, url: str, registration: UUID) -> AsyncIterator[None]:
    """Whoever writes the record of this registration waits meanwhile."""
    for statement in STOPS_AT.format(registration).split(";\nCREATE TRIGGER"):
        await database.execute(statement if statement.startswith("\nCREATE F") else f"CREATE TRIGGER{statement}")
    holder = await asyncpg.connect(url)
    await holder.execute("SELECT pg_advisory_lock(7)")
    yield
    await holder.close()


async def nobody_is_noted() -> bool:
    return not await RuleAgain.exists()


async def policy(world: World, after: str) -> None:
    """Publish what comes after automatic confirmation."""
    await world.built.database.execute("UPDATE area_policy SET after_auto_confirmation = $1", after)
    await world.built.database.execute("UPDATE exam SET version = version + 1")

    async def is_known() -> bool:
        return (await world.built.exams.policy(EXAM, AREA)).after_auto_confirmation == after

    await until(is_known)
