"""What a reminder's words need to know, read when it is handed out: the place as it is then, the seat, the amount."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from backend.database import Database
from backend.exams.catalogue import Exams
from backend.exams.prices import amount_fen
from backend.registrations.auto_confirmation import in_words
from backend.registrations.money_back import yuan
from backend.reminders.words import term
from notifications.catalogue import Catalogue
from notifications.moments import Whereabouts, their_place
from notifications.pages import page

Row = Mapping[str, Any]

READ: Final = """
SELECT reminder.id, reminder.kind, reminder.facts, reminder.registration_id, reminder.inquiry_id,
    registration.confirmation_point_id AS point,
    registration.form -> 'registration' AS choice, registration.form #>> '{work,employer}' AS employer,
    registration.form #>> '{work,employer_parent}' AS parent, registration.auto_confirmation, registration.reasons,
    exam.code AS exam, exam.name AS exam_name, site.name AS inquiry_site,
    CASE reminder.kind WHEN 'mend_due' THEN (
        SELECT array_agg(kind || '：' || refused_because ORDER BY id) FROM material
        WHERE registration_id = registration.id AND refused_because IS NOT NULL) END AS refused,
    CASE reminder.kind WHEN 'payment_result' THEN coalesce(
        (SELECT amount_fen FROM payment_order WHERE order_number = reminder.facts ->> 'of'),
        (SELECT amount_fen FROM refund WHERE refund_number = reminder.facts ->> 'of')) END AS moved_fen,
    CASE reminder.kind WHEN 'exam_tomorrow' THEN (
        SELECT jsonb_build_object('starts_at', session.starts_at, 'venue', venue.name, 'address', venue.address,
            'room', to_char(room.number, 'FM000'), 'seat', to_char(seat.number, 'FM00'))
        FROM seat JOIN exam_session AS session ON session.id = seat.session_id
        JOIN room ON room.id = seat.room_id JOIN venue ON venue.id = room.venue_id
        WHERE seat.registration_id = registration.id AND seat.freed_at IS NULL
            AND session.starts_at >= reminder.expires_at ORDER BY session.starts_at LIMIT 1) END AS seat
FROM reminder LEFT JOIN registration ON registration.id = reminder.registration_id
LEFT JOIN exam ON exam.id = registration.exam_id LEFT JOIN inquiry ON inquiry.id = reminder.inquiry_id
LEFT JOIN site ON site.id = inquiry.site_id
WHERE reminder.id = ANY($1::bigint[])
"""
WRITE: Final = """
UPDATE reminder SET facts = reminder.facts || said.facts::jsonb
FROM unnest($1::bigint[], $2::text[]) AS said (id, facts) WHERE reminder.id = said.id
"""
"""Expires the moment the day's first session starts: that session's seat, or the next one's where it was moved."""


class Facts:
    """Reads and writes them, a batch at once."""

    def __init__(self, database: Database, exams: Exams, catalogue: Catalogue) -> None:
        self._database, self._exams, self._catalogue = database, exams, catalogue

    async def write(self, reminders: Sequence[int]) -> None:
        """Put the facts of these reminders into their rows."""
        rows = await self._database.rows(READ, list(reminders))
        said = [json.dumps(await self._of(row), ensure_ascii=False) for row in rows]
        await self._database.rows(WRITE, [row["id"] for row in rows], said)

    async def _of(self, row: Row) -> dict[str, object]:
        """With the variant whose words say them, and the page they are read with."""
        planned = json.loads(row["facts"])
        kind = self._catalogue.kinds[row["kind"]]
        found: dict[str, object] = {
            "variant": planned.get("variant", "told"),
            "exam": row["exam_name"],
            "page": page(kind, row["registration_id"], row["inquiry_id"]),
        }
        if row["kind"] == "confirm_due":
            found |= await self._confirmation(row)
        elif row["kind"] == "payment_due":
            found["amount"] = _amount(await self._fee(row))
        elif row["kind"] == "payment_result":
            found["amount"] = _amount(row["moved_fen"])
        elif row["kind"] in ("mend_due", "review_result"):
            found["reasons"] = _reasons(row)
        elif row["kind"] == "account_changed" and "platform" in planned:
            found["platform"] = term(f"platform_{planned['platform']}")
        elif row["kind"] == "inquiry_answered":
            found["site"] = row["inquiry_site"] or term("the_office")
        elif row["seat"] is not None:
            found |= json.loads(row["seat"])
        return found

    async def _confirmation(self, row: Row) -> dict[str, object]:
        """Where, when, and whether the candidate comes or their unit."""
        choice, decided = json.loads(row["choice"]), json.loads(row["auto_confirmation"] or "{}")
        where = Whereabouts(
            area=choice.get("area") or "",
            site=choice.get("site") or "",
            point=row["point"] or 0,
            employer=row["employer"] or "",
            parent=row["parent"] or "",
        )
        match = await their_place(self._exams, row["exam"], where)
        policy = await self._exams.policy(row["exam"], where.area, where.site)
        found: dict[str, object] = {"variant": "anywhere", "where": term("place_unknown"), "when": term("whole_window")}
        if match is not None:
            place = match.place
            found["variant"] = match.hand_in
            found["where"] = " ".join(part for part in (place.name, place.address, place.phone) if part)
            if place.day is not None and place.half_day is not None:
                found["when"] = term(f"half_{place.half_day}", day=place.day.isoformat())
        if decided.get("outcome") == "failed":
            found["variant"] = "differences" if policy.confirmation_mode == "onsite" else "differences_online"
            found["differences"] = [term(in_words(one["field"]), of="form_fields") for one in decided["differences"]]
        return found

    async def _fee(self, row: Row) -> int | None:
        choice = json.loads(row["choice"])
        policy = await self._exams.policy_or_none(row["exam"], choice.get("area"), choice.get("site"))
        if policy is None or not choice.get("level"):
            return None
        return amount_fen(policy.prices, level=choice["level"], subjects=len(choice.get("subjects") or ()))


def _amount(fen: int | None) -> dict[str, object]:
    return term("amount", yuan=yuan(fen)) if fen is not None else term("amount_unknown")


def _reasons(row: Row) -> object:
    return list(row["refused"] or json.loads(row["reasons"] or "[]")) or [term("no_reason_given")]
