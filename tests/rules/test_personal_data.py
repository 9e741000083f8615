"""Document numbers and phones at rest: readable with the keys, in their place, and nowhere else."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.personal_data import PersonalData, Undecryptable, mask_document, mask_phone, masked

OLD, NEW, FOREIGN = (base64.b64encode(hashlib.sha256(word).digest()).decode() for word in (b"old", b"new", b"foreign"))
ABOUT = "candidate.id_number"
numbers = st.text("0123456789X", min_size=1, max_size=30)


@given(st.text(max_size=60))
def test_what_is_encrypted_is_read_again(text: str) -> None:
    keeper = PersonalData([OLD])
    assert keeper.decrypt(keeper.encrypt(text, about=ABOUT), about=ABOUT) == text


@given(numbers)
def test_a_ciphertext_never_holds_its_text_and_never_repeats(text: str) -> None:
    keeper = PersonalData([OLD])
    first, second = keeper.encrypt(text, about=ABOUT), keeper.encrypt(text, about=ABOUT)
    assert first != second
    assert len(text) < 6 or text.encode() not in first


@given(numbers)
def test_a_ciphertext_moved_to_another_place_is_not_read(text: str) -> None:
    keeper = PersonalData([OLD])
    with pytest.raises(Undecryptable):
        keeper.decrypt(keeper.encrypt(text, about=ABOUT), about="candidate.phone")


@given(numbers, st.integers(0, 200), st.integers(1, 255))
def test_a_changed_ciphertext_is_not_read(text: str, place: int, change: int) -> None:
    keeper = PersonalData([OLD])
    stored = bytearray(keeper.encrypt(text, about=ABOUT))
    stored[place % len(stored)] ^= change
    with pytest.raises(Undecryptable):
        keeper.decrypt(bytes(stored), about=ABOUT)


@given(numbers, st.integers(0, 60))
def test_a_ciphertext_cut_short_is_not_read(text: str, length: int) -> None:
    keeper = PersonalData([OLD])
    stored = keeper.encrypt(text, about=ABOUT)
    with pytest.raises(Undecryptable):
        keeper.decrypt(stored[: min(length, len(stored) - 1)], about=ABOUT)


@pytest.mark.parametrize("stored", [b"", b"short", bytes(16), bytes(40)])
def test_what_was_never_a_ciphertext_is_not_read(stored: bytes) -> None:
    with pytest.raises(Undecryptable):
        PersonalData([OLD]).decrypt(stored, about=ABOUT)


def test_an_old_key_still_reads_after_a_new_one_was_put_in_front() -> None:
    stored = PersonalData([OLD]).encrypt("E12345678", about=ABOUT)
    assert PersonalData([NEW, OLD]).decrypt(stored, about=ABOUT) == "E12345678"


def test_the_key_in_front_is_the_one_that_encrypts() -> None:
    stored = PersonalData([NEW, OLD]).encrypt("E12345678", about=ABOUT)
    assert PersonalData([NEW]).decrypt(stored, about=ABOUT) == "E12345678"
    with pytest.raises(Undecryptable):
        PersonalData([OLD]).decrypt(stored, about=ABOUT)


def test_without_its_key_nothing_is_read() -> None:
    stored = PersonalData([OLD]).encrypt("E12345678", about=ABOUT)
    with pytest.raises(Undecryptable):
        PersonalData([FOREIGN]).decrypt(stored, about=ABOUT)


@given(numbers)
def test_an_index_stays_when_a_new_key_is_put_in_front(text: str) -> None:
    assert PersonalData([NEW, OLD]).index(text, about=ABOUT) == PersonalData([OLD]).index(text, about=ABOUT)


@given(numbers, numbers)
def test_an_index_finds_equal_numbers_and_only_those(one: str, other: str) -> None:
    keeper = PersonalData([OLD])
    assert (keeper.index(one, about=ABOUT) == keeper.index(other, about=ABOUT)) == (one == other)


def test_an_index_is_of_one_place_one_key_and_one_spelling() -> None:
    keeper = PersonalData([OLD])
    index = keeper.index("13010219900101000x", about=ABOUT)
    assert index == keeper.index(" 13010219900101000Ｘ", about=ABOUT)
    assert index != keeper.index("13010219900101000x", about="candidate.phone")
    assert index != PersonalData([FOREIGN]).index("13010219900101000x", about=ABOUT)


@pytest.mark.parametrize("keys", [[], ["not base64!"], [base64.b64encode(b"too short").decode()], [""]])
def test_keys_that_are_none_are_refused_at_start(keys: list[str]) -> None:
    with pytest.raises(ValueError):
        PersonalData(keys)


@given(st.text("0123456789ABCX", min_size=0, max_size=40))
def test_a_masked_document_shows_eight_characters_at_most_and_keeps_its_length(number: str) -> None:
    masked = mask_document(number)
    shown = [one for one, real in zip(masked, number, strict=True) if one != "*"]
    assert len(shown) <= 8
    assert len(number) < 12 or len(number) - len(shown) >= 4
    assert len(number) >= 12 or len(shown) <= 2


@given(st.text("0123456789", min_size=0, max_size=20))
def test_a_masked_phone_shows_seven_digits_at_most(phone: str) -> None:
    masked = mask_phone(phone)
    assert len(masked) == len(phone)
    assert sum(one != "*" for one in masked) <= 7
    assert len(phone) > 7 or set(masked) <= {"*"}


def test_masks_read_as_people_know_them() -> None:
    assert mask_document("130102199001010003") == "1301**********0003"
    assert mask_phone("13800000000") == "138****0000"
    assert mask_document("E12345678") == "E*******8"


@given(st.text(max_size=40), st.lists(st.integers(), min_size=1, max_size=9))
def test_a_pick_is_one_of_the_options_and_always_the_same(text: str, options: list[int]) -> None:
    picks = {PersonalData(keys).pick(options, text, about=ABOUT) for keys in ([OLD], [OLD], [NEW, OLD])}
    assert len(picks) == 1
    assert picks <= set(options)


def test_a_pick_cannot_be_foretold_without_the_key() -> None:
    options, texts = range(1000), [str(number) for number in range(20)]
    ours, theirs = ([PersonalData([key]).pick(options, text, about=ABOUT) for text in texts] for key in (OLD, FOREIGN))
    assert ours != theirs


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("argument $1: '13010219900101000X' (a str)", "argument $1: '1301**********000X' (a str)"),
        ('{"phone":"13800000000"}', '{"phone":"138****0000"}'),
        ("13010219900101000x,13800000000", "1301**********000x,138****0000"),
        ("24113010100101", "24113010100101"),
        ("a1b2c313800000000d4", "a1b2c313800000000d4"),
        ("4200001990202401310000000000", "4200001990202401310000000000"),
        ("2024-01-31T13:00:00.138000+08:00", "2024-01-31T13:00:00.138000+08:00"),
    ],
)
def test_what_somebody_else_wrote_is_masked_and_numbers_of_another_kind_are_left(said: str, kept: str) -> None:
    assert masked(said) == kept
