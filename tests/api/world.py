"""One service with its sandbox in this process: everything over real HTTP, jobs run when a test says so.

Every answer of the candidate API is checked against the OpenAPI document that the service itself publishes.
"""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
from aiohttp import web
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import SecretStr

from backend.clock import EXAM_ZONE, SystemClock
from backend.database import Database
from backend.documents.photos import sample_photo
from backend.exams.loading import ExamLoading
from backend.exams.reference import bundled_files
from backend.registrations.moves import Act
from backend.staff.models import Level
from backend.staff.scope import Clerk, clerk
from miniprogram_api.app import create_app
from sandbox.app import create_app as create_sandbox
from sandbox.keys import SandboxKeys
from sandbox.settings import SandboxSettings
from zhunkao.building import services
from zhunkao.demo.sandbox import product_settings, sandbox_settings
from zhunkao.journey.people import AREA, EXAM, SITE, Person, sections, write_last_year
from zhunkao.services import Services
from zhunkao.settings import Settings
from zhunkao.tables import MODELS
from zhunkao.worker import jobs

API = "/api/v1"
PASSWORD = "sample-2024"
JIA = Person(name="测试甲", username="ceshi_jia", birth="19900101")
YI = Person(name="测试乙", username="ceshi_yi", birth="19910202", archive_number="SAMPLE0002")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of the API, checked against the document."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """A problem's stable code."""
        return str(self.json["code"])

    @property
    def faults(self) -> dict[str, str]:
        """A problem's faults: field → code."""
        return {fault["field"]: fault["code"] for fault in self.json["errors"]}


@dataclass(slots=True, kw_only=True)
class World:
    """The running service, its sandbox, and the people in it."""

    settings: Settings
    keys: SandboxKeys
    built: Services
    http: aiohttp.ClientSession
    api_url: str
    sandbox_url: str
    document: Mapping[str, Any]
    runners: list[web.AppRunner] = field(default_factory=list)

    async def at(self, when: str) -> None:
        """Move exam time: `2023-12-01 09:00`, in Asia/Shanghai; seconds may follow."""
        form = "%Y-%m-%d %H:%M:%S" if when.count(":") == 2 else "%Y-%m-%d %H:%M"
        now = datetime.strptime(when, form).replace(tzinfo=EXAM_ZONE)
        async with self.http.put(f"{self.sandbox_url}/sandbox/clock", json={"now": now.isoformat()}) as answer:
            assert answer.status == 200
        await self.built.clock.synchronise()

    async def sandbox(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        async with self.http.request(method, self.sandbox_url + path, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> Answer:
        """One call of the candidate API (`path` below /api/v1)."""
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        async with self.http.request(method, self.api_url + API + path, json=body, headers=sent, data=data) as response:
            answer = Answer(status=response.status, headers=response.headers.copy(), body=await response.read())
        self._conforms(method, API + path.partition("?")[0], answer)
        return answer

    @asynccontextmanager
    async def elsewhere(self) -> AsyncIterator["World"]:
        """The same service, called from another address."""
        connector = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))
        async with aiohttp.ClientSession(connector=connector) as http:
            yield replace(self, http=http)

    async def run_jobs(self) -> None:
        """Do all that waits, as a worker would, and come back when nothing waits any more."""
        async with jobs(self.built, self.settings.database_url).open_async() as app:
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    async def person(self, who: Person = JIA, *, identity: str = "passed", platform: str = "wechat") -> "Phone":
        """Somebody with the platform's app and an account, checked by the state's systems, signed in."""
        phone = await self.stranger(who, platform=platform)
        await self.sandbox(
            "POST",
            "/sandbox/identity",
            {"id_number": who.id_number, "identity": identity, "education": identity},
        )
        answer = await self.call("POST", "/accounts", body=await phone.account())
        assert answer.status == 201, answer.body
        phone.token, phone.refresh_token = answer.json["access_token"], answer.json["refresh_token"]
        phone.candidate_id = UUID(answer.json["candidate"]["id"])
        await self.run_jobs()
        return phone

    async def stranger(self, who: Person = JIA, *, platform: str = "wechat") -> "Phone":
        """Somebody with the platform's app whom the service doesn't know."""
        known = {"platform": platform, "name": who.name, "id_number": who.id_number}
        user = await self.sandbox("POST", "/sandbox/users", known)
        return Phone(world=self, who=who, platform=platform, user_id=user["user_id"], open_id=user["open_id"])

    async def point(self) -> int:
        """The sample site's confirmation point."""
        return (await self.built.exams.points(EXAM, AREA, SITE))[0].id

    async def clerks(self) -> tuple[Clerk, Clerk]:
        """One clerk of the sample site and one of its area."""
        members = self.built.members
        await members.create(username="test.site", name="示例考点", level=Level.SITE, area=AREA, site=SITE)
        await members.create(username="test.area", name="示例考区", level=Level.AREA, area=AREA)
        return await self.known_clerks()

    async def known_clerks(self) -> tuple[Clerk, Clerk]:
        """The same two again."""
        return await clerk("test.site"), await clerk("test.area")

    async def clerks_elsewhere(self) -> tuple[Clerk, Clerk]:
        """A clerk of another area's site, and one of that area."""
        place = next(one.site for one in await self.built.exams.sites("health-2025") if one.site.area != AREA)
        members = self.built.members
        await members.create(username="other.site", name="另一考点", level=Level.SITE, area=place.area, site=place.name)
        await members.create(username="other.area", name="另一考区", level=Level.AREA, area=place.area)
        return await clerk("other.site"), await clerk("other.area")

    async def last_year(self, file: Path) -> None:
        """Import the sample file of 2023: 测试乙 and 测试丙 sat and did not pass."""
        write_last_year(file)
        await self.built.past_registrations.load(file, kind="health_professional", year=2023)

    async def approved(self, phone: "Phone") -> None:
        """Take a submitted registration through confirmation and both reviews; it is 20 January then."""
        site, area = await self.clerks()
        registration = UUID(phone.registration)
        await self.at("2023-12-05 10:00")
        await self.built.office.act(site, Act.CONFIRM, registration)
        await self.at("2023-12-20 10:00")
        await self.built.office.act(site, Act.SITE_APPROVE, registration)
        await self.at("2024-01-20 10:00")
        await self.built.office.act(area, Act.AREA_APPROVE, registration)

    def _conforms(self, method: str, path: str, answer: Answer) -> None:
        template = next((known for known in self.document["paths"] if _matches(known, path)), None)
        operation = self.document["paths"].get(template, {}).get(method.lower()) if template else None
        if operation is None:
            assert answer.status in (404, 405)
            return
        responses = operation["responses"]
        assert str(answer.status) in responses, f"{method} {template} answered {answer.status}: {answer.body!r}"
        content = responses[str(answer.status)].get("content", {})
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        assert not content or kind in content, f"{method} {template} answered {kind}"
        if kind.endswith("json"):
            schema = {**content[kind]["schema"], "components": self.document["components"]}
            Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer.json)


@dataclass(slots=True, kw_only=True)
class Phone:
    """One person's mini-program on one platform."""

    world: World
    who: Person
    user_id: str
    open_id: str
    platform: str = "wechat"
    token: str = ""
    refresh_token: str = ""
    registration: str = ""
    etag: str = ""
    candidate_id: UUID = field(default_factory=lambda: UUID(int=0))

    async def code(self) -> str:
        """What wx.login, my.getAuthCode or swan.getLoginCode gives."""
        return str((await self.world.sandbox("POST", f"/sandbox/users/{self.user_id}/codes"))["code"])

    async def sign_in(self) -> Answer:
        """By a fresh code; the access token is kept where it signed in."""
        answer = await self.world.call("POST", "/sessions", body={"platform": self.platform, "code": await self.code()})
        self.token = answer.json.get("access_token", self.token)
        return answer

    async def also_on(self, platform: str) -> "Phone":
        """The same candidate with another platform's app, bound by user name and password and signed in."""
        other = await self.world.stranger(self.who, platform=platform)
        body = {"binding_token": await other.binding_token(), "login": self.who.username, "password": PASSWORD}
        answer = await self.world.call("POST", "/bindings", body=body)
        assert answer.status == 200, answer.body
        other.token, other.registration = answer.json["access_token"], self.registration
        return other

    async def binding_token(self) -> str:
        answer = await self.sign_in()
        assert answer.json["status"] == "binding_required"
        return str(answer.json["binding_token"])

    async def account(self, **changed: Any) -> dict[str, Any]:
        """The body of POST /accounts."""
        return {
            "binding_token": await self.binding_token(),
            "username": self.who.username,
            "password": PASSWORD,
            "name": self.who.name,
            "id_type": "resident_id_card",
            "id_number": self.who.id_number,
            "phone": "13800000000",
            "recovery_question": "first_school",
            "recovery_answer": "示例小学",
            **changed,
        }

    async def call(self, method: str, path: str, **sent: Any) -> Answer:
        """A call with this person's token."""
        return await self.world.call(method, path, token=self.token, **sent)

    async def mine(self, method: str, path: str = "", **sent: Any) -> Answer:
        """A call below this person's registration."""
        return await self.call(method, f"/registrations/{self.registration}{path}", **sent)

    async def draft(self) -> None:
        answer = await self.call("POST", "/registrations", body={"exam": EXAM})
        assert answer.status == 201, answer.body
        self.registration, self.etag = answer.json["id"], answer.headers["ETag"]

    async def save(self, section: str, values: Mapping[str, Any]) -> Answer:
        answer = await self.mine("PUT", f"/sections/{section}", body=values, headers={"If-Match": self.etag})
        self.etag = answer.headers.get("ETag", self.etag)
        return answer

    async def fill_in(self, **changed: Mapping[str, Any]) -> None:
        """The whole form, with changes by section: `work={"employer": …}`."""
        whole = sections(self.who, point=await self.world.point())
        for section, values in whole.items():
            answer = await self.save(section, {**values, **changed.get(section, {})})
            assert answer.status == 200, answer.body
        answer = await self.photo(await asyncio.to_thread(sample_photo, 1))
        assert answer.status == 200, answer.body

    async def photo(self, content: bytes) -> Answer:
        form = aiohttp.FormData()
        form.add_field("file", BytesIO(content), filename="photo.jpg", content_type="image/jpeg")
        answer = await self.mine("POST", "/photo", data=form)
        self.etag = answer.headers.get("ETag", self.etag)
        return answer

    async def submitted(self, **changed: Mapping[str, Any]) -> Any:
        """A draft, filled in and handed in; what submit answered."""
        await self.draft()
        await self.fill_in(**changed)
        answer = await self.mine("POST", "/submit")
        assert answer.status == 200, answer.body
        return answer.json

    async def step(self, name: str) -> Any:
        items = (await self.mine("GET", "/steps")).json["items"]
        return next(step for step in items if step["step"] == name)

    async def order(self, key: str = "a-first-intention") -> Answer:
        return await self.mine("POST", "/payment", body={"platform": self.platform}, headers={"Idempotency-Key": key})

    async def face(self, client: Mapping[str, Any], outcome: str = "pass") -> Any:
        """Holding the face before the phone; what the mini-program's face call returns."""
        body = {"client": client, "outcome": outcome}
        return await self.world.sandbox("POST", f"/sandbox/users/{self.user_id}/face", body)

    async def pay(self, client: Mapping[str, Any], outcome: str = "paid") -> Any:
        """The tap on "pay"; the platform then notifies by itself."""
        return await self.world.sandbox(
            "POST", f"/sandbox/users/{self.user_id}/pay", {"client": client, "outcome": outcome}
        )

    async def paid(self) -> None:
        """Wait for the notification to arrive and act on it."""
        async with asyncio.timeout(20):
            while (await self.mine("GET")).json["payment_state"] != "paid":
                await self.world.run_jobs()
                await asyncio.sleep(0.02)


async def publish(database_url: str) -> None:
    """Load every bundled exam."""
    database = Database(database_url, MODELS)
    await database.open()
    try:
        await ExamLoading(database, SystemClock()).load(bundled_files(), accept_outside=False)
    finally:
        await database.close()


@asynccontextmanager
async def running(
    database_url: str,
    redis_url: str,
    folder: Path,
    keys: SandboxKeys,
    *,
    ours: Callable[[Settings], Settings] = lambda settings: settings,
    theirs: Callable[[SandboxSettings], SandboxSettings] = lambda settings: settings,
) -> AsyncIterator[World]:
    """The whole world over a database with every bundled exam, on 1 December 2023 at nine. `ours`, `theirs`: what the
    service and the sandbox are told otherwise."""
    with _listening() as api, _listening() as sandbox:
        ports = {"api_port": api.getsockname()[1], "sandbox_port": sandbox.getsockname()[1]}
        played = product_settings(Settings(data_folder=folder, **ports), keys)
        settings = ours(played).model_copy(
            update={
                "database_url": database_url,
                "redis_url": redis_url,
                "secret_keys": (SecretStr("tests sign with this and nothing else does"),),
                "data_keys": (SecretStr("dGVzdHMgZW5jcnlwdCB3aXRoIHRoaXMgMzIgYnl0ZXM="),),
            }
        )
        runners = [await _served(create_sandbox(theirs(sandbox_settings(settings, keys))), sandbox)]
        async with services(settings, pool=20) as built, aiohttp.ClientSession() as http:
            runners.append(await _served(create_app(built.by_type(), version="test"), api))
            async with http.get(f"{settings.public_url}/openapi.json") as answer:
                document = await answer.json()
            world = World(
                settings=settings,
                keys=keys,
                built=built,
                http=http,
                api_url=settings.public_url,
                sandbox_url=f"http://127.0.0.1:{settings.sandbox_port}",
                document=document,
                runners=runners,
            )
            await world.at("2023-12-01 09:00")
            yield world
            for runner in reversed(runners):
                await runner.cleanup()


def _listening() -> socket.socket:
    """On a port that is held from now on: one that was only looked at may be somebody else's a moment later."""
    return socket.create_server(("127.0.0.1", 0))


async def _served(app: web.Application, listening: socket.socket) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    return runner


def _matches(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path) is not None
