"""The first step: an account that is bound, and checked by the state's systems. Pure.

Candidates' notice 2024: "请考生至少在网上报名截止日期前1天完成注册和基本信息填报". It is advice: who is later is taken.
"""

from datetime import datetime, timedelta
from typing import Final

from backend.exams.calendar import Calendar
from backend.exams.stages import Stage
from backend.registrations.standing import Standing
from backend.registrations.step import Step

AHEAD: Final = timedelta(days=1)


def account(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    """Whether the account is ready, and what it waits for."""
    if not standing.bound:
        return Step(step="account", state="failed", message="account_unbound", action="bind")
    if standing.identity_check == "failed":
        return Step(step="account", state="failed", message="account_identity_failed", action="ask")
    if standing.identity_check == "pending":
        return _to_be_checked(calendar, now)
    return Step(step="account", state="done", message="account_done")


def _to_be_checked(calendar: Calendar, now: datetime) -> Step:
    ahead = calendar.window_at(Stage.PRE_REGISTRATION, now)
    ready_by = ahead.closes_at - AHEAD if ahead and ahead.closes_at else None
    if ready_by is None or now >= ready_by:
        return Step(step="account", state="current", message="account_identity_pending")
    values = {"ready_by": ready_by}
    return Step(step="account", state="current", message="account_to_be_ready", until=ready_by, values=values)
