"""What people agree to: asked for where it matters, counted as the platform counts, spent by deliveries."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from backend.candidates.models import Binding
from backend.clock import real_now
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty
from backend.reminders.asking import AskingStep, Standing, to_ask
from backend.reminders.platforms import ConsentRules

SAME_TAP: Final = timedelta(seconds=3)
"""Where only the phone tells: a second report so soon is the same tap, told twice."""

STANDINGS: Final = """
SELECT template_id, sum(remaining)::int AS remaining, bool_or(lasting) AS lasting,
       (array_agg(answer ORDER BY answered_at DESC NULLS LAST))[1] AS answer, max(answered_at) AS answered_at
FROM message_consent WHERE platform = $1 AND app_id = $2 AND open_id = $3 AND template_id = ANY($4::text[])
GROUP BY template_id
"""
SIGNED_IN_ON: Final = """
SELECT b.platform, b.app_id, b.open_id FROM binding b
LEFT JOIN session s ON s.id = $2 AND s.platform = b.platform
WHERE b.candidate_id = $1 AND b.unbound_at IS NULL AND ($3::text IS NULL OR b.platform = $3)
ORDER BY s.id IS NULL, b.last_used_at DESC LIMIT 1
"""
"""Of the candidate's bindings the one this session was begun by, else the one last used."""
OFFERED: Final = """
SELECT template_id, subscribe_id FROM message_consent
WHERE platform = $1 AND app_id = $2 AND open_id = $3 AND template_id = ANY($4::text[]) AND answer IS NULL
AND subscribe_id <> ''
"""
ANSWER: Final = """
INSERT INTO message_consent (platform, app_id, open_id, template_id, remaining, lasting, answer, answered_at)
VALUES ($1, $2, $3, $4, CASE WHEN $6 THEN 1 ELSE 0 END, $7, $5, $8)
ON CONFLICT (open_id, template_id, platform, app_id, subscribe_id) DO UPDATE SET
    remaining = CASE WHEN $9 THEN 0 ELSE message_consent.remaining END + excluded.remaining,
    lasting = (message_consent.lasting AND NOT $9) OR excluded.lasting,
    answer = excluded.answer, answered_at = excluded.answered_at
WHERE $10::timestamptz IS NULL OR message_consent.answered_at IS NULL OR message_consent.answer <> 'accept'
OR message_consent.answered_at <= $10
"""
"""One answer ($5). $6: it adds one, $7: it is lasting, $9: all former ones are gone, $10: an accept later than this is
the same tap."""
ANSWER_NAMED: Final = """
UPDATE message_consent SET answer = $5::text, answered_at = $6,
       remaining = CASE WHEN $5::text = 'accept' THEN 1 ELSE 0 END
WHERE platform = $1 AND app_id = $2 AND open_id = $3 AND subscribe_id = $4 AND answer IS DISTINCT FROM 'accept'
"""
"""A named consent serves once: accepted again, it is what it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One platform's app as consents see it. `steps`: the ids of the templates asked for at each step; `lasting`: those
    of which one accept allows any number of messages."""

    app_id: str
    rules: ConsentRules
    steps: Mapping[AskingStep, Sequence[str]]
    lasting: frozenset[str] = field(default_factory=frozenset)

    @property
    def templates(self) -> frozenset[str]:
        return frozenset(template for templates in self.steps.values() for template in templates)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAsk:
    """One template to ask for; `subscribe_id` where the platform names consents."""

    template_id: str
    subscribe_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatToAsk:
    """`platform`: whose templates they are, None where the candidate has none that sends messages."""

    platform: str | None
    templates: tuple[ToAsk, ...] = ()
    again_at: datetime | None = None


class Consents:
    """Asks and counts. `apps`: by platform. Times are real time."""

    def __init__(self, database: Database, apps: Mapping[str, App]) -> None:
        self._database, self._apps = database, apps

    async def to_ask(
        self, candidate_id: UUID, session_id: UUID, step: AskingStep, platform: str | None = None
    ) -> WhatToAsk:
        """What to ask for now on the platform of this session, or on the one named."""
        users = await self._database.rows(SIGNED_IN_ON, candidate_id, session_id, platform)
        app = self._apps.get(users[0]["platform"]) if users else None
        if app is None or users[0]["app_id"] != app.app_id:
            return WhatToAsk(platform=None)
        user = [users[0]["platform"], users[0]["app_id"], users[0]["open_id"]]
        templates = app.steps.get(step, ())
        rows = await self._database.rows(STANDINGS, *user, list(templates))
        standings = {row["template_id"]: _standing(row) for row in rows}
        asking = to_ask(templates, standings, real_now())
        names = await self._names(user, asking.templates) if app.rules.named else {}
        return WhatToAsk(
            platform=user[0],
            templates=tuple(ToAsk(template_id=one, subscribe_id=names.get(one)) for one in asking.templates),
            again_at=asking.again_at,
        )

    async def report(
        self, candidate_id: UUID, platform: str, answers: Mapping[str, str], subscribe_id: str | None = None
    ) -> None:
        """What the phone says was answered: for each template `accept`, `reject` or `ban`.

        Where the platform tells by itself, an accept is only remembered, since that counts it. Raises Conflict
        `platform_not_bound`; Faulty for a template that isn't ours, or a subscribe_id that we didn't give for it.
        """
        app = self._apps.get(platform)
        binding = await Binding.filter(candidate_id=candidate_id, platform=platform, unbound_at=None).first()
        if app is None or binding is None or binding.app_id != app.app_id:
            raise Conflict("platform_not_bound")
        if set(answers) - app.templates:
            raise Faulty("subscription_faulty", faults=[Fault("answers", "not_in_list")])
        user = (platform, app.app_id, binding.open_id)
        async with self._database.transaction():
            if app.rules.named:
                await self._answer_named(user, answers, subscribe_id)
                return
            for template_id, answer in sorted(answers.items()):
                await self._answer(user, template_id, answer, adds=not app.rules.told)

    async def told(self, platform: str, open_id: str, template_id: str, answer: str, *, all_gone: bool) -> None:
        """What the platform itself says was answered, inside the caller's transaction: this counts.

        `all_gone`: whatever was allowed before is no longer.
        """
        if (app := self._apps.get(platform)) is not None:
            await self._answer((platform, app.app_id, open_id), template_id, answer, all_gone=all_gone)

    async def _answer(
        self, user: tuple[str, str, str], template_id: str, answer: str, *, adds: bool = True, all_gone: bool = False
    ) -> None:
        app, now = self._apps[user[0]], real_now()
        accepts = answer == "accept" and adds
        lasting = accepts and template_id in app.lasting
        same_tap = now - SAME_TAP if accepts and not app.rules.told else None
        counts = accepts and not lasting
        values = [template_id, answer, counts, lasting, now, all_gone or answer == "ban", same_tap]
        await self._database.execute(ANSWER, *user, *values)

    async def _answer_named(
        self, user: tuple[str, str, str], answers: Mapping[str, str], subscribe_id: str | None
    ) -> None:
        """One form has one template and one name."""
        if len(answers) != 1 or not subscribe_id:
            raise Faulty("subscription_faulty", faults=[Fault("subscribe_id", "missing")])
        ((template_id, answer),) = answers.items()
        rows = await self._database.rows(
            "SELECT 1 FROM message_consent WHERE platform = $1 AND app_id = $2 AND open_id = $3 AND template_id = $4 "
            "AND subscribe_id = $5",
            *user,
            template_id,
            subscribe_id,
        )
        if not rows:
            raise Faulty("subscription_faulty", faults=[Fault("subscribe_id", "not_in_list")])
        await self._database.execute(ANSWER_NAMED, *user, subscribe_id, answer, real_now())

    async def _names(self, user: Sequence[str], templates: Sequence[str]) -> dict[str, str]:
        """A name for one consent to each template: one that was given and never answered, or a new one."""
        rows = await self._database.rows(OFFERED, *user, list(templates))
        names = {row["template_id"]: row["subscribe_id"] for row in rows}
        for template_id in templates:
            if template_id not in names:
                names[template_id] = secrets.token_hex(12)
                await self._database.execute(
                    "INSERT INTO message_consent (platform, app_id, open_id, template_id, subscribe_id, offered_at) "
                    "VALUES ($1, $2, $3, $4, $5, $6)",
                    *user,
                    template_id,
                    names[template_id],
                    real_now(),
                )
        return names


def _standing(row: Mapping[str, Any]) -> Standing:
    return Standing(
        remaining=row["remaining"], lasting=row["lasting"], answer=row["answer"], answered_at=row["answered_at"]
    )
