"""The page about personal data says what the table says that the purge, the export and the keys go by."""

from backend.privacy.export import EXPORTED
from backend.privacy.fields import held
from backend.wording import catalogue
from scripts.personal_data import PAGE, page


def test_the_page_is_as_it_would_be_drawn_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "draw it anew: python scripts/personal_data.py"


def test_every_table_says_for_how_long_it_is_kept_or_why() -> None:
    assert len(held()) > 40
    assert all((one.days or 0) > 0 or one.kept for one in held())


def test_every_part_of_an_export_has_its_words_and_nothing_that_is_only_compared_with() -> None:
    assert {one.table for one in EXPORTED} == set(catalogue("personal_data"))
    for one in EXPORTED:
        assert not set(one.fields) & {*one.secret, *one.keyed}, one.table
        assert set(one.sealed) <= set(one.fields), one.table
