"""Pushes of Baidu's customer-service chat: in the mode and format chosen in its console; its URL check is a POST."""

import secrets

import aiohttp
from yarl import URL

from sandbox.baidu.records import BaiduRecords
from sandbox.deliveries import Deliveries, Letter
from sandbox.envelopes import CONTENT_TYPES, Content, encrypt, is_accepted, signature, written
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.settings import BaiduApp

ANSWER_WITHIN = 2.0


class MessagePush:
    """Posts what people write to the program's push URL, again when it was not accepted."""

    def __init__(self, ground: Ground, app: BaiduApp) -> None:
        self._ground, self._app = ground, app
        self._deliveries = Deliveries(ground, "baidu", is_accepted, timeout=ANSWER_WITHIN)

    def message(self, person: Person, content: Content) -> int:
        """Push what the person wrote; its number, longer than 32 bits."""
        records: BaiduRecords = self._ground.store.state.baidu
        records.messages_pushed += 1
        now = int(self._ground.clock.real())
        number = 6_000_000_000_000_000 + now * 1000 + records.messages_pushed
        self._ground.store.changed()
        head = {"ToUserName": self._app.app_id, "FromUserName": person.open_id, "CreateTime": now}
        if self._app.push_url is not None:
            message = written({**head, **content, "MsgId": number}, self._app.push_format)
            self._ground.start(self._deliver(self._app.push_url, message))
        return number

    async def check_url(self) -> bool:
        """What saving the URL in Baidu's console does: the echo must come back."""
        if self._app.push_url is None:
            return False
        echo = secrets.token_hex(10)
        url = URL(self._app.push_url).update_query({**self._signed(self._app.push_token), "echoStr": echo})
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        async with self._ground.http.post(url, timeout=timeout) as answer:
            return answer.status == 200 and await answer.text() == echo

    async def _deliver(self, url: str, message: str) -> None:
        def write(bad_signature: bool) -> Letter:
            return self._letter(URL(url), message, bad_signature=bad_signature)

        await self._deliveries.deliver(url, write, self._app.push_resends)

    def _letter(self, url: URL, message: str, *, bad_signature: bool) -> Letter:
        token = secrets.token_hex(8) if bad_signature else self._app.push_token
        query = self._signed(token)
        if self._app.push_mode == "safe":
            encrypted = encrypt(message, aes_key=self._app.encoding_aes_key, app_id=self._app.app_id)
            timestamp, nonce = query["timestamp"], query["nonce"]
            envelope = {
                "Encrypt": encrypted,
                "TimeStamp": int(timestamp),
                "Nonce": nonce,
                "MsgSignature": signature(token, timestamp, nonce, encrypted),
            }
            message = written(envelope, self._app.push_format)
        headers = {"Content-Type": CONTENT_TYPES[self._app.push_format]}
        return Letter(url=url.update_query(query), body=message.encode(), headers=headers)

    def _signed(self, token: str) -> dict[str, str]:
        timestamp, nonce = str(int(self._ground.clock.real())), secrets.token_hex(5)
        return {"signature": signature(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
