"""The batches and sessions of an exam at one place."""

from backend.custody.hours import Batch, SessionTime, batches
from backend.exams.catalogue import ExamFacts, Exams


async def batches_at(exams: Exams, exam: ExamFacts, area: str) -> list[Batch]:
    """As the area's sessions, else the nation's, else the exam days alone say."""
    sessions = [
        SessionTime(id=one.id, subject=one.subject, starts_at=one.starts_at, ends_at=one.ends_at)
        for one in await exams.sessions(exam.code, area)
    ]
    return batches(sessions, exam.exam_days)
