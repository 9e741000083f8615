"""WeChat's face verification 2.0: getverifyid, the client's screen, queryverifyinfo."""

import base64
import hashlib
from typing import Any, Final

import structlog
from wechatpy.exceptions import APILimitedException, WeChatClientException

from backend.candidates.faces import FaceCertificate, FaceOutcome, FaceSubject, certificate_of
from backend.errors import Fault, Faulty, Refusal, TooMany, Unavailable
from miniprogram_api.platforms.access_tokens import TokenStore
from miniprogram_api.platforms.wechat.api import WeChatApi

log = structlog.get_logger(__name__)

BEGIN, QUERY = "/cityservice/face/identify/getverifyid", "/cityservice/face/identify/queryverifyinfo"
CERT_TYPE: Final = "IDENTITY_CARD"
BAD_NAME, BAD_NUMBER, EXPIRED = 84014, 84015, 84022
PASSED: Final = 10000
NO_MATCH: Final = frozenset({10003, 10004})
"""Name and number don't belong together; the face isn't theirs."""
NOT_IN_RECORDS: Final = frozenset({10018, 10026, 10041})


class WeChatFaces:
    """Passed is what the server says with errcode 0 and verify_ret 10000, and nothing else."""

    def __init__(self, api: WeChatApi, tokens: TokenStore) -> None:
        self._api, self._tokens = api, tokens

    async def begin(self, subject: FaceSubject) -> FaceCertificate:
        """Raises as FacePlatform.begin says."""
        body = {"out_seq_no": subject.number, "cert_info": _cert_info(subject), "openid": subject.user.open_id}
        said = await self._call(BEGIN, body)
        verify_id, expires_in = certificate_of(said.get("verify_id")), said.get("expires_in")
        if not isinstance(expires_in, int):
            raise Unavailable("platform_unavailable")
        return FaceCertificate(certificate=verify_id, expires_in=expires_in, client={"verifyId": verify_id})

    async def outcome(self, subject: FaceSubject, certificate: str) -> FaceOutcome:
        """Raises as FacePlatform.outcome says."""
        body = {
            "verify_id": certificate,
            "out_seq_no": subject.number,
            "cert_hash": cert_hash(CERT_TYPE, subject.name, subject.id_number),
            "openid": subject.user.open_id,
        }
        try:
            said = await self._api.post_with_token(self._tokens, QUERY, body)
        except WeChatClientException as error:
            if error.errcode == EXPIRED:
                return FaceOutcome.EXPIRED
            raise _refused(error) from error
        return _outcome(said.get("verify_ret"))

    async def _call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return await self._api.post_with_token(self._tokens, path, body)
        except WeChatClientException as error:
            raise _refused(error) from error


def cert_hash(cert_type: str, name: str, number: str) -> str:
    """sha256, hexadecimal, of the three parts in base64: binds the question to whom the certificate was made for."""
    parts = {"cert_type": cert_type, "cert_name": name, "cert_no": number}
    told = "&".join(f"{part}={base64.b64encode(value.encode()).decode()}" for part, value in parts.items())
    return hashlib.sha256(told.encode()).hexdigest()


def _cert_info(subject: FaceSubject) -> dict[str, str]:
    return {"cert_type": CERT_TYPE, "cert_name": subject.name, "cert_no": subject.id_number}


def _outcome(verify_ret: object) -> FaceOutcome:
    if verify_ret == PASSED:
        return FaceOutcome.PASSED
    if verify_ret in NO_MATCH:
        return FaceOutcome.NO_MATCH
    return FaceOutcome.NOT_IN_RECORDS if verify_ret in NOT_IN_RECORDS else FaceOutcome.NOT_COMPLETED


def _refused(error: WeChatClientException) -> Refusal:
    if error.errcode == BAD_NAME:
        return Faulty("face_person_refused", faults=[Fault("name", "name_form")])
    if error.errcode == BAD_NUMBER:
        return Faulty("face_person_refused", faults=[Fault("id_number", "id_number_form")])
    if isinstance(error, APILimitedException):
        return TooMany("platform_too_frequent", retry_after=60)
    log.error("wechat_face_failed", errcode=error.errcode)
    return Unavailable("platform_unavailable")
