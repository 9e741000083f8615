"""A reminder in the words and fields of a platform's template. What is sent is Chinese, as the templates are."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend.clock import EXAM_ZONE
from backend.database import Database
from backend.reminders import words
from notifications.catalogue import Catalogue, Kind
from notifications.fitting import fitted, limit_of, written
from notifications.pages import page

READ: Final = """
SELECT id, candidate_id, registration_id, inquiry_id, kind, facts, sent_at, expires_at FROM reminder
WHERE id = ANY($1::bigint[]) AND state <> 'planned'
"""
LANGUAGE: Final = "zh-CN"
NOTHING: Final = "—"
"""What a field says of which nothing is known: an empty one is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a platform is asked to send. `template`: the catalogue's name of the template, whose id at each platform is
    a setting; `fields`: its fields' names at the platform, each text fitted to its limit; `page`: the mini-program's
    page it opens; `everywhere`: goes to every bound platform, not only to one."""

    reminder_id: int
    candidate_id: UUID
    kind: str
    template: str
    fields: Mapping[str, str]
    page: str
    everywhere: bool


class Rendering:
    """Reads what reminders that were handed out say."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database, self._catalogue = database, catalogue

    async def messages(self, reminders: Collection[int], platform: str) -> Mapping[int, Message]:
        """By reminder. KeyError for a platform that no template knows."""
        rows = await self._database.rows(READ, list(reminders))
        return {row["id"]: self._message(row, platform) for row in rows}

    def _message(self, row: Mapping[str, Any], platform: str) -> Message:
        kind = self._catalogue.kinds[row["kind"]]
        template, said = self._catalogue.templates[kind.template], _said(row, kind)
        return Message(
            reminder_id=row["id"],
            candidate_id=row["candidate_id"],
            kind=row["kind"],
            template=kind.template,
            fields={
                field: fitted(said[source], limit_of(field)) or NOTHING for field, source in template[platform].items()
            },
            page=page(kind, row["registration_id"], row["inquiry_id"]),
            everywhere=kind.everywhere,
        )


def _said(row: Mapping[str, Any], kind: Kind) -> dict[str, str]:
    """Everything that a template's field may be filled with."""
    facts, name, until = json.loads(row["facts"]), row["kind"], row["expires_at"]
    endings = {"hint": "_hint", "outcome": "_outcome"} if kind.template == "outcome" else {"hint": "_hint"}
    return {
        "title": words.title(name, LANGUAGE),
        **{source: words.text(name, facts, until, LANGUAGE, ending) for source, ending in endings.items()},
        "exam": facts.get("exam") or NOTHING,
        "place": facts.get("venue") or NOTHING,
        "until": written(until, deadline=True) if until else written(row["sent_at"]),
        "at": written(row["sent_at"]),
        "starts_at": written(_time(facts["starts_at"])) if facts.get("starts_at") else NOTHING,
    }


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(EXAM_ZONE)
