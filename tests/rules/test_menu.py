"""Choosing a site in a chat, by numbers or names."""

from backend.exams.facts import AreaFacts, SiteFacts
from backend.inquiries.menu import Place, Turn, turn
from backend.inquiries.models import Asked

HEBEI, HUNAN = AreaFacts(id=1, name="河北", code="13"), AreaFacts(id=2, name="湖南", code="43")
SAMPLE = SiteFacts(id=11, area="河北", name="示例市", code="01")
XIANGXI = SiteFacts(id=21, area="湖南", name="湘西", code="31")
NOTHING, AREA = Place(asked=None), Place(asked=Asked.AREA)
SITE = Place(asked=Asked.SITE, area=HUNAN)
HERE = Place(asked=None, area=HUNAN, site=XIANGXI)


def after(place: Place, text: str) -> Turn:
    return turn(place, text, [HEBEI, HUNAN], [SAMPLE, XIANGXI])


def test_a_chat_that_was_asked_nothing_is_asked_for_its_area_whatever_it_says() -> None:
    for text in ("怎么报名？", "43", ""):
        found = after(NOTHING, text)
        assert found.place == AREA
        assert found.told is not None and found.told.endswith("13 河北\n43 湖南")


def test_an_area_is_named_by_its_number_or_its_name() -> None:
    for text in ("43", "湖南", " 43 "):
        found = after(AREA, text)
        assert found.place == SITE
        assert found.told is not None and found.told.endswith("31 湘西")


def test_a_site_is_one_of_the_area_chosen() -> None:
    assert after(SITE, "31").place == HERE
    assert after(SITE, "湘西").place == HERE
    assert after(SITE, "01").place == SITE
    assert after(SITE, "示例市") == Turn(place=SITE, told=None)


def test_a_wrong_number_brings_the_menu_again_and_a_sentence_does_not() -> None:
    for place in (AREA, SITE):
        wrong = after(place, "77")
        assert wrong.place == place
        assert wrong.told is not None
        assert after(place, "请问 13 号可以报名吗？") == Turn(place=place, told=None)
        assert after(place, "13800000000") == Turn(place=place, told=None)


def test_nought_goes_back_to_the_areas() -> None:
    assert after(SITE, "0").place == AREA


def test_after_the_choice_numbers_are_only_numbers() -> None:
    for text in ("13", "0", "31"):
        assert after(HERE, text) == Turn(place=HERE, told=None)


def test_the_menu_can_be_asked_for_again_at_any_time() -> None:
    for place in (AREA, SITE, HERE):
        assert after(place, "选择考点").place == AREA


def test_where_no_site_is_published_that_is_said() -> None:
    found = turn(NOTHING, "怎么报名？", [], [])
    assert found.told == "您好，目前还没有公布考点，您的问题已转给人才中心。"


def test_the_longest_menus_fit_into_one_message() -> None:
    areas = [AreaFacts(id=number, name="新疆生产建设兵团", code=f"{number}") for number in range(10, 42)]
    sites = [
        SiteFacts(id=number, area="新疆生产建设兵团", name="克孜勒苏柯尔克孜自治州", code=f"{number}")
        for number in range(10, 40)
    ]
    for place in (NOTHING, AREA):
        found = turn(place, "10", areas, sites)
        assert found.told is not None and len(found.told) <= 600
