"""The form of one kind of exam as questions, for a client that draws it: which, in which order, answered how. Pure.

Everything is read off the form's own fields and the kind's questions, so that what is drawn is what is checked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from backend.registrations.completeness import CODED
from backend.registrations.form import SECTIONS
from backend.registrations.questions import QUESTIONS, Questions
from backend.wording import Language, say

Needed = Literal["always", "of_the_employed", "optional"]
Answer = Literal["text", "date", "number", "yes_no", "choice", "code", "looked_up", "subjects", "studies", "picture"]

ACCOUNT: Final = ("account.name", "account.id_type", "account.id_number", "account.phone")
"""On the paper, and the account's to say: printed and shown with the form, never asked again."""
PHOTO: Final = "basic.photo"
LOOKED_UP: Final[Mapping[str, str]] = {
    "registration.area": "areas",
    "registration.site": "sites",
    "registration.confirmation_point": "confirmation-points",
    "registration.speciality": "specialities",
}
"""What is chosen from what the exam offers: the part of `/exams/{code}/…` that lists it."""
OTHER_WORDS: Final = frozenset(
    {
        ("account.phone", "nurse_licensing"),
        ("registration.speciality", "nurse_licensing"),
        ("work.employer", "nurse_licensing"),
    }
)
"""Fields for which a kind's paper has a word of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One field. `of`: the code list of a `code`, the list of what is `looked_up`; `choices`: the words of a `choice`;
    `longest` in characters; `least` and `most` of a number."""

    field: str
    answer: Answer
    needed: Needed
    of: str | None = None
    choices: tuple[str, ...] = ()
    longest: int | None = None
    least: int | None = None
    most: int | None = None


def questions_of(kind: str) -> list[Question]:
    """Every question of the kind's form, in the order of its sections; the photo with the basic ones."""
    return list(_questions(QUESTIONS[kind]))


def title(field: str, kind: str, language: Language = "zh-CN") -> str:
    """The field in the word of the kind's own paper."""
    return say("form_fields", f"{field} {kind}" if (field, kind) in OTHER_WORDS else field, language)


def _questions(asked: Questions) -> Iterator[Question]:
    for section, model in SECTIONS.items():
        for name, told in model.model_json_schema()["properties"].items():
            if (field := f"{section}.{name}") in asked.asked:
                yield _question(field, _answered(told), asked)
        if section == "basic":
            yield Question(field=PHOTO, answer="picture", needed="always")


def _question(field: str, told: Mapping[str, Any], asked: Questions) -> Question:
    answer, of = _kind(field, told)
    return Question(
        field=field,
        answer=answer,
        needed=_needed(field, asked),
        of=of,
        choices=tuple(told.get("enum", ())),
        longest=told.get("maxLength") if answer == "text" else None,
        least=told.get("minimum") if answer == "number" else None,
        most=told.get("maximum") if answer == "number" else None,
    )


def _answered(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an answer looks like; a draft may leave every one of them out."""
    found: Mapping[str, Any] = next(one for one in told["anyOf"] if one.get("type") != "null")
    return found


def _kind(field: str, told: Mapping[str, Any]) -> tuple[Answer, str | None]:
    if field in LOOKED_UP:
        return "looked_up", LOOKED_UP[field]
    if field in CODED:
        return "code", CODED[field]
    if told["type"] == "array":
        return ("subjects" if field == "registration.subjects" else "studies"), None
    if told["type"] == "string":
        return ("choice" if "enum" in told else "date" if told.get("format") == "date" else "text"), None
    return ("yes_no" if told["type"] == "boolean" else "number"), None


def _needed(field: str, asked: Questions) -> Needed:
    if field in asked.required:
        return "always"
    return "of_the_employed" if field in asked.of_the_employed else "optional"
