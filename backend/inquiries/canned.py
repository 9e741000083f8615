"""Answers kept ready: bundled ones for every office, and each office's own, in versions, with placeholders.

What a placeholder stands for comes from the candidate's own records. Where they don't say it, the place stays marked,
and an answer with a mark left in it can't be sent.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.clock import Clock
from backend.database import Database, violated
from backend.errors import Conflict, Fault, Faulty
from backend.inquiries.desk_models import CannedAnswer
from backend.inquiries.holding import inbox_of, office
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

PLACEHOLDERS: Final = ("name", "site", "site_phone", "deadline", "next_step", "registration_number")
IN_BRACES: Final = re.compile(r"\{(\w+)\}")
LEFT: Final = re.compile(r"【待填：\w+】")
LONGEST_NAME, LONGEST_TEXT, MOST = 64, 600, 200

NEWEST: Final = """
SELECT DISTINCT ON (name) name, number, text FROM canned_answer
WHERE office = $1 ORDER BY name, number DESC LIMIT $2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """The wording that holds now. `number`: its version; 0 for a bundled one."""

    name: str
    number: int
    text: str


class CannedAnswers:
    """An office's own, and the bundled ones it has not worded anew."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def all(self, clerk: Clerk) -> Sequence[Canned]:
        """By name. Raises NotAllowed."""
        inbox_of(clerk, Duty.SEE_INBOX)
        rows = await self._database.rows(NEWEST, office(clerk), MOST)
        own = {row["name"]: Canned(name=row["name"], number=row["number"], text=row["text"]) for row in rows}
        found = {**bundled(), **own}
        return [one for _, one in sorted(found.items()) if one.text]

    async def word(self, clerk: Clerk, name: str, text: str, *, number: int) -> Canned:
        """The office's wording of this name, on top of version `number`; without a text it is taken away.

        Raises NotAllowed; Faulty naming the fields; Conflict `canned_answer_changed` where a colleague was first.
        """
        inbox_of(clerk, Duty.WRITE_CANNED_ANSWERS)
        name, text = name.strip(), text.strip()
        _require_sound(name, text)
        try:
            async with self._database.transaction():
                own = CannedAnswer.filter(office=office(clerk), name=name)
                newest = await own.order_by("-number").first()
                if (newest.number if newest else 0) != number:
                    raise Conflict("canned_answer_changed")
                row = await CannedAnswer.create(
                    office=office(clerk),
                    name=name,
                    number=number + 1,
                    text=text,
                    member_id=clerk.member_id,
                    written_at=self._clock.now(),
                )
                after = {"name": name, "number": row.number}
                await audit.record(self._clock, clerk.actor, "canned_answer_worded", "office", row.office, after=after)
        except IntegrityError as error:
            if not violated(error, "canned_answer_version"):
                raise
            raise Conflict("canned_answer_changed") from error
        return Canned(name=name, number=row.number, text=text)


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """The answer with what is known; what isn't is marked, to be written by hand."""
    return IN_BRACES.sub(lambda found: values.get(found[1]) or f"【待填：{found[1]}】", text)


def is_filled(text: str) -> bool:
    """Whether no place is left that somebody has to fill in."""
    return LEFT.search(text) is None


@cache
def bundled() -> Mapping[str, Canned]:
    """Those every office begins with."""
    with files("backend.inquiries").joinpath("canned.toml").open("rb") as file:
        return {name: Canned(name=name, number=0, text=one["text"]) for name, one in tomllib.load(file).items()}


def _require_sound(name: str, text: str) -> None:
    faults = [] if name else [Fault("name", "missing")]
    faults += [Fault("name", "too_long")] if len(name) > LONGEST_NAME else []
    faults += [Fault("text", "too_long")] if len(text) > LONGEST_TEXT else []
    if any(one not in PLACEHOLDERS for one in IN_BRACES.findall(text)):
        faults.append(Fault("text", "placeholder_unknown"))
    if faults:
        raise Faulty("inquiry_incomplete", faults=faults)
