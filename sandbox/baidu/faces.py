"""The AI cloud's H5 plan of face verification (aip.baidubce.com), and its page on the phone. It lives by real time."""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from sandbox.baidu.answers import CloudError, log_id
from sandbox.baidu.records import BaiduRecords, FaceToken
from sandbox.baidu.tokens import AppTokens
from sandbox.clock import CHINA
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import FaceOutcome
from sandbox.problems import Problem
from sandbox.settings import BaiduApp

BASE, PAGE = "/rpc/2.0/brain/solution/faceprint", "/face/print/"
VERIFIED_WITHIN, KEPT = 7200.0, 3 * 86400.0
ID_NO = re.compile(r"[0-9]{17}[0-9X]")
NO_PLAN, NOT_JSON, BAD_PARAMETER, BAD_NAME, BAD_NUMBER = 283435, 283513, 216100, 222352, 222353
TOKEN_OVER, TOKEN_OVER_WORDS = 283436, "Token无效或者已过期"
"""The words are documented, the code is not: it is our own choice, as are those of a name or number not taken."""
FOUND: dict[FaceOutcome, tuple[str, str, float]] = {
    "pass": ("0", "核验成功", 92.5),
    "no_match": ("222351", "身份证姓名不匹配", 21.5),
    "not_in_records": ("222355", "公安库中无此人照片", 0.0),
}


class Faces:
    """Face pages, each for one person, once, within two hours."""

    def __init__(self, ground: Ground, app: BaiduApp, tokens: AppTokens) -> None:
        self._ground, self._app, self._tokens = ground, app, tokens

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(f"{BASE}/verifyToken/generate", self._generate),
            web.post(f"{BASE}/idcard/submit", self._submit),
            web.post(f"{BASE}/result/getall", self._result),
        ]

    def face(self, person: Person, client: Mapping[str, Any], outcome: FaceOutcome) -> dict[str, Any]:
        """The page in a web-view: `{"redirect": …}` is where it led, None where the person left or it showed an error.

        A person whose document the sandbox knows can pass for nobody else, whatever outcome is asked for.
        """
        address = urlsplit(str(client.get("url")))
        asked = parse_qs(address.query)
        token = self._records.faces.get(asked.get("token", [""])[0])
        if token is None or not address.path.endswith(PAGE):
            raise Problem(422, "unknown_certificate", "The client's url is no face page with a token that was given.")
        if not self._may_be_shown(token):
            return {"redirect": None, "message": TOKEN_OVER_WORDS}
        if outcome == "cancelled":
            return {"redirect": None}
        another = outcome == "pass" and person.id_number not in (None, token.id_no)
        passed = self._verified(token, "no_match" if another else outcome)
        kept = token.success_url if passed else token.failed_url
        return {"redirect": asked.get("successUrl" if passed else "failedUrl", [kept])[0]}

    async def _generate(self, request: web.Request) -> web.Response:
        body = await self._given(request)
        if str(body.get("plan_id")) != self._app.face_plan_id:
            raise CloudError(NO_PLAN, "Plan not exist.")
        config = body.get("redirect_config") or {}
        if not isinstance(config, dict):
            raise CloudError(BAD_PARAMETER, "invalid param")
        self._forget()
        verify_token = secrets.token_urlsafe(18)
        self._records.faces[verify_token] = FaceToken(
            created_at=self._ground.clock.real(),
            success_url=str(config.get("success_url", "")),
            failed_url=str(config.get("failed_url", "")),
        )
        self._ground.store.changed()
        return _success({"verify_token": verify_token})

    async def _submit(self, request: web.Request) -> web.Response:
        body = await self._given(request)
        token = self._records.faces.get(str(body.get("verify_token")))
        if token is None or token.verifications or self._older(token, VERIFIED_WITHIN):
            raise CloudError(TOKEN_OVER, TOKEN_OVER_WORDS)
        token.name, token.id_no = _person(body)
        self._ground.store.changed()
        return _success(1)

    async def _result(self, request: web.Request) -> web.Response:
        """What was verified is told for three days; before, there is nothing yet."""
        body = await self._given(request)
        token = self._records.faces.get(str(body.get("verify_token")))
        if token is None or self._older(token, KEPT if token.verifications else VERIFIED_WITHIN):
            raise CloudError(TOKEN_OVER, TOKEN_OVER_WORDS)
        count = len(token.verifications)
        counts = {"verify_count": count, "ocr_charge_count": 0, "match_charge_count": 0, "verify_charge_count": count}
        return _success({**counts, "verify_result": token.verifications})

    async def _given(self, request: web.Request) -> Mapping[str, Any]:
        """The body, of a call with the token of this app and no other."""
        self._tokens.require(request, self._app.face_api_key)
        try:
            body = json.loads(await request.read())
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise CloudError(NOT_JSON, "请求参数错误")
        return body

    def _may_be_shown(self, token: FaceToken) -> bool:
        return token.id_no is not None and not token.verifications and not self._older(token, VERIFIED_WITHIN)

    def _verified(self, token: FaceToken, outcome: FaceOutcome) -> bool:
        code, message, score = FOUND[outcome]
        at = datetime.fromtimestamp(self._ground.clock.real(), CHINA).strftime("%Y-%m-%d %H:%M:%S")
        token.verifications.append(
            {
                "order": 1,
                "is_verify_passed": outcome == "pass",
                "code": code,
                "message": message,
                "verify_time": at,
                "is_charged": True,
                "charge_type": "verify",
                "charge_time": at,
                "verify_detail": {"verify_log_id": log_id(), "score": score, "threshold": 80.0, "liveness_score": 0},
                "idcard_confirm": {"name": token.name, "idcard_number": token.id_no, "idcard_type": "0"},
            }
        )
        self._ground.store.changed()
        return outcome == "pass"

    def _older(self, token: FaceToken, seconds: float) -> bool:
        return self._ground.clock.real() - token.created_at > seconds

    def _forget(self) -> None:
        """Documents are not kept for longer than they are told of."""
        self._records.faces = {key: one for key, one in self._records.faces.items() if not self._older(one, KEPT)}

    @property
    def _records(self) -> BaiduRecords:
        return self._ground.store.state.baidu


def _person(body: Mapping[str, Any]) -> tuple[str, str]:
    if body.get("certificate_type", 0) != 0:
        raise CloudError(BAD_PARAMETER, "invalid param")
    name, number = body.get("id_name"), body.get("id_no")
    if not isinstance(name, str) or not name.strip():
        raise CloudError(BAD_NAME, "name format error")
    if not isinstance(number, str) or not ID_NO.fullmatch(number):
        raise CloudError(BAD_NUMBER, "id number format error")
    return name, number


def _success(result: object) -> web.Response:
    return web.json_response({"success": True, "result": result, "log_id": log_id()})
