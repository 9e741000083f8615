"""What a page says and sends: its console's errors, its requests, the answers that refuse."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Error, Page, Request, Response

REFUSED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request of the page to the service or the sandbox."""

    method: str
    path: str
    content_type: str | None


class Watch:
    """Begins with the page and keeps everything."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        """Console errors and uncaught exceptions. A refused call is not one: the browser notes it by itself."""
        self.sent: list[Sent] = []
        self.refused: list[str] = []
        """`422 POST /api/v1/…`, in order."""
        page.on("console", self._said)
        page.on("pageerror", self._failed)
        page.on("request", self._sends)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)

    def _failed(self, error: Error) -> None:
        self.errors.append(str(error))

    def _sends(self, request: Request) -> None:
        path = urlsplit(request.url).path
        if path.startswith(("/api/", "/sandbox/")):
            content_type = request.headers.get("content-type")
            self.sent.append(Sent(method=request.method, path=path, content_type=content_type))

    def _answered(self, response: Response) -> None:
        if response.status >= REFUSED:
            self.refused.append(f"{response.status} {response.request.method} {urlsplit(response.url).path}")
