"""The state's identity and education systems. No public wire format exists; this one is ours, in one place."""

import json

import structlog

from backend.candidates.models import CheckState, IdType
from backend.errors import Unavailable
from miniprogram_api.platforms.outbound import Outbound

log = structlog.get_logger(__name__)


class HttpStateSystems:
    """POST {name, id_type, id_number} → {"result": "passed" | "failed" | "pending"}."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def identity(self, *, name: str, id_type: IdType, id_number: str) -> CheckState:
        return await self._ask("/identity", name, id_type, id_number)

    async def education(self, *, name: str, id_type: IdType, id_number: str) -> CheckState:
        return await self._ask("/education", name, id_type, id_number)

    async def _ask(self, path: str, name: str, id_type: IdType, id_number: str) -> CheckState:
        person = json.dumps({"name": name, "id_type": id_type, "id_number": id_number}, ensure_ascii=False).encode()
        answer = await self._outbound.call(
            "POST", path, body=person, headers={"Content-Type": "application/json"}, retry=True
        )
        try:
            return CheckState(json.loads(answer.body)["result"])
        except (ValueError, KeyError, TypeError) as error:
            log.error("state_system_answer_not_readable", path=path, status=answer.status)
            raise Unavailable("state_system_unavailable") from error
