"""Message push: in the mode and format chosen in WeChat's console, signed with the app's token."""

import secrets
from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from sandbox.deliveries import Deliveries, Letter
from sandbox.envelopes import CONTENT_TYPES, Content, encrypt, is_accepted, signature, written
from sandbox.ground import Ground
from sandbox.people import Person


class MessagePush:
    """Posts messages and events to the app's push URL, in the background and again when they were not accepted."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._app = ground.settings.wechat
        self._deliveries = Deliveries(ground, "wechat", is_accepted)
        self._last_created: dict[str, int] = {}

    def event(self, person: Person, event: str, details: Content) -> None:
        """Push an event about the person. In JSON, what stands in an element of its own in XML is at the top."""
        if self._app.push_format == "json":
            details = flat(details)
        self._push(person, {"MsgType": "event", "Event": event, **details})

    def message(self, person: Person, content: Content) -> int:
        """Push what the person wrote; its number."""
        records = self._ground.store.state.wechat
        records.messages_pushed += 1
        number = 23_000_000_000_000_000 + int(self._ground.clock.real()) * 1000 + records.messages_pushed
        self._ground.store.changed()
        self._push(person, {**content, "MsgId": number})
        return number

    async def check_url(self) -> bool:
        """What saving the URL in WeChat's console does: the echo must come back."""
        if self._app.push_url is None:
            return False
        timestamp, nonce, echo = str(int(self._ground.clock.real())), secrets.token_hex(5), secrets.token_hex(10)
        query = {
            "signature": signature(self._app.push_token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "echostr": echo,
        }
        timeout = aiohttp.ClientTimeout(total=5)
        async with self._ground.http.get(URL(self._app.push_url).update_query(query), timeout=timeout) as answer:
            return answer.status == 200 and await answer.text() == echo

    def _push(self, person: Person, content: Content) -> None:
        if self._app.push_url is None:
            return
        head = {
            "ToUserName": self._app.original_id,
            "FromUserName": person.open_id,
            "CreateTime": self._created(person),
        }
        message = written({**head, **content}, self._app.push_format)
        self._ground.start(self._deliver(self._app.push_url, person, message))

    def _created(self, person: Person) -> int:
        """Events are told apart by sender and second. No thumb taps twice in one, so no two of ours share one."""
        created = max(int(self._ground.clock.real()), self._last_created.get(person.open_id, 0) + 1)
        self._last_created[person.open_id] = created
        return created

    async def _deliver(self, url: str, person: Person, message: str) -> None:
        def write(bad_signature: bool) -> Letter:
            return self._letter(URL(url), person, message, bad_signature=bad_signature)

        await self._deliveries.deliver(url, write, self._app.push_resends)

    def _letter(self, url: URL, person: Person, message: str, *, bad_signature: bool) -> Letter:
        token = secrets.token_hex(8) if bad_signature else self._app.push_token
        timestamp, nonce = str(int(self._ground.clock.real())), secrets.token_hex(5)
        query = {"signature": signature(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        query["openid"] = person.open_id
        if self._app.push_mode == "safe":
            encrypted = encrypt(message, aes_key=self._app.encoding_aes_key, app_id=self._app.app_id)
            query |= {"encrypt_type": "aes", "msg_signature": signature(token, timestamp, nonce, encrypted)}
            message = written({"ToUserName": self._app.original_id, "Encrypt": encrypted}, self._app.push_format)
        headers = {
            "Content-Type": CONTENT_TYPES[self._app.push_format],
            "User-Agent": "Mozilla/4.0",
            "Accept-Encoding": "identity",
        }
        return Letter(url=url.update_query(query), body=message.encode(), headers=headers)


def flat(details: Content) -> Content:
    """`{"SubscribeMsgPopupEvent": {"List": …}}` as `{"List": …}`; a list of one item is that item."""
    found: dict[str, Any] = {}
    for name, value in details.items():
        found |= value if isinstance(value, Mapping) else {name: value}
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in found.items()}
