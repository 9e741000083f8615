"""The page about states says what the tables say: it is drawn from them."""

from backend.registrations.deadlines import DEADLINES
from backend.registrations.moves import MOVES
from scripts.states import PAGE, page


def test_the_page_is_as_it_would_be_drawn_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "draw it anew: python scripts/states.py"


def test_every_move_and_every_deadline_is_in_the_drawing() -> None:
    drawn = page()
    for row in MOVES:
        assert f"| `{row.start}` | {row.act} ({row.who})" in drawn
    for state, reason in DEADLINES.items():
        assert f"{state} --> forfeited: {reason}" in drawn
