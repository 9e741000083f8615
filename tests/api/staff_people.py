"""Members of the staff as the tests have them: with a password, an app, and a security key of software."""

import hashlib
import json
import struct
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from backend.clock import real_now
from backend.staff import totp
from backend.staff.models import StaffAccess
from backend.staff.sessions import AtWork
from tests.api.world import World

PASSWORD = "a long sample phrase"
ADDRESS = "127.0.0.1"


@dataclass(kw_only=True)
class SoftKey:
    """A security key (WebAuthn, ES256) without the hardware."""

    origin: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = b"a sample security key"
    count: int = 0

    def create(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` gives."""
        numbers = self.private.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        data = self._data(options["rp"]["id"], 0x41)
        data += bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + public
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer({"clientDataJSON": _text(client), "attestationObject": _text(attestation)})

    def get(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` gives."""
        self.count += 1
        data, client = self._data(options["rpId"], 0x01), self._client("webauthn.get", options)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {"clientDataJSON": _text(client), "authenticatorData": _text(data), "signature": _text(signature)}
        )

    def _data(self, party: str, flags: int) -> bytes:
        return hashlib.sha256(party.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    def _client(self, kind: str, options: Mapping[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, response: Mapping[str, str]) -> dict[str, Any]:
        name = _text(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


@dataclass(slots=True, kw_only=True)
class Colleague:
    """One member with a password and, once set up, an app."""

    world: World
    username: str
    secret: str = ""
    recovery_codes: tuple[str, ...] = ()

    async def invited(self) -> AtWork:
        """At work for setting up, by an invitation."""
        invitation = await self.world.built.appointments.invite_by_operator(self.username)
        started = await self.world.built.credentials.accept(self.username, invitation.code, PASSWORD, address=ADDRESS)
        return await self.world.built.staff_sessions.at_work(started.token, address=ADDRESS)

    async def set_up(self) -> None:
        """Invited, with an app and recovery codes."""
        at_work = await self.invited()
        app = await self.world.built.credentials.begin_app(at_work)
        self.secret = app.secret
        await self.world.built.credentials.add_app(at_work, app.id, await self.code())
        self.recovery_codes = tuple(await self.world.built.credentials.new_recovery_codes(at_work))
        await self.world.built.staff_sessions.end(at_work)

    async def code(self) -> str:
        """What the app shows, as if none had served yet: a test doesn't wait for the next."""
        await StaffAccess.filter(member__username=self.username).update(totp_step=None)
        return totp.code_at(self.secret, totp.step_of(real_now()))

    async def token(self) -> str:
        """Of a new session, by the API."""
        body = {"username": self.username, "password": PASSWORD, "code": await self.code()}
        answer = await self.world.call("POST", "/staff/sessions", body=body)
        assert answer.status == 201, answer.body
        return str(answer.json["token"])


async def colleague(world: World, username: str = "test.site") -> Colleague:
    """The sample site's or area's clerk (`world.clerks` has made them), set up to sign in."""
    found = Colleague(world=world, username=username)
    await found.set_up()
    return found


def wrong(code: str) -> str:
    """Six other digits."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
