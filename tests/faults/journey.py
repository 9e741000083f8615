"""One made-up person's way, short and whole: account, form, question, offices, fee, money back, seat."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any, Final
from uuid import uuid4

import aiohttp

from tests.faults.asking import PATIENCE, PAUSE, Answer, Client, Unexpected
from tests.faults.told import Told
from zhunkao.journey.people import AREA, EXAM, SITE, Person, sections

API: Final = "/api/v1"
PASSWORD: Final = "sample-2024"
ACCEPTS: Final = 6
"""How often each agrees to each template: so often that a second message would be let through."""
OFFICE: Final = {
    "confirm": "confirmed",
    "site_approve": "approved_by_site",
    "area_approve": "approved_by_area",
    "ask_refund": "refund_asked",
    "approve_refund": "refund_approved",
}
"""The offices' acts, and how the audit log calls them."""
DONE_BEFORE: Final = {
    "ask_refund": ("refund_under_way",),
    "approve_refund": ("refund_decided",),
}
BOUND: Final = ("binding_token_used", "platform_account_bound")
EMPLOYERS: Final = ("示例市第一医院", "示例市第二医院", "示例市中医院")


@dataclass(slots=True, kw_only=True)
class Town:
    """What all people of a run share."""

    api: Client
    sandbox: Client
    desk: Client
    told: Told
    photo: bytes
    point: int = 0

    async def look_around(self) -> None:
        """The sample site's confirmation point."""
        path = f"{API}/exams/{EXAM}/confirmation-points?area={AREA}&site={SITE}"
        self.point = (await self.api.ask("GET", path)).json["items"][0]["id"]


@dataclass(slots=True, kw_only=True)
class Traveller:
    """Somebody on their way. `dice`: what they do besides the necessary."""

    town: Town
    person: Person
    dice: random.Random
    users: dict[str, str] = field(default_factory=dict)
    """By platform, the sandbox's name of this person with its app."""
    token: str = ""
    registration: str = ""
    etag: str = ""
    inquiry: str = ""
    said: list[str] = field(default_factory=list)

    async def travel(self) -> None:
        """The whole way."""
        await self.open_account()
        await self.enter()
        await self._agree()
        await asyncio.gather(self.fill_in(), self._ask())
        await self.submit()
        for act in ("confirm", "site_approve", "area_approve"):
            await self._office(act)
        await self._pay()
        if self.dice.random() < 0.3:
            await self._get_back()
        if self.dice.random() < 0.8:
            await self._be_seated()
            if self.dice.random() < 0.2:
                await self._get_back()
        row = (await self.mine("GET")).json
        self.town.told.ends[self.registration] = (row["state"], row["payment_state"])

    async def call(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **sent: Any) -> Answer:
        named = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return await self.town.api.ask(method, API + path, headers=named, **sent)

    async def mine(self, method: str, path: str = "", **sent: Any) -> Answer:
        return await self.call(method, f"/registrations/{self.registration}{path}", **sent)

    async def _sandbox(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return (await self.town.sandbox.ask("POST", f"/sandbox{path}", body=body)).json

    async def _get_app(self, platform: str) -> None:
        who = self.person
        known = {"platform": platform, "name": who.name, "id_number": who.id_number}
        self.users[platform] = (await self._sandbox("/users", known))["user_id"]

    async def _sign_in(self, platform: str = "wechat") -> dict[str, Any]:
        """By a code, a fresh one for every try: a code serves once."""
        while True:
            code = (await self._sandbox(f"/users/{self.users[platform]}/codes"))["code"]
            answer = await self.town.api.once("POST", f"{API}/sessions", body={"platform": platform, "code": code})
            if answer is not None and answer.status == 200:
                return dict(answer.json)
            if answer is not None and answer.status != 503 and answer.code != "login_code_refused":
                raise Unexpected(f"signing in answered {answer.status}: {answer.body!r}")
            await asyncio.sleep(PAUSE)

    async def open_account(self) -> None:
        who = self.person
        await self._get_app("wechat")
        checked = {"id_number": who.id_number, "identity": "passed", "education": "passed"}
        await self._sandbox("/identity", checked)
        account = {
            "binding_token": (await self._sign_in())["binding_token"],
            "username": who.username,
            "password": PASSWORD,
            "name": who.name,
            "id_type": "resident_id_card",
            "id_number": who.id_number,
            "phone": "13800000000",
            "recovery_question": "first_school",
            "recovery_answer": "示例小学",
        }
        there = ("account_exists", "account_incomplete")
        answer = await self.town.api.ask("POST", f"{API}/accounts", body=account, already=there)
        signed_in = answer.json if answer.status == 201 else await self._sign_in()
        if signed_in.get("status") != "signed_in":
            raise Unexpected(f"no account after {answer.status} {answer.body!r}: {signed_in}")
        self.token = signed_in["access_token"]
        self.town.told.accounts[who.username] = signed_in["candidate"]["id"]

    async def enter(self) -> None:
        answer = await self.call("POST", "/registrations", body={"exam": EXAM}, later=("identity_pending",))
        self.registration, self.etag = answer.json["id"], answer.headers["ETag"]
        self.town.told.registrations[self.registration] = self.town.told.accounts[self.person.username]

    async def _agree(self) -> None:
        answer = await self.call("GET", "/subscriptions?step=form")
        for template in (one["template_id"] for one in answer.json["items"]):
            for _ in range(ACCEPTS):
                tap = {"template_id": template, "answer": "accept"}
                await self._sandbox(f"/users/{self.users['wechat']}/subscribe", tap)

    async def fill_in(self) -> None:
        whole = sections(self.person, point=self.town.point)
        for name, values in whole.items():
            await self._save(name, values)
        await self._work(self.dice.choice(EMPLOYERS))
        answer = await self.mine("POST", "/photo", form=self._photo)
        self.etag = answer.headers["ETag"]

    async def _work(self, employer: str) -> None:
        await self._save("work", {**sections(self.person, point=self.town.point)["work"], "employer": employer})
        self.town.told.employers[self.registration] = employer

    async def _save(self, name: str, values: Mapping[str, Any]) -> None:
        """On the version last read. Where the answer was lost, the version may be another: read, and saved again."""
        while True:
            answer = await self.mine(
                "PUT", f"/sections/{name}", body=values, headers={"If-Match": self.etag}, already=("changed_meanwhile",)
            )
            if answer.status == 200:
                self.etag = answer.headers["ETag"]
                return
            self.etag = (await self.mine("GET")).headers["ETag"]

    def _photo(self) -> aiohttp.FormData:
        form = aiohttp.FormData()
        form.add_field("file", BytesIO(self.town.photo), filename="photo.jpg", content_type="image/jpeg")
        return form

    async def submit(self) -> None:
        await self._hand_in()
        if self.dice.random() < 0.3:
            self.etag = (await self.mine("POST", "/withdraw")).headers["ETag"]
            await self._work(self.dice.choice(EMPLOYERS))
            await self._hand_in()

    async def _hand_in(self) -> None:
        said = (await self.mine("POST", "/submit")).json
        self.town.told.codes[self.registration] = said["verification_code"]

    async def _ask(self) -> None:
        key = uuid4().hex
        place = {"area": AREA, "site": SITE}
        asked = {"kind": "question", "text": f"示例问题 {key}", "client_message_id": key, **place}
        self.inquiry = (await self.call("POST", "/inquiries", body=asked)).json["id"]
        for _ in range(self.dice.randrange(1, 4)):
            words = f"示例补充 {uuid4().hex}"
            sent = {"text": words, "client_message_id": uuid4().hex}
            answer = await self.call("POST", f"/inquiries/{self.inquiry}/messages", body=sent)
            self.town.told.messages[answer.json["id"]] = (self.inquiry, words)

    async def _office(self, act: str) -> None:
        """An act of the offices'; one whose answer was lost may have been done."""
        done = DONE_BEFORE.get(act, ("not_from_this_state",))
        body = {"registration": self.registration}
        answer = await self.town.desk.ask("POST", f"/desk/{act}", body=body, already=done)
        if answer.status == 200:
            self.town.told.acts.append((self.registration, OFFICE[act]))

    async def _pay(self) -> None:
        """Ordered in one app, perhaps moved to the other while it is being paid, tapped once or twice, waited for."""
        client = await self._order("wechat")
        if client and self.dice.random() < 0.4:
            await self._bind("alipay")
            _, other = await asyncio.gather(self._tap("wechat", client), self._order("alipay"))
            if other:
                await self._tap("alipay", other)
        elif client:
            if self.dice.random() < 0.3:
                await self._tap("wechat", client, outcome="cancelled")
            for _ in range(self.dice.randrange(1, 3)):
                await self._tap("wechat", client)
        await self.until("", "payment_state", "paid")

    async def _order(self, platform: str) -> dict[str, Any] | None:
        """What the platform's payment call takes; None where it is paid meanwhile."""
        answer = await self.mine(
            "POST",
            "/payment",
            body={"platform": platform},
            headers={"Idempotency-Key": uuid4().hex},
            already=("already_paid",),
            later=("order_being_opened",),
        )
        return dict(answer.json["client"]) if answer.status == 200 else None

    async def _tap(self, platform: str, client: Mapping[str, Any], *, outcome: str = "paid") -> None:
        await self._sandbox(f"/users/{self.users[platform]}/pay", {"client": client, "outcome": outcome})

    async def _bind(self, platform: str) -> None:
        """The other app of the same person, once."""
        if platform in self.users:
            return
        await self._get_app(platform)
        token = (await self._sign_in(platform))["binding_token"]
        asked = {"binding_token": token, "login": self.person.username, "password": PASSWORD}
        await self.town.api.ask("POST", f"{API}/bindings", body=asked, already=BOUND)

    async def _get_back(self) -> None:
        """The site asks, the area approves, the platform sends it; some pay again. Nothing where nothing is paid."""
        if (await self.mine("GET")).json["payment_state"] != "paid":
            return
        await self._office("ask_refund")
        await self._office("approve_refund")
        await self.until("", "payment_state", "due")
        if self.dice.random() < 0.5:
            await self._pay()

    async def _be_seated(self) -> None:
        """Who has paid, of the whole site: also those whose own click comes later."""
        if (await self.mine("GET")).json["payment_state"] == "paid":
            await self.town.desk.ask("POST", "/desk/seat", body={"registration": self.registration})
            await self.until("", "state", "seated")

    async def until(self, path: str, name: str, value: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while (await self.mine("GET", path)).json[name] != value:  # noqa: ASYNC110  # another process's doing
                await asyncio.sleep(PAUSE)


def somebody(number: int) -> Person:
    """The so-many-th person of a run: a birth date of their own, and so a document number that nobody else has."""
    birth = date(1970, 1, 1) + timedelta(days=number)
    return Person(name="测试甲", username=f"ceshi_{number}", birth=f"{birth:%Y%m%d}")
