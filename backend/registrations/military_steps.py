"""What the steps say to a military candidate: whose unit did for them what others do themselves. Pure.

National plan 2021, part ten: fee and admit card go through the site, the score through the military's own centre.
Notice 2025, part ten: they pay, print and read the result themselves.
"""

from dataclasses import replace
from typing import Final

from backend.exams.facts import ExamFacts
from backend.registrations.models import Origin, PaymentState, State
from backend.registrations.standing import MilitaryWay, Standing
from backend.registrations.step import Step

BY_THEIR_UNIT: Final = ("form", "confirmation", "review")


def military_way(exam: ExamFacts, origin: str) -> MilitaryWay | None:
    """How that exam goes for who was handed over by the military; None for everybody else."""
    if origin != Origin.MILITARY or exam.military is None:
        return None
    return MilitaryWay(through_site=through_site(exam), results_public=exam.military["results_public"])


def through_site(exam: ExamFacts) -> bool:
    """Whether that exam's military pay at the site, which prints their admit cards for their unit to hand out."""
    return exam.military is not None and exam.military["payment"] == "at_site"


def for_military(step: Step, standing: Standing) -> Step:
    """The step as it is for who was handed over by the military; anybody else's stays as it is."""
    way = standing.military
    if way is None:
        return step
    if step.step in BY_THEIR_UNIT:
        return Step(step=step.step, state="done", message="military_entered", at=standing.submitted_at)
    if step.step == "payment" and way.through_site and standing.payment_state is PaymentState.PAID:
        return replace(step, message="military_paid")
    if step.step == "admit_card" and way.through_site:
        state = standing.state
        return Step(
            step="admit_card", state="current" if state is State.SEATED else "upcoming", message="military_admit_card"
        )
    if step.step == "exam" and step.message in ("exam_days", "exam_days_unknown"):
        return replace(step, message=f"military_{step.message}")
    if step.step == "results" and not way.results_public:
        return Step(step="results", state="upcoming", message="military_results")
    return step
