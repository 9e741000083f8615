"""The document against the service: requests made from it, right ones and wrong ones, each answer held to it, with a
candidate's token and with a member's of the staff.

`make test ARGS="--fuzz-examples=200 tests/api/test_openapi_fuzz.py"` tries more.
"""

import asyncio
import copy
from collections.abc import Awaitable, Callable, Mapping
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

from backend.exams.models import ExamSession, Venue
from tests.api.results import seat
from tests.api.staff_people import colleague
from tests.api.test_inquiries import asked, picture, show
from tests.api.world import World
from zhunkao.journey.people import EXAM, SITE

SIGNS_OUT = {
    ("DELETE", "/api/v1/sessions/current"),
    ("PUT", "/api/v1/account/password"),
    ("DELETE", "/api/v1/staff/sessions/current"),
}
"""Calls after which the others would have no session."""
GOES_ON = ("GET", "/api/v1/inquiries/{inquiry_id}/events")
"""It is answered for as long as somebody listens: tests/console/test_desk_live.py."""


BEYOND_A_SCHEMA: list[CheckFunction] = [positive_data_acceptance]
"""What a schema allows may still be refused: a code that was used, a form that is incomplete."""

STEADY = settings(
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
    known: Mapping[str, Any]
    examples: int
    requests: int = 0
    failures: list[str] = field(default_factory=list)

    def through(self, document: Mapping[str, Any], mode: GenerationMode) -> None:
        """Try every operation. Blocks: it asks over real HTTP, in a thread of its own."""
        for found in schemathesis.openapi.from_dict(without_security(document)).get_all_operations():
            assert isinstance(found, Ok), found
            operation = found.ok()
            if (operation.method.upper(), operation.path) not in (*SIGNS_OUT, GOES_ON):
                self._try(operation, operation.as_strategy(generation_mode=mode))

    def _try(self, operation: APIOperation[Any, Any, Any, Any], cases: SearchStrategy[Case[Any]]) -> None:
        try:
            settings(STEADY, max_examples=self.examples)(given(case=cases)(self._ask))()
        except Unsatisfiable:  # nothing can be wrong with a call that takes nothing
            return
        except (FailureGroup, Failure) as error:
            self.failures.append(f"{operation.label}: {_words(error)}")

    def _ask(self, case: Case[Any]) -> None:
        if not _is_wrong(case, ParameterLocation.PATH):
            for name in set(case.path_parameters) & set(self.known):
                case.path_parameters[name] = self.known[name]
        if not _is_wrong(case, ParameterLocation.QUERY) and "wait" in case.query:
            case.query["wait"] = 0
        response = case.call(base_url=self.base_url, headers={"Authorization": f"Bearer {self.token}"}, timeout=20)
        self.requests += 1
        case.validate_response(response, excluded_checks=BEYOND_A_SCHEMA)


def _is_wrong(case: Case[Any], place: ParameterLocation) -> bool:
    """Whether the request was made wrong just there."""
    component = case.meta.components.get(place) if case.meta else None
    return component is not None and component.mode is GenerationMode.NEGATIVE


def _words(error: BaseException) -> str:
    return "; ".join(map(str, error.exceptions)) if isinstance(error, FailureGroup) else str(error)


async def candidate(world: World) -> tuple[str, dict[str, Any]]:
    """A candidate's token, and what of theirs a path can name."""
    phone = await world.person()
    await phone.draft()
    inquiry = await asked(phone)
    message = (await show(phone, inquiry, picture())).json["id"]
    return phone.token, {"registration_id": phone.registration, "inquiry_id": inquiry, "message_id": message}


async def staff(world: World) -> tuple[str, dict[str, Any]]:
    """A token of the sample site's clerk at the door, and what a path of theirs can name."""
    phone = await world.person()
    await phone.submitted()
    [number] = await seat(world, phone)
    await world.at("2024-04-13 08:40")
    token = await (await colleague(world)).token()
    session = await ExamSession.get(exam__code=EXAM, number=1, area__name="河北")
    venue = await Venue.get(site__name=SITE, exam__code=EXAM)
    listed = await world.call("POST", "/door-lists", token=token, body={"venue": venue.id, "session": session.id})
    return token, {"admit_number": number, "door_list": listed.json["id"]}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("who", [candidate, staff])
async def test_requests_are_answered_as_the_document_says(
    world: World, who: Callable[[World], Awaitable[tuple[str, dict[str, Any]]]], mode: GenerationMode, examples: int
) -> None:
    token, named = await who(world)
    walk = Walk(base_url=world.api_url, token=token, known={"code": EXAM, **named}, examples=examples)
    await asyncio.to_thread(walk.through, world.document, mode)
    assert not walk.failures, "\n".join(walk.failures)
    assert walk.requests > 100


@pytest.fixture
def examples(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--fuzz-examples"))
