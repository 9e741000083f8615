"""Who a login code is: jscode2session. One call a code, however often the client sends it at once."""

import structlog
from wechatpy.exceptions import WeChatClientException

from backend.candidates.tokens import PlatformUser
from backend.errors import Fault, Faulty, NotAllowed, Refusal, TooMany, Unavailable
from miniprogram_api.platforms.single_flight import SingleFlight
from miniprogram_api.platforms.wechat.api import WeChatApi

log = structlog.get_logger(__name__)

REFUSED_CODES = frozenset({40029, 40163, 41008})
BLOCKED_USER, TOO_FREQUENT = 40226, 45011


class WeChatLogin:
    """Turns codes into users. The session_key never leaves this module: nothing here needs it yet."""

    def __init__(self, api: WeChatApi, *, app_id: str, secret: str) -> None:
        self._api, self._app_id, self._secret = api, app_id, secret
        self._asked = SingleFlight(self._ask)

    async def sign_in(self, code: str) -> PlatformUser:
        """Raises as Platform.sign_in says."""
        return await self._asked(code)

    async def _ask(self, code: str) -> PlatformUser:
        try:
            # Not repeated: the first try may have used the code up.
            said = await self._api.get(
                "/sns/jscode2session",
                retry=False,
                appid=self._app_id,
                secret=self._secret,
                js_code=code,
                grant_type="authorization_code",
            )
        except WeChatClientException as error:
            raise self._refusal(error.errcode) from error
        open_id = said.get("openid")
        if not isinstance(open_id, str) or not open_id:
            raise Unavailable("platform_unavailable")
        return PlatformUser(platform="wechat", app_id=self._app_id, open_id=open_id, union_id=said.get("unionid"))

    def _refusal(self, code: int) -> Refusal:
        if code in REFUSED_CODES:
            return Faulty("login_code_refused", faults=[Fault("code", "login_code_refused")])
        if code == BLOCKED_USER:
            return NotAllowed("platform_user_blocked")
        if code == TOO_FREQUENT:
            return TooMany("platform_too_frequent", retry_after=60)
        log.error("wechat_login_failed", errcode=code)
        return Unavailable("platform_unavailable")
