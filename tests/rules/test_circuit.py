"""A platform that is down is left alone, tried by one call after a rest, and used again when that succeeds."""

from datetime import UTC, datetime, timedelta

from backend.reminders.platforms import Said
from notifications.circuit import FIRST_REST, IN_A_ROW, LONGEST_REST, Circuit

NOON = datetime(2024, 2, 1, 4, tzinfo=UTC)


def opened() -> Circuit:
    circuit = Circuit()
    for _ in range(IN_A_ROW):
        circuit.answered(Said.UNANSWERED, NOON)
    return circuit


def test_failures_now_and_then_leave_it_closed() -> None:
    circuit = Circuit()
    for _ in range(10 * IN_A_ROW):
        circuit.answered(Said.NOT_REACHED, NOON)
        circuit.answered(Said.SENT, NOON)
    assert circuit.allows(100, NOON) == 100


def test_so_many_in_a_row_open_it() -> None:
    circuit = opened()
    assert circuit.is_open
    assert circuit.allows(100, NOON) == 0


def test_a_refusal_is_an_answer() -> None:
    circuit = Circuit()
    for said in (Said.CONSENT_GONE, Said.OUR_FAULT, Said.BUSY):
        for _ in range(IN_A_ROW):
            circuit.answered(said, NOON)
    assert not circuit.is_open


def test_after_the_rest_one_call_tries_it() -> None:
    circuit, later = opened(), NOON + FIRST_REST
    assert circuit.allows(100, later) == 1
    circuit.calls()
    assert circuit.allows(100, later) == 0


def test_the_one_that_succeeds_closes_it() -> None:
    circuit, later = opened(), NOON + FIRST_REST
    circuit.calls()
    circuit.answered(Said.SENT, later)
    assert circuit.allows(100, later) == 100


def test_each_rest_is_twice_the_one_before_up_to_a_limit() -> None:
    circuit, now, rest = opened(), NOON, FIRST_REST
    for _ in range(10):
        assert circuit.allows(1, now + rest - timedelta(milliseconds=1)) == 0
        now += rest
        assert circuit.allows(1, now) == 1
        circuit.calls()
        circuit.answered(Said.NOT_REACHED, now)
        rest = min(rest * 2, LONGEST_REST)


def test_an_answer_to_an_earlier_call_does_not_end_the_rest() -> None:
    circuit = opened()
    circuit.answered(Said.SENT, NOON)
    assert circuit.allows(100, NOON) == 0


def test_a_day_s_quota_used_up_is_waited_for_whatever_else_is_said() -> None:
    circuit, tomorrow = Circuit(), NOON + timedelta(hours=12)
    circuit.answered(Said.TOMORROW, NOON)
    circuit.closes_until(tomorrow)
    circuit.answered(Said.SENT, NOON)
    assert circuit.allows(100, tomorrow - timedelta(seconds=1)) == 0
    assert circuit.allows(100, tomorrow) == 1
