"""The code of docs/clients does what it says, on each platform's calls as the sandbox plays them."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from backend.documents.photos import sample_photo
from tests.api.world import JIA, PASSWORD, Phone, World

ROOT = Path(__file__).parents[2]
NODE = shutil.which("node")
PLATFORMS = ("wechat", "alipay", "baidu")
pytestmark = [
    pytest.mark.skipif(NODE is None, reason="there is no node"),
    pytest.mark.parametrize("platform", PLATFORMS),
]


async def act(phone: Phone, act: str, /, **asked: Any) -> Any:
    """One act on the person's phone, while a worker does what follows; what came of it."""
    world = phone.world
    told = {
        "act": act,
        "origin": world.api_url,
        "sandbox": world.sandbox_url,
        "platform": phone.platform,
        "user": phone.user_id,
        **asked,
    }
    assert NODE
    running = await asyncio.create_subprocess_exec(
        NODE,
        str(ROOT / "tests/clients/phone.js"),
        str(ROOT / "docs/clients"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    talking = asyncio.create_task(running.communicate(json.dumps(told).encode()))
    while not talking.done():
        await world.run_jobs()
        await asyncio.wait([talking], timeout=0.1)
    out, err = await talking
    assert running.returncode == 0, err.decode()
    return json.loads(out)


async def taken_to(platform: str, phone: Phone) -> Phone:
    """The same person with another platform's app, bound to it; registering for an exam asks for WeChat first."""
    if platform == phone.platform:
        return phone
    other = await phone.world.stranger(phone.who, platform=platform)
    await act(other, "bind", login=phone.who.username, password=PASSWORD)
    other.token, other.registration = phone.token, phone.registration
    return other


async def answers(world: World, platform: str) -> list[str]:
    """What the service knows of the templates that were asked for on a platform."""
    rows = await world.built.database.rows("SELECT answer FROM message_consent WHERE platform = $1", platform)
    return [row["answer"] for row in rows]


async def test_somebody_registers_signs_in_again_and_is_bound_elsewhere_too(world: World, platform: str) -> None:
    phone = await world.stranger(platform=platform)
    account = await phone.account()
    assert await act(phone, "register", account=account) == {"first": "binding_required", "again": "signed_in"}
    other = await world.stranger(platform=next(one for one in PLATFORMS if one != platform))
    came = await act(other, "bind", login=phone.who.username, password=PASSWORD)
    assert came == {"bindings": sorted([other.platform, platform])}


async def test_a_candidate_agrees_to_reminders_pays_fetches_the_form_and_chats(
    world: World, platform: str, tmp_path: Path
) -> None:
    phone = await world.person()
    await phone.submitted()
    phone, registration = await taken_to(platform, phone), phone.registration
    agreed = await act(phone, "subscribe")
    assert await answers(world, platform) == ["accept"] * agreed["asked"] != []
    assert await act(phone, "download", registration=registration) == {"opened": ["%PDF"]}
    asked, more = "考场附近可以停车吗？", "我开车去。"
    chat = await act(phone, "chat", registration=registration, text=asked, more=more)
    assert (chat["heard"][0], chat["heard"][-1], chat["kept"].count(more)) == (asked, more, 1)
    await world.approved(phone)
    await world.at("2024-02-01 10:00")
    assert await act(phone, "pay", registration=registration, outcome="cancelled") == {"paid": False}
    assert await act(phone, "pay", registration=registration) == {"paid": True}


async def test_a_photo_goes_up_a_face_gives_a_new_password_and_sessions_are_renewed_or_over(
    world: World, platform: str, tmp_path: Path
) -> None:
    phone, who = await world.person(), JIA
    await phone.draft()
    phone = await taken_to(platform, phone)
    file = tmp_path / "photo.jpg"
    file.write_bytes(await asyncio.to_thread(sample_photo, 2))
    assert (await act(phone, "photo", registration=phone.registration, file=str(file)))["photo"]
    assert await act(phone, "renew") == {"renewed": True}
    assert await act(phone, "lose") == {"code": "session_ended", "signedOut": 1}
    assert await act(phone, "reset", name=who.name, login=who.id_number, password="another-2024") == {"reset": True}
    body = {"login": who.username, "password": "another-2024"}
    assert (await world.call("POST", "/sessions/password", body=body)).status == 200
