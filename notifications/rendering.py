"""A reminder in the words and fields of a platform's template."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a platform is asked to send. `template`: the catalogue's name of the template, whose id at each platform is
    a setting; `fields`: its fields' names at the platform, each text fitted to its limit; `page`: the mini-program's
    page it opens; `everywhere`: goes to every bound platform, not only to one."""

    reminder_id: int
    candidate_id: str
    kind: str
    template: str
    fields: Mapping[str, str]
    page: str
    everywhere: bool


class Rendering:
    """Reads what reminders say."""

    async def messages(self, reminders: Collection[int], platform: str) -> Mapping[int, Message]:
        """By reminder; without one whose kind has no template at this platform."""
        raise NotImplementedError
