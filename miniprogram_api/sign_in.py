"""Sessions: by a platform's login code, by password; refreshed; ended."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, RootModel

from backend.candidates.accounts import Accounts
from backend.candidates.sessions import Sessions
from backend.candidates.tokens import BINDING_SECONDS, Tokens
from backend.errors import Fault, Faulty
from miniprogram_api.platforms import Platform
from miniprogram_api.requests import Address, Caller
from miniprogram_api.shapes import BindingRequiredOut, In, SignedInOut, Text
from miniprogram_api.typed_routes import Routes

routes = Routes()
PlatformName = Literal["wechat", "alipay", "baidu"]
Code = Annotated[Text, Field(min_length=1, max_length=256)]
Token = Annotated[Text, Field(min_length=1, max_length=1024)]


class Platforms:
    """The platforms the service is configured for, by name."""

    def __init__(self, platforms: Mapping[str, Platform]) -> None:
        self._platforms = platforms

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
async def sign_in(body: CodeIn, platforms: Platforms, accounts: Accounts, tokens: Tokens) -> SessionOut:
    """Sign in by the platform's login code."""
    user = await platforms.named(body.platform).sign_in(body.code)
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
