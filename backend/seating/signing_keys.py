"""Ed25519 keys for what others verify without us, derived from SECRET_KEYS: one for each purpose."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def signing_key(secret: str, *, about: bytes) -> Ed25519PrivateKey:
    """The same secret and purpose give the same key."""
    return Ed25519PrivateKey.from_private_bytes(HKDF(SHA256(), 32, salt=None, info=about).derive(secret.encode()))
