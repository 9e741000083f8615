"""Real-name face verification by the AI cloud's H5 plan: we name the person, a page looks, `getall` tells what it saw.

The smart program's own face calls answer to the client alone, so a server can't know what they found. The page is
opened in a web-view, and where it leads afterwards proves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import structlog

from backend.candidates.faces import FaceCertificate, FaceOutcome, FaceSubject, certificate_of
from backend.errors import Fault, Faulty, Refusal, Unavailable
from miniprogram_api.platforms.baidu.cloud import BaiduCloud, CloudError

log = structlog.get_logger(__name__)

BASE: Final = "/rpc/2.0/brain/solution/faceprint"
GENERATE, SUBMIT, RESULT = f"{BASE}/verifyToken/generate", f"{BASE}/idcard/submit", f"{BASE}/result/getall"
TOKEN_SECONDS: Final = 2 * 3600
RESIDENT_ID_CARD: Final = 0
EXPIRED_WORDS: Final = "Token无效或者已过期"
"""Of a verify_token that is unknown, too old or another app's; its code is not published."""
NOT_SHOWN: Final = frozenset({216402, 216403})
BAD_NAME: Final = frozenset({222352})
BAD_NUMBER: Final = frozenset({222353, 222022, 216600})
NOT_IN_RECORDS: Final = frozenset({"222350", "222354", "222355"})
"""The authority has no photo of them, a poor one, or doesn't know the number."""
NO_COMPARISON: Final = frozenset({"222202", "222356", "222361", "223120"})
"""No face in the picture, a poor one, the authority's service down, not alive."""
POOR_PICTURE: Final = ("2231", "2229")
"""Beginnings: covered, blurred, dark, turned away; the service busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The H5 plan of the AI cloud's console, the page that shows it, and where that leads when it is done."""

    plan_id: str
    page_url: str
    return_url: str


class BaiduFaces:
    """Passed is what getall says with `is_verify_passed` true of just the person we named, and nothing else."""

    def __init__(self, cloud: BaiduCloud, plan: Plan) -> None:
        self._cloud, self._plan = cloud, plan

    async def begin(self, subject: FaceSubject) -> FaceCertificate:
        """Raises as FacePlatform.begin says."""
        token = await self._token()
        person = {
            "verify_token": token,
            "id_name": subject.name,
            "id_no": subject.id_number,
            "certificate_type": RESIDENT_ID_CARD,
        }
        try:
            await self._cloud.post(SUBMIT, person, retry=False)
        except CloudError as error:
            raise _refused(error) from error
        return FaceCertificate(certificate=token, expires_in=TOKEN_SECONDS, client={"url": self._page(token)})

    async def outcome(self, subject: FaceSubject, certificate: str) -> FaceOutcome:
        """Raises as FacePlatform.outcome says."""
        try:
            said = await self._cloud.post(RESULT, {"verify_token": certificate}, retry=True)
        except CloudError as error:
            if EXPIRED_WORDS in error.words:
                return FaceOutcome.EXPIRED
            if error.code in NOT_SHOWN:
                return FaceOutcome.NOT_COMPLETED
            log.error("baidu_face_not_told", code=error.code)
            raise Unavailable("platform_unavailable") from error
        return _outcome(said, subject)

    async def _token(self) -> str:
        """One that nobody has used yet; an answer that was lost costs nothing but the token in it."""
        back = {"success_url": self._plan.return_url, "failed_url": self._plan.return_url}
        try:
            said = await self._cloud.post(
                GENERATE, {"plan_id": self._plan.plan_id, "redirect_config": back}, retry=True
            )
        except CloudError as error:
            log.error("baidu_face_plan_refused", code=error.code)
            raise Unavailable("platform_unavailable") from error
        return certificate_of(said.get("verify_token") if isinstance(said, dict) else None)

    def _page(self, token: str) -> str:
        back = {"successUrl": self._plan.return_url, "failedUrl": self._plan.return_url}
        return f"{self._plan.page_url}?{urlencode({'token': token, **back})}"


def _outcome(said: object, subject: FaceSubject) -> FaceOutcome:
    """Of all verifications of one token (a plan may let who failed try again): one that passed, or else the last."""
    entries = said.get("verify_result") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise Unavailable("platform_unavailable")
    passed = next((entry for entry in entries if entry.get("is_verify_passed") is True), None)
    if passed is None:
        return _failed(entries[-1]) if entries else FaceOutcome.NOT_COMPLETED
    if _is_of(subject, passed.get("idcard_confirm") or said.get("idcard_confirm")):
        return FaceOutcome.PASSED
    log.error("baidu_face_of_another_person")
    return FaceOutcome.NO_MATCH


def _is_of(subject: FaceSubject, person: object) -> bool:
    """Whether the page was shown for the person we named."""
    if not isinstance(person, dict):
        return False
    return person.get("name") == subject.name and str(person.get("idcard_number", "")).upper() == subject.id_number


def _failed(entry: Mapping[str, Any]) -> FaceOutcome:
    """Where the authority was not asked, or had nothing to compare, there is no result: it counts against nobody."""
    detail, code = entry.get("verify_detail"), str(entry.get("code", ""))
    if code in NOT_IN_RECORDS:
        return FaceOutcome.NOT_IN_RECORDS
    asked = isinstance(detail, dict) and detail.get("verify_log_id")
    if not asked or code in NO_COMPARISON or code.startswith(POOR_PICTURE):
        return FaceOutcome.NOT_COMPLETED
    return FaceOutcome.NO_MATCH


def _refused(error: CloudError) -> Refusal:
    if error.code in BAD_NAME:
        return Faulty("face_person_refused", faults=[Fault("name", "name_form")])
    if error.code in BAD_NUMBER:
        return Faulty("face_person_refused", faults=[Fault("id_number", "id_number_form")])
    log.error("baidu_face_refused", code=error.code)
    return Unavailable("platform_unavailable")
