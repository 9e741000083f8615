"""Notifications that are posted as forms, as Alipay and Baidu do: signed, and sent again until accepted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

from yarl import URL

from sandbox.deliveries import Deliveries, Letter
from sandbox.ground import Ground
from sandbox.undelivered import FormNotification

HEADERS = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "User-Agent": "Mozilla/4.0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a platform notifies."""

    platform: str
    records: Callable[[], dict[str, FormNotification]]
    """Where those not yet delivered are kept."""
    signed: Callable[[Mapping[str, str], bool], Mapping[str, str]]
    """The fields of one delivery with their signature; a wrong one on request."""
    accepted: Callable[[FormNotification, int, bytes], bool]
    """Judges the service's answer by status and body."""
    resends: Sequence[float] = field(default_factory=tuple)
    timeout: float = 5.0
    """Seconds the service may take to answer."""


class FormNotifications:
    """Sends in the background, and takes up after a restart what was not accepted before."""

    def __init__(self, ground: Ground, manner: Manner) -> None:
        self._ground, self._manner = ground, manner

    def send(self, notification: FormNotification) -> None:
        """Notify the service."""
        self._manner.records()[notification.id] = notification
        self._ground.store.changed()
        self._ground.start(self._deliver(notification))

    def resume(self) -> None:
        """Send what a former run didn't get delivered."""
        for notification in list(self._manner.records().values()):
            self._ground.start(self._deliver(notification))

    async def _deliver(self, notification: FormNotification) -> None:
        def write(bad_signature: bool) -> Letter:
            return self._letter(notification, bad_signature=bad_signature)

        manner = self._manner
        accepted = partial(manner.accepted, notification)
        deliveries = Deliveries(self._ground, manner.platform, accepted, timeout=manner.timeout)
        await deliveries.deliver(notification.url, write, manner.resends[notification.attempts :])
        # Accepted, dropped by a fault or given up.
        manner.records().pop(notification.id, None)
        self._ground.store.changed()

    def _letter(self, notification: FormNotification, *, bad_signature: bool) -> Letter:
        notification.attempts += 1
        self._ground.store.changed()
        body = urlencode(self._manner.signed(notification.fields, bad_signature)).encode()
        return Letter(url=URL(notification.url), body=body, headers=HEADERS)
