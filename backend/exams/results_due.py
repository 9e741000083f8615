"""By when results must be out: the calendars' `results.within`, computed into an instant. Pure."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

import chinese_calendar

from backend.exams.calendar import midnight

MONTHS: Final = {"2 months": 2}
"""考后两个月 (2021, 2024 and 2025 notices)."""
WORKING_DAYS: Final = {"45 working days": 45}
"""考后45个工作日 (2012 nurse notice): the state's working days, its make-up days counted and its holidays not."""


def results_due(rule: Mapping[str, str] | None, exam_days: Sequence[date]) -> datetime | None:
    """The first instant, in Asia/Shanghai, at which results are late: the end of the last day the rule leaves.

    None where no rule or no exam day was published, or where the state hasn't published that year's working days yet.
    """
    if rule is None or not exam_days:
        return None
    return _due(rule["within"], max(exam_days))


def months_after(day: date, months: int) -> date:
    """The same day of that later month, or its last one where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def working_days_after(day: date, count: int) -> date | None:
    """The `count`th working day after that day; None where the state's calendar doesn't reach so far."""
    try:
        while count:
            day += timedelta(days=1)
            count -= chinese_calendar.is_workday(day)
    except NotImplementedError:
        return None
    return day


@cache
def _due(within: str, last: date) -> datetime | None:
    if within in MONTHS:
        day: date | None = months_after(last, MONTHS[within])
    else:
        day = working_days_after(last, WORKING_DAYS[within])
    return midnight(day + timedelta(days=1)) if day else None
