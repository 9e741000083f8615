"""The automatic first answer: what a candidate's own records and the published rules say, where the question is sure.

Never guessed: where the records say nothing of what is asked, there is no answer and a person gives it. Always marked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from backend.exams.catalogue import Exams
from backend.inquiries.intents import Guess, Intent, guess
from backend.inquiries.places import home_of
from backend.registrations.auto_confirmation import in_words
from backend.registrations.models import Registration, State
from backend.registrations.progress import Progress
from backend.registrations.standing import Standing
from backend.registrations.step import Step
from backend.wording import Language, say, sentence

ROLLING: Final = "health_professional"
"""The kind of exam whose results roll over two years; the nurses' are both passed at once."""
NOT_AUTOMATIC: Final = frozenset({"differs", "document_changed", "absent_last_year", "violation_last_year"})
"""What the automatic rule found against somebody; others confirm as everybody, and nothing has failed."""
Say = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What is known of one registration. `auto_confirmation`: as it is stored, where the automatic rule ran."""

    kind: str
    standing: Standing
    steps: Sequence[Step]
    auto_confirmation: Mapping[str, Any] | None = None

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.step == name)


class FirstAnswers:
    """Reads as the candidate would."""

    def __init__(self, progress: Progress, exams: Exams) -> None:
        self._progress, self._exams = progress, exams

    async def to(
        self,
        text: str,
        candidate_id: UUID,
        *,
        site_id: int | None,
        registration_id: UUID | None = None,
        language: Language = "zh-CN",
    ) -> str | None:
        """The answer to what a candidate asked a site, about a registration of theirs, the newest if none is named.

        None where a person has to answer, as for everybody who asks a site that is not theirs.
        """
        if not (found := guess(text)).is_sure:
            return None
        home = await home_of(self._exams, candidate_id, registration_id=registration_id)
        if home is None or home.site.id != site_id:
            return None
        return answer(found, await self._records(candidate_id, home.own_registration_id), language)

    async def _records(self, candidate_id: UUID, registration_id: UUID) -> Records:
        standing, steps = await self._progress.of(candidate_id, registration_id)
        row = await Registration.get(id=registration_id)
        exam = await self._exams.by_id(row.exam_id)
        return Records(kind=exam.kind, standing=standing, steps=steps, auto_confirmation=row.auto_confirmation)


def answer(found: Guess, records: Records, language: Language) -> str | None:
    """In words, marked as automatic; None where the records don't say it."""
    if found.intent is None:
        return None

    def words(code: str, **values: object) -> str:
        return say("first_answers", code, language, **values)

    said = ANSWERS[found.intent](records, words, language)
    return words("mark", answer=said) if said else None


def _next_step(records: Records, words: Say, language: Language) -> str | None:
    now = [step for step in records.steps if step.state in ("failed", "current")]
    if not now:
        return words("nothing_left")
    return "".join(_told(step, words, language) for step in now)


def _deadline(records: Records, words: Say, language: Language) -> str | None:
    dated = [step for step in records.steps if step.state != "done" and (step.at or step.until)]
    return "\n".join(_line(step, words, language) for step in dated) or None


def _place(records: Records, words: Say, language: Language) -> str | None:
    confirmation, card, place = records.step("confirmation"), records.step("admit_card"), records.standing.place
    told = [_told(confirmation, words, language)] if confirmation.state == "current" else []
    if place is not None and confirmation.where is None:
        told.append(words("point", where=str(place)))
    if not told:
        return None
    return "\n".join((*told, words("hall", title=_title(card, language), message=_message(card, language))))


def _payment(records: Records, words: Say, language: Language) -> str | None:
    return _line(records.step("payment"), words, language)


def _confirmation_failed(records: Records, words: Say, language: Language) -> str | None:
    message = _message(records.step("confirmation"), language)
    if records.standing.state is State.CONFIRMATION_REJECTED:
        return _line(records.step("confirmation"), words, language)
    found = records.auto_confirmation or {}
    if records.standing.state is not State.SUBMITTED or found.get("reason") not in NOT_AUTOMATIC:
        return None
    if found["reason"] == "differs":
        differences = [_difference(one, words, language) for one in found["differences"]]
        return words("differences", differences="；".join(differences), message=message)
    reason = say("auto_confirmation", found["reason"], language).rstrip("。.")
    return words("not_automatic", reason=reason, message=message)


def _rolling(records: Records, words: Say, language: Language) -> str | None:
    if records.kind != ROLLING:
        return None
    results = records.step("results")
    own = _line(results, words, language) if records.standing.result is not None else ""
    return words("rolling") + own


def _no_appeal(records: Records, words: Say, language: Language) -> str | None:
    return say("results", "no_appeals", language)


ANSWERS: Final[Mapping[Intent, Callable[[Records, Say, Language], str | None]]] = {
    Intent.NEXT_STEP: _next_step,
    Intent.DEADLINE: _deadline,
    Intent.PLACE: _place,
    Intent.PAYMENT: _payment,
    Intent.CONFIRMATION_FAILED: _confirmation_failed,
    Intent.ROLLING: _rolling,
    Intent.NO_APPEAL: _no_appeal,
}


def _told(step: Step, words: Say, language: Language) -> str:
    """A step with where to go and what to bring."""
    parts = [_line(step, words, language)]
    if step.where:
        parts.append(words("where", where=step.where))
    if step.bring:
        parts.append(words("bring", bring=step.bring))
    return "".join(parts)


def _line(step: Step, words: Say, language: Language) -> str:
    return words("step", title=_title(step, language), message=_message(step, language))


def _title(step: Step, language: Language) -> str:
    return say("steps", step.step, language)


def _message(step: Step, language: Language) -> str:
    return sentence(say("steps", step.message, language, **step.values))


def _difference(one: Mapping[str, Any], words: Say, language: Language) -> str:
    empty = "—"
    return words(
        "difference",
        field=say("form_fields", in_words(one["field"]), language),
        last_year=one["last_year"] or empty,
        this_year=one["this_year"] or empty,
    )
