"""When an admit card is printed and by whom, and how long what was printed is kept."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from backend.documents.models import BatchKind
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage

KEPT_FOR: Final = timedelta(days=7)
"""So long a batch may be fetched. Our decision: enough to print it again, and no longer for what it tells of people."""

STAGES: Final[Mapping[BatchKind, Stage]] = {
    BatchKind.ADMIT_CARDS: Stage.ADMIT_CARD,
    BatchKind.MILITARY_ADMIT_CARDS: Stage.MILITARY_ADMIT_CARD,
}
"""In whose window a site prints. For candidates who can't print themselves it is the candidates' own (national plan
2021: "对无条件打印准考证的考生,考点考试管理机构可采用“批量打印准考证”功能"); the military's cards have one of their own
("须于3月26日-4月8日期间打印本地区军队考生准考证")."""


async def cards_end(exams: Exams, exam: str) -> datetime | None:
    """When nobody needs an admit card of this exam any more: the last exam day and every window are over. None where no
    notice says when that is."""
    ends = [(await exams.exam_times(exam, area))[1] for area in {area for area, _ in await exams.places()}]
    for area, site in await exams.places():
        calendar = await exams.calendar(exam, area, site)
        ends += [calendar.closes_at(stage) for stage in STAGES.values()]
    known = [end for end in ends if end is not None]
    return max(known, default=None)
