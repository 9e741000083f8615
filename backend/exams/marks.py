"""What the exam said of one subject: sat, with a score and the line to pass; absent; or void. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Status = Literal["sat", "absent", "void"]
Violation = Literal["ordinary", "serious"]
WITHOUT_SCORE: Final[Mapping[str, Status]] = {"absent": "absent", "void": "void"}

FULL_MARKS: Final = {"health_professional": 100}
LARGEST_FULL_MARKS: Final = 999
"""Where a kind's full marks aren't known, as the nurses' standard scores."""


class BadMark(ValueError):
    """It can't be what the exam said of a subject. `column`: `score` or `pass_line`."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One subject. Scores are whole numbers; None where it wasn't sat, or where only the outcome was handed down.

    `violation`: for which it is void, where it is known.
    """

    subject: str
    status: Status
    passed: bool = False
    score: int | None = None
    pass_line: int | None = None
    violation: Violation | None = None

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it."""
        stored: dict[str, Any] = {
            "subject": self.subject,
            "status": self.status,
            "passed": self.passed,
            "score": self.score,
            "pass_line": self.pass_line,
        }
        return stored if self.violation is None else {**stored, "violation": self.violation}


def full_marks(kind: str) -> int:
    """The highest score of a subject, by kind of exam. Our decision: the notices print none."""
    return FULL_MARKS.get(kind, LARGEST_FULL_MARKS)


def marks_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Mark, ...]:
    """As JSON kept them."""
    return tuple(Mark(**one) for one in stored)


def read_mark(subject: str, score: str, pass_line: str, *, highest: int) -> Mark | None:
    """The mark as a file's two cells give it: a score or `absent` or `void`, and the line. None where both are empty.

    Raises BadMark.
    """
    score, pass_line = score.strip(), pass_line.strip()
    if not score and not pass_line:
        return None
    if not score:
        raise BadMark("score", "it is empty where there is a pass line")
    line = _whole(pass_line, "pass_line", 1, highest) if pass_line else None
    if status := WITHOUT_SCORE.get(score):
        return Mark(subject=subject, status=status, pass_line=line)
    value = _whole(score, "score", 0, highest)
    if line is None:
        raise BadMark("pass_line", "a score needs its pass line")
    return Mark(subject=subject, status="sat", passed=value >= line, score=value, pass_line=line)


def _whole(text: str, column: str, lowest: int, highest: int) -> int:
    if not (text.isascii() and text.isdigit()):
        words = " or absent or void" if column == "score" else ""
        raise BadMark(column, f"it is not a whole number{words}")
    if len(text) > 4 or not lowest <= int(text) <= highest:
        raise BadMark(column, f"it is not from {lowest} to {highest}")
    return int(text)
