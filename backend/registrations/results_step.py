"""The last step: results, and until the seats are given the merging of last year's scores. Pure."""

from datetime import datetime

from backend.exams.calendar import Calendar
from backend.exams.stages import Stage
from backend.registrations.models import State
from backend.registrations.standing import MERGEABLE, Standing
from backend.registrations.step import Step
from backend.registrations.step_words import deadline


def results(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    """What came out, by when it will, or what must be done for last year's scores to count."""
    if standing.results_at is not None:
        return _published(standing, standing.results_at)
    if standing.score_merge == "needed" and standing.state in MERGEABLE:
        return _to_merge(calendar, now)
    due, ends_at = standing.results_due, standing.exam_ends_at
    if due is None or due <= now or ends_at is None or now < ends_at or standing.state is not State.SEATED:
        return Step(step="results", state="upcoming", message="results_later")
    return Step(step="results", state="current", message="results_awaited", until=due, values={"until": due})


def _published(standing: Standing, at: datetime) -> Step:
    if standing.result is None:
        missing = standing.state is State.SEATED
        return Step(step="results", state="failed" if missing else "upcoming", message="results_none", at=at)
    return Step(step="results", state="done", message=f"results_{standing.result}", at=at)


def _to_merge(calendar: Calendar, now: datetime) -> Step:
    if calendar.state(Stage.SCORE_MERGE, now) == "closed":
        return Step(step="results", state="upcoming", message="scores_forfeited")
    until = calendar.closes_at(Stage.SCORE_MERGE)
    return Step(step="results", state="current", message="merge_needed", until=until, values=deadline(until, now))
