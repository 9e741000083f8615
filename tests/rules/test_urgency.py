"""When a question that waits is in danger."""

from datetime import datetime, timedelta

import pytest

from backend.clock import EXAM_ZONE
from backend.exams.calendar import Calendar, Layer, Window
from backend.exams.stages import Stage
from backend.inquiries.canned import fill, is_filled
from backend.inquiries.urgency import Closing, Urgency, closing, urgency

NOW = datetime(2024, 1, 10, 9, tzinfo=EXAM_ZONE)
HOUR = timedelta(hours=1)


def calendar(**ends: timedelta) -> Calendar:
    windows = {Stage(stage): [Window(opens_at=NOW - 9 * HOUR, closes_at=NOW + left)] for stage, left in ends.items()}
    return Calendar((Layer(name="national", windows=windows),))


def test_the_window_that_closes_first_within_a_day_threatens() -> None:
    two = [calendar(payment=23 * HOUR, confirmation=25 * HOUR), calendar(supplement=24 * HOUR)]
    assert closing(two, NOW) == Closing(stage=Stage.PAYMENT, closes_at=NOW + 23 * HOUR)
    assert closing([calendar(payment=25 * HOUR)], NOW) is None


@pytest.mark.parametrize("stage", [Stage.MATERIALS_TO_SITE, Stage.SEATING, Stage.AREA_REVIEW])
def test_the_offices_own_windows_threaten_no_candidate(stage: Stage) -> None:
    assert closing([calendar(**{stage.value: HOUR})], NOW) is None


def test_what_does_not_wait_is_in_no_danger() -> None:
    ending = Closing(stage=Stage.PAYMENT, closes_at=NOW + HOUR)
    assert urgency(None, NOW, closing=ending, chat_until=HOUR) is None
    assert urgency(NOW - HOUR, NOW) is None


def test_the_nearest_danger_is_told() -> None:
    ending = Closing(stage=Stage.PAYMENT, closes_at=NOW + 5 * HOUR)
    waits = NOW - 30 * HOUR
    assert urgency(waits, NOW) == Urgency(danger="long", at=waits)
    assert urgency(waits, NOW, chat_until=9 * HOUR) == Urgency(danger="long", at=waits)
    assert urgency(waits, NOW, chat_until=-HOUR) == Urgency(danger="long", at=waits)
    window = Urgency(danger="window", at=NOW + 5 * HOUR, stage=Stage.PAYMENT)
    assert urgency(waits, NOW, closing=ending, chat_until=6 * HOUR) == window
    assert urgency(waits, NOW, closing=ending, chat_until=4 * HOUR) == Urgency(danger="chat", at=NOW + 4 * HOUR)


def test_what_the_records_do_not_say_stays_marked_and_is_not_sent() -> None:
    text = fill("{name}，请在{deadline}前办理", {"name": "测试甲", "deadline": None})
    assert text == "测试甲，请在【待填：deadline】前办理"
    assert (is_filled(text), is_filled("测试甲，请尽快办理")) == (False, True)
