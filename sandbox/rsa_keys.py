"""The platforms' own RSA keys, each read, and proved sound, once a process."""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key


@lru_cache(maxsize=8)
def private_key(pem: str) -> RSAPrivateKey:
    """Raises TypeError for a key that isn't RSA."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("A platform's private key must be RSA.")
    return key
