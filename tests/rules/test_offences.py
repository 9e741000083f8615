"""The lists of offences, as they are read out in the room, and what each entails."""

from hypothesis import given
from hypothesis import strategies as st

from backend.violations.offences import Severity, offences, voids
from tests.exams.notices import has

LISTS = {severity: [one for one in offences().values() if one.severity is severity] for severity in Severity}
upheld = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(Severity)), max_size=8)


def test_every_offence_has_its_number_and_the_notices_words() -> None:
    for found in LISTS.values():
        assert [one.item for one in found] == list(range(1, 10))
        assert all(has("nurse-2012", f"({one.item}){one.words}") for one in found)


def test_the_lists_and_what_follows_are_the_notices() -> None:
    for severity, effect in (
        (Severity.ORDINARY, "当次该科目考试成绩无效"),
        (Severity.SERIOUS, "当次全部科目考试成绩无效"),
    ):
        first = LISTS[severity][0]
        assert has("nurse-2012", f"{effect}…(1){first.words}")
        assert all(one.effect.startswith(effect) for one in LISTS[severity])


def test_items_3_to_8_of_the_serious_list_bar_and_no_other() -> None:
    assert has("nurse-2012", "其中有第(3)项至第(8)项行为之一的,2年内不得参加各类专业技术人员资格考试")
    barring = [(one.severity, one.item) for one in offences().values() if one.bars]
    assert barring == [(Severity.SERIOUS, item) for item in range(3, 9)]
    assert all(("2年内不得参加" in one.effect) == one.bars for one in offences().values())


@given(upheld)
def test_of_what_was_upheld_each_subject_keeps_the_gravest(found: list[tuple[str, Severity]]) -> None:
    kept = voids(found)
    assert set(kept) == {subject for subject, _ in found}
    for subject, severity in kept.items():
        assert (severity is Severity.SERIOUS) == ((subject, Severity.SERIOUS) in found)


@given(upheld)
def test_in_whatever_order_it_was_decided(found: list[tuple[str, Severity]]) -> None:
    assert voids(reversed(found)) == voids(found)
