"""The state's systems asked over HTTP: what they say, and what isn't an answer."""

import aiohttp
import pytest

from backend.candidates.models import CheckState, IdType
from backend.errors import Unavailable
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.state_systems import HttpStateSystems
from tests.platforms.scripted import Part, Scripted, answer


@pytest.fixture
def systems(http: aiohttp.ClientSession, scripted: Scripted) -> HttpStateSystems:
    return HttpStateSystems(Outbound(http, f"{scripted.url}/state"))


async def identity(systems: HttpStateSystems) -> CheckState:
    return await systems.identity(name="测试甲", id_type=IdType.RESIDENT_ID_CARD, id_number="130102199001010003")


async def education(systems: HttpStateSystems) -> CheckState:
    return await systems.education(name="测试甲", id_type=IdType.RESIDENT_ID_CARD, id_number="130102199001010003")


@pytest.mark.parametrize("said", list(CheckState))
async def test_each_answer_is_read(systems: HttpStateSystems, scripted: Scripted, said: CheckState) -> None:
    scripted.plays(answer(f'{{"result":"{said}"}}'.encode()))
    assert (await identity(systems), await education(systems)) == (said, said)
    first, second = scripted.requests
    assert (first.split()[1], second.split()[1]) == (b"/state/identity", b"/state/education")
    assert "测试甲".encode() in first


@pytest.mark.parametrize(
    "script",
    [
        answer(b"<html></html>", kind="text/html"),
        answer(b"[]"),
        answer(b"{}"),
        answer(b'{"result":"maybe"}'),
        answer(b'{"result":null}'),
        answer(b'{"detail":"busy"}', status="503 Service Unavailable"),
        [answer(b'{"result":"pas', length=40), None],
        [None],
    ],
    ids=["HTML", "list", "empty", "another word", "null", "503", "half", "cut"],
)
async def test_what_is_no_answer_decides_nothing(
    systems: HttpStateSystems, scripted: Scripted, script: bytes | list[Part]
) -> None:
    scripted.plays(script)
    with pytest.raises(Unavailable):
        await identity(systems)


async def test_a_passing_fault_is_asked_through(systems: HttpStateSystems, scripted: Scripted) -> None:
    scripted.plays([None], answer(b'{"result":"passed"}'))
    assert await identity(systems) is CheckState.PASSED
