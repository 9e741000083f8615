"""A mini-program in somebody's hand: the calls it makes, as its runtime makes them, each one recorded."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from uuid import uuid4

import aiohttp

from backend.documents.photos import sample_photo
from zhunkao.journey.people import Person
from zhunkao.journey.record import By, Record

Platform = Literal["wechat", "alipay", "baidu"]

API: Final = "/api/v1"
PATIENCE_SECONDS: Final = 30.0
LOGIN_CALLS: Final = {"wechat": "wx.login", "alipay": "my.getAuthCode", "baidu": "swan.getLoginCode"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body)) if self.body else {}


@dataclass(slots=True, kw_only=True)
class Phone:
    """One person's phone, with one platform's app. Tokens and the sandbox's user stay in it."""

    person: Person
    platform: Platform
    http: aiohttp.ClientSession
    api_url: str
    sandbox_url: str
    record: Record
    user_id: str = ""
    password: str = ""
    access_token: str | None = None
    registration: str = ""
    etag: str = ""
    language: str = "zh-CN"
    seen: dict[str, Any] = field(default_factory=dict)

    async def api(
        self,
        method: str,
        path: str,
        *,
        does: str,
        expect: int,
        code: str | None = None,
        json_body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        data: aiohttp.FormData | None = None,
        keep: Sequence[str] = (),
        must: Mapping[str, Any] | None = None,
    ) -> Answer:
        """One call of the public API; `expect`, `code`, `must`: what it has to answer; `keep`: what is recorded."""
        sent = {"Accept-Language": self.language, **(headers or {})}
        if self.access_token:
            sent["Authorization"] = f"Bearer {self.access_token}"
        answer = await self._call(method, self.api_url + API + path, sent, json_body, data)
        said = answer.json if "json" in answer.headers.get("Content-Type", "") else {}
        wrong = _wrong(answer.status, expect, said, {**(must or {}), **({"code": code} if code else {})})
        kept = {name: said.get(name) for name in keep}
        if answer.status >= 400:
            kept = {"code": said.get("code"), "detail": said.get("detail"), **kept}
        self._note("candidate", does, f"{method} {API}{path}", answer.status, kept, wrong)
        return answer

    async def until(
        self,
        path: str,
        *,
        does: str,
        must: Mapping[str, Any],
        keep: Sequence[str] = (),
        newest: str | None = None,
    ) -> dict[str, Any]:
        """Ask again until the answer, or the first of its list `newest`, is this, as a page that waits does; recorded
        once."""
        headers = {"Authorization": f"Bearer {self.access_token}", "Accept-Language": self.language}
        said: dict[str, Any] = {}
        status = 0
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            answer = await self._call("GET", self.api_url + API + path, headers)
            said, status = answer.json, answer.status
            if newest is not None:
                said = next(iter(said.get(newest, ())), {})
            if not _wrong(status, 200, said, must):
                break
            await asyncio.sleep(0.1)
        kept = {name: said.get(name) for name in keep}
        self._note("candidate", does, f"GET {API}{path}", status, kept, _wrong(status, 200, said, must))
        return said

    async def sandbox(
        self,
        method: str,
        path: str,
        *,
        does: str,
        json_body: Mapping[str, Any] | None = None,
        keep: Sequence[str] = (),
        must: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """What the platform, or the state, does."""
        answer = await self._call(method, f"{self.sandbox_url}{path}", {}, json_body)
        said = answer.json
        wrong = None if answer.status < 300 else f"the sandbox answered {answer.status}: {answer.body[:200]!r}"
        wrong = wrong or _wrong(answer.status, answer.status, said, must or {})
        kept = {name: said[name] for name in keep if name in said}
        self._note("sandbox", does, f"{method} {path}", answer.status, kept, wrong)
        return said

    async def arrives(self, kind: str, *, does: str, must: Mapping[str, Any]) -> None:
        """Look into what reached the phone until something of this kind is there."""
        path = f"/sandbox/users/{self.user_id}/inbox"
        found: dict[str, Any] = {}
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while not found and asyncio.get_running_loop().time() < deadline:
            items = (await self._call("GET", f"{self.sandbox_url}{path}", {})).json["items"]
            found = next((one["content"] for one in items if one["kind"] == kind), {})
            await asyncio.sleep(0 if found else 0.1)
        self._note("sandbox", does, f"GET {path}", 200, found, _wrong(200, 200, found, must))

    async def todo(self, kind: str, state: str, *, does: str) -> None:
        """Look at the to-dos until one of this kind stands so."""
        headers = {"Authorization": f"Bearer {self.access_token}", "Accept-Language": self.language}
        path, found = f"{API}/todos", None
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            items: list[dict[str, Any]] = (await self._call("GET", self.api_url + path, headers)).json.get("items", [])
            found = next((one for one in items if one["kind"] == kind), None)
            if found and found["state"] == state:
                break
            await asyncio.sleep(0.1)
        kept = {name: found[name] for name in ("title", "state", "text", "due_at", "page")} if found else {}
        wrong = None if kept.get("state") == state else f"expected {kind} {state}, got {kept}"
        self._note("candidate", does, f"GET {path}", 200, kept, wrong)

    async def login_code(self) -> str:
        """What wx.login, my.getAuthCode or swan.getLoginCode gives."""
        does = f"{LOGIN_CALLS[self.platform]} 得到登录凭证"
        return str((await self.sandbox("POST", f"/sandbox/users/{self.user_id}/codes", does=does))["code"])

    def mine(self, path: str = "") -> str:
        """Below this phone's registration."""
        return f"/registrations/{self.registration}{path}"

    def sign_in(self, said: Mapping[str, Any]) -> None:
        self.access_token = said["access_token"]

    async def save(self, section: str, values: Mapping[str, Any]) -> None:
        """Save one section on the version that was read last."""
        answer = await self.api(
            "PUT",
            self.mine(f"/sections/{section}"),
            does=f"保存报名信息（{section}）",
            expect=200,
            json_body=values,
            headers={"If-Match": self.etag},
            keep=("version", "state"),
        )
        self.etag = answer.headers["ETag"]

    async def upload_photo(self, seed: int) -> None:
        form = aiohttp.FormData()
        photo = await asyncio.to_thread(sample_photo, seed)
        form.add_field("file", photo, filename="photo.jpg", content_type="image/jpeg")
        answer = await self.api(
            "POST", self.mine("/photo"), does="上传照片（示例）", expect=200, data=form, keep=("photo", "version")
        )
        self.etag = answer.headers["ETag"]

    async def steps(self, *, does: str, step: str, state: str, message: str = "") -> None:
        """Read the steps, and look at one of them."""
        path = self.mine("/steps")
        answer = await self._call(
            "GET",
            self.api_url + API + path,
            {"Authorization": f"Bearer {self.access_token}", "Accept-Language": self.language},
        )
        items: list[dict[str, Any]] = answer.json.get("items", [])
        found = next((one for one in items if one["step"] == step), {})
        right = found.get("state") == state and message in found.get("message", "")
        wrong = None if right else f"expected {step} {state} with {message!r}, got {found}"
        kept = {"step": found.get("title"), "state": found.get("state"), "message": found.get("message")}
        self._note("candidate", does, f"GET {API}{path}", answer.status, kept, wrong)

    @staticmethod
    def intention() -> dict[str, str]:
        """A fresh Idempotency-Key."""
        return {"Idempotency-Key": uuid4().hex}

    async def _call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        json_body: Mapping[str, Any] | None = None,
        data: aiohttp.FormData | None = None,
    ) -> Answer:
        async with self.http.request(method, url, headers=headers, json=json_body, data=data) as response:
            return Answer(status=response.status, headers=response.headers.copy(), body=await response.read())

    def _note(
        self, by: By, does: str, call: str, status: int | None, answer: dict[str, Any], wrong: str | None
    ) -> None:
        self.record.add(
            by=by,
            person=self.person.name,
            platform=self.platform,
            does=does,
            call=call,
            status=status,
            answer=answer,
            wrong=wrong,
        )


def _wrong(status: int, expect: int, said: Mapping[str, Any], must: Mapping[str, Any]) -> str | None:
    """What isn't as it has to be, or None."""
    if status != expect:
        return f"expected status {expect}, got {status}: {said}"
    for name, value in must.items():
        if said.get(name) != value:
            return f"expected {name} = {value!r}, got {said.get(name)!r}"
    return None
