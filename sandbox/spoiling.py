"""Files on a platform's bad days: half of one, or a page that says "busy" where a file should be."""

from aiohttp import web

from sandbox.faults import Fault, FaultKind


def spoil(fault: Fault | None, content: bytes, *, content_type: str) -> web.Response:
    """The file, or what is left of it."""
    if fault is not None and fault.kind is FaultKind.HTML:
        return web.Response(text="<html><body>系统繁忙</body></html>", content_type="text/html")
    if fault is not None and fault.kind is FaultKind.CUT_FILE:
        content = content[: len(content) // 2]
    return web.Response(body=content, content_type=content_type)
