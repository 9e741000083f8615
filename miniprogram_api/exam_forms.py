"""The form of an exam as questions, for a client that draws it by kind: health professionals' and nurses' differ."""

from pydantic import BaseModel

from backend.exams.catalogue import Exams
from backend.registrations.form_questions import Answer, Needed, Question, questions_of, title
from backend.wording import Language
from miniprogram_api.shapes import Page
from miniprogram_api.typed_routes import Routes, Urgency

routes = Routes(Urgency.LATER)


class QuestionOut(BaseModel):
    """One field, as `section.field`. `of`: the code list of a `code`, or what lists what is `looked_up` below the exam;
    `choices`: the codes of a `choice`; `longest` in characters; `least` and `most` of a number."""

    field: str
    title: str
    answer: Answer
    needed: Needed
    of: str | None
    choices: list[str]
    longest: int | None
    least: int | None
    most: int | None

    @classmethod
    def of_question(cls, one: Question, kind: str, language: Language) -> "QuestionOut":
        return cls(
            field=one.field,
            title=title(one.field, kind, language),
            answer=one.answer,
            needed=one.needed,
            of=one.of,
            choices=list(one.choices),
            longest=one.longest,
            least=one.least,
            most=one.most,
        )


@routes.add("GET", "/exams/{code}/form")
async def show_form(code: str, exams: Exams, language: Language) -> Page[QuestionOut]:
    """What this exam's form asks, in its order; the name, the document and the phone are the account's."""
    kind = (await exams.exam(code)).kind
    return Page(items=[QuestionOut.of_question(one, kind, language) for one in questions_of(kind)])
