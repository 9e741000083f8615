"""WeChat Pay's JSON: raw UTF-8, so that a signature made over anything but the bytes themselves is found out."""

import json
from typing import Any

from aiohttp import web


def answer(body: dict[str, Any], *, status: int = 200) -> web.Response:
    """The body as JSON."""
    content = json.dumps(body, ensure_ascii=False).encode()
    return web.Response(body=content, status=status, content_type="application/json", charset="utf-8")
