"""The step in which an approved candidate signs the area's letter, only where one is asked for (Wuhai 2025). Pure."""

from datetime import datetime

from backend.exams.calendar import Calendar
from backend.registrations.standing import SIGNABLE, Standing
from backend.registrations.step import Step


def commitment(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    """What is signed, and when it can be. No notice prints a day by which; nothing else waits for it."""
    values = {"title": standing.commitment}
    if standing.committed_at is not None:
        return Step(step="commitment", state="done", message="commitment_done", at=standing.committed_at, values=values)
    if standing.exam_ends_at is not None and now >= standing.exam_ends_at:
        return Step(step="commitment", state="upcoming", message="commitment_not_signed", values=values)
    if standing.state in SIGNABLE:
        return Step(
            step="commitment", state="current", message="commitment_current", values=values, action="sign_commitment"
        )
    return Step(step="commitment", state="upcoming", message="commitment_later", values=values)
