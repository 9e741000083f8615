"""What people type to sign in: found in one spelling, and guesses of the secret that goes with it held to their limits.

Every limit is of one account from one address, so that nobody locks anybody else out.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Final

from tortoise.expressions import Q

from backend.cache import Cache
from backend.candidates.models import Candidate, IdType
from backend.candidates.particulars import USERNAME
from backend.guesses import Guesses, Limit, origin
from backend.passwords import Passwords
from backend.personal_data import PersonalData, normal

ABOUT_ID_NUMBER: Final = "candidate.id_number"


PASSWORD: Final = Limit(name="login", failures=5, seconds=900, refusal="too_many_failures")
ANSWER: Final = Limit(name="answer", failures=5, seconds=86_400, refusal="too_many_answers")
"""An answer is a word that others may know or guess: hence the whole day."""
RECOVERY_CODE: Final = Limit(name="recovery_code", failures=5, seconds=900, refusal="too_many_recovery_codes")
ADDRESS: Final = Limit(name="login", failures=200, seconds=900, refusal="too_many_failures")
"""Of one address, whomever the failures are of: a hospital shares one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A login as it was typed, in one spelling, and whose it is. `index` stands for it where it is counted or kept."""

    index: bytes
    candidate: Candidate | None

    @property
    def who(self) -> str:
        """A name for counting: the same for an account's user name and its document number."""
        return str(self.candidate.id) if self.candidate else self.index.hex()


class Logins:
    """Finds whose a login is, and verifies secrets under their limits."""

    def __init__(self, *, cache: Cache, personal_data: PersonalData, passwords: Passwords) -> None:
        self._personal_data, self._passwords, self._guesses = personal_data, passwords, Guesses(cache)

    async def find(self, login: str) -> Login:
        """Whose user name or document number it is. One statement, whether it is anybody's or not."""
        spelt = spelt_login(login)
        index = self._personal_data.index(spelt, about=ABOUT_ID_NUMBER)
        # What can be no user name isn't looked for as one: a document number would stand in the statement.
        key = spelt.lower() if USERNAME.fullmatch(spelt) else ""
        by_document = Q(id_type__in=list(IdType), id_number_index=index)
        opened = Candidate.filter(unclaimed_since=None)
        found = await opened.filter(Q(username_key=key) | by_document).order_by("id_type")
        named = [one for one in found if one.username_key == key]
        return Login(index=index, candidate=next(iter(named or found), None))

    async def proves(self, who: str, stored: str | None, secret: str, *, limit: Limit, address: str | None) -> bool:
        """Whether the secret is the stored one; None stands for nobody, and takes the same time.

        Raises TooMany with the limit's words.
        """
        limits = {f"{limit.name}:{who}:{origin(address)}": limit, **_of_address(address)}
        return await self._guesses.right(limits, partial(self._passwords.verify, stored, secret))

    async def require_address(self, address: str | None) -> None:
        """Raises TooMany where this address is locked for its failures."""
        await self._guesses.require_unlocked(_of_address(address))

    async def forgive(self, who: str, *, address: str | None) -> None:
        """Somebody has proved otherwise who they are: their own wrong passwords from there are forgotten."""
        await self._guesses.forget(f"{PASSWORD.name}:{who}:{origin(address)}")

    def turn(self, key: str) -> asyncio.Lock:
        """One at a time for each key, in this process."""
        return self._guesses.turn(key)


def _of_address(address: str | None) -> dict[str, Limit]:
    return {f"{ADDRESS.name}:{origin(address)}": ADDRESS}


def spelt_login(login: str) -> str:
    """One spelling: width, case and spaces don't matter, in a user name as little as in a document number.

    Both are looked for by this spelling and by nothing else, so that two ways to type a login never tell by different
    answers that it is somebody's.
    """
    return "".join(normal(login).split())
