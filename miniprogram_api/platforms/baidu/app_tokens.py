"""The access token of an app at Baidu: the smart programs' host and the AI cloud's give it by the same call."""

import json
from typing import Any, Final
from urllib.parse import urlencode

import structlog

from backend.errors import Unavailable
from miniprogram_api.platforms.access_tokens import Fetch
from miniprogram_api.platforms.outbound import Outbound

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


def read_object(body: bytes) -> dict[str, Any]:
    """The answer's JSON object. Raises Unavailable `platform_unavailable`."""
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise Unavailable("platform_unavailable") from error
    if not isinstance(answer, dict):
        raise Unavailable("platform_unavailable")
    return answer
