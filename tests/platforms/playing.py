"""The sandbox as these tests use it: its control calls, and who has come."""

from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True, slots=True, kw_only=True)
class Playing:
    """A running sandbox at `url`."""

    http: aiohttp.ClientSession
    url: str

    platform: str = "wechat"

    async def person(self) -> dict[str, Any]:
        return dict(await self.control("POST", "/sandbox/users", {"platform": self.platform, "name": "测试甲"}))

    async def code(self, person: dict[str, Any]) -> str:
        return str((await self.control("POST", f"/sandbox/users/{person['user_id']}/codes"))["code"])

    async def fault(self, path: str, kind: str, **fault: Any) -> None:
        await self.control("POST", "/sandbox/faults", {"platform": self.platform, "path": path, "kind": kind, **fault})

    async def faults_left(self) -> int:
        """How often the faults that were asked for are still to be played."""
        return sum(fault["times"] for fault in (await self.control("GET", "/sandbox/faults"))["items"])

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with self.http.request(method, self.url + path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()
