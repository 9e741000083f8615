"""The manifest of an adopted plan: what it was made from and what came out, signed with the service's key.

Ed25519, with a key derived from the newest secret key; a manifest signed with an older one, that is still configured,
verifies too. Whoever has the public key in it can verify it without us.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from backend.seating.signing_keys import signing_key
from backend.sheets import BadFile

ABOUT: Final = b"zhunkao seating manifest"


class BadManifest(BadFile):
    """Not a manifest that this service signed, or not as it signed it: the sentence says which."""

    def __init__(self, sentence: str) -> None:
        super().__init__([sentence])


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was adopted. `inputs` and `seats` are hashes (64 hexadecimal digits): of all that the arrangement was made
    from, and of every seat given, session by session. `adopted_at` as ISO 8601."""

    exam: str
    area: str
    site: str
    plan: int
    seed: int
    candidates: int
    seat_rows: int
    rooms: int
    neighbours: int
    least_neighbours: int
    inputs: str
    seats: str
    adopted_at: str
    adopted_by: str


class ManifestKeys:
    """Signs with the newest key, verifies with each."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._private = [signing_key(secret, about=ABOUT) for secret in secrets]

    def signed(self, manifest: Manifest) -> str:
        """The manifest as a file of JSON, with its signature."""
        key = self._private[0]
        said = asdict(manifest)
        signature = key.sign(_bytes(said))
        whole = {"manifest": said, "public_key": _text(_public(key)), "signature": _text(signature)}
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"

    def read(self, text: str) -> Manifest:
        """The manifest in a file. Raises BadManifest."""
        try:
            whole = json.loads(text)
            said, key, signature = whole["manifest"], _raw(whole["public_key"]), _raw(whole["signature"])
            manifest = Manifest(**said)
        except (ValueError, KeyError, TypeError) as error:
            raise BadManifest("it is no manifest of a seating plan") from error
        if key not in {_public(own) for own in self._private}:
            raise BadManifest("it is signed with a key that is none of this service's")
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, _bytes(said))
        except InvalidSignature as error:
            raise BadManifest("it is not as it was signed: something in it was changed") from error
        return manifest


def seats_hash(rows: Iterable[Sequence[object]]) -> str:
    """Of every seat of a plan, as (registration, session, room, seat), in whatever order they come."""
    lines = sorted(" ".join(map(str, row)) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def _bytes(said: Mapping[str, Any]) -> bytes:
    return ABOUT + json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
