"""The access token of an app at Baidu: the smart programs' host and the AI cloud's give it by the same call."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import structlog

from backend.errors import TooMany, Unavailable
from miniprogram_api.platforms.access_tokens import Fetch, TokenStore
from miniprogram_api.platforms.outbound import NotSent, Outbound, read_object

log = structlog.get_logger(__name__)

PATH: Final = "/oauth/2.0/token"
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
# Published for Baidu's open platform, whose gateway this is, and for the AI cloud; for smart programs unconfirmed.
STALE_TOKEN: Final = frozenset({110, 111})
TOO_FREQUENT: Final = frozenset({4, 17, 18, 19})


class StaleToken(Exception):
    """The token was refused."""


def app_token(outbound: Outbound, *, client_id: str, secret: str, **more: str) -> Fetch:
    """Fetches one: the token and its seconds. `more`: what this host asks for beside the credentials."""
    parameters = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, **more}

    async def fetch() -> tuple[str, int]:
        answer = await outbound.call("POST", PATH, body=urlencode(parameters).encode(), headers=FORM, retry=True)
        said = read_object(answer.body)
        try:
            return str(said["access_token"]), int(said["expires_in"])
        except (KeyError, ValueError, TypeError) as error:
            log.error("baidu_token_refused", error=said.get("error"))
            raise Unavailable("platform_unavailable") from error

    return fetch


async def with_token(tokens: TokenStore, call: Callable[[str], Awaitable[Any]]) -> Any:
    """What the call gives with the shared token; a stale one is replaced only if it is still the one that failed, once.

    Raises what the call raises, but for StaleToken: NotSent `platform_unavailable`.
    """
    token = await tokens.token()
    try:
        return await call(token)
    except StaleToken:
        token = await tokens.replace(token)
    try:
        return await call(token)
    except StaleToken as error:
        raise NotSent("platform_unavailable") from error


def gateway_code(answer: Mapping[str, Any]) -> Any:
    """The gateway's `error_code`, None where it names none. Raises StaleToken, TooMany `platform_too_frequent`."""
    code = answer.get("error_code")
    if code in STALE_TOKEN:
        raise StaleToken
    if code in TOO_FREQUENT:
        raise TooMany("platform_too_frequent", retry_after=60)
    return code
