"""The duties that have hours: by when each is due, when it was done, and by whom. Pure: calendar and records in.

An instant at which something is due is the first at which it is late, as a window's end is the first outside of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from backend.clock import day_of
from backend.custody.materials import DRAWN_BEFORE, HandOverKind
from backend.custody.models import StatementKind
from backend.exams.calendar import Calendar, midnight
from backend.exams.stages import Stage

BACK_WITHIN: Final = timedelta(hours=48)
"""于考后48小时内运抵考区 (every plan from 2012 to 2025); of each batch for itself (2021, 2025)."""
DELETED_WITHIN: Final = timedelta(hours=24)
"""经我中心确认上传数据完整无误后…于24小时内删除机考数据 (the national plan of 2021)."""
REPORTS: Final[Mapping[StatementKind, Stage]] = {
    StatementKind.RECEIVERS: Stage.RECEIVERS_REPORT,
    StatementKind.OFFICES: Stage.OFFICE_REPORT,
}
AREA_REPORTS: Final[Mapping[StatementKind, Stage]] = {
    StatementKind.NOTICE_LINKS: Stage.NOTICE_LINKS,
    **REPORTS,
    StatementKind.DESTROYED: Stage.DESTRUCTION_RECORD,
}


class CustodyDuty(StrEnum):
    """What has an hour."""

    NOTICE_LINKS = "notice_links"
    RECEIVERS = "receivers"
    OFFICES = "offices"
    DRAWN = "drawn"
    WATCHED = "watched"
    BACK = "back"
    DATA_DELETED = "data_deleted"
    DESTROYED = "destroyed"


class DutyState(StrEnum):
    """`waiting`: nobody can say yet when it will be due."""

    WAITING = "waiting"
    UPCOMING = "upcoming"
    DUE = "due"
    LATE = "late"
    DONE = "done"
    DONE_LATE = "done_late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    at: datetime
    by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From `starts_at` until just before `ends_at`."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTime:
    id: int
    subject: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """批次: a run of exam days without a day between them, from 1."""

    number: int
    starts_at: datetime
    ends_at: datetime
    sessions: tuple[SessionTime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A hand-over; `closed` while it isn't done is None."""

    kind: HandOverKind
    batch: int
    session_id: int | None
    closed: Done | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What one office has on record."""

    statements: Mapping[tuple[StatementKind, int], Done] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    watches: Sequence[Interval] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedDuty:
    """One thing to be done. `subject`: of a session's; `batch`: 0 for the whole exam."""

    duty: CustodyDuty
    batch: int = 0
    subject: str | None = None
    opens_at: datetime | None = None
    due_at: datetime | None = None
    done: Done | None = None

    def state(self, now: datetime) -> DutyState:
        if self.done is not None:
            late = self.due_at is not None and self.done.at >= self.due_at
            return DutyState.DONE_LATE if late else DutyState.DONE
        if self.due_at is None:
            return DutyState.WAITING
        if now >= self.due_at:
            return DutyState.LATE
        return DutyState.UPCOMING if self.opens_at and now < self.opens_at else DutyState.DUE


def batches(sessions: Sequence[SessionTime], exam_days: Sequence[date]) -> list[Batch]:
    """The runs of days; whole days where no session is known."""
    days = sorted({day_of(session.starts_at) for session in sessions} or set(exam_days))
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return [_batch(number, run, sessions) for number, run in enumerate(runs, 1)]


def of_area(calendar: Calendar, records: Records) -> list[TimedDuty]:
    """An area's reports to the centre, each by its date."""
    return [_report(kind, stage, calendar, records) for kind, stage in AREA_REPORTS.items()]


def of_site(
    calendar: Calendar, held: Sequence[Batch], records: Records, *, on_computers: bool, now: datetime
) -> list[TimedDuty]:
    """A site's reports, and for each batch what must be drawn, watched, brought back and deleted."""
    duties = [_report(kind, stage, calendar, records) for kind, stage in REPORTS.items()]
    for batch in held:
        duties += [_drawn(batch, session, records) for session in batch.sessions]
        duties += _watched(batch, records, now)
        duties.append(_back(batch, records))
        if on_computers:
            duties.append(_deleted(batch, records))
    return duties


def unwatched(kept: Interval, watches: Sequence[Interval]) -> list[Interval]:
    """When nobody had the watch while the materials lay there: 保证2名以上值班人员24小时值守.

    Each watch is two people's, so that one watch is enough.
    """
    gaps, at = [], kept.starts_at
    for watch in sorted(watches, key=lambda one: one.starts_at):
        if watch.starts_at > at:
            gaps.append(Interval(starts_at=at, ends_at=min(watch.starts_at, kept.ends_at)))
        at = max(at, watch.ends_at)
        if at >= kept.ends_at:
            break
    if at < kept.ends_at:
        gaps.append(Interval(starts_at=at, ends_at=kept.ends_at))
    return [gap for gap in gaps if gap.starts_at < gap.ends_at]


def _batch(number: int, run: Sequence[date], sessions: Sequence[SessionTime]) -> Batch:
    mine = tuple(
        sorted((one for one in sessions if day_of(one.starts_at) in run), key=lambda one: (one.starts_at, one.id))
    )
    if not mine:
        return Batch(number=number, starts_at=midnight(run[0]), ends_at=midnight(run[-1] + timedelta(days=1)))
    ends_at = max(session.ends_at for session in mine)
    return Batch(number=number, starts_at=mine[0].starts_at, ends_at=ends_at, sessions=mine)


def _report(kind: StatementKind, stage: Stage, calendar: Calendar, records: Records) -> TimedDuty:
    return TimedDuty(
        duty=CustodyDuty(kind.value),
        opens_at=calendar.opens_at(stage),
        due_at=calendar.closes_at(stage),
        done=records.statements.get((kind, 0)),
    )


def _drawn(batch: Batch, session: SessionTime, records: Records) -> TimedDuty:
    draws = [step for step in records.steps if (step.kind, step.session_id) == (HandOverKind.DRAW, session.id)]
    return TimedDuty(
        duty=CustodyDuty.DRAWN,
        batch=batch.number,
        subject=session.subject,
        opens_at=session.starts_at - DRAWN_BEFORE,
        due_at=session.starts_at,
        done=_all_closed(draws),
    )


def _watched(batch: Batch, records: Records, now: datetime) -> list[TimedDuty]:
    """One for every gap: it was due when it began, and nothing makes it undone."""
    came = [step.closed.at for step in _steps(records, HandOverKind.PICKUP, batch) if step.closed]
    if not came:
        return []
    back = _all_closed(_steps(records, HandOverKind.RECOVERY, batch))
    kept = Interval(starts_at=min(came), ends_at=max(min(came), min(back.at if back else now, now)))
    gaps = unwatched(kept, records.watches)
    return [TimedDuty(duty=CustodyDuty.WATCHED, batch=batch.number, due_at=gap.starts_at) for gap in gaps]


def _back(batch: Batch, records: Records) -> TimedDuty:
    return TimedDuty(
        duty=CustodyDuty.BACK,
        batch=batch.number,
        opens_at=batch.ends_at,
        due_at=batch.ends_at + BACK_WITHIN,
        done=_all_closed(_steps(records, HandOverKind.RECOVERY, batch)),
    )


def _deleted(batch: Batch, records: Records) -> TimedDuty:
    """Due from the centre's word on; before it nobody deletes anything."""
    word = records.statements.get((StatementKind.DATA_COMPLETE, batch.number))
    return TimedDuty(
        duty=CustodyDuty.DATA_DELETED,
        batch=batch.number,
        opens_at=word.at if word else None,
        due_at=word.at + DELETED_WITHIN if word else None,
        done=records.statements.get((StatementKind.DATA_DELETED, batch.number)),
    )


def _steps(records: Records, kind: HandOverKind, batch: Batch) -> list[Step]:
    return [step for step in records.steps if (step.kind, step.batch) == (kind, batch.number)]


def _all_closed(steps: Sequence[Step]) -> Done | None:
    """When the last of them was done; None where there is none, or one still isn't."""
    closed = [step.closed for step in steps if step.closed is not None]
    return max(closed, key=lambda one: one.at) if closed and len(closed) == len(steps) else None
