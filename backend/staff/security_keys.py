"""USB security keys (WebAuthn): what a browser is asked for, and whether what it answers is good. No I/O.

Which key it is, how often it was used and that a challenge serves once is the database's word, not this module's.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from backend.errors import Refusal

TIMEOUT_MS: Final = 120_000


class KeyRefused(Refusal):
    """What the browser answered proves nothing. `code`: `security_key_refused`."""

    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """Who asks, as keys know us: the console's host name, and the origin its pages have."""

    id: str
    name: str
    origin: str


def relying_party(url: str) -> RelyingParty:
    """The one of the console at this address."""
    parts = urlsplit(url)
    return RelyingParty(id=parts.hostname or "", name="准考", origin=f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key as it is kept. `sign_count`: what it counted when it was last used; a copy of it would count anew."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def asks_to_add(
    party: RelyingParty, *, member_id: bytes, username: str, name: str, challenge: bytes, known: Iterable[bytes]
) -> dict[str, Any]:
    """The argument of `navigator.credentials.create`, as JSON. `known`: keys that are there already."""
    # The password is asked for as well: the key need not know its owner, it is enough that somebody touches it.
    wanted = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.DISCOURAGED
    )
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=member_id,
        user_name=username,
        user_display_name=name,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=wanted,
        exclude_credentials=_described(known),
    )
    return _as_json(options)


def asks_to_sign(party: RelyingParty, *, challenge: bytes, known: Iterable[bytes]) -> dict[str, Any]:
    """The argument of `navigator.credentials.get`, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    return _as_json(options)


def added(party: RelyingParty, answer: Mapping[str, Any], *, challenge: bytes) -> KnownKey:
    """The new key. Raises KeyRefused."""
    try:
        found = webauthn.verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise KeyRefused("security_key_refused") from error
    return KnownKey(
        credential_id=found.credential_id, public_key=found.credential_public_key, sign_count=found.sign_count
    )


def credential_of(answer: Mapping[str, Any]) -> bytes:
    """Which key answers, as it says itself. Raises KeyRefused."""
    try:
        return base64url_to_bytes(answer["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyRefused("security_key_refused") from error


def signed(party: RelyingParty, answer: Mapping[str, Any], *, challenge: bytes, key: KnownKey) -> int:
    """What the key counts now. Raises KeyRefused, also where it counts backwards."""
    try:
        found = webauthn.verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise KeyRefused("security_key_refused") from error
    return found.new_sign_count


def _described(known: Iterable[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one) for one in known]


def _as_json(options: Any) -> dict[str, Any]:
    return dict(json.loads(webauthn.options_to_json(options)))
