"""What was done, what came back, and whether it was what it should be: printed a line a step, kept as JSON."""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

By = Literal["candidate", "staff", "sandbox", "clock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `platform`: on whose phone; `exam_time` is the clock's; `answer` what came back that matters; `wrong`
    says what it isn't."""

    number: int
    by: By
    person: str
    platform: str | None
    does: str
    call: str
    status: int | None
    exam_time: str
    answer: dict[str, Any]
    wrong: str | None


@dataclass(slots=True)
class Record:
    """Every step of one run. A step that isn't as it should be ends the run, with what was expected."""

    exam: str
    exam_time: str = ""
    steps: list[Step] = field(default_factory=list)

    def add(
        self,
        *,
        by: By,
        person: str,
        does: str,
        call: str,
        platform: str | None = None,
        status: int | None = None,
        answer: dict[str, Any] | None = None,
        wrong: str | None = None,
    ) -> None:
        """Raises WrongStep where `wrong` says so."""
        step = Step(
            number=len(self.steps) + 1,
            by=by,
            person=person,
            platform=platform,
            does=does,
            call=call,
            status=status,
            exam_time=self.exam_time,
            answer=answer or {},
            wrong=wrong,
        )
        self.steps.append(step)
        print(_line(step), flush=True)
        if wrong:
            raise WrongStep(step)

    def insist(self, holds: bool, otherwise: str) -> None:
        """What the last step's answer must be beyond its status. Raises WrongStep."""
        if not holds:
            self.steps[-1] = replace(self.steps[-1], wrong=otherwise)
            raise WrongStep(self.steps[-1])

    def write(self, file: Path, *, ok: bool) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = {"exam": self.exam, "ok": ok, "steps": [asdict(step) for step in self.steps]}
        file.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


class WrongStep(Exception):
    """A step didn't do what it should."""

    def __init__(self, step: Step) -> None:
        super().__init__(f"step {step.number} ({step.does}): {step.wrong}")
        self.step = step


def _line(step: Step) -> str:
    mark = "✗" if step.wrong else "✓"
    status = f" → {step.status}" if step.status is not None else ""
    said = "; ".join(f"{name}: {_short(value)}" for name, value in step.answer.items())
    wrong = f"\n     WRONG: {step.wrong}" if step.wrong else ""
    who = f"{step.person} {step.platform}" if step.platform else step.person
    return (
        f"{mark} {step.number:>3}  {step.exam_time}  {step.by:<9} {who}  {step.does}\n"
        f"       {step.call}{status}{'  ' + said if said else ''}{wrong}"
    )


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:117] + "…"
