"""The API's reference as one page: drawn from the OpenAPI document on this machine, without scripts."""

import base64
import hashlib
import json
from collections.abc import Mapping
from html import escape
from typing import Any, Final

STYLE: Final = """
body{font:16px/1.6 system-ui,"PingFang SC","Noto Sans SC","Microsoft YaHei",sans-serif;color:#1b2430;background:#f6f7f9;
margin:0 auto;padding:24px;max-width:960px}
h1{font-size:24px}details{background:#fff;border:1px solid #dfe3e8;border-radius:6px;margin:8px 0;padding:8px 16px}
summary{cursor:pointer}code,pre{font:13px/1.5 ui-monospace,monospace}pre{overflow:auto;background:#f6f7f9;padding:12px}
b{display:inline-block;min-width:64px;color:#0f766e}
"""
STYLE_HASH: Final = f"sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}"
"""By which a browser knows it to be ours (Content-Security-Policy)."""


def page(document: Mapping[str, Any]) -> str:
    """The whole page as HTML."""
    info = document["info"]
    calls = "".join(
        _call(method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    )
    schemas = "".join(
        f"<details id='{escape(name)}'><summary><code>{escape(name)}</code></summary>{_json(schema)}</details>"
        for name, schema in document["components"]["schemas"].items()
    )
    title = escape(f"{info['title']} {info['version']}")
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta name='viewport' content='width=device-width, initial-scale=1'><style>{STYLE}</style></head><body>"
        f"<h1>{title}</h1><p>The same in machine's words: <a href='/openapi.json'>openapi.json</a></p>"
        f"<h2>Calls</h2>{calls}<h2>Shapes</h2>{schemas}</body></html>"
    )


def _call(method: str, path: str, operation: Mapping[str, Any]) -> str:
    lock = " · needs an access token" if operation.get("security") else ""
    parts = {name: operation[name] for name in ("parameters", "requestBody", "responses") if name in operation}
    return (
        f"<details><summary><b>{method.upper()}</b><code>{escape(path)}</code> — {escape(operation['summary'])}{lock}"
        f"</summary>{_json(parts)}</details>"
    )


def _json(value: object) -> str:
    return f"<pre>{escape(json.dumps(value, ensure_ascii=False, indent=1))}</pre>"
