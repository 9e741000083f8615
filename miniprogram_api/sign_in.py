"""Sessions: by a platform's login code, by password; refreshed; ended."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field, RootModel

from backend.candidates.accounts import Accounts
from backend.candidates.sessions import Sessions
from backend.candidates.tokens import BINDING_SECONDS, PlatformUser, Tokens
from backend.errors import Fault, Faulty
from backend.guesses import Guesses, Limit, origin
from miniprogram_api.platforms import Platform
from miniprogram_api.requests import Address, Caller
from miniprogram_api.shapes import BindingRequiredOut, In, SignedInOut, Text
from miniprogram_api.typed_routes import Routes

routes = Routes()
PlatformName = Literal["wechat", "alipay", "baidu"]
Code = Annotated[Text, Field(min_length=1, max_length=256)]
Token = Annotated[Text, Field(min_length=1, max_length=1024)]


CODE: Final = Limit(name="code", failures=500, seconds=900, refusal="too_many_codes")
"""Of one address, whosever mini-programs they are: each made-up code is a call to a platform, which counts ours. Many
phones have one address at their operator."""


class Platforms:
    """The platforms the service is configured for, by name."""

    def __init__(self, platforms: Mapping[str, Platform], guesses: Guesses) -> None:
        self._platforms, self._guesses = platforms, guesses

    async def user(self, name: str, code: str, *, address: str) -> PlatformUser:
        """Who the login code is. Raises as Platform.sign_in does; Faulty `platform_not_offered`; TooMany
        `too_many_codes`."""
        platform, limits = self.named(name), {f"{CODE.name}:{origin(address)}": CODE}
        await self._guesses.require_unlocked(limits)
        try:
            return await platform.sign_in(code)
        except Faulty:
            await self._guesses.count_failure(limits)
            raise

    def named(self, name: str) -> Platform:
        """Raises Faulty `platform_not_offered`."""
        if name not in self._platforms:
            raise Faulty("platform_not_offered", faults=[Fault("platform", "not_offered")])
        return self._platforms[name]


class CodeIn(In):
    platform: PlatformName
    code: Code


class PasswordIn(In):
    login: Annotated[Text, Field(min_length=1, max_length=64)]
    password: Annotated[Text, Field(min_length=1, max_length=64)]
    binding_token: Token | None = None


class RefreshIn(In):
    refresh_token: Annotated[Text, Field(min_length=1, max_length=256)]


class SessionOut(RootModel[Annotated[SignedInOut | BindingRequiredOut, Field(discriminator="status")]]):
    """Signed in, or a token with which this platform account can be bound."""


@routes.add("POST", "/sessions", refusals=(403,))
async def sign_in(
    body: CodeIn, address: Address, platforms: Platforms, accounts: Accounts, tokens: Tokens
) -> SessionOut:
    """Sign in by the platform's login code."""
    user = await platforms.user(body.platform, body.code, address=address)
    if signed_in := await accounts.sign_in_by_platform(user):
        return SessionOut(SignedInOut.of(signed_in))
    return SessionOut(BindingRequiredOut(binding_token=tokens.binding(user), expires_in=BINDING_SECONDS))


@routes.add("POST", "/sessions/password", refusals=(401, 409))
async def sign_in_by_password(body: PasswordIn, address: Address, accounts: Accounts, tokens: Tokens) -> SignedInOut:
    """Sign in by user name or document number; with a binding token, bound in the same step."""
    claims = tokens.read_binding(body.binding_token) if body.binding_token else None
    return SignedInOut.of(await accounts.sign_in_by_password(body.login, body.password, claims=claims, address=address))


@routes.add("POST", "/sessions/refresh", refusals=(401,))
async def refresh_session(body: RefreshIn, sessions: Sessions) -> SignedInOut:
    """The next pair of tokens; an old refresh token ends the session."""
    return SignedInOut.of(await sessions.refresh(body.refresh_token))


@routes.add("DELETE", "/sessions/current", status=204)
async def sign_out(caller: Caller, sessions: Sessions) -> None:
    """End this session."""
    await sessions.end(caller.claims)
