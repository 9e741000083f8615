"""A candidate's own inquiry as it goes on, for whoever keeps a connection open; it ends with the session."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend.candidates.tokens import AccessClaims
from backend.database import Database
from backend.errors import NotFound, NotSignedIn
from backend.inquiries.models import Author
from backend.inquiries.streams import Streams
from backend.inquiries.wakes import Wakes

PAGE: Final = 100

FOLLOWED: Final = """
SELECT inquiry.id AS inquiry, message.id, message.author, message.text, message.picture, message.client_message_id,
    message.written_at
FROM session
LEFT JOIN inquiry ON inquiry.id = $3 AND inquiry.candidate_id = $2
LEFT JOIN inquiry_message AS message ON message.inquiry_id = inquiry.id AND message.id > $4
WHERE session.id = $1 AND session.candidate_id = $2 AND session.ended_at IS NULL
ORDER BY message.id LIMIT $5
"""
"""The messages after one, and whether the session still stands and the inquiry is still theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message as its candidate reads it."""

    id: int
    author: Author
    text: str
    picture: str | None
    client_message_id: str | None
    written_at: datetime


class Following:
    """Whoever writes a message holds its inquiry: in one inquiry they can be seen in the order of their ids."""

    def __init__(self, database: Database, wakes: Wakes, streams: Streams) -> None:
        self._database, self._wakes, self._streams = database, wakes, streams

    async def messages(
        self, claims: AccessClaims, inquiry_id: UUID, *, after: int
    ) -> AsyncGenerator[Sequence[Heard], None]:
        """The messages after this one, as they come; none from time to time, as a sign of life.

        Raises NotFound `inquiry_unknown`; NotSignedIn `session_ended` as soon as it has; Unavailable, TooMany.
        """

        async def read(last: int) -> Sequence[Heard]:
            rows = await self._database.rows(FOLLOWED, claims.session_id, claims.candidate_id, inquiry_id, last, PAGE)
            if not rows:
                raise NotSignedIn("session_ended")
            if rows[0]["inquiry"] is None:
                raise NotFound("inquiry_unknown")
            return [_heard(row) for row in rows if row["id"] is not None]

        with self._streams.place(claims.candidate_id), self._wakes.awaited(inquiry_id) as woken:
            async for found in self._streams.follow(woken, read, after=after, page=PAGE):
                yield found


def _heard(row: dict[str, Any]) -> Heard:
    return Heard(
        id=row["id"],
        author=Author(row["author"]),
        text=row["text"],
        picture=row["picture"],
        client_message_id=row["client_message_id"],
        written_at=row["written_at"],
    )
