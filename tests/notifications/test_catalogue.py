"""The catalogue of reminders is read whole or not at all, and what it says fits what platforms take."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.registrations.auto_confirmation import COMPARED_FIELDS, in_words
from backend.wording import catalogue as words_of
from notifications.catalogue import BadCatalogue, catalogue, read
from notifications.fitting import LIMITS, Limit, fits, fitted

TABLE = {
    "account_changed",
    "checks_due",
    "submit_due",
    "confirm_due",
    "confirmed",
    "mend_due",
    "review_result",
    "payment_due",
    "payment_result",
    "admit_card_ready",
    "exam_tomorrow",
    "results_out",
    "inquiry_answered",
}
"""The kinds of the domain's table, and the one that its section on accounts asks for."""

GOOD = """
[templates.plain]
wechat = { thing1 = "title" }
alipay = { keyword1 = "title" }
baidu = { keyword1 = "title" }
[kinds.new_one]
asks = true
whom = "has_a_draft"
template = "plain"
page = "pages/new/new?registration={registration}"
tellings.2_days = { stage = "pre_registration", edge = "closes", before = "2 days" }
"""
WORDS: Mapping[str, Mapping[str, str]] = {
    "new_one": {"zh": "新的提醒", "en": "A new one"},
    "new_one_told": {"zh": "一句话。", "en": "A sentence."},
}


def test_the_catalogue_has_every_row_of_the_table() -> None:
    assert set(catalogue().kinds) >= TABLE


def test_a_new_reminder_is_an_entry_and_its_words() -> None:
    (entry,) = read(GOOD, WORDS).tellings()
    assert (entry.kind_name, entry.name, entry.when.before.days) == ("new_one", "2_days", 2)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("pre_registration", "registration_day", "stage"),
        ("has_a_draft", "has_a_dog", "there is no rule has_a_dog"),
        ('thing1 = "title"', 'thing1 = "colour"', "nothing is known as colour"),
        ('thing1 = "title"', 'colour1 = "title"', "is of none of the types"),
        ('thing1 = "title"', 'time1 = "title"', "title is no time"),
        ('baidu = { keyword1 = "title" }', "", "each of them"),
        ('template = "plain"', 'template = "fancy"', "there is no template fancy"),
        ("pages/new/new", "/pages/new", "no page"),
        ("2 days", "two days", "is written as"),
        ('edge = "closes", before', 'edge = "opens", before', "before a stage closes"),
        ("asks = true", "asks = true\ncolour = 1", "colour"),
        ('stage = "pre_registration", edge = "closes", before = "2 days"', 'event = "order:opened"', "until when"),
        ("tellings.2_days = {", "tellings.2_days = { exam_day = 'first',", "one of them"),
    ],
)
def test_an_entry_that_cannot_be_kept_is_refused_by_name(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    with pytest.raises(BadCatalogue, match=fault):
        read(GOOD.replace(old, new, 1), WORDS)


def test_words_that_are_missing_or_can_never_fit_are_refused() -> None:
    with pytest.raises(BadCatalogue, match="new_one_told has no words"):
        read(GOOD, {"new_one": WORDS["new_one"]})
    long = {"zh": "一二三四五六七八九十一二三四五六七八九十一", "en": "x"}
    with pytest.raises(BadCatalogue, match="has 21 characters, 20 fit"):
        read(GOOD, {**WORDS, "new_one": long})
    phrase = GOOD.replace('thing1 = "title"', 'phrase1 = "title"')
    with pytest.raises(BadCatalogue, match="not all in Chinese"):
        read(phrase, {**WORDS, "new_one": {"zh": "OK", "en": "x"}})
    with pytest.raises(BadCatalogue, match="may be anything"):
        read(phrase, {**WORDS, "new_one": {"zh": "{exam}", "en": "{exam}"}})


def test_every_field_by_which_the_automatic_rule_compares_has_its_name() -> None:
    assert {in_words(field) for field in COMPARED_FIELDS} <= set(words_of("form_fields"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打印准考证", "请打印准考证"),
        ("示例市卫生健康委员会人事科 示例路一号", "示例市卫生健康委员会人事科 示例路一号"),
        ("示例市卫生健康委员会人事科 示例路一号附属楼三层", "示例市卫生健康委员会人事科 示例路一号…"),
        ("Sample City Health Commission", "Sample City Health…"),
        ("two\nlines", "two lines"),
        ("Donaudampfschifffahrtsgesellschaft", "Donaudampfschifffah…"),
    ],
)
def test_a_text_is_cut_at_a_word(text: str, shown: str) -> None:
    assert fitted(text, LIMITS["thing"]) == shown


@given(st.text(), st.sampled_from([Limit(characters=20), Limit(characters=50), Limit(characters=5)]))
def test_no_text_is_longer_than_the_platform_takes_nor_in_two_lines(text: str, limit: Limit) -> None:
    shown = fitted(text, limit)
    assert len(shown) <= limit.characters and "\n" not in shown and "\x00" not in shown
    assert fitted(shown, limit) == shown


@given(st.text(alphabet="一二三四五 abc，。", min_size=1, max_size=20))
def test_what_fits_is_left_as_it_is(text: str) -> None:
    if text == " ".join(text.split()) and fits(text, LIMITS["thing"]):
        assert fitted(text, LIMITS["thing"]) == text
