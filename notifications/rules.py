"""For whom a reminder is: each rule as a condition on rows, so that a million people are asked in one statement, and
the same is asked again in the moment in which one of them would be reminded.

A condition may name `registration` and its `exam`, `inquiry`, or `candidate`, whichever the kind of reminder is about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`holds`: the condition. `again`: what is another one the next time it begins to hold, so that who withdraws and
    submits anew, or must pay once more, is told anew."""

    holds: str
    again: str = "'0'"


RULES: Final[Mapping[str, Rule]] = {
    "everybody": Rule(holds="true"),
    "waits_for_checks": Rule(
        holds="candidate.unclaimed_since IS NULL "
        "AND (candidate.identity_check <> 'passed' OR candidate.education_check <> 'passed')"
    ),
    "has_a_draft": Rule(holds="registration.state = 'draft'"),
    "waits_for_confirmation": Rule(
        holds="registration.state = 'submitted'",
        again="extract(epoch FROM registration.submitted_at)::bigint "
        "|| '-' || coalesce(registration.auto_confirmation ->> 'outcome', '')",
    ),
    "differs_from_last_year": Rule(holds="registration.auto_confirmation ->> 'outcome' = 'failed'"),
    "has_something_to_mend": Rule(holds="registration.state IN ('confirmation_rejected', 'returned')"),
    "has_to_pay": Rule(
        holds="registration.payment_state = 'due' AND registration.state NOT IN ('rejected', 'forfeited', 'cancelled')",
        again="coalesce(extract(epoch FROM registration.payment_due_since)::bigint, 0)::text",
    ),
    "is_seated": Rule(holds="registration.state = 'seated'"),
    "has_no_card_yet": Rule(
        holds="registration.state = 'seated' AND registration.admit_card_downloaded_at IS NULL",
        again="coalesce(extract(epoch FROM registration.seated_at)::bigint, 0)::text",
    ),
    "has_no_report_yet": Rule(
        holds="EXISTS (SELECT FROM result WHERE result.registration_id = registration.id "
        "AND result.report_downloaded_at IS NULL)"
    ),
    "has_an_answer": Rule(holds="inquiry.state = 'answered'"),
}

REACHED: Final = "NOT (registration.origin = 'military' AND exam.military ->> 'payment' = 'at_site')"
"""Whom reminders reach: the military's candidates not where all of it goes through their units (national plan 2021,
part ten)."""

FORFEITED: Final = "registration.state = 'forfeited'"
"""What was to be done and wasn't is missed, not done."""
