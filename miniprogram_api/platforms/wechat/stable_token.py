"""Fetching an access token: the stable kind, which gives every process the same one and ends nobody's."""

from wechatpy.exceptions import WeChatClientException

from backend.errors import Unavailable
from miniprogram_api.platforms.access_tokens import Fetch
from miniprogram_api.platforms.wechat.api import WeChatApi


def stable_token(api: WeChatApi, *, app_id: str, secret: str) -> Fetch:
    """What a TokenStore fetches with. Raises Unavailable where WeChat gives none."""

    async def fetch() -> tuple[str, int]:
        body = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
        try:
            said = await api.post("/cgi-bin/stable_token", body, retry=True)
        except WeChatClientException as error:
            raise Unavailable("platform_unavailable") from error
        token, seconds = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise Unavailable("platform_unavailable")
        return token, seconds

    return fetch
