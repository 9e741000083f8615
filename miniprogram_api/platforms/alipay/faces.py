"""Alipay's identity verification (身份认证, biz_code FACE): initialize, the page on the phone, query.

The newer family, datadigital.fincloud.generalsaas.face.certify.*, has the same three steps under other names; whoever's
contract has it puts it behind the same port.

An `F` is said of a face that was never shown, of one that was broken off and of one that failed, and the reason is an
extension that few contracts have. So `F` alone is no result: it counts against nobody, and the certificate may be shown
again; with a reason it failed. Who tries without end is stopped by how many certificates one may begin.
"""

from typing import Any, Final

import structlog

from backend.candidates.faces import FaceCertificate, FaceOutcome, FaceSubject, certificate_of
from backend.errors import Fault, Faulty, Refusal, Unavailable
from miniprogram_api.platforms.alipay.gateway import AlipayError, Gateway

log = structlog.get_logger(__name__)

BEGIN, PAGE, QUERY = (f"alipay.user.certify.open.{name}" for name in ("initialize", "certify", "query"))
START_WITHIN: Final = 23 * 3600
"""Seconds after which a certificate can't be begun with any more; ours ends long before."""
PASSED: Final = ("T", ["T"])
"""The Java library has it as a list; every reply that was published is a plain string."""
EXPIRED: Final = frozenset({"OPEN_CERTIFY_BILL_NOT_EXIST"})
REFUSED_PERSON: Final = frozenset({"ILLEGAL_ARGUMENT_FORMAT"})


class AlipayFaces:
    """Passed is what the query says with `T` under Alipay's signature, and nothing else."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def begin(self, subject: FaceSubject) -> FaceCertificate:
        """Raises as FacePlatform.begin says."""
        content = {
            "outer_order_no": subject.number,
            "biz_code": "FACE",
            "identity_param": _identity(subject),
            "merchant_config": {"return_url": f"alipays://platformapi/startapp?appId={self._gateway.app.app_id}"},
        }
        try:
            # Not repeated: a number serves once, and what a second call with it is told nobody says.
            said = await self._gateway.business(BEGIN, content, retry=False)
        except AlipayError as error:
            raise _refused(error) from error
        certify_id = certificate_of(said.get("certify_id"))
        client = {"url": self._gateway.page(PAGE, {"certify_id": certify_id}), "certifyId": certify_id}
        return FaceCertificate(certificate=certify_id, expires_in=START_WITHIN, client=client)

    async def outcome(self, subject: FaceSubject, certificate: str) -> FaceOutcome:
        """Raises as FacePlatform.outcome says. Whose certificate it is Alipay knows: we asked for it with a name."""
        try:
            said = await self._gateway.business(QUERY, {"certify_id": certificate})
        except AlipayError as error:
            if error.sub_code in EXPIRED:
                return FaceOutcome.EXPIRED
            log.error("alipay_face_not_told", code=error.code, sub_code=error.sub_code)
            raise Unavailable("platform_unavailable") from error
        if said.get("passed") in PASSED:
            return FaceOutcome.PASSED
        return FaceOutcome.NO_MATCH if said.get("fail_reason") else FaceOutcome.NOT_COMPLETED


def _identity(subject: FaceSubject) -> dict[str, Any]:
    return {
        "identity_type": "CERT_INFO",
        "cert_type": "IDENTITY_CARD",
        "cert_name": subject.name,
        "cert_no": subject.id_number,
    }


def _refused(error: AlipayError) -> Refusal:
    # An error of our own making would have this code too, so it is in the log.
    log.error("alipay_face_refused", code=error.code, sub_code=error.sub_code)
    if error.sub_code in REFUSED_PERSON:
        faults = [Fault("name", "name_form"), Fault("id_number", "id_number_form")]
        return Faulty("face_person_refused", faults=faults)
    return Unavailable("platform_unavailable")
