"""A platform on its worst day: slow, hanging, answering what it never signed, telling late, twice, or never."""

from typing import Any, Final

import aiohttp
import pytest

from tests.faults.ground import Ground
from tests.faults.told import Told
from tests.faults.walking import look, walking

pytestmark = pytest.mark.xdist_group("faults")
OFTEN: Final = 1_000_000
DOOR: Final = "/callbacks/wechat/*"
SLOW: Final[tuple[dict[str, Any], ...]] = (
    {"path": "/sns/jscode2session", "kind": "timeout", "seconds": 1, "every": 3},
    {"path": "/v3/pay/*", "kind": "timeout", "seconds": 1, "every": 3, "lands": True},
    {"path": "/v3/refund/*", "kind": "timeout", "seconds": 1, "every": 2, "lands": True},
    {"path": "/cgi-bin/message/subscribe/send", "kind": "timeout", "seconds": 1, "every": 4, "lands": True},
)
BROKEN: Final[tuple[dict[str, Any], ...]] = (
    {"path": "/sns/jscode2session", "kind": "status", "status": 503, "every": 2},
    {"path": "/v3/pay/*", "kind": "status", "status": 500, "every": 3, "lands": True},
    {"path": "/v3/pay/*", "kind": "status", "status": 502, "every": 3},
    {"path": "/v3/refund/*", "kind": "status", "status": 503, "every": 2, "lands": True},
    {"path": "/cgi-bin/message/subscribe/send", "kind": "status", "status": 503, "every": 3, "lands": True},
    {"path": "/cgi-bin/message/subscribe/send", "kind": "status", "status": 503, "every": 3},
)
LYING: Final[tuple[dict[str, Any], ...]] = (
    {"path": "/v3/*", "kind": "bad_signature", "every": 3},
    {"path": DOOR, "kind": "bad_signature", "every": 3},
    {"path": DOOR, "kind": "duplicate_notification", "every": 2},
    {"path": DOOR, "kind": "late_notification", "seconds": 1, "every": 3},
    {"path": DOOR, "kind": "drop_notification", "every": 4},
)


@pytest.mark.parametrize("day", [SLOW, BROKEN, LYING], ids=["slow", "broken", "lying"])
async def test_whatever_the_platform_does_money_and_messages_come_once(
    one: Ground, people: list[int], day: tuple[dict[str, Any], ...]
) -> None:
    told = Told()
    async with aiohttp.ClientSession(one.sandbox_url) as http:
        for fault in day:
            async with http.post("/sandbox/faults", json={"platform": "wechat", "times": OFTEN, **fault}) as answer:
                answer.raise_for_status()
        try:
            with walking(one, told, people, seed=4):
                pass
        finally:
            async with http.delete("/sandbox/faults") as answer:
                answer.raise_for_status()
    look(one, told)
