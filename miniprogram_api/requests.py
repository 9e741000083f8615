"""What handlers ask of a request beyond its path, query and body, and how each is told in the OpenAPI document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NewType
from uuid import UUID

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from backend.audit import Actor
from backend.candidates.sessions import Sessions
from backend.candidates.tokens import AccessClaims, Tokens
from backend.errors import Fault, Faulty, NotSignedIn, TooLarge
from backend.staff.scope import Clerk
from backend.staff.sessions import AtWork, StaffSessions
from backend.wording import Language
from miniprogram_api.typed_routes import Asked

Version = NewType("Version", int)
"""The version a change was made on (If-Match)."""
IdempotencyKey = NewType("IdempotencyKey", str)
"""Chosen by the client, the same for every repeat of one intention."""
LastEvent = NewType("LastEvent", int)
"""The last event that came before the connection ended (Last-Event-ID), 0 for none."""
Address = NewType("Address", str)
"""Where the call came from."""
Upload = NewType("Upload", bytes)
"""The one file of a multipart body, in field `file`."""

LARGEST_UPLOAD: Final = 5 * 1024 * 1024
KEY: Final = re.compile(r"^[!-~]{8,64}$")
EVENT: Final = re.compile(r"^[0-9]{1,18}$")
ETAG: Final = re.compile(r'^(?:W/)?"?([0-9]{1,9})"?$')


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """The version an act was decided on (If-Match), where the client says it: on another one it isn't done."""

    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The candidate whose session this is, still standing."""

    claims: AccessClaims
    actor: Actor

    @property
    def candidate_id(self) -> UUID:
        return self.claims.candidate_id


CANDIDATE: Final = "access_token"
STAFF: Final = "staff_session"
SECURED: Final[Mapping[Any, str]] = {Caller: CANDIDATE, AccessClaims: CANDIDATE, Clerk: STAFF, AtWork: STAFF}
"""Asking for one of these makes a call one that needs a token, of this scheme: a candidate's opens nothing of the
staff's, nor the other way round."""

HEADERS: Final[Mapping[Any, Mapping[str, Any]]] = {
    Version: {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "pattern": ETAG.pattern},
    },
    Precondition: {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "pattern": ETAG.pattern},
    },
    LastEvent: {
        "name": "Last-Event-ID",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "pattern": EVENT.pattern},
    },
    IdempotencyKey: {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "pattern": KEY.pattern},
    },
}


def askable(tokens: Tokens, sessions: Sessions, staff: StaffSessions) -> dict[Any, Asked]:
    """How each of them is made."""

    async def claims(request: web.Request) -> AccessClaims:
        return tokens.read_access(_bearer(request))

    async def caller(request: web.Request) -> Caller:
        read = await claims(request)
        await sessions.require(read)
        return Caller(claims=read, actor=Actor(kind="candidate", id=str(read.candidate_id), address=request.remote))

    async def at_work(request: web.Request) -> AtWork:
        return await staff.at_work(_bearer(request), address=request.remote)

    async def clerk(request: web.Request) -> Clerk:
        return await staff.clerk(_bearer(request), address=request.remote)

    return {
        AtWork: at_work,
        Clerk: clerk,
        AccessClaims: claims,
        Caller: caller,
        Language: _language,
        Version: _version,
        Precondition: _precondition,
        IdempotencyKey: _idempotency_key,
        LastEvent: _last_event,
        Address: _address,
        Upload: _upload,
        web.Request: _request,
    }


def _bearer(request: web.Request) -> str:
    """The token sent. Raises NotSignedIn `not_signed_in`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or not token.isascii():
        raise NotSignedIn("not_signed_in")
    return token.strip()


def language_of(request: web.Request) -> Language:
    """zh-CN unless the client likes English better (Accept-Language)."""
    for part in request.headers.get("Accept-Language", "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("en"):
            return "en"
        if tag.startswith("zh"):
            return "zh-CN"
    return "zh-CN"


async def _language(request: web.Request) -> Language:
    return language_of(request)


async def _version(request: web.Request) -> Version:
    value = request.headers.get("If-Match", "").strip()
    found = ETAG.fullmatch(value)
    if found is None:
        raise Faulty("request_faulty", faults=[Fault("If-Match", "not_a_number" if value else "missing")])
    return Version(int(found[1]))


async def _precondition(request: web.Request) -> Precondition:
    return Precondition(version=await _version(request) if "If-Match" in request.headers else None)


async def _idempotency_key(request: web.Request) -> IdempotencyKey:
    value = request.headers.get("Idempotency-Key", "").strip()
    if not KEY.fullmatch(value):
        raise Faulty("request_faulty", faults=[Fault("Idempotency-Key", "malformed" if value else "missing")])
    return IdempotencyKey(value)


async def _last_event(request: web.Request) -> LastEvent:
    value = request.headers.get("Last-Event-ID", "").strip()
    if value and not EVENT.fullmatch(value):
        raise Faulty("request_faulty", faults=[Fault("Last-Event-ID", "not_a_number")])
    return LastEvent(int(value or 0))


async def _address(request: web.Request) -> Address:
    return Address(request.remote or "")


async def _request(request: web.Request) -> web.Request:
    return request


async def _upload(request: web.Request) -> Upload:
    """Raises Faulty `file_missing`, TooLarge `file_too_large`."""
    if request.content_type != "multipart/form-data":
        raise Faulty("file_missing", faults=[Fault("file", "missing")])
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "file":
                return Upload(await _limited(part))
    except (ValueError, AssertionError, HttpProcessingError) as error:
        raise Faulty("file_missing", faults=[Fault("file", "malformed")]) from error
    raise Faulty("file_missing", faults=[Fault("file", "missing")])


async def _limited(part: BodyPartReader) -> bytes:
    received = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        received += chunk
        if len(received) > LARGEST_UPLOAD:
            raise TooLarge("file_too_large", megabytes=LARGEST_UPLOAD // 2**20)
    return bytes(received)
