"""What a platform says on its bad days passes nobody, fails nobody, and uses no certificate up."""

from typing import Any

import pytest

from backend.candidates.models import FaceLogin
from tests.api.faces import ASKS, BEGINS, PLATFORMS, WENT_WELL, begin, complete
from tests.api.world import World

BUSY = {"wechat": -1, "alipay": "isp.unknow-error", "baidu": 283512}
KINDS: dict[str, dict[str, Any]] = {
    "no answer": {"kind": "timeout", "seconds": 0},
    "an answer that is lost": {"kind": "timeout", "seconds": 0, "lands": True},
    "HTML": {"kind": "status", "status": 502},
    "a server's error": {"kind": "status", "status": 500},
    "an error in words": {"kind": "error_code"},
    "a false signature": {"kind": "bad_signature"},
}
REPEATED = {BEGINS["baidu"][0], ASKS["alipay"], ASKS["baidu"]}
"""Calls that our client makes once more by itself when there is no answer."""


def kinds(platform: str) -> list[str]:
    """Only Alipay signs its answers."""
    return [kind for kind in KINDS if platform == "alipay" or kind != "a false signature"]


async def fails(world: World, platform: str, path: str, kind: str) -> None:
    """The platform's next call of this path goes wrong, and so does its repeat."""
    fault = {"platform": platform, "path": path, "times": 1, **KINDS[kind]}
    if path in REPEATED and fault["kind"] in ("timeout", "status"):
        fault["times"] = 2
    if fault["kind"] == "error_code":
        fault["error_code"] = BUSY[platform]
    await world.sandbox("POST", "/sandbox/faults", fault)


async def faults_left(world: World) -> int:
    return len((await world.sandbox("GET", "/sandbox/faults"))["items"])


@pytest.mark.parametrize(
    ("platform", "path"), [(platform, path) for platform in PLATFORMS for path in BEGINS[platform]]
)
async def test_a_certificate_that_was_never_made_is_none(world: World, platform: str, path: str) -> None:
    for kind in kinds(platform):
        phone = await world.stranger(platform=platform)
        await fails(world, platform, path, kind)
        answer = await begin(phone)
        assert (answer.status, answer.code, await faults_left(world)) == (503, "platform_unavailable", 0), kind
        row = await FaceLogin.get(open_id=phone.open_id)
        completed = await world.call("POST", f"/face-logins/{row.id}/complete", body={"code": await phone.code()})
        assert completed.code == "face_login_unknown", kind
        assert (await begin(phone)).status == 201, kind


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_platform_that_does_not_answer_leaves_the_certificate_open(world: World, platform: str) -> None:
    await world.person()
    for kind in kinds(platform):
        phone = await world.stranger(platform=platform)
        begun = await begin(phone)
        await phone.face(begun.json["client"])
        await fails(world, platform, ASKS[platform], kind)
        answer = await complete(phone, begun, platform_result=WENT_WELL[platform])
        assert (answer.status, answer.code, await faults_left(world)) == (503, "platform_unavailable", 0), kind
        assert (await complete(phone, begun)).status == 200, kind
