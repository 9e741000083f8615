"""Who a login code is: alipay.system.oauth.token. One call a code, however often the client sends it at once."""

import structlog

from backend.candidates.tokens import PlatformUser
from backend.errors import Fault, Faulty, Refusal, Unavailable
from miniprogram_api.platforms.alipay.gateway import AlipayError, Gateway
from miniprogram_api.platforms.single_flight import SingleFlight

log = structlog.get_logger(__name__)

# Used, expired or another app's: one code for all of them. A blocked user has none that is documented.
REFUSED_CODES = frozenset({"isv.code-invalid", "isv.unmatched-app-id"})


class AlipayLogin:
    """Turns codes into users. The user's access token is not needed by anything here and is not kept."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._asked = SingleFlight(self._ask)

    async def sign_in(self, code: str) -> PlatformUser:
        """Raises as Platform.sign_in says."""
        return await self._asked(code)

    async def _ask(self, code: str) -> PlatformUser:
        try:
            # Not repeated: the first try may have used the code up. A success has no `code` of its own.
            said = await self._gateway.call(
                "alipay.system.oauth.token", {"grant_type": "authorization_code", "code": code}, retry=False
            )
        except AlipayError as error:
            raise _refusal(error) from error
        # Newer apps are given an open id, older ones the user id.
        known_as = said.get("open_id") or said.get("user_id")
        if not isinstance(known_as, str) or not said.get("access_token"):
            raise Unavailable("platform_unavailable")
        return PlatformUser(
            platform="alipay", app_id=self._gateway.app.app_id, open_id=known_as, union_id=said.get("union_id")
        )


def _refusal(error: AlipayError) -> Refusal:
    if error.sub_code in REFUSED_CODES:
        return Faulty("login_code_refused", faults=[Fault("code", "login_code_refused")])
    log.error("alipay_login_failed", code=error.code, sub_code=error.sub_code)
    return Unavailable("platform_unavailable")
