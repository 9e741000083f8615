"""Face verification 2.0: getverifyid, the screen on the phone, queryverifyinfo. All of it lives by real time."""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import FaceOutcome
from sandbox.problems import Problem
from sandbox.wechat.answers import WeChatError, answer, read_object
from sandbox.wechat.records import FaceVerification, WeChatRecords
from sandbox.wechat.tokens import AccessTokens

LIFETIME = 3600.0
REMEMBERED = 86400.0
OUT_SEQ_NO = re.compile(r"[0-9A-Za-z_-]{5,32}")
CERT_NO = re.compile(r"[0-9]{17}[0-9X]")
PASSED, FACE_MISMATCH, NOT_IN_RECORDS, NOT_COMPLETED = 10000, 10004, 10026, 10300
CANCELLED, OTHER = 90002, 90199
RESULTS: dict[FaceOutcome, int] = {
    "pass": PASSED,
    "no_match": FACE_MISMATCH,
    "not_in_records": NOT_IN_RECORDS,
    "cancelled": NOT_COMPLETED,
}


class Faces:
    """Certificates for faces, each of one person, for one hour."""

    def __init__(self, ground: Ground, tokens: AccessTokens) -> None:
        self._ground = ground
        self._tokens = tokens

    def routes(self) -> list[web.RouteDef]:
        base = "/cityservice/face/identify"
        return [web.post(f"{base}/getverifyid", self._begin), web.post(f"{base}/queryverifyinfo", self._query)]

    def face(self, person: Person, client: Mapping[str, Any], outcome: FaceOutcome) -> dict[str, Any]:
        """`wx.requestFacialVerify`: errCode 0 says only that the screen came to its end.

        A person whose document the sandbox knows can pass for nobody else, whatever outcome is asked for.
        """
        record = self._records.faces.get(str(client.get("verifyId")))
        if record is None:
            raise Problem(422, "unknown_certificate", "The client's verifyId is none that getverifyid gave.")
        if record.open_id != person.open_id or self._expired(record):
            return {"errCode": OTHER, "errMsg": "requestFacialVerify:fail"}
        another = outcome == "pass" and person.id_number not in (None, record.cert_no)
        record.verify_ret = FACE_MISMATCH if another else RESULTS[outcome]
        self._ground.store.changed()
        if outcome == "cancelled":
            return {"errCode": CANCELLED, "errMsg": "requestFacialVerify:fail cancel"}
        return {"errCode": 0, "errMsg": "requestFacialVerify:ok"}

    async def _begin(self, request: web.Request) -> web.Response:
        self._tokens.require(request)
        body = await read_object(request)
        number = self._new_number(body)
        cert_type, name, cert_no = _cert_info(body)
        open_id = self._open_id(body)
        record = FaceVerification(
            out_seq_no=number,
            open_id=open_id,
            cert_hash=cert_hash(cert_type, name, cert_no),
            cert_no=cert_no,
            created_at=self._ground.clock.real(),
        )
        verify_id = secrets.token_urlsafe(96)
        self._forget()
        self._records.faces[verify_id] = record
        self._ground.store.changed()
        return answer({"errcode": 0, "errmsg": "ok", "verify_id": verify_id, "expires_in": int(LIFETIME)})

    async def _query(self, request: web.Request) -> web.Response:
        self._tokens.require(request)
        body = await read_object(request)
        if not body.get("verify_id"):
            raise WeChatError(84021)
        number = _number(body)
        if not body.get("openid"):
            raise WeChatError(84016)
        record = self._records.faces.get(str(body["verify_id"]))
        if record is None or self._expired(record):
            raise WeChatError(84022)
        for given, kept, error in (
            (number, record.out_seq_no, 84020),
            (body["openid"], record.open_id, 84017),
            (body.get("cert_hash"), record.cert_hash, 84018),
        ):
            if given != kept:
                raise WeChatError(error)
        return answer({"errcode": 0, "errmsg": "ok", "verify_ret": record.verify_ret})

    def _new_number(self, body: Mapping[str, Any]) -> str:
        number = _number(body)
        if any(record.out_seq_no == number for record in self._records.faces.values()):
            raise WeChatError(84019)
        return number

    def _open_id(self, body: Mapping[str, Any]) -> str:
        if not body.get("openid"):
            raise WeChatError(84016)
        if self._ground.people.with_open_id("wechat", str(body["openid"])) is None:
            raise WeChatError(40003)
        return str(body["openid"])

    def _expired(self, record: FaceVerification) -> bool:
        return self._ground.clock.real() - record.created_at > LIFETIME

    def _forget(self) -> None:
        """Drop what is a day old: documents are not kept for longer than they are looked at."""
        since = self._ground.clock.real() - REMEMBERED
        self._records.faces = {key: one for key, one in self._records.faces.items() if one.created_at > since}

    @property
    def _records(self) -> WeChatRecords:
        return self._ground.store.state.wechat


def cert_hash(cert_type: str, name: str, cert_no: str) -> str:
    """sha256 over the three parts, each in base64."""
    one, two, three = (base64.b64encode(part.encode()).decode() for part in (cert_type, name, cert_no))
    return hashlib.sha256(f"cert_type={one}&cert_name={two}&cert_no={three}".encode()).hexdigest()


def _number(body: Mapping[str, Any]) -> str:
    number = body.get("out_seq_no")
    if not number:
        raise WeChatError(84010)
    if not isinstance(number, str) or not OUT_SEQ_NO.fullmatch(number):
        raise WeChatError(84011)
    return number


def _cert_info(body: Mapping[str, Any]) -> tuple[str, str, str]:
    info = body.get("cert_info")
    if not isinstance(info, dict):
        raise WeChatError(84012)
    cert_type, name, cert_no = (info.get(key) for key in ("cert_type", "cert_name", "cert_no"))
    if cert_type != "IDENTITY_CARD":
        raise WeChatError(84013)
    if not isinstance(name, str) or not name.strip():
        raise WeChatError(84014)
    if not isinstance(cert_no, str) or not CERT_NO.fullmatch(cert_no):
        raise WeChatError(84015)
    return cert_type, name, cert_no
