"""The platform's half of RSA2: checks the app's signatures, makes Alipay's own."""

import base64
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sandbox.rsa_keys import private_key
from sandbox.settings import AlipayApp


class Signatures:
    """Both keys of one app."""

    def __init__(self, app: AlipayApp) -> None:
        public = load_pem_public_key(app.app_public_key_pem.encode())
        if not isinstance(public, rsa.RSAPublicKey):
            raise TypeError("The app's key must be RSA.")
        self._public, self._private = public, private_key(app.alipay_private_key_pem)

    def verifies(self, parameters: Mapping[str, str]) -> bool:
        """Whether `sign` is the app's over all other parameters that have a value, `sign_type` included."""
        text = "&".join(f"{name}={value}" for name, value in sorted(parameters.items()) if value and name != "sign")
        try:
            signature = base64.b64decode(parameters["sign"], validate=True)
            self._public.verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    def sign(self, text: str, *, bad: bool = False) -> str:
        """Alipay's signature over exactly this text; a `bad` one is over something else."""
        content = text.encode() + (secrets.token_bytes(8) if bad else b"")
        return base64.b64encode(self._private.sign(content, padding.PKCS1v15(), hashes.SHA256())).decode()

    def sign_form(self, fields: Mapping[str, str], *, bad: bool = False) -> dict[str, str]:
        """A notification's fields with `sign` and `sign_type`, neither of which is signed. None may be empty."""
        text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
        return {**fields, "sign_type": "RSA2", "sign": self.sign(text, bad=bad)}
