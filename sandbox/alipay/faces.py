"""Faces on order (身份认证): alipay.user.certify.open.initialize, certify, query. All of it lives by real time."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from sandbox.alipay.gateway import Method, Parameters, biz_content, business_error, success
from sandbox.alipay.records import AlipayRecords, Certificate
from sandbox.ground import Ground

FAMILY = "alipay.user.certify.open"
START_WITHIN = 23 * 3600.0
ASKED_ABOUT_WITHIN = 90 * 86400.0
"""After the person was done with the page."""
OUTER_ORDER_NO = re.compile(r"[0-9A-Za-z]{1,32}")
CERT_NO = re.compile(r"[0-9]{17}[0-9X]")
ILLEGAL, NOT_THERE = "ILLEGAL_ARGUMENT_FORMAT", "OPEN_CERTIFY_BILL_NOT_EXIST"


class Faces:
    """The certificates, each of one person."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def methods(self) -> dict[str, Method]:
        return {f"{FAMILY}.initialize": self._begin, f"{FAMILY}.certify": self._page, f"{FAMILY}.query": self._query}

    def at_hand(self, certify_id: str) -> Certificate | None:
        """The certificate, while it may still be begun with or asked about."""
        certificate = self._records.certificates.get(certify_id)
        if certificate is None:
            return None
        since, lifetime = certificate.created_at, START_WITHIN
        if certificate.acted_at is not None:
            since, lifetime = certificate.acted_at, ASKED_ABOUT_WITHIN
        return certificate if self._ground.clock.real() - since <= lifetime else None

    def _begin(self, parameters: Parameters) -> dict[str, Any]:
        content = biz_content(parameters)
        certificate = Certificate(
            outer_order_no=self._new_number(content), cert_no=_cert_no(content), created_at=self._ground.clock.real()
        )
        config = content.get("merchant_config")
        if content.get("biz_code") != "FACE" or not isinstance(config, dict) or not config.get("return_url"):
            raise business_error(ILLEGAL, "参数格式错误")
        certify_id = secrets.token_hex(16)
        self._records.certificates[certify_id] = certificate
        self._ground.store.changed()
        return success(certify_id=certify_id)

    def _page(self, parameters: Parameters) -> dict[str, Any]:
        """A page for a phone: what it was opened for. FacePage plays it."""
        return success(certify_id=str(biz_content(parameters).get("certify_id")))

    def _query(self, parameters: Parameters) -> dict[str, Any]:
        """`F` is also what a page is that nobody has opened yet."""
        certificate = self.at_hand(str(biz_content(parameters).get("certify_id")))
        if certificate is None:
            raise business_error(NOT_THERE, "认证单据不存在")
        told = {"passed": "T" if certificate.passed else "F", "identity_info": "", "material_info": ""}
        return success(**told, **({"fail_reason": certificate.fail_reason} if certificate.fail_reason else {}))

    def _new_number(self, content: Mapping[str, Any]) -> str:
        """That a number is refused when it comes again is inferred: it must be unique."""
        number = content.get("outer_order_no")
        known = {certificate.outer_order_no for certificate in self._records.certificates.values()}
        if not isinstance(number, str) or not OUTER_ORDER_NO.fullmatch(number) or number in known:
            raise business_error(ILLEGAL, "参数格式错误: outer_order_no")
        return number

    @property
    def _records(self) -> AlipayRecords:
        return self._ground.store.state.alipay


def _cert_no(content: Mapping[str, Any]) -> str:
    identity = content.get("identity_param")
    if not isinstance(identity, dict):
        raise business_error(ILLEGAL, "参数格式错误: identity_param")
    kinds, name, number = (
        (identity.get("identity_type"), identity.get("cert_type")),
        identity.get("cert_name"),
        identity.get("cert_no"),
    )
    if kinds != ("CERT_INFO", "IDENTITY_CARD") or not isinstance(name, str) or not name.strip():
        raise business_error(ILLEGAL, "参数格式错误: identity_param")
    if not isinstance(number, str) or not CERT_NO.fullmatch(number):
        raise business_error(ILLEGAL, "参数格式错误: cert_no")
    return number
