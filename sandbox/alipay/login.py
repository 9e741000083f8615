"""Auth codes and `alipay.system.oauth.token`."""

import secrets
from typing import Any

from sandbox.alipay.gateway import AlipayError, Parameters
from sandbox.alipay.records import AlipayRecords, AuthCode
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.settings import AlipayApp

CODE_LIFETIME = 180.0
"""The shortest that Alipay states; others are said to live a day."""
REMEMBERED = 86400.0


class Login:
    """Gives the client its codes and exchanges each once."""

    def __init__(self, ground: Ground, app: AlipayApp) -> None:
        self._ground, self._app = ground, app

    def new_code(self, person: Person) -> str:
        """What `my.getAuthCode` gives the person's mini-program."""
        now, codes = self._ground.clock.real(), self._records.codes
        while codes and codes[oldest := next(iter(codes))].issued_at < now - REMEMBERED:
            del codes[oldest]
        code = secrets.token_hex(16)
        codes[code] = AuthCode(known_as=person.open_id, issued_at=now)
        self._ground.store.changed()
        return code

    def token(self, parameters: Parameters) -> dict[str, Any]:
        """The method. Its parameters stand beside the common ones; a success has no code and no msg."""
        if parameters.get("grant_type") != "authorization_code":
            raise AlipayError("40002", "isv.grant-type-invalid", "授权类型无效", whole=True)
        known_as = self._spend(parameters.get("code", ""))
        return {
            "open_id" if self._app.gives_open_id else "user_id": known_as,
            "access_token": "authbseB" + secrets.token_hex(16),
            "refresh_token": "authbseB" + secrets.token_hex(16),
            "auth_start": self._ground.clock.now().strftime("%Y-%m-%d %H:%M:%S"),
            "expires_in": "1296000",
            "re_expires_in": "2592000",
        }

    def _spend(self, code: str) -> str:
        record = self._records.codes.get(code)
        if record is None or record.used or self._ground.clock.real() - record.issued_at > CODE_LIFETIME:
            raise AlipayError("40002", "isv.code-invalid", "授权码code无效", whole=True)
        record.used = True
        self._ground.store.changed()
        return record.known_as

    @property
    def _records(self) -> AlipayRecords:
        return self._ground.store.state.alipay
