"""Whose confirmation point is whose, by the names that the notices print and the ways people write them."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.exams.calendar import midnight
from backend.exams.confirmation_places import Match, Place, Reason, rank
from backend.exams.employer_names import canonical, forms, misspelt, same
from backend.exams.facts import PointFacts, Served
from tests.exams.published import points, slots

XIANGXI = Place.of(points("health-2021", "湖南", "湘西"), [])
WUHAI = Place.of(points("health-2025", "内蒙古", "乌海"), slots("health-2025", "内蒙古", "乌海"))

name_characters = st.sampled_from("湘西乌海泸溪吉首州市县区人民中医院第一二妇幼保健站（）() 自治土家族ABc９")
names = st.text(name_characters, min_size=1, max_size=16)


def in_xiangxi(employer: str | None) -> Match:
    return rank(XIANGXI, employer, site="湘西", area="湖南")[0]


def in_wuhai(employer: str | None) -> Match:
    return rank(WUHAI, employer, site="乌海", area="内蒙古")[0]


@pytest.mark.parametrize(
    ("employer", "point"),
    [
        ("湘西自治州人民医院", "湘西自治州人民医院人事科"),
        ("湘西土家族苗族自治州人民医院", "湘西自治州人民医院人事科"),
        ("湖南省湘西土家族苗族自治州人民医院", "湘西自治州人民医院人事科"),
        ("湘西州人民医院", "湘西自治州人民医院人事科"),
        ("州人民医院", "湘西自治州人民医院人事科"),
        ("　湘西自治州　人民医院 ", "湘西自治州人民医院人事科"),
        ("湘西自治州人民医院（新院区）", "湘西自治州人民医院人事科"),
        ("湘西自治洲人民医院", "湘西自治州人民医院人事科"),
        ("湘西自治州人民医", "湘西自治州人民医院人事科"),
        ("吉首市人民医院", "吉首市人民医院人事科"),
        ("湘西州吉首市人民医院", "吉首市人民医院人事科"),
        ("吉首市妇幼保健院", "吉首市卫生健康局人事股(吉首市政府大楼B栋325办公室)"),
        ("湘西自治州中医院", "湘西自治州中医院人事科"),
        ("州精神病院", "湘西自治州精神病医院人事科"),
        ("湘西自治州荣复医院", "湘西自治州荣复医院人事科"),
        ("湘西自治州肿瘤医院", "湘西自治州肿瘤医院人事科"),
        ("泸溪县人民医院", "泸溪县卫健局人事股(216办公室)"),
        ("湘西州泸溪县浦市镇卫生院", "泸溪县卫健局人事股(216办公室)"),
        ("花垣县中医院", "花垣县卫生健康局人事股(308室)"),
        ("永顺县疾控中心", "永顺县卫生健康局人事股"),
        ("古丈县人民医院", "古丈县卫生健康局人事股"),
        ("保靖县人民医院", "保靖县卫生健康局人事股"),
        ("龙山县人民医院", "龙山县卫生健康局人事股"),
        ("凤凰县人民医院", "凤凰县卫生健康局人事股401室"),
        ("湘西自治州妇幼保健院", "湘西州卫健委医考中心"),
        ("州疾控中心", "湘西州卫健委医考中心"),
        ("湘西自治州中心血站", "湘西州卫健委医考中心"),
        ("测试甲诊所", "湘西州卫健委医考中心"),
        (None, "湘西州卫健委医考中心"),
    ],
)
def test_a_candidate_of_xiangxi_is_sent_to_the_point_of_their_employer(employer: str | None, point: str) -> None:
    assert in_xiangxi(employer).place.name == point


def test_in_xiangxi_everyone_hands_in_themselves_and_three_units_check_their_peoples_papers_first() -> None:
    assert {match.hand_in for match in rank(XIANGXI, None)} == {"self"}
    assert in_xiangxi("湘西自治州妇幼保健院").through_unit
    assert not in_xiangxi("湘西自治州人民医院").through_unit
    assert not in_xiangxi("测试甲诊所").through_unit


def test_a_point_of_xiangxi_says_its_own_days_and_phone() -> None:
    place = in_xiangxi("永顺县人民医院").place
    assert (place.opens_at, place.closes_at) == (midnight(date(2021, 1, 7)), midnight(date(2021, 1, 9)))
    assert place.phone == "0743-5238162"


@pytest.mark.parametrize(
    ("employer", "day", "half", "hand_in"),
    [
        ("乌海市人民医院", 5, "morning", "unit"),
        ("市人民医院", 5, "morning", "unit"),
        ("内蒙古自治区乌海市人民医院", 5, "morning", "unit"),
        ("乌海市中医蒙医医院", 5, "afternoon", "unit"),
        ("乌海市妇幼保健院", 5, "afternoon", "unit"),
        ("乌海市疾病预防控制中心", 6, "morning", "unit"),
        ("乌海市传染病医院", 6, "morning", "unit"),
        ("乌海市樱花医院", 6, "morning", "unit"),
        ("乌海市职业病防治院", 6, "afternoon", "unit"),
        ("乌海市精神卫生中心", 6, "afternoon", "unit"),
        ("海南区人民医院", 7, "morning", "unit"),
        ("乌海市乌达区人民医院", 7, "afternoon", "unit"),
        ("乌达测试医院", 7, "afternoon", "unit"),
        ("海勃湾区社区卫生服务中心", 8, "morning", "unit"),
        ("测试乙医院", 8, "afternoon", "self"),
        ("海南省人民医院", 8, "afternoon", "self"),
        (None, 8, "afternoon", "self"),
    ],
)
def test_a_candidate_of_wuhai_is_told_the_half_day_and_who_brings_the_papers(
    employer: str | None, day: int, half: str, hand_in: str
) -> None:
    match = in_wuhai(employer)
    assert (match.place.day, match.place.half_day) == (date(2024, 12, day), half)
    assert match.hand_in == hand_in
    assert match.place.address == "市政府A座501办公室"
    assert match.place.phone == "0473-8992296"


def test_people_without_a_unit_may_also_come_to_wuhai_on_the_last_day() -> None:
    ranked = rank(WUHAI, None, site="乌海", area="内蒙古")
    assert [(match.place.day, match.place.half_day) for match in ranked[:2]] == [
        (date(2024, 12, 8), "afternoon"),
        (date(2024, 12, 11), "all_day"),
    ]


def test_neighbouring_institutions_are_no_misspellings_of_each_other() -> None:
    for one, other in [
        ("第一人民医院", "第二人民医院"),
        ("乌海市人民医院", "乌海县人民医院"),
        ("城东社区医院", "城西社区医院"),
        ("测试市中医院", "测试市医院"),
    ]:
        assert not misspelt(forms(one), forms(other))


def test_a_place_may_be_for_everything_of_one_parent() -> None:
    of_parent = place(Served(parent="测试医疗集团"))
    everyone = place(Served(default=True))
    best = rank([everyone, of_parent], "测试丙医院", parent="测试医疗集团（总部）")[0]
    assert (best.place, best.reason) == (of_parent, Reason.PARENT)


@given(st.lists(names, min_size=1, max_size=6, unique_by=canonical), names, st.booleans())
def test_every_place_is_listed_once_and_the_employers_own_comes_before_all_others(
    units: list[str], employer: str, has_default: bool
) -> None:
    places = [place(Served(units=(unit,)), number) for number, unit in enumerate(units, start=1)]
    places += [place(Served(default=True), len(units) + 1)] if has_default else []
    ranked = rank(places, employer, site="湘西", area="湖南")
    assert sorted(match.place.point_id for match in ranked) == [every.point_id for every in places]
    reasons = [match.reason for match in ranked]
    assert reasons == sorted(reasons)
    if has_default and Reason.UNIT not in reasons:
        assert ranked[0].reason in (Reason.MISSPELT_UNIT, Reason.DEFAULT)


@given(names, names)
def test_how_a_name_is_spaced_bracketed_or_widened_never_changes_who_it_is(name: str, other: str) -> None:
    spaced = " ".join(name).translate(str.maketrans("()9", "（）９"))
    assert forms(spaced, site="湘西", area="湖南") == forms(name, site="湘西", area="湖南")
    assert same(forms(name), forms(other)) == same(forms(other), forms(name))
    assert misspelt(forms(name), forms(other)) == misspelt(forms(other), forms(name))


@given(st.text("测试人民医院卫生服务", min_size=6, max_size=12), st.integers(0, 11), st.sampled_from("口目田"))
def test_one_wrong_missing_or_doubled_character_is_forgiven(name: str, position: int, wrong: str) -> None:
    at = position % len(name)
    for typed in (name[:at] + wrong + name[at + 1 :], name[:at] + name[at + 1 :], name[:at] + wrong + name[at:]):
        assert misspelt({typed}, {name}) or typed == name


def place(serves: Served, point_id: int = 1) -> Place:
    point = PointFacts(
        id=point_id,
        site_id=1,
        name=f"测试报名点{point_id}",
        phone=None,
        address=None,
        opens_at=None,
        closes_at=None,
        serves=serves,
        hand_in="self",
        sample=True,
    )
    found: Sequence[Place] = Place.of([point], [])
    return found[0]
