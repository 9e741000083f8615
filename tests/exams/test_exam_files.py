"""Calendar files: what they may say, and every fault of one with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.exams.coherence import Known, faults_of
from backend.exams.exam_file import FileFault, FilesRefused, parse, read_all
from backend.exams.file_shape import MAIN_PART, LayerShape, SpecialitiesFile
from backend.exams.publication import Publication, PublishedFile
from backend.exams.reference import area_codes, bundled_files, code_lists, site_codes
from backend.exams.stages import Stage
from backend.exams.toml_lines import key_lines, line_of
from tests.exams.published import files, publication

NATION = """exam = "sample-2030"
level = "national"
name = "测试考试"
kind = "health_professional"
year = 2030
subjects = ["甲", "乙"]
exam_days = ["2030-04-13"]
sample = true
[windows]
pre_registration = { start = "2029-12-01", end = "2029-12-14" }
confirmation = { start = "2029-12-02", end = "2029-12-18" }
payment = { start = "2030-01-29", end = "2030-02-08" }
"""
AREA = 'exam = "sample-2030"\nlevel = "area"\narea = "河北"\nsample = true\n'
KNOWN = Known(areas=area_codes().keys(), site_codes=site_codes(), specialities=frozenset({"303", "368"}))


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(FilesRefused) as refused:
        parse("test.toml", text)
    return [(fault.line, fault.message) for fault in refused.value.faults]


def between(*texts: str, accepted: bool = False) -> list[FileFault]:
    """The faults between files that are each well-formed."""
    published = []
    for number, text in enumerate(texts):
        file = parse(f"{number}.toml", text)
        assert not isinstance(file.shape, SpecialitiesFile)
        published.append(PublishedFile(file=file, shape=file.shape, accepted=accepted))
    return faults_of(Publication(code=published[0].shape.exam, files=published), KNOWN)


def layer(text: str) -> LayerShape:
    shape = parse("test.toml", text).shape
    assert not isinstance(shape, SpecialitiesFile)
    return shape


def test_every_bundled_file_is_read_and_names_its_notice_or_says_that_it_is_a_sample() -> None:
    assert len(files()) == 12
    for file in files():
        assert not isinstance(file.shape, SpecialitiesFile)
        notice = Path("backend/exams/data") / file.source.split(",")[0].split(" ")[0].rstrip(".")
        assert file.shape.sample != notice.is_file()


@pytest.mark.parametrize("exam", ["health-2021", "health-2024", "health-2025", "nurse-2012"])
def test_no_bundled_file_reaches_outside_of_what_stands_above_it(exam: str) -> None:
    known = Known(areas=area_codes().keys(), site_codes=site_codes(), specialities={"203", *_sample_specialities()})
    assert faults_of(publication(exam), known) == []


def _sample_specialities() -> set[str]:
    shape = read_all([bundled_files()[0].parent / "specialities.toml"])[0].shape
    assert isinstance(shape, SpecialitiesFile)
    assert shape.sample
    return {speciality.code for speciality in shape.specialities}


def test_all_faults_of_a_file_come_together_each_with_its_line() -> None:
    text = NATION.replace('name = "测试考试"\n', "").replace("year = 2030", 'year = "soon"') + (
        "result_day = 1\n"
        'payement = { end = "2030-02-08" }\n'
        'seating = { start = "2030-02-30", end = "2030-03-08" }\n'
        'correction = { start = "2030-02-02", end = "2030-01-01" }\n'
        "supplement = {}\n"
    )
    found = faults(text)
    assert [line for line, _ in found] == [1, 4, 12, 12, 13, 14, 15, 16]
    messages = " | ".join(message for _, message in found)
    assert "name is missing" in messages
    assert "unknown stage result_day" in messages
    assert "unknown stage payement; the stages are pre_registration" in messages
    assert "2030-02-30 is no day of the calendar" in messages
    assert "the end 2030-01-01 comes before the start 2030-02-02" in messages
    assert "neither start nor end is given" in messages


def test_an_unknown_key_is_named_with_its_line() -> None:
    assert faults(AREA + "[price]\njunior = 1\n") == [(5, "unknown key price")]
    points = '[[sites]]\nname = "测试市"\ncode = "09"\n[[sites.venues]]\nname = "甲"\nadress = "乙"\nrooms = [1]\n'
    assert faults(AREA + points) == [
        (8, "sites.0.venues.0.address is missing"),
        (10, "unknown key sites.0.venues.0.adress"),
    ]


def test_a_file_without_an_exam_says_so() -> None:
    assert faults('level = "area"\narea = "河北"\n') == [(1, "exam is missing")]


def test_a_file_without_a_known_level_says_which_there_are() -> None:
    assert faults('exam = "x"\n\nlevel = "city"\n') == [
        (3, "level is 'city': one of national, area, site, specialities is needed")
    ]


def test_a_file_that_is_no_toml_says_where_it_breaks_off() -> None:
    assert faults('exam = "x"\nlevel =\n')[0][0] == 2


def test_a_room_of_more_than_99_seats_is_refused() -> None:
    venue = (
        '[[sites]]\nname = "测试市"\ncode = "09"\n[[sites.venues]]\nname = "甲"\naddress = "乙"\nrooms = [30,\n 100]\n'
    )
    assert faults(AREA + venue) == [(11, "sites.0.venues.0.rooms.1: input should be less than or equal to 99, not 100")]


def test_windows_of_one_stage_that_overlap_are_refused() -> None:
    two = 'materials_pickup = [{ start = "2030-04-01", end = "2030-04-05" }, { start = "2030-04-05" }]\n'
    assert faults(NATION + two)[0][0] == 13
    assert "overlap" in faults(NATION + two)[0][1]


def test_an_instant_with_its_zone_may_stand_where_a_day_is_not_exact_enough() -> None:
    text = NATION + "score_report = { start = 2030-06-13T10:00:00+08:00 }\n"
    (span,) = layer(text).windows[Stage.SCORE_REPORT]
    assert str(span.window()) == "2030-06-13 10:00 to …"
    assert "has no time zone" in faults(text.replace("+08:00", ""))[0][1]


def test_files_that_cannot_be_read_are_faults_like_any_other(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('exam = "x"\n')
    with pytest.raises(FilesRefused) as refused:
        read_all([tmp_path / "missing.toml", bad])
    assert [fault.file for fault in refused.value.faults] == ["bad.toml", "missing.toml"]


def test_a_window_outside_of_its_parents_is_refused_with_file_line_stage_and_both_windows() -> None:
    outside = AREA + '[windows]\npayment = { start = "2030-01-29", end = "2030-02-09" }\n'
    (fault,) = between(NATION, outside)
    assert str(fault) == (
        "1.toml:6: payment: 2030-01-29 00:00 to 2030-02-09 24:00 reaches outside of the national window "
        "2030-01-29 00:00 to 2030-02-08 24:00"
    )
    assert between(NATION, outside, accepted=True) == []


def test_an_area_that_reaches_outside_is_refused_once_however_many_sites_it_has() -> None:
    outside = AREA + '[windows]\npayment = { end = "2030-02-09" }\n[[sites]]\nname="甲市"\ncode="09"\n'
    site = 'exam = "sample-2030"\nlevel = "site"\narea = "河北"\nsite = "甲市"\n'
    seats = '[windows]\nseating = { end = "2030-03-01" }\n'
    assert [(fault.file, fault.line) for fault in between(NATION, outside, site + seats)] == [("1.toml", 6)]


def test_a_site_is_held_to_its_area_and_past_it_to_the_nation() -> None:
    area = (
        AREA
        + '[windows]\nconfirmation = { start = "2029-12-04", end = "2029-12-10" }\n[[sites]]\nname="甲市"\ncode="09"\n'
    )
    site = (
        'exam = "sample-2030"\nlevel = "site"\narea = "河北"\nsite = "甲市"\n[windows]\n'
        'confirmation = { end = "2029-12-11" }\npayment = { end = "2030-02-09" }\n'
    )
    found = between(NATION, area, site)
    assert [(fault.file, fault.line) for fault in found] == [("2.toml", 6), ("2.toml", 7)]
    assert "area window" in found[0].message
    assert "national window" in found[1].message


def test_a_confirmation_point_outside_of_the_sites_confirmation_is_refused() -> None:
    point = 'name="甲"\nserves={default=true}\nstart="2029-12-01"\nend="2029-12-05"\n'
    area = AREA + f'[[sites]]\nname="甲市"\ncode="09"\n[[sites.confirmation_points]]\n{point}'
    (fault,) = between(NATION, area)
    assert fault.line == 8
    assert "reaches outside of the site's confirmation" in fault.message
    assert between(NATION, area, accepted=True) == []
    without_confirmation = NATION.replace('confirmation = { start = "2029-12-02", end = "2029-12-18" }\n', "")
    assert between(without_confirmation, area) == []


def test_a_kind_of_exam_whose_form_is_not_known_is_refused_where_it_stands() -> None:
    ((line, message),) = faults(NATION.replace("health_professional", "dental_hygiene"))
    assert line == 4
    assert "health_professional" in message and "nurse_licensing" in message


def test_an_area_that_is_none_of_the_32_is_refused_where_it_stands() -> None:
    (fault,) = between(NATION, AREA.replace("河北", "河东"))
    assert (fault.file, fault.line) == ("1.toml", 3)
    policies = NATION + '[policies]\nauto_confirmation = ["河北", "河东"]\n'
    assert [fault.line for fault in between(policies)] == [14]


def test_an_area_without_its_exam_is_refused() -> None:
    (fault,) = between(AREA)
    assert "sample-2030 is described by no national file" in fault.message


def test_a_site_needs_a_code_of_its_own() -> None:
    site = '[[sites]]\nname="甲市"\n[[sites]]\nname="乙市"\ncode="09"\n[[sites]]\nname="丙市"\ncode="09"\n'
    found = between(NATION, AREA + site)
    assert [fault.message for fault in found] == [
        "site 甲市 of 河北 has no code: give it `code`, two digits",
        "code 09 of site 丙市 belongs to 乙市",
    ]


def test_a_stage_given_by_two_parts_of_one_level_is_refused() -> None:
    part = 'exam = "sample-2030"\nlevel = "national"\npart = "again"\n[windows]\npayment = { end = "2030-02-01" }\n'
    (fault,) = between(NATION, part)
    assert (fault.file, fault.line) == ("0.toml", 12)
    assert "already given by 1.toml" in fault.message


def test_sessions_are_of_the_exams_subjects_days_and_specialities() -> None:
    session = (
        '[[sessions]]\nnumber=1\nsubject="丙"\nday="2030-04-14"\nstarts="11:00"\nends="11:00"\nspecialities=["999"]\n'
    )
    found = between(NATION, AREA + session + session)
    assert [fault.message.removeprefix("session 1: ") for fault in found[:4]] == [
        "丙 is no subject of the exam",
        "2030-04-14 is no exam day",
        "it ends before it starts",
        "speciality 999 is not known",
    ]
    assert found[-1].message == "session 1 is given twice"


def test_a_time_of_day_that_is_none_is_refused() -> None:
    session = '[[sessions]]\nnumber=1\nsubject="甲"\nday="2030-04-13"\nstarts="9 Uhr"\nends="11:00"\n'
    assert faults(AREA + session) == [(9, "sessions.0.starts: 9 Uhr is no time of day, written HH:MM")]


def test_a_point_that_is_for_nobody_is_refused() -> None:
    points = '[[sites]]\nname="甲市"\ncode="09"\n[[sites.confirmation_points]]\nname="甲"\nserves={}\n'
    assert faults(AREA + points)[0][0] == 10


def test_the_32_areas_and_the_code_lists_are_complete() -> None:
    assert len(area_codes()) == len(set(area_codes().values())) == 32
    assert area_codes()["新疆兵团"] == "66"
    ethnicity = [value.code for value in code_lists()["ethnicity"]]
    assert ethnicity[:56] == [f"{number:02}" for number in range(1, 57)]
    for values in code_lists().values():
        assert len({value.code for value in values}) == len(values)
        assert all(value.zh and value.en for value in values)


KEYS = st.text("abc_", min_size=1, max_size=4)
VALUES = st.recursive(
    st.one_of(st.integers(), st.text("ab#[]{}=\"\\'\n ", max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=6,
)


def written(value: object, *, spread: bool) -> str:
    """A TOML value, its lists over several lines."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {written(item, spread=False)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        joint = ",\n" if spread else ", "
        return "[" + joint.join(written(item, spread=spread) for item in value) + "]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    return str(value)


@given(
    st.dictionaries(KEYS, VALUES, min_size=1, max_size=4),
    st.lists(st.dictionaries(KEYS, VALUES, max_size=3), max_size=3),
)
def test_the_line_of_every_key_is_the_line_it_stands_on(
    top: dict[str, object], tables: list[dict[str, object]]
) -> None:
    lines = ['# a comment with [brackets] = and "quotes']
    expected: dict[tuple[str | int, ...], int] = {}

    def put(key: str, value: object, path: tuple[str | int, ...]) -> None:
        expected[path] = sum(line.count("\n") + 1 for line in lines) + 1
        lines.append(f"{key} = {written(value, spread=True)} # [x] = 1")

    for key, value in top.items():
        put(key, value, (key,))
    for number, table in enumerate(tables):
        lines.append("[[tables.of]]")
        for key, value in table.items():
            put(key, value, ("tables", "of", number, key))
    found = key_lines("\n".join(lines))
    assert {path: found.get(path) for path in expected} == expected


def test_a_key_that_is_not_in_the_file_has_the_line_of_what_encloses_it() -> None:
    lines = key_lines('a = 1\n[b]\nc = { d = 1 }\n[b."e f"]\ng = """\nh = 1\n"""\n')
    assert [line_of(path, lines) for path in (("b", "c", "d"), ("b", "x"), ("b", "e f", "g"), ("z",))] == [3, 2, 5, 1]
    assert ("b", "e f", "h") not in lines


def test_further_parts_are_told_from_the_main_part() -> None:
    assert layer(NATION).part == MAIN_PART
    assert layer('exam = "sample-2030"\nlevel = "national"\npart = "score_report"\n').part == "score_report"
