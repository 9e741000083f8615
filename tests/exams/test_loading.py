"""Loading calendars into the database: all or nothing, in any order, as often as one likes."""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.audit import Actor, AuditRecord
from backend.candidates.models import Candidate
from backend.clock import EXAM_ZONE
from backend.database import Database
from backend.exams.calendar import Window
from backend.exams.catalogue import Exams
from backend.exams.exam_file import FilesRefused
from backend.exams.loading import ExamLoading
from backend.exams.models import Area, AreaPolicy, ConfirmationPoint, Exam, ExamLayer, Room, Speciality, Venue
from backend.exams.reference import DATA, bundled_files
from backend.exams.stages import Stage
from backend.registrations.models import Registration

CLERK = Actor(kind="staff", id="test", address="127.0.0.1")
PUBLISHED = (
    "area_policy",
    "site_policy",
    "calendar_window",
    "confirmation_point",
    "confirmation_slot",
    "exam_session",
    "venue",
    "room",
    "speciality",
)


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All derived rows, by table, without the keys that the database gave them."""
    contents = {}
    for table in PUBLISHED:
        rows = await database.rows(f"SELECT * FROM {table}")
        plain = [{name: value for name, value in row.items() if not name.endswith("id")} for row in rows]
        contents[table] = sorted(plain, key=repr)
    return contents


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """A bundled file with one passage changed."""
    (path,) = [path for path in bundled_files() if path.name == name]
    text = path.read_text(encoding="utf-8")
    assert old in text
    return write(folder, name, text.replace(old, new))


async def test_every_bundled_file_loads_without_reaching_outside(database: Database, loading: ExamLoading) -> None:
    told = await loading.load(bundled_files(), accept_outside=False)
    assert [line.split(":")[0] for line in told] == ["health-2021", "health-2024", "health-2025", "nurse-2012"]
    assert await ExamLayer.all().count() == len(bundled_files())
    assert await Area.all().count() == 32


async def test_loading_again_changes_nothing(database: Database, loading: ExamLoading) -> None:
    await loading.load(bundled_files(), accept_outside=False)
    before = await everything(database)
    told = await loading.load(bundled_files(), accept_outside=False)
    assert all("nothing changed" in line for line in told)
    assert await everything(database) == before
    assert {exam.version for exam in await Exam.all()} == {1}
    assert await AuditRecord.filter(act="exam:loaded").count() == 4


async def test_the_order_of_the_files_makes_no_difference(database: Database, loading: ExamLoading) -> None:
    backwards = sorted(bundled_files(), reverse=True)
    await loading.load(backwards, accept_outside=False)
    first = await everything(database)
    for path in random.Random(7).sample(bundled_files(), len(bundled_files())):
        await loading.load([path], accept_outside=False)
    assert await everything(database) == first


async def test_a_changed_file_replaces_its_layer_and_leaves_the_others(
    loading: ExamLoading, exams: Exams, tmp_path: Path
) -> None:
    await loading.load(bundled_files(), accept_outside=False)
    points = {point.name: point.id for point in await exams.points("health-2021", "湖南", "湘西")}
    longer = changed(tmp_path, "health-2021-xiangxi.toml", 'end = "2021-01-26"', 'end = "2021-01-28"')
    (told,) = await loading.load([longer], accept_outside=False)
    assert "version 2" in told
    calendar = await exams.calendar("health-2021", "湖南", "湘西")
    assert calendar.closes_at(Stage.SUPPLEMENT) == datetime(2021, 1, 29, tzinfo=EXAM_ZONE)
    assert calendar.stage(Stage.PRE_REGISTRATION).from_layer == "national"
    assert {point.name: point.id for point in await exams.points("health-2021", "湖南", "湘西")} == points


async def test_one_bad_file_keeps_all_of_them_out(database: Database, loading: ExamLoading, tmp_path: Path) -> None:
    bad = write(tmp_path, "bad.toml", 'exam = "health-2021"\nlevel = "area"\narea = "河东"\n')
    worse = write(tmp_path, "worse.toml", "level = 1\n")
    with pytest.raises(FilesRefused) as refused:
        await loading.load([*bundled_files(), bad, worse], accept_outside=False)
    assert [fault.file for fault in refused.value.faults] == ["worse.toml"]
    with pytest.raises(FilesRefused) as refused:
        await loading.load([*bundled_files(), bad], accept_outside=False)
    assert str(refused.value) == "bad.toml:3: 河东 is none of the 32 areas"
    assert await Exam.all().count() == await Area.all().count() == await ExamLayer.all().count() == 0


async def test_two_files_for_one_place_are_refused(loading: ExamLoading, tmp_path: Path) -> None:
    twin = changed(tmp_path, "health-2021.toml", "formats", "formats")
    with pytest.raises(FilesRefused, match="speaks for the same exam, place and part"):
        await loading.load([*bundled_files(), twin.rename(tmp_path / "twin.toml")], accept_outside=False)


async def test_a_window_that_was_accepted_outside_stays_so_until_its_file_changes(
    loading: ExamLoading, exams: Exams, tmp_path: Path
) -> None:
    late = changed(tmp_path, "health-2021-xiangxi.toml", 'end = "2021-02-26"', 'end = "2021-02-27"')
    others = [path for path in bundled_files() if path.name != late.name]
    with pytest.raises(FilesRefused, match=r"payment: .* reaches outside of the national window"):
        await loading.load([*others, late], accept_outside=False)
    await loading.load(others, accept_outside=False)
    await loading.load([late], accept_outside=True)
    await loading.load([*others, late], accept_outside=False)
    calendar = await exams.calendar("health-2021", "湖南", "湘西")
    assert calendar.closes_at(Stage.PAYMENT) == datetime(2021, 2, 28, tzinfo=EXAM_ZONE)
    later = changed(tmp_path, "health-2021-xiangxi.toml", 'end = "2021-02-26"', 'end = "2021-02-28"')
    with pytest.raises(FilesRefused, match="reaches outside"):
        await loading.load([later], accept_outside=False)


async def test_a_nation_that_moves_its_window_away_from_a_loaded_layer_is_refused_naming_that_layer(
    loading: ExamLoading, tmp_path: Path
) -> None:
    await loading.load(bundled_files(), accept_outside=False)
    moved = changed(
        tmp_path, "health-2021.toml", '{ start = "2021-03-01", end = "2021-03-11" }', '{ end = "2021-03-09" }'
    )
    with pytest.raises(FilesRefused) as refused:
        await loading.load([moved], accept_outside=False)
    assert [fault.file for fault in refused.value.faults] == ["health-2021-xiangxi.toml"]
    assert "seating" in str(refused.value)
    (site,) = [path for path in bundled_files() if path.name == "health-2021-xiangxi.toml"]
    await loading.load([moved, site], accept_outside=True)


async def test_a_nations_policies_reach_all_32_areas(loading: ExamLoading) -> None:
    await loading.load(bundled_files(), accept_outside=False)
    rows = await AreaPolicy.filter(exam__code="health-2024").select_related("area")
    by_name = {row.area.name: row for row in rows}
    assert len(by_name) == 32
    assert {name for name, row in by_name.items() if row.confirmation_mode == "online"} == {"天津", "上海", "新疆兵团"}
    assert {name for name, row in by_name.items() if row.payment_mode == "onsite"} == {"山西", "湖北"}
    assert sum(row.auto_confirmation for row in rows) == 16
    assert by_name["河北"].prices == {"junior": 6000, "intermediate": 6500}
    assert by_name["河北"].sample
    assert not by_name["北京"].sample


async def test_a_point_that_left_the_file_goes_and_the_rooms_follow_the_file(
    loading: ExamLoading, tmp_path: Path
) -> None:
    await loading.load(bundled_files(), accept_outside=False)
    rooms = Room.filter(venue__exam__code="health-2024").order_by("number")
    assert [room.capacity for room in await rooms] == [30, 30, 24]
    fewer = changed(tmp_path, "hebei-2024.toml", "rooms = [30, 30, 24]", "rooms = [40]")
    await loading.load([fewer], accept_outside=False)
    assert [(room.number, room.capacity) for room in await rooms] == [(1, 40)]
    renamed = changed(tmp_path, "hebei-2024.toml", "示例市卫生健康委人事科", "示例市卫健委")
    await loading.load([renamed], accept_outside=False)
    points = await ConfirmationPoint.filter(exam__code="health-2024")
    assert [point.name for point in points] == ["示例市卫健委"]
    bare = renamed.read_text(encoding="utf-8").split("[[sites.venues]]")[0]
    await loading.load([write(tmp_path, "hebei-2024.toml", bare)], accept_outside=False)
    assert await Venue.filter(exam__code="health-2024").count() == await rooms.count() == 0


async def test_a_point_that_a_candidate_has_chosen_cannot_leave_the_file(loading: ExamLoading, tmp_path: Path) -> None:
    await loading.load(bundled_files(), accept_outside=False)
    point = await ConfirmationPoint.get(exam__code="health-2024").select_related("site")
    await _registered_at(point)
    renamed = changed(tmp_path, "hebei-2024.toml", "示例市卫生健康委人事科", "示例市卫健委")
    with pytest.raises(FilesRefused, match=r"hebei-2024.toml:.*ConfirmationPoint 示例市卫生健康委人事科 .* in use"):
        await loading.load([renamed], accept_outside=False)
    assert await ConfirmationPoint.exists(id=point.id)


async def test_nothing_that_others_point_at_goes_with_what_it_points_to(database: Database) -> None:
    """A registration, a seat or a clerk may hold a published row in place, never be removed with it."""
    rows = await database.rows(
        "SELECT conrelid::regclass::text AS child, confdeltype::text AS kind FROM pg_constraint"
        " WHERE contype = 'f' AND confrelid::regclass::text = ANY($1)",
        ["area", "site", "exam", "confirmation_point", "exam_session", "venue", "room"],
    )
    assert len(rows) > 20
    assert {row["child"] for row in rows if row["kind"] not in ("r", "a")} == set()


async def test_the_centre_opens_the_score_reports_when_the_results_are_out(loading: ExamLoading, exams: Exams) -> None:
    await loading.load(bundled_files(), accept_outside=False)
    opens_at = datetime(2024, 6, 12, 2, 0, tzinfo=UTC)
    await loading.publish("health-2024", Stage.SCORE_REPORT, Window(opens_at=opens_at), actor=CLERK)
    calendar = await exams.calendar("health-2024", "河北", "示例市")
    assert calendar.opens_at(Stage.SCORE_REPORT) == opens_at
    assert calendar.stage(Stage.SCORE_REPORT).from_layer == "national"
    later = Window(opens_at=opens_at, closes_at=datetime(2024, 9, 1, tzinfo=EXAM_ZONE))
    await loading.publish("health-2024", Stage.SCORE_REPORT, later, actor=CLERK)
    assert (await exams.calendar("health-2024")).closes_at(Stage.SCORE_REPORT) == later.closes_at
    record = await AuditRecord.filter(act="exam:loaded", subject_id="health-2024").order_by("-id").first()
    assert record is not None
    assert (record.actor_id, record.address, record.after["version"]) == ("test", "127.0.0.1", 3)


async def test_an_operators_list_of_specialities_replaces_the_sample(
    loading: ExamLoading, exams: Exams, tmp_path: Path
) -> None:
    await loading.load(bundled_files(), accept_outside=False)
    assert all(speciality.sample for speciality in await exams.specialities("health-2024"))
    listed = "".join(
        f'[[specialities]]\nkind = "health_professional"\ncode = "{code}"\nname = "测试专业{code}"\n'
        'level = "intermediate"\nsubjects = ["基础知识"]\n'
        for code in (303, 368, 366)
    )
    own = write(tmp_path, "own.toml", 'level = "specialities"\n' + listed)
    await loading.load([own], accept_outside=False)
    found = await exams.specialities("health-2024")
    assert [speciality.code for speciality in found] == ["303", "366", "368"]
    assert not any(speciality.sample for speciality in found)
    assert await Speciality.filter(kind="nurse_licensing").count() == 1


async def test_the_text_that_was_loaded_is_kept_as_it_was(loading: ExamLoading) -> None:
    await loading.load(bundled_files(), accept_outside=False)
    layer = await ExamLayer.get(file="nurse-2012.toml")
    assert layer.text == (DATA / "nurse-2012.toml").read_text(encoding="utf-8")


async def _registered_at(point: ConfirmationPoint) -> None:
    now = datetime.now(EXAM_ZONE)
    candidate = await Candidate.create(
        username="ceshijia",
        username_key="ceshijia",
        password_hash="x",
        name="测试甲",
        id_type="resident_id_card",
        id_number=b"x",
        id_number_index=b"x" * 32,
        phone=b"x",
        recovery_question="x",
        recovery_answer_hash="x",
        created_at=now,
    )
    await Registration.create(
        candidate=candidate, exam_id=point.exam_id, site_id=point.site_id, confirmation_point=point, created_at=now
    )
