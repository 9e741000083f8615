"""Who a login code is: getsessionkey, version 2. One call a code, however often the client sends it at once."""

from typing import Final

import structlog

from backend.candidates.tokens import PlatformUser
from backend.errors import Fault, Faulty, Refusal, Unavailable
from miniprogram_api.platforms.baidu.api import BaiduApi, BaiduError
from miniprogram_api.platforms.single_flight import SingleFlight

log = structlog.get_logger(__name__)

PATH: Final = "/rest/2.0/smartapp/getsessionkey"
# The only code known: a parameter that is missing or invalid. Unconfirmed: that a used or expired code gives it too.
REFUSED_CODES: Final = frozenset({10010100})


class BaiduLogin:
    """Turns codes into users. The session_key never leaves this module: nothing here needs it yet."""

    def __init__(self, api: BaiduApi, *, app_key: str) -> None:
        self._api, self._app_key = api, app_key
        self._asked = SingleFlight(self._ask)

    async def sign_in(self, code: str) -> PlatformUser:
        """Raises as Platform.sign_in says."""
        return await self._asked(code)

    async def _ask(self, code: str) -> PlatformUser:
        try:
            # Not repeated: the first try may have used the code up.
            said = await self._api.post(PATH, {"code": code}, retry=False)
        except BaiduError as error:
            raise _refusal(error) from error
        open_id = said.get("open_id") if isinstance(said, dict) else None
        if not isinstance(open_id, str) or not open_id:
            raise Unavailable("platform_unavailable")
        return PlatformUser(platform="baidu", app_id=self._app_key, open_id=open_id)


def _refusal(error: BaiduError) -> Refusal:
    if error.errno in REFUSED_CODES:
        return Faulty("login_code_refused", faults=[Fault("code", "login_code_refused")])
    log.error("baidu_login_failed", errno=error.errno)
    return Unavailable("platform_unavailable")
