"""The page about reminders says what the catalogue says: it is drawn from it."""

from notifications.catalogue import catalogue
from scripts.reminders import PAGE, page


def test_the_page_is_as_it_would_be_drawn_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "draw it anew: python scripts/reminders.py"


def test_every_telling_has_a_row() -> None:
    drawn = page()
    for entry in catalogue().tellings():
        assert drawn.count(f"| `{entry.kind_name}`") == len(entry.kind.tellings)
