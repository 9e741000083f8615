"""What platforms push to our address: verified, kept under its unique id, answered; acted on by a job put beside."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog
from tortoise.exceptions import IntegrityError

from backend.cache import Cache
from backend.database import Database, violated
from backend.errors import NotFound
from backend.inquiries.models import PushedMessage
from backend.inquiries.platforms import BadPush, ChatPlatform, Pushed, UrlCheck
from backend.jobs import Task, put

log = structlog.get_logger(__name__)
SEAL_SECONDS: Final = 900
"""A signature is refused for its age before this is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReply:
    """What the platform reads: `success`; its own words back; `refused`, and no reason."""

    status: int
    body: bytes


ACCEPTED: Final = PushReply(status=200, body=b"success")
REFUSED: Final = PushReply(status=400, body=b"refused")


class Pushes:
    """Receives. The second delivery of one message finds the first and changes nothing."""

    def __init__(self, database: Database, cache: Cache, platforms: Mapping[str, ChatPlatform]) -> None:
        self._database, self._cache, self._platforms = database, cache, platforms

    async def receive(self, platform: str, query: Mapping[str, str], body: bytes) -> PushReply:
        """Keep a push; what the platform is answered, also where it isn't believed.

        Raises NotFound `path_unknown` for a platform whose chat isn't offered.
        """
        if (sender := self._platforms.get(platform)) is None:
            raise NotFound("path_unknown")
        try:
            pushed = sender.read(query, body)
            if isinstance(pushed, UrlCheck):
                return PushReply(status=200, body=pushed.echo.encode())
            await self._seal(platform, pushed, body)
        except BadPush as error:
            log.warning("push_refused", platform=platform, reason=error.code)
            return REFUSED
        new = await self._keep(sender, pushed)
        log.info("push_received", platform=platform, kind=pushed.kind, new=new)
        return ACCEPTED

    async def _seal(self, platform: str, pushed: Pushed, body: bytes) -> None:
        """A signature over the time alone serves for the one content it came with: whoever has seen it can't use it for
        another. Raises BadPush `signature_used`.
        """
        if pushed.seal is None:
            return
        key, digest = f"push:{platform}:{pushed.seal}", hashlib.sha256(body).hexdigest()
        if await self._cache.take(key, digest, seconds=SEAL_SECONDS, purpose="push"):
            return
        if await self._cache.get(key, purpose="push") not in (digest, None):
            raise BadPush("signature_used")

    async def _keep(self, sender: ChatPlatform, pushed: Pushed) -> bool:
        """Whether it is new."""
        try:
            async with self._database.transaction():
                row = await PushedMessage.create(
                    platform=sender.name,
                    app_id=sender.app_id,
                    open_id=pushed.open_id,
                    event_id=pushed.event_id,
                    kind=pushed.kind,
                    content=_content(pushed),
                    sent_at=pushed.sent_at,
                )
                await put(self._database, Task.PROCESS_PUSH, push_id=row.id)
        except IntegrityError as error:
            if not violated(error, "pushed_message_event"):
                raise
            return False
        return True


def _content(pushed: Pushed) -> dict[str, Any]:
    if pushed.kind == "event":
        return dict(pushed.content or {})
    return {"text": pushed.text, "picture": pushed.picture}
