"""The port to a platform's face verification: filled by miniprogram_api/platforms."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from backend.candidates.tokens import PlatformUser
from backend.errors import Unavailable

CERTIFICATE_SECONDS: Final = 3600
"""How long we take a certificate, on every platform alike: WeChat's own hour; the others' live for 2 and 23 hours."""
LONGEST_CERTIFICATE: Final = 512


class FaceOutcome(StrEnum):
    """What the platform's own server says became of a certificate."""

    PASSED = "passed"
    NO_MATCH = "no_match"
    NOT_IN_RECORDS = "not_in_records"
    """The authority has nobody to compare with: a person must look."""
    NOT_COMPLETED = "not_completed"
    """Cancelled, interrupted, still running, a poor picture: no result, try again."""
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceSubject:
    """Whose face is asked for: exactly what a certificate was made for must be said again when it is asked about.

    `number` is ours: 32 hexadecimal digits, never used twice.
    """

    number: str
    user: PlatformUser
    name: str
    id_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceCertificate:
    """`client` goes to the platform's face call as it is. `expires_in`: seconds that the platform gives it."""

    certificate: str
    expires_in: int
    client: Mapping[str, Any]


class FacePlatform(Protocol):
    """A platform that can look whether somebody is who they say they are."""

    async def begin(self, subject: FaceSubject) -> FaceCertificate:
        """Raises Faulty `face_person_refused` for a name or number it won't take, TooMany `platform_too_frequent`,
        Unavailable `platform_unavailable`."""

    async def outcome(self, subject: FaceSubject, certificate: str) -> FaceOutcome:
        """What became of it, asked of the platform's server.

        Raises TooMany `platform_too_frequent`, Unavailable `platform_unavailable`.
        """


def certificate_of(value: object) -> str:
    """What a platform named a certificate, as it can be kept. Raises Unavailable `platform_unavailable`."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_CERTIFICATE:
        raise Unavailable("platform_unavailable")
    return value
