"""诚信考试承诺书: what the candidates of an area promise, every wording of it as data. Read once a process."""

import hashlib
from dataclasses import dataclass
from functools import cache

from backend.exams.reference import table


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentLetter:
    """One wording. `source`: the notice that asks for it; `sample`: the text is made up, for none was published."""

    exam: str
    area: str
    version: int
    title: str
    text: str
    source: str
    sample: bool = False

    @property
    def digest(self) -> str:
        """By which a signature shows that it was of these very words: SHA-256 of title and text, in hexadecimals."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


@cache
def commitment_letters() -> tuple[CommitmentLetter, ...]:
    """Every wording there ever was, in the file's order: of one exam and area, the newest last."""
    return tuple(CommitmentLetter(**{**one, "text": one["text"].strip()}) for one in table("commitment_letters"))


def commitment_letter(exam: str, area: str, version: int | None = None) -> CommitmentLetter | None:
    """That wording, or the one that is shown now; None where none is known."""
    found = [one for one in commitment_letters() if (one.exam, one.area) == (exam, area)]
    return next((one for one in reversed(found) if version in (None, one.version)), None)
