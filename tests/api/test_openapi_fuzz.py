"""The document against the service: requests made from it, right ones and wrong ones, each answer held to it."""

import asyncio
import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, CheckFunction, GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.api.world import World
from zhunkao.journey.people import EXAM

SIGNS_OUT = {("DELETE", "/api/v1/sessions/current"), ("PUT", "/api/v1/account/password")}
"""Calls after which the others would have no session."""


BEYOND_A_SCHEMA: list[CheckFunction] = [positive_data_acceptance]
"""What a schema allows may still be refused: a code that was used, a form that is incomplete."""

tried = settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""The same requests on every machine, and no time limits."""


def without_security(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as its requests are made: the token is ours to send, and never what is wrong."""
    copied = copy.deepcopy(dict(document))
    for operations in copied["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return copied


@dataclass(slots=True, kw_only=True)
class Walk:
    """What was tried, and what was found: one paragraph an operation."""

    base_url: str
    token: str
    known: Mapping[str, str]
    requests: int = 0
    failures: list[str] = field(default_factory=list)

    def through(self, document: Mapping[str, Any], mode: GenerationMode) -> None:
        """Try every operation. Blocks: it asks over real HTTP, in a thread of its own."""
        for found in schemathesis.openapi.from_dict(without_security(document)).get_all_operations():
            assert isinstance(found, Ok), found
            operation = found.ok()
            if (operation.method.upper(), operation.path) not in SIGNS_OUT:
                self._try(operation, operation.as_strategy(generation_mode=mode))

    def _try(self, operation: APIOperation[Any, Any, Any, Any], cases: SearchStrategy[Case[Any]]) -> None:
        try:
            tried(given(case=cases)(self._ask))()
        except Unsatisfiable:  # nothing can be wrong with a call that takes nothing
            return
        except (FailureGroup, Failure) as error:
            self.failures.append(f"{operation.label}: {_words(error)}")

    def _ask(self, case: Case[Any]) -> None:
        if not _is_wrong(case, ParameterLocation.PATH):
            for name in set(case.path_parameters) & set(self.known):
                case.path_parameters[name] = self.known[name]
        response = case.call(base_url=self.base_url, headers={"Authorization": f"Bearer {self.token}"}, timeout=20)
        self.requests += 1
        case.validate_response(response, excluded_checks=BEYOND_A_SCHEMA)


def _is_wrong(case: Case[Any], place: ParameterLocation) -> bool:
    """Whether the request was made wrong just there."""
    component = case.meta.components.get(place) if case.meta else None
    return component is not None and component.mode is GenerationMode.NEGATIVE


def _words(error: BaseException) -> str:
    return "; ".join(map(str, error.exceptions)) if isinstance(error, FailureGroup) else str(error)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
async def test_a_signed_in_candidates_requests_are_answered_as_the_document_says(
    world: World, mode: GenerationMode
) -> None:
    phone = await world.person()
    await phone.draft()
    known = {"registration_id": phone.registration, "code": EXAM}
    walk = Walk(base_url=world.api_url, token=phone.token, known=known)
    await asyncio.to_thread(walk.through, world.document, mode)
    assert not walk.failures, "\n".join(walk.failures)
    assert walk.requests > 100
