"""Notifications: encrypted with the APIv3 key, signed, sent again until accepted."""

import base64
import json
import secrets
import uuid
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from yarl import URL

from sandbox.deliveries import Deliveries, Letter
from sandbox.ground import Ground
from sandbox.wechatpay.records import Notification, PayRecords
from sandbox.wechatpay.signing import PlatformSigner


class Notifications:
    """Sends in the background, and takes up after a restart what was not accepted before."""

    def __init__(self, ground: Ground, signer: PlatformSigner) -> None:
        self._ground = ground
        self._signer = signer
        self._merchant = ground.settings.wechatpay
        self._cipher = AESGCM(self._merchant.api_v3_key.encode())
        self._deliveries = Deliveries(ground, "wechat", lambda status, _: status in (200, 204))

    def send(self, url: str, event_type: str, summary: str, plain: dict[str, Any]) -> None:
        """Notify the merchant of the event. `plain` is what the encrypted resource will hold."""
        notification = Notification(
            id=str(uuid.uuid4()),
            url=url,
            event_type=event_type,
            original_type=event_type.partition(".")[0].lower(),
            summary=summary,
            plain=plain,
            created_at=self._ground.clock.stamp(),
        )
        self._records.notifications[notification.id] = notification
        self._ground.store.changed()
        self._ground.start(self._deliver(notification))

    def resume(self) -> None:
        """Send what a former run didn't get delivered."""
        for notification in self._records.notifications.values():
            self._ground.start(self._deliver(notification))

    async def _deliver(self, notification: Notification) -> None:
        def write(bad_signature: bool) -> Letter:
            return self._letter(notification, bad_signature=bad_signature)

        left = self._merchant.notification_resends[notification.attempts :]
        await self._deliveries.deliver(notification.url, write, left)
        # Accepted, dropped by a fault or given up: WeChat Pay doesn't try again either.
        self._records.notifications.pop(notification.id, None)
        self._ground.store.changed()

    def _letter(self, notification: Notification, *, bad_signature: bool) -> Letter:
        notification.attempts += 1
        self._ground.store.changed()
        body = json.dumps(self._body(notification), ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "User-Agent": "Mozilla/4.0",
            "Request-ID": secrets.token_hex(12).upper(),
            **self._signer.headers(body, probe=bad_signature),
        }
        return Letter(url=URL(notification.url), body=body, headers=headers)

    def _body(self, notification: Notification) -> dict[str, Any]:
        return {
            "id": notification.id,
            "create_time": notification.created_at,
            "resource_type": "encrypt-resource",
            "event_type": notification.event_type,
            "summary": notification.summary,
            "resource": self._resource(notification),
        }

    def _resource(self, notification: Notification) -> dict[str, str]:
        plain = json.dumps(notification.plain, ensure_ascii=False).encode()
        nonce = secrets.token_hex(6)
        sealed = self._cipher.encrypt(nonce.encode(), plain, notification.original_type.encode())
        return {
            "original_type": notification.original_type,
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": base64.b64encode(sealed).decode(),
            "associated_data": notification.original_type,
            "nonce": nonce,
        }

    @property
    def _records(self) -> PayRecords:
        return self._ground.store.state.wechatpay
