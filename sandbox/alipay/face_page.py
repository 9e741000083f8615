"""The face page on the phone: what `my.startAPVerify` returns."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.alipay.faces import FAMILY, Faces
from sandbox.alipay.gateway import AlipayError, Gateway
from sandbox.alipay.records import Certificate
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import FaceOutcome
from sandbox.problems import Problem
from sandbox.settings import AlipayApp

DONE, FAILED, LEFT = "9000", "4000", "6001"
REASONS: dict[FaceOutcome, str] = {"no_match": "人脸比对不一致", "not_in_records": "权威数据中无可比对信息"}


class FacePage:
    """Opens the signed address, and looks at whoever holds the phone: any person's, Alipay binds it to none."""

    def __init__(self, ground: Ground, app: AlipayApp, faces: Faces, gateway: Gateway) -> None:
        self._ground, self._app, self._faces, self._gateway = ground, app, faces, gateway

    def face(self, person: Person, client: Mapping[str, Any], outcome: FaceOutcome) -> dict[str, Any]:
        """`{"resultStatus": …}`: 9000 says only that the page came to its end.

        A person whose document the sandbox knows can pass for nobody else, whatever outcome is asked for.
        """
        certify_id = str(client.get("certifyId"))
        if certify_id not in self._ground.store.state.alipay.certificates:
            raise Problem(422, "unknown_certificate", "The client's certifyId is none that initialize gave.")
        certificate = self._faces.at_hand(certify_id)
        if certificate is None or certificate.passed or self._opened(client) != certify_id:
            return {"resultStatus": FAILED}
        if outcome == "cancelled":
            return {"resultStatus": LEFT}
        another = outcome == "pass" and person.id_number not in (None, certificate.cert_no)
        passed = self._ended(certificate, "no_match" if another else outcome)
        return {"resultStatus": DONE if passed else FAILED, "result": {"certifyId": certify_id}}

    def _opened(self, client: Mapping[str, Any]) -> str | None:
        """For which certificate the address opens the page; None where the gateway shows an error instead."""
        parameters = dict(parse_qsl(urlsplit(str(client.get("url"))).query))
        if parameters.get("method") != f"{FAMILY}.certify":
            return None
        try:
            return str(self._gateway.node(parameters)["certify_id"])
        except AlipayError:
            return None

    def _ended(self, certificate: Certificate, outcome: FaceOutcome) -> bool:
        certificate.acted_at, certificate.passed = self._ground.clock.real(), outcome == "pass"
        certificate.fail_reason = REASONS.get(outcome) if self._app.tells_fail_reason else None
        self._ground.store.changed()
        return certificate.passed
