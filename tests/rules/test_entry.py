"""Who may go in at a door: a pure function of seats, door and time. And what is sealed is only what we sealed."""

import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import EXAM_ZONE
from backend.documents.barcodes import qr
from backend.seating.cards import CardFacts, qr_text, read_qr, version_of
from backend.seating.entry import DoorFacts, Outcome, Sitting, at_the_door, is_plausible
from backend.seating.seals import Forged, Seals

NINE = datetime(2024, 4, 13, 9, tzinfo=EXAM_ZONE)
SECOND = timedelta(seconds=1)
DOOR = DoorFacts(
    venue_id=1,
    venue="示例考场一",
    session_id=1,
    subject="基础知识",
    starts_at=NINE,
    ends_at=NINE + timedelta(hours=2),
)
MINE = Sitting(session_id=1, subject="基础知识", starts_at=NINE, venue_id=1, venue="示例考场一", room="001", seat="01")
AFTERNOON = replace(MINE, session_id=2, starts_at=NINE + timedelta(hours=5))
TOMORROW = replace(MINE, session_id=3, starts_at=NINE + timedelta(days=1))
CARD = CardFacts(
    admit_number="24113010100101",
    name="测试甲",
    id_type="resident_id_card",
    document=b"one person's",
    photo="photos/00",
    sittings=[
        {
            "subject": "基础知识",
            "starts_at": NINE,
            "ends_at": NINE + timedelta(hours=2),
            "venue": "示例考场一",
            "address": "示例路1号",
            "room": 1,
            "seat": 1,
        }
    ],
)
SEALS = Seals(["a key of the tests, which seals"])


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        (NINE - timedelta(minutes=60) - SECOND, Outcome.TOO_EARLY),
        (NINE - timedelta(minutes=60), Outcome.ADMITTED),
        (NINE + timedelta(minutes=30) - SECOND, Outcome.ADMITTED),
        (NINE + timedelta(minutes=30), Outcome.TOO_LATE),
    ],
)
def test_nobody_goes_in_thirty_minutes_after_the_start(at: datetime, outcome: Outcome) -> None:
    assert at_the_door([MINE], DOOR, at=at, entered=False) is outcome


@pytest.mark.parametrize(
    ("sittings", "outcome"),
    [
        ([replace(MINE, venue_id=2)], Outcome.WRONG_VENUE),
        ([AFTERNOON, TOMORROW], Outcome.WRONG_SESSION),
        ([TOMORROW], Outcome.WRONG_DAY),
        ([], Outcome.WRONG_DAY),
        ([TOMORROW, AFTERNOON, MINE], Outcome.ADMITTED),
    ],
)
def test_who_stands_before_the_wrong_door_is_told_so(sittings: list[Sitting], outcome: Outcome) -> None:
    assert at_the_door(sittings, DOOR, at=NINE, entered=False) is outcome


@given(minutes=st.integers(-1000, 1000), entered=st.booleans(), venue=st.integers(1, 2))
def test_nobody_is_let_in_twice_at_another_venue_or_outside_of_the_hours(
    minutes: int, entered: bool, venue: int
) -> None:
    at = NINE + timedelta(minutes=minutes)
    outcome = at_the_door([replace(MINE, venue_id=venue)], DOOR, at=at, entered=entered)
    assert (outcome is Outcome.ADMITTED) == (venue == 1 and not entered and -60 <= minutes < 30)


@given(ahead=st.integers(-600, 600), listed=st.integers(-600, 600))
def test_a_devices_mark_lies_between_its_list_and_now_but_for_five_minutes(ahead: int, listed: int) -> None:
    minute = timedelta(minutes=1)
    marked_at, listed_at = NINE + ahead * minute, NINE + listed * minute
    plausible = is_plausible(marked_at, listed_at=listed_at, now=NINE)
    assert plausible == (ahead <= 5 and ahead >= listed - 5)


def test_a_card_is_read_back_from_its_qr_however_it_was_typed() -> None:
    text = qr_text(SEALS, CARD)
    for typed in (text, f" {text}\n", text.lower().upper()):
        named = read_qr(SEALS, typed)
        assert (named.admit_number, named.version) == (CARD.admit_number, version_of(CARD))


def test_a_cards_qr_is_small_enough_to_be_printed_on_24_mm() -> None:
    """41 modules: 0.58 mm each, three and a half dots at 150 an inch."""
    text = qr_text(SEALS, CARD)
    assert set(text) <= set(string.ascii_uppercase + string.digits + ":")
    assert b'<svg width="41" height="41"' in qr(text)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "测试龑"},
        {"photo": "photos/01"},
        {"photo": None},
        {"document": b"another's"},
        {"id_type": "passport"},
        {"admit_number": "24113010100102"},
        {"sittings": []},
        *({"sittings": [{**CARD.sittings[0], name: value}]} for name, value in [("room", 2), ("seat", 2)]),
        {"sittings": [{**CARD.sittings[0], "starts_at": NINE + SECOND}]},
        {"sittings": [{**CARD.sittings[0], "address": "示例路2号"}]},
    ],
)
def test_whatever_changes_on_a_card_makes_it_another(changed: dict[str, object]) -> None:
    assert version_of(replace(CARD, **changed)) != version_of(CARD)  # type: ignore[arg-type]


def test_the_same_instant_told_in_another_zone_is_the_same_card() -> None:
    row = {**CARD.sittings[0], "starts_at": NINE.astimezone(UTC)}
    assert version_of(replace(CARD, sittings=[row])) == version_of(CARD)


@given(position=st.integers(0, 1000), letter=st.sampled_from(string.ascii_uppercase + string.digits))
def test_a_qr_in_which_one_letter_is_another_is_forged(position: int, letter: str) -> None:
    text = qr_text(SEALS, CARD)
    place = position % len(text)
    changed = text[:place] + letter + text[place + 1 :]
    if changed == text:
        return
    # The last letter of a base 32 text holds bits that nothing is kept in.
    if place == len(text) - 1:
        return
    with pytest.raises(Forged):
        read_qr(SEALS, changed)


@given(st.text())
def test_what_we_did_not_seal_is_forged(text: str) -> None:
    with pytest.raises(Forged):
        read_qr(SEALS, text)


def test_another_installations_card_is_forged_and_an_older_keys_is_not() -> None:
    text = qr_text(SEALS, CARD)
    assert read_qr(Seals(["a newer key", "a key of the tests, which seals"]), text).version == version_of(CARD)
    with pytest.raises(Forged):
        read_qr(Seals(["another installation's key"]), text)


def test_a_sealed_text_that_is_no_cards_is_no_card() -> None:
    with pytest.raises(Forged):
        read_qr(SEALS, SEALS.seal("A" * 64))
