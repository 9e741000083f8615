"""What a question is about: sure, or nobody's guess."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.inquiries.intents import SURE, Intent, guess, vocabulary, wants_person

QUESTIONS = Path(__file__).parent / "questions"
NOBODY = "person"


def labelled(half: str) -> list[tuple[str, str]]:
    lines = (QUESTIONS / f"{half}.tsv").read_text("utf-8").splitlines()
    return [(intent, text) for intent, _, text in (line.partition("\t") for line in lines if not line.startswith("#"))]


def answered(half: str) -> tuple[list[tuple[str, str, str]], float]:
    """What was answered as something else than it is, and the share of the answerable that was answered rightly."""
    rows = [(intent, found.intent, text) for intent, text in labelled(half) if (found := guess(text)).is_sure]
    wrong = [(intent, str(taken), text) for intent, taken, text in rows if taken != intent]
    return wrong, (len(rows) - len(wrong)) / sum(intent != NOBODY for intent, _ in labelled(half))


def test_the_halves_share_no_question_and_have_three_hundred() -> None:
    tuned, kept = ({text for _, text in labelled(half)} for half in ("tuned_on", "kept_out"))
    assert not tuned & kept
    assert len(tuned | kept) >= 300
    assert {intent for half in ("tuned_on", "kept_out") for intent, _ in labelled(half)} == {*Intent, NOBODY}


def test_of_what_it_was_tuned_on_nothing_is_answered_wrongly() -> None:
    wrong, coverage = answered("tuned_on")
    assert wrong == []
    assert coverage > 0.85


def test_of_what_it_never_saw_hardly_anything_is_answered_wrongly() -> None:
    wrong, coverage = answered("kept_out")
    assert len(wrong) <= 2
    assert coverage > 0.75


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("报名成功了吗", Intent.NEXT_STEP),
        ("報名成功了嗎？", Intent.NEXT_STEP),
        ("报明成功了吗", Intent.NEXT_STEP),
        (" 报名　成功了吗!! ", Intent.NEXT_STEP),
        ("缴费截止时间", Intent.DEADLINE),
        ("成绩可以复查吗", Intent.NO_APPEAL),
    ],
)
def test_misspelt_traditional_or_oddly_spaced_it_is_the_same_question(text: str, intent: Intent) -> None:
    assert (guess(text).intent, guess(text).is_sure) == (intent, True)


@pytest.mark.parametrize(
    "text",
    [
        "我朋友缴费成功了吗",
        "骗子说缴费成功了吗",
        "转人工",
        "报名成功了吗，另外我的毕业证丢了怎么办",
        "how do I pay",
        "",
        "？？？",
        "报名" * 40,
    ],
)
def test_what_only_a_person_can_answer_is_left_to_one(text: str) -> None:
    assert not guess(text).is_sure


def test_a_person_is_asked_for_in_words() -> None:
    assert wants_person("转人工")
    assert wants_person("我要找人工客服！")
    assert not wants_person("报名成功了吗")


@given(st.text(max_size=80))
def test_nothing_that_is_written_makes_it_fall_over_or_surer_than_sure(text: str) -> None:
    found = guess(text)
    assert 0 <= found.confidence <= 1
    assert not found.is_sure or found.confidence >= SURE


@given(st.sampled_from([text for _, text in labelled("tuned_on")]), st.text("xqzv", min_size=1, max_size=40))
def test_what_is_not_understood_never_makes_it_surer(text: str, unknown: str) -> None:
    assert guess(text + unknown).confidence < guess(text).confidence or guess(text).confidence == 0


def test_every_line_of_words_can_be_said() -> None:
    assert {intent for intent, _ in vocabulary().lines} == set(Intent)
