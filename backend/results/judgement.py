"""What a candidate's marks add up to: which scores roll, which count, whether they qualify. Pure.

Scores roll over a cycle of two years: who passes the 4 subjects of one speciality within two consecutive exam years
qualifies (candidates' notice 2024: "考试成绩实行两年为一个周期的滚动管理办法，在连续两个考试年度内通过同一专业4个科目的
考试，可取得该专业资格证书"). Last year's scores roll only under last year's archive number (2021 plan, annex 1:
"须使用上一年度的档案号，否则成绩不予滚动"). Where an exam doesn't roll (nurses 2012), all is passed in one year.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backend.exams.marks import Mark, Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One year's marks of one speciality (its code)."""

    year: int
    speciality: str
    marks: tuple[Mark, ...]

    @property
    def passed(self) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if mark.passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`rolled`: last year's marks that count this year; `missing`: subjects not passed yet; `rolls_on`: subjects passed
    this year that will count next year, under this year's archive number."""

    qualified: bool
    rolled: tuple[Mark, ...]
    missing: tuple[str, ...]
    rolls_on: tuple[str, ...]


def judge(this: Sitting, last: Sitting | None, *, subjects: Sequence[str], rolls: bool, rolling_years: int) -> Outcome:
    """`subjects`: all of the speciality's; `rolls`: whether last year's archive number was given (automatic rule)."""
    passed = {mark.subject for mark in this.passed}
    rolled = _rolled(this, last, rolls=rolls and rolling_years > 1, but=passed)
    missing = tuple(one for one in subjects if one not in passed | {mark.subject for mark in rolled})
    qualified = bool(subjects) and not missing
    rolls_on = tuple(one for one in subjects if one in passed) if missing and rolling_years > 1 else ()
    return Outcome(qualified=qualified, rolled=rolled, missing=missing, rolls_on=rolls_on)


def voided(marks: Iterable[Mark], violations: Mapping[str, Violation]) -> tuple[Mark, ...]:
    """The marks after what was decided of violations, by subject: an ordinary one voids its subject, a serious one all
    of the sitting (人社部令第12号 in the nurse notice: "当次该科目考试成绩无效", "当次全部科目考试成绩无效").
    """
    serious: Violation | None = "serious" if "serious" in violations.values() else None
    return tuple(_voided(mark, serious or violations.get(mark.subject)) for mark in marks)


def is_shown(military: Mapping[str, Any] | None, *, of_the_military: bool) -> bool:
    """Whether a candidate may read the result here. `military`: what the exam's notice says of its military candidates.

    National plan 2021, on the military: "军队考生考试成绩不对社会公布，成绩通知及查询由中央军委政治工作部军事人力资源
    保障中心负责"; from 2025 on they read it as everybody does.
    """
    return not of_the_military or military is None or bool(military["results_public"])


def _voided(mark: Mark, violation: Violation | None) -> Mark:
    if violation is None:
        return mark
    return replace(mark, status="void", passed=False, score=None, violation=violation)


def _rolled(this: Sitting, last: Sitting | None, *, rolls: bool, but: set[str]) -> tuple[Mark, ...]:
    """Last year's passed marks that count, those passed again this year left out."""
    if last is None or not rolls or last.speciality != this.speciality or last.year != this.year - 1:
        return ()
    return tuple(mark for mark in last.passed if mark.subject not in but)
