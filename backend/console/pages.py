"""The console's table of pages: each says who may open it. One without such a rule can't be declared."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web
from multidict import MultiDictProxy

from backend.console.house import House
from backend.errors import NotSignedIn, TooLarge
from backend.staff.duties import WHOSE, Duty
from backend.staff.scope import Clerk
from backend.staff.sessions import AtWork
from backend.wording import Language


class Door(Enum):
    """Pages that are nobody's duty. `setting_up`: also for who was invited and has no second factor yet."""

    OPEN = "open"
    SETTING_UP = "setting_up"
    MEMBER = "member"


Rule = Duty | Door
POSTED: Final = web.RequestKey("posted", MultiDictProxy[Any])
"""Under which a request keeps its form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request: from whom, in which language. `at_work`: None on pages that are open."""

    request: web.Request
    house: House
    language: Language
    at_work: AtWork | None

    @property
    def member(self) -> AtWork:
        """Raises NotSignedIn `staff_session_ended`."""
        if self.at_work is None:
            raise NotSignedIn("staff_session_ended")
        return self.at_work

    @property
    def clerk(self) -> Clerk:
        return self.member.clerk

    @property
    def address(self) -> str | None:
        return self.request.remote

    def may(self, duty: str) -> bool:
        """Whether to lead the visitor there."""
        at_work = self.at_work
        if at_work is None or at_work.is_setting_up:
            return False
        return bool(WHOSE[Duty(duty)].get(at_work.clerk.level, frozenset()) & at_work.clerk.roles)

    async def posted(self, *, most: int | None = None) -> MultiDictProxy[Any]:
        """The form that was sent, read once. `most`: bytes, where it may be longer than others, said by whoever reads
        it first. Raises TooLarge `body_too_large`."""
        if POSTED not in self.request:
            asked = self.request if most is None else self.request.clone(client_max_size=most)
            try:
                self.request[POSTED] = await asked.post()
            except web.HTTPRequestEntityTooLarge as error:
                raise TooLarge("body_too_large") from error
        return self.request[POSTED]

    async def sent(self) -> Mapping[str, str]:
        """The fields of the form that was sent, lines ended as everywhere else; files are none."""
        fields = {name: value for name, value in (await self.posted()).items() if isinstance(value, str)}
        return {name: value.replace("\r\n", "\n").replace("\0", "") for name, value in fields.items()}

    def page(self, template: str, *, status: int = 200, **context: Any) -> web.Response:
        """The template, drawn."""
        drawn = {"at_work": self.at_work, "language": self.language, "may": self.may, "here": self.request.path}
        drawn |= context
        return aiohttp_jinja2.render_template(template, self.request, drawn, status=status)


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    method: str
    path: str
    rule: Rule
    handler: Handler


class Pages:
    """A room's table of pages."""

    def __init__(self) -> None:
        self.table: list[Page] = []

    def add(self, method: str, path: str, rule: Rule) -> Callable[[Handler], Handler]:
        """Declare a page and whose it is."""

        def declare(handler: Handler) -> Handler:
            self.table.append(Page(method=method, path=path, rule=rule, handler=handler))
            return handler

        return declare


def see_other(path: str) -> web.Response:
    """Go on at a page of ours. Never where a request says: a foreign address would be followed too."""
    return web.Response(status=303, headers={"Location": path})
