"""RSA keys as the platforms' consoles hand them out; each is read, and proved sound, once a process."""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate


@lru_cache(maxsize=8)
def private_key(pem: str) -> RSAPrivateKey:
    """From PEM, PKCS#1 or PKCS#8. Raises ValueError where it is no RSA private key."""
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("our key is not an RSA key")
    return key


def public_key(pem: str) -> RSAPublicKey:
    """From a public key's or a certificate's PEM. Raises ValueError where it is no RSA key."""
    certificate = pem.lstrip().startswith("-----BEGIN CERTIFICATE")
    key = load_pem_x509_certificate(pem.encode()).public_key() if certificate else load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the platform's key is not an RSA key")
    return key
